"""A person's own conversations over HTTP: listed, read, renamed, deleted, exported; and what they thought of an answer.

Every route acts for who is signed in (or for this browser); what isn't theirs doesn't exist.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import FastAPI, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from archive.errors import UsageError
from archive.json_values import plain
from web import texts
from web.conversation_export import ExportForm, as_html, as_json, as_markdown, only_turn
from web.conversations import LONGEST_TITLE, Conversation, Conversations, ConversationSummary
from web.feedback import LONGEST_REASON, KeepsFiles, Opinion, keep_feedback
from web.identity import person_of
from web.problems import AsciiJson

_FRESH = {"cache-control": "no-store"}

ConversationId = Annotated[str, Path(max_length=64, pattern=r"^[\w-]+$")]
Words = Annotated[str, Query(max_length=200, description="only those that hold all these words")]
OneTurn = Annotated[int | None, Query(ge=1, description="only this question, by its number")]
Form = Annotated[ExportForm, Query(description="in which form")]


class SummaryRecord(BaseModel):
    """A conversation in a list; times in UTC."""

    conversation_id: str
    title: str
    created: datetime
    changed: datetime
    turns: int


class ConversationsResult(BaseModel):
    """A person's conversations, the latest first."""

    conversations: list[SummaryRecord]


class Renaming(BaseModel):
    """Another title."""

    model_config = ConfigDict(extra="forbid")

    title: str = Field(min_length=1, max_length=LONGEST_TITLE, pattern=r"\S")


class FeedbackRequest(BaseModel):
    """What somebody thought of an answer."""

    model_config = ConfigDict(extra="forbid")

    conversation_id: str = Field(max_length=64)
    turn: int = Field(ge=1, description="its number in the conversation")
    verdict: Opinion
    reason: str = Field("", max_length=LONGEST_REASON)


def add_conversation_routes(api: FastAPI, conversations: Conversations, archive: KeepsFiles) -> None:
    """``/conversations`` and ``/feedback``."""

    @api.get("/conversations", summary="Your conversations, the latest first", response_model=ConversationsResult)
    def listed(request: Request, q: Words = "") -> AsciiJson:
        found = conversations.list(person_of(request).person_id, q)
        return AsciiJson({"conversations": [plain(each) for each in found]}, headers=_FRESH)

    @api.get("/conversations/{conversation_id}", summary="One of your conversations, with whole answers")
    def read(request: Request, conversation_id: ConversationId) -> AsciiJson:
        found = conversations.open(person_of(request).person_id, conversation_id)
        return AsciiJson({"conversation_id": conversation_id, **as_json(found)}, headers=_FRESH)

    @api.patch("/conversations/{conversation_id}", status_code=204, summary="Give it another title")
    def rename(request: Request, conversation_id: ConversationId, renaming: Renaming) -> Response:
        conversations.rename(person_of(request).person_id, conversation_id, renaming.title)
        return Response(status_code=204)

    @api.delete("/conversations/{conversation_id}", status_code=204, summary="Delete it for good")
    def delete(request: Request, conversation_id: ConversationId) -> Response:
        conversations.delete(person_of(request).person_id, conversation_id)
        return Response(status_code=204)

    @api.get("/conversations/{conversation_id}/export", summary="As a document with full references")
    def export(
        request: Request, conversation_id: ConversationId, form: Form = ExportForm.MARKDOWN, turn: OneTurn = None
    ) -> Response:
        found = conversations.open(person_of(request).person_id, conversation_id)
        return document(found if turn is None else only_turn(found, turn), form)

    @api.post("/feedback", status_code=204, summary="What you thought of an answer, for the editors")
    def feedback(request: Request, said: FeedbackRequest) -> Response:
        person = person_of(request).person_id

        def read() -> Conversation:
            found = conversations.open(person, said.conversation_id)
            if all(view.number != said.turn for view in found.turns):
                raise UsageError(texts.NO_TURN)
            return found

        read()  # what is wrong is said without waiting for a writer
        keep_feedback(archive, read, said.turn, said.verdict, said.reason)
        return Response(status_code=204)


def document(conversation: Conversation, form: ExportForm) -> Response:
    """A conversation as a file to save; the HTML may run and load nothing."""
    headers = {**_FRESH, "content-disposition": f"attachment; {_file_name(conversation.summary, form)}"}
    if form is ExportForm.JSON:
        return AsciiJson(as_json(conversation), headers=headers)
    if form is ExportForm.HTML:
        return Response(as_html(conversation), media_type="text/html; charset=utf-8", headers=headers)
    return Response(as_markdown(conversation), media_type="text/markdown; charset=utf-8", headers=headers)


def _file_name(summary: ConversationSummary, form: ExportForm) -> str:
    ending: dict[Any, str] = {ExportForm.MARKDOWN: "md", ExportForm.HTML: "html", ExportForm.JSON: "json"}
    words = "".join(character if character.isalnum() else " " for character in summary.title).split()
    name = "-".join(words)[:60] or "conversation"
    plain_name = name.encode("ascii", "ignore").decode() or "conversation"
    return f"filename=\"{plain_name}.{ending[form]}\"; filename*=UTF-8''{quote(name)}.{ending[form]}"
