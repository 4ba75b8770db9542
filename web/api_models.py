"""What programs send and get: the shapes of the HTTP interface. docs/api.md has examples.

Requests are strict (an unknown key is an error). Answers may gain keys; those named here stay.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from assistant.answer import Mode
from web.markup import fit
from web.turn_view import MOST_CHARACTERS

MOST_OUTLETS = 50
MOST_HITS = 100
MOST_ROWS = 60
MOST_TURNS = 40
MOST_TURN_CHARACTERS = 20_000


def _fit(value: object) -> object:
    """As on the command line, what is no text doesn't reach the archive."""
    return fit(value) if isinstance(value, str) else value


Words = Annotated[str, Field(min_length=1, max_length=MOST_CHARACTERS, pattern=r"\S"), BeforeValidator(_fit)]
Text = Annotated[str, BeforeValidator(_fit)]


class Narrowed(BaseModel):
    """What narrows a search: walls, never widened."""

    model_config = ConfigDict(extra="forbid", validate_by_name=True, validate_by_alias=True)

    published_from: date | None = Field(None, alias="from", description="published on or after this day")
    published_to: date | None = Field(None, alias="to", description="published on or before this day")
    outlet: list[Text] = Field([], max_length=MOST_OUTLETS, description="only these outlets; /outlets lists them")
    as_of: date | None = Field(None, description="the archive as it was at the end of that day")
    asked_on: date | None = Field(
        None, description="the day that “last week” counts from; by default as_of, else the archive's last day"
    )
    byline: list[Text] = Field([], max_length=MOST_OUTLETS, description="only articles by these authors")
    infer_days: bool = Field(True, description="whether days that the words name narrow the search; else from and to")
    infer_outlets: bool = Field(True, description="whether outlets that the words name narrow it; else outlet alone")
    infer_bylines: bool = Field(True, description="whether authors that the words name narrow it; else byline alone")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.published_from and self.published_to and self.published_from > self.published_to:
            raise ValueError(f"from ({self.published_from}) is after to ({self.published_to})")
        return self


class SearchRequest(Narrowed):
    """A search for passages."""

    q: Words = Field(description="words or a question; “in quotes”: exactly")
    k: int = Field(10, ge=1, le=MOST_HITS, description="how many passages")


class TimelineRequest(Narrowed):
    """A topic whose course is asked for."""

    topic: Words = Field(description="a topic, or a question about how something developed")
    rows: int = Field(12, ge=1, le=MOST_ROWS, description="at most so many developments")


class SpokenTurn(BaseModel):
    """One entry of a conversation."""

    model_config = ConfigDict(extra="forbid")

    role: Literal["user", "assistant"]
    content: Annotated[str, Field(max_length=MOST_TURN_CHARACTERS), BeforeValidator(_fit)]


class AskRequest(Narrowed):
    """A question."""

    question: Words
    mode: Mode = Field(Mode.AUTO, description="quotes: verbatim; model: in the language model's words; auto")
    history: list[SpokenTurn] = Field([], max_length=MOST_TURNS, description="earlier turns, oldest first")
    standalone: Words | None = Field(
        None, description="a follow-up in full, as it is to be searched: nothing of the history is read into it"
    )


class _Given(BaseModel):
    """An answer of ours: more keys may come."""

    model_config = ConfigDict(extra="allow")


class CopyRecord(_Given):
    """Another printing of the same story."""

    article_id: str
    outlet: str | None
    published: str | None
    url: str | None
    title: str


class HitRecord(_Given):
    """A passage found; start and end are offsets (Unicode code points) in the article's text."""

    rank: int
    score: float
    article_id: str
    external_id: str | None
    passage_id: str
    title: str
    outlet: str | None
    published: str | None
    url: str | None
    text: str
    start: int
    end: int
    superseded: bool
    also_in: list[CopyRecord]


class PlanRecord(_Given):
    """How a question was understood."""

    question: str
    standalone: str
    asked_on: date
    parts: list[dict[str, Any]]
    wall: dict[str, Any]
    notes: list[str]


class SearchResult(_Given):
    """Passages, best first."""

    query: str
    plan: PlanRecord
    results: list[HitRecord]
    timings_ms: dict[str, float]


class SentenceRecord(_Given):
    """A sentence, the sources it cites, and what checking it found."""

    text: str
    citations: list[str]
    verdict: Literal["supported", "unchecked", "not_in_source", "contradicted"]
    problems: list[str]
    glosses: list[dict[str, Any]]
    follows: bool = Field(description="goes on in its article right where the sentence before it ends")
    quoted: bool = Field(description="chosen from an article, word for word; else the model's or the archive's own")


class SourceRecord(_Given):
    """A cited passage; highlights are offsets in its text."""

    key: str
    article_id: str
    passage_id: str
    title: str
    outlet: str | None
    published: str | None
    url: str | None
    text: str
    start: int
    end: int
    highlights: list[tuple[int, int]]
    also_in: list[CopyRecord]


class OutletRecord(_Given):
    """An outlet and how many of its articles the archive holds."""

    outlet: str
    articles: int


class CoverageRecord(_Given):
    """What the archive holds."""

    articles: int
    outlets: list[OutletRecord]
    first_day: date | None
    last_day: date | None
    undated: int


class AnswerResult(_Given):
    """A whole, checked answer."""

    question: str
    mode: Literal["quotes", "model"]
    refused: bool
    confidence: float
    incomplete: bool
    answer: str
    sentences: list[SentenceRecord]
    sources: list[SourceRecord]
    notices: list[str]
    coverage: CoverageRecord | None
    near_misses: list[SourceRecord]
    shown_to_model: int
    plan: PlanRecord
    timings_ms: dict[str, float]
    usage: dict[str, Any]


class TimelineRowRecord(_Given):
    """One development: a verbatim sentence of its day; start and end are offsets in the article's text."""

    day: date
    text: str
    citation: str
    outlet: str | None
    article_id: str
    start: int
    end: int
    articles: int
    outlets: int


class TimelineResult(_Given):
    """How a topic developed, earliest first."""

    topic: str
    rows: list[TimelineRowRecord]
    sources: list[SourceRecord]
    statement: str
    counted: dict[str, Any] | None
    notices: list[str]


class VersionRecord(_Given):
    """One version of an article, without its text."""

    version: int
    current: bool
    valid_from: date | None
    seen_at: str
    title: str
    published: str | None
    modified: str | None


class ArticleResult(_Given):
    """A whole article in one of its versions."""

    article_id: str
    external_id: str | None
    url: str | None
    title: str
    text: str
    outlet: str | None
    authors: list[str]
    section: str | None
    language: str | None
    kind: str | None
    published: str | None
    modified: str | None
    date_source: str
    partial: bool
    correction: str | None
    version: int
    versions: list[VersionRecord]
    also_in: list[CopyRecord]


class OutletsResult(_Given):
    """Every outlet, most articles first."""

    outlets: list[OutletRecord]


class StatusResult(_Given):
    """How far the archive's indexes are."""

    articles: int
    versions: int
    passages: int
    embedded: int
    outlets: int
    undated: int
    first_day: date | None
    last_day: date | None
    generation: int
    meaning_search: bool
    language_model: str | None
    problems: list[str]


class ProblemRecord(BaseModel):
    """An error (RFC 9457)."""

    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] = Field([], description="for an invalid request: where, and what is wrong")
