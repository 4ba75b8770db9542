"""Correcting by hand, in the browser, what an article says of itself: an edit that stays, and can be taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field

from archive.article import Article
from archive.describing import EDITABLE, value_of
from archive.editing import EditReport, value_by_hand
from archive.errors import UnknownArticleError, UsageError
from web import texts
from web.search_form import QueryFields

if TYPE_CHECKING:
    from archive.store import ArchiveStore


class EditForm(BaseModel):
    """What the page sends: fields that say something else now, as typed, and those whose edit is taken back."""

    model_config = ConfigDict(extra="forbid")

    article_id: str = Field(min_length=1, max_length=200)
    values: dict[str, str] = Field(default_factory=dict, max_length=len(EDITABLE))
    clear: list[str] = Field(default_factory=list, max_length=len(EDITABLE))


@dataclass(frozen=True, slots=True)
class EditPage:
    """Everything the view shows: the article (None: there is none of that name), and its fields as they are typed.

    ``by_hand``: the fields that are set by hand already. ``trouble`` is a sentence.
    """

    name: str
    article: Article | None
    values: Mapping[str, str]
    by_hand: frozenset[str]
    versions: int = 0
    trouble: str = ""


def read_edit_page(store: ArchiveStore, fields: QueryFields) -> EditPage:
    """The article that the field ``name`` (id or address) means. Raises ArchiveBusyError."""
    name = fields.first("name").strip()
    if not name:
        return EditPage("", None, {}, frozenset())
    try:
        report = store.edit(name, {})
        article = store.article(report.article_id)
    except UnknownArticleError as error:
        return EditPage(name, None, {}, frozenset(), trouble=str(error))
    values = {field: as_typed(article, field) for field in EDITABLE}
    return EditPage(name, article, values, frozenset(report.by_hand), report.versions)


def as_typed(article: Article, field: str) -> str:
    """A field as it stands in the form: authors one to a line."""
    value = value_of(article, field)
    if field == "published":
        return str(value[0] or "")
    return "\n".join(value) if field == "authors" else str(value or "")


def save_edit(store: ArchiveStore, form: EditForm, *, today: date) -> EditReport:
    """Set and take back what the form says. Raises UsageError, naming the field as the page calls it."""
    if unknown := sorted({*form.values, *form.clear} - set(EDITABLE)):
        raise UsageError(f"{unknown[0]} can't be edited.")
    values: dict[str, Any] = {}
    for field, typed in form.values.items():
        if field in form.clear:
            continue  # taken back: what stands in the field is what was set before
        value: str | list[str] = typed.splitlines() if field == "authors" else typed
        values[field] = value_by_hand(field, value, today=today, called=f"“{texts.FIELD_NAMES[field]}”")
    if not (values or form.clear):
        raise UsageError(texts.NOTHING_CHANGED)
    return store.edit(form.article_id, values, form.clear)
