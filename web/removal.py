"""Taking articles down from the browser: what would go, and the takedown itself as long work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict, Field

from archive.errors import UnknownArticleError, UsageError
from archive.removal_report import RemovalReport
from archive.removal_selection import RemovalSelector
from web import texts
from web.long_work import LongWork, Progress
from web.search_form import QueryFields

if TYPE_CHECKING:
    from archive.store import ArchiveStore
    from web.long_work import WorkState

REMOVAL = "removal"  # the kind of work
MOST_ARTICLES = 50  # at a time: each is read before it goes
LONGEST_REASON = 1000


class RemovalForm(BaseModel):
    """What the page sends once somebody has read what would go: the articles' ids, why, and that they are sure."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    article_ids: list[str] = Field(min_length=1, max_length=MOST_ARTICLES)
    reason: str = Field("", max_length=LONGEST_REASON)
    sure: bool = False


@dataclass(frozen=True, slots=True)
class RemovalPage:
    """Everything the view shows. ``foreseen`` is what taking down ``names`` would do; None where none is named.

    ``trouble`` is a sentence: a name that there is no article of.
    """

    names: tuple[str, ...]
    foreseen: RemovalReport | None
    trouble: str
    state: WorkState | None

    @property
    def done(self) -> RemovalReport | None:
        """The report of the last takedown."""
        result = self.state.result if self.state is not None else None
        return result if isinstance(result, RemovalReport) else None


def read_removal_page(store: ArchiveStore, work: LongWork, fields: QueryFields) -> RemovalPage:
    """Look at what the fields ``name`` (ids or addresses) mean. Raises ArchiveBusyError."""
    names = tuple(name.strip() for name in fields.all("name"))
    state = work.state(REMOVAL)
    if not names:
        return RemovalPage((), None, "", state)
    try:
        foreseen = store.remove(RemovalSelector(names), "", dry_run=True)
    except UnknownArticleError as error:
        return RemovalPage(names, None, str(error), state)
    return RemovalPage(names, foreseen, "", state)


def begin_removal(store: ArchiveStore, work: LongWork, form: RemovalForm, by: str) -> None:
    """Start the takedown. Raises UsageError where the reason or the confirmation is missing, or an article unknown."""
    if not form.reason:
        raise UsageError(texts.REASON_MISSING)
    if not form.sure:
        raise UsageError(texts.NOT_SURE)
    selector = RemovalSelector(tuple(form.article_ids))
    foreseen = store.remove(selector, form.reason, dry_run=True)
    if not foreseen.removed:
        raise UsageError(texts.ALREADY_REMOVED)
    reason = texts.reason_by(form.reason, by) if by else form.reason

    def run(on_progress: Progress, should_stop: Callable[[], bool]) -> RemovalReport:
        on_progress("remove", 0, None)
        return store.remove(selector, reason, on_progress=lambda done, total: on_progress("refill", done, total))

    # not what they are called: a title would outlive its article in the log and on the page
    work.start(REMOVAL, texts.removal_of(len(foreseen.removed)), by, run, stoppable=False)


def removal_address(names: Sequence[str] = ()) -> str:
    """Where the page is found, with articles named."""
    return "/?" + urlencode([("view", "remove"), *(("name", name) for name in names)], errors="replace")
