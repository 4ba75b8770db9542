"""What an answer is: sentences with citations and verdicts, their sources, and the events that lead there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from assistant.search_plan import SearchPlan

if TYPE_CHECKING:
    from assistant.retriever import Retrieval


class Mode(StrEnum):
    """Who writes the answer."""

    AUTO = "auto"  # the language model where there is one, else quotes
    QUOTES = "quotes"
    MODEL = "model"


class Verdict(StrEnum):
    """What checking a sentence against the passages it cites came to."""

    SUPPORTED = "supported"
    UNCHECKED = "unchecked"
    NOT_IN_SOURCE = "not_in_source"
    CONTRADICTED = "contradicted"


@dataclass(frozen=True, slots=True)
class Copy:
    """Another outlet's printing of the same story."""

    article_id: str
    outlet: str | None
    published: str | None
    url: str | None
    title: str


@dataclass(frozen=True, slots=True)
class Source:
    """A passage that the answer cites, with what a reader needs to find and weigh it.

    ``start`` and ``end`` are offsets in the article's text, ``highlights`` offsets in this source's ``text``.
    """

    key: str  # "1", "2", ... as printed in the answer
    article_id: str
    passage_id: str
    title: str
    outlet: str | None
    published: str | None  # ISO 8601
    url: str | None
    text: str
    start: int
    end: int
    highlights: tuple[tuple[int, int], ...] = ()
    also_in: tuple[Copy, ...] = ()
    external_id: str | None = None
    authors: tuple[str, ...] = ()
    section: str | None = None
    kind: str | None = None
    modified: str | None = None
    date_source: str = "unknown"
    partial: bool = False
    correction: str | None = None
    superseded: bool = False  # an older version, shown because of as-of
    corrected_since: str | None = None  # of a superseded one: the correction notice of the version that answers now


@dataclass(frozen=True, slots=True)
class Gloss:
    """An explanation that is not part of the quotation: at ``offset`` of the sentence's text."""

    offset: int
    text: str


@dataclass(frozen=True, slots=True)
class AnswerSentence:
    """A sentence, the keys of the sources it cites, and what checking it found.

    ``follows``: a quotation that goes on in its article right where the sentence before it ends. ``quoted``: chosen
    from an article, word for word, also where it stands below a model's own words.
    """

    text: str
    citations: tuple[str, ...]
    verdict: Verdict
    problems: tuple[str, ...] = ()
    glosses: tuple[Gloss, ...] = ()
    follows: bool = False
    independent: int = 0  # sources that say it independently of each other, copies counted once; 0: not counted
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the archive holds: said with every refusal."""

    articles: int
    outlets: tuple[tuple[str, int], ...]  # with the number of articles, most first
    first_day: date | None
    last_day: date | None
    undated: int


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted in the catalog, exactly: every article that holds the words within the days and outlets named.

    ``stories`` counts copies once. ``by_outlet``: (outlet, articles, stories), most articles first; ``by_author``:
    (name, articles) likewise, where authors were asked for. ``by_month``: ("2024-03", articles) in order.
    """

    words: tuple[str, ...]  # an article must hold them all
    phrases: tuple[str, ...]
    published_from: date | None
    published_to: date | None
    outlets: tuple[str, ...]
    authors: tuple[str, ...]
    articles: int
    stories: int
    undated: int
    first_day: date | None
    last_day: date | None
    by_outlet: tuple[tuple[str, int, int], ...]
    by_month: tuple[tuple[str, int], ...]
    by_author: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class TimelineRow:
    """One development: a verbatim sentence of the day, the source it cites, and how much was printed about it.

    ``text`` is ``article.text[start:end]``. ``articles`` and ``outlets`` count what was published on the topic from
    this row's day until the next one's, copies included.
    """

    day: date
    text: str
    citation: str  # a key of the answer's sources
    outlet: str | None
    article_id: str
    start: int
    end: int
    articles: int
    outlets: int
    glosses: tuple[Gloss, ...] = ()


class Difference(StrEnum):
    """How figures for one thing, or days for one event, differ."""

    UPDATED = "updated"  # the same outlet, later
    DISPUTED = "disputed"  # different outlets


@dataclass(frozen=True, slots=True)
class Figure:
    """What a source says: ``source.text[start:end]`` of the source with that key, in the sentence given.

    ``independent``: how many sources give this figure independently of each other, copies counted once. ``day``: which
    one is meant, where the sources differ on a day ("Thursday").
    """

    figure: str
    sentence: str
    citation: str
    outlet: str | None
    published: str | None
    start: int
    end: int
    independent: int = 1
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Figures that differ for the same thing, earliest first. ``about``: the words that the sentences share."""

    difference: Difference
    about: str
    figures: tuple[Figure, ...]

    @property
    def is_of_days(self) -> bool:
        """Whether the sources differ on when it was, and not on how much."""
        return any(figure.day is not None for figure in self.figures)


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens the language model counted; None where the endpoint didn't say."""

    model: str | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    requests: int = 0


@dataclass(frozen=True, slots=True)
class ModelChecks:
    """What checking a language model's text came to, counted in sentences unless said otherwise."""

    sentences: int = 0  # of its draft
    asked_again: int = 0
    repaired: int = 0
    struck: int = 0
    marked: int = 0  # kept with a problem
    unknown_keys: int = 0  # citations of what wasn't given
    quotes_left_out: int = 0  # quotes that the source doesn't have word for word
    markup_left_out: bool = False  # a link, an image or a tag


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer. ``answer`` is readable text with ``[1]`` marks; ``sentences`` is the same, taken apart."""

    question: str
    mode: Mode  # QUOTES or MODEL: what was used
    refused: bool
    answer: str
    sentences: tuple[AnswerSentence, ...]
    sources: tuple[Source, ...]
    plan: SearchPlan
    confidence: float  # 0 to 1: what the refusal is decided by
    timings_ms: Mapping[str, float]
    usage: Usage = Usage()
    notices: tuple[str, ...] = ()  # model failed, cut off, widened, undated left out: each a sentence to show
    coverage: Coverage | None = None  # with a refusal
    near_misses: tuple[Source, ...] = ()  # with a refusal
    shown_to_model: int = 0  # with a refusal: it is the language model's word on so many passages, not on the archive
    incomplete: bool = False  # the model's stream was cut: what had arrived is marked
    statement: str = ""  # what Backissue says in its own words above the sentences: a count, what was taken for what
    counted: Counted | None = None
    timeline: tuple[TimelineRow, ...] = ()
    disagreements: tuple[Disagreement, ...] = ()
    checks: ModelChecks | None = None  # of the language model's text
    small_talk: bool = False  # nothing was asked ("thanks"), so nothing was searched or claimed


@dataclass(frozen=True, slots=True)
class PlanReady:
    """The question has been understood."""

    plan: SearchPlan


@dataclass(frozen=True, slots=True)
class EvidenceReady:
    """The passages the answer will rest on were found; keys are provisional until AnswerReady."""

    sources: tuple[Source, ...]
    retrieval: Retrieval | None = None  # every passage found, before neighbours were joined; for evaluation


@dataclass(frozen=True, slots=True)
class TextDelta:
    """More text of the answer, to show at once. Unchecked until AnswerReady replaces it."""

    text: str


@dataclass(frozen=True, slots=True)
class AnswerReady:
    """The checked answer; always the last event."""

    answer: Answer


AnswerEvent = PlanReady | EvidenceReady | TextDelta | AnswerReady
