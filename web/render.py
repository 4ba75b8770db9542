"""A question and its answer as safe HTML, at every moment from asked to answered. Pure.

Quotes are shown as quotations with outlet and day under each; a model's words as running text. Marks, verdicts and
explanations (glosses) stand visibly apart from what a source says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from archive.article import DateSource
from assistant.answer import Answer, AnswerSentence, Mode, Source, Verdict
from assistant.lone_marks import missing_marks
from web import texts
from web.days import parse_day, readable
from web.markup import escape
from web.render_colophon import colophon, opinion
from web.render_parts import JOINER, cards, differing_figures, mark, notices, supplied, text_with_glosses, timeline_rows
from web.render_refusal import refusal
from web.render_source import highlight_of, source_rows
from web.render_understood import again_button, form_data, understood
from web.search_form import SearchForm
from web.turn_view import Phase, TurnView

_MARK = re.compile(r"[ \u00a0]?\[(\d{1,3})\]")
_MARKS = re.compile(r"(?P<marks>(?:[ \u00a0]?\[\d{1,3}\])+)(?P<stop>[.!?…]*)")

_VERDICT_SIGNS = {
    Verdict.SUPPORTED: ("✓", texts.SUPPORTED),
    Verdict.UNCHECKED: ("○", texts.UNCHECKED),
    Verdict.NOT_IN_SOURCE: ("!", texts.NOT_IN_SOURCE),
    Verdict.CONTRADICTED: ("✕", texts.CONTRADICTED),
}


def turn(view: TurnView) -> str:
    """The whole turn. ``data-phase`` tells chat.js whether more comes."""
    body = _settled(view) if view.phase.is_over else _under_way(view)
    busy = "false" if view.phase.is_over else "true"
    again = f'<p class="label asked-again">{texts.ASKED_AGAIN}</p>' if view.asked.again else ""
    return (
        f'<article class="turn" id="a{view.number}" data-turn="{view.number}" data-phase="{view.phase.value}" '
        f'data-conversation="{escape(view.conversation)}" data-asked="{form_data(view)}">'
        f'{again}<h2 class="question" dir="auto" tabindex="-1">{escape(view.asked.text)}</h2>'
        f"{understood(view)}"
        f'<div class="answer" aria-live="polite" aria-busy="{busy}">{body}</div>'
        "</article>"
    )


def _under_way(view: TurnView) -> str:
    if view.phase is Phase.WRITING and view.text:
        return f'<div class="words writing">{_streamed(view.text)}</div>{_being_read(view)}'
    if view.phase is Phase.PLANNING:
        saying = texts.READING_QUESTION
    elif view.sources:
        saying = texts.reading(len(view.sources))
    else:
        saying = texts.SEARCHING
    return f'<p class="doing">{escape(saying)}</p>{_being_read(view)}'


def _being_read(view: TurnView) -> str:
    """The passages found, for the panel, while the answer is being made of them; their numbers may still change."""
    if not view.sources:
        return ""
    return (
        f'<section class="turn-sources provisional" hidden><h3 class="label">{texts.READING_NOW}</h3>'
        f"{source_rows(view.sources, view.number, prefix='p', numbered=False)}"
        f"{cards(view, view.sources, 'p')}</section>"
    )


def _streamed(text: str) -> str:
    """Text as it arrives: marks are shown, but lead nowhere until they have been checked.

    Built as what is checked will be, with room for what checking finds: so that nothing moves when it has.
    """
    lines = [line for line in re.split(r"\s*\n\s*", text) if line.strip()]
    return "".join(f'<p dir="auto">{_streamed_line(line)}</p>' for line in lines)


def _streamed_line(line: str) -> str:
    room = f'✓<span class="independent">{texts.voices(1)}</span>'
    room = f'<span class="verdict waiting" aria-hidden="true">{room}</span>'
    shown: list[str] = []
    at = 0
    for match in _MARKS.finditer(line):
        marks = "".join(f'<span class="mark waiting">[{key}]</span>' for key in re.findall(r"\d+", match["marks"]))
        said = line[at : match.start()].strip() + match["stop"]
        shown.append(f'<span class="sentence">{escape(said)}</span><span class="after">{JOINER}{marks}{room}</span>')
        at = match.end()
    if line[at:].strip():
        shown.append(f'<span class="sentence">{escape(line[at:].strip())}</span>')
    return " ".join(shown)


def _settled(view: TurnView) -> str:
    if view.note:
        return f'<p class="notice gone">{escape(view.note)}</p>'
    return f"{_end(view)}{opinion(view)}"


def _end(view: TurnView) -> str:
    if view.phase is Phase.FAILED:
        return _failed(view)
    if view.answer is None:
        note = texts.STOPPED if view.text else texts.STOPPED_EARLY
        words = f'<div class="words">{_streamed(view.text)}</div>' if view.text else ""
        again = f'<p class="wider">{again_button(texts.ASK_AGAIN)}</p>'
        return f'{words}<p class="notice stopped">{escape(note)}</p>{again}'
    if view.answer.refused:
        return refusal(view, view.answer)
    return answered(view, view.answer)


def _failed(view: TurnView) -> str:
    partial = ""
    if view.text:
        partial = f'<div class="words">{_streamed(view.text)}</div><p class="notice">{texts.UNCHECKED_PARTIAL}</p>'
    return (
        f'{partial}<div class="failure" role="alert"><p class="failure-title">{texts.FAILED}</p>'
        f"<p>{escape(view.error)}</p></div>"
        f'<p class="wider">{again_button(texts.ASK_AGAIN)}</p>'
    )


def answered(view: TurnView, answer: Answer) -> str:
    """A whole answer: sentences, notices, who wrote it, and its sources (listed, their cards hidden until opened)."""
    if answer.small_talk:
        return f'<p class="statement">{escape(answer.statement)}</p>'
    sources = {source.key: source for source in answer.sources}
    if answer.timeline:
        words = timeline_rows(view, answer, sources)
    else:
        in_quotes = answer.mode is Mode.QUOTES
        words = (_quotes if in_quotes else _model_words)(view, answer, sources)
    statement = f'<p class="statement">{escape(answer.statement)}</p>' if answer.statement else ""
    broken_off = f'<p class="notice incomplete">{texts.INCOMPLETE}</p>' if answer.incomplete else ""
    told = notices(answer)
    before = below = ""
    if answer.mode is Mode.MODEL and any(sentence.quoted for sentence in answer.sentences):
        # where the model's words end, and why others follow, is said between the two
        quotations = _quotes(view, answer, sources)
        below, broken_off, told = f'{broken_off}{told}<div class="words quotes">{quotations}</div>', "", ""
    if (
        told
        and view.model
        and answer.mode is Mode.QUOTES
        and view.asked.mode is not Mode.QUOTES
        and not (answer.counted or answer.timeline)
    ):
        # the model was to write and didn't: said before what stands in its place
        before, told = f'<div class="instead">{told}{again_button(texts.ASK_MODEL_AGAIN)}</div>', ""
    return (
        f'{before}{statement}{_all_counted(answer)}<div class="words {answer.mode.value}">{words}</div>'
        f"{below}{differing_figures(view, answer, sources)}{broken_off}{told}"
        f"{colophon(view, answer)}{_sources(view, answer.sources)}"
    )


def _all_counted(answer: Answer) -> str:
    """A link to the search that finds all that was counted, where more was counted than is listed.

    None for the archive as of a day: the search knows no such day.
    """
    counted = answer.counted
    if counted is None or counted.stories <= len(answer.sources) or answer.plan.wall.as_of is not None:
        return ""
    form = SearchForm(
        " ".join([*counted.words, *(f'"{phrase}"' for phrase in counted.phrases)]),
        counted.published_from,
        counted.published_to,
        counted.outlets,
        authors=counted.authors,
        order="newest",
    )
    label = texts.all_in_search(counted.articles)
    return f'<p class="ways"><a class="action" data-go href="{escape(form.address())}">{escape(label)}</a></p>'


def _sources(view: TurnView, sources: Sequence[Source]) -> str:
    if not sources:
        return ""
    return (
        f'<section class="turn-sources"><h3 class="label">{texts.SOURCES}</h3>'
        f"{source_rows(sources, view.number)}{cards(view, sources, 's')}</section>"
    )


# --- sentences ---------------------------------------------------------------------------------------------------


def _quotes(view: TurnView, answer: Answer, sources: Mapping[str, Source]) -> str:
    """What stands together in its article is one quotation, with where it is from beneath."""
    runs: list[list[AnswerSentence]] = []
    for sentence in answer.sentences:
        if answer.mode is Mode.MODEL and not sentence.quoted:
            continue  # the model's own, above
        if runs and sentence.follows:
            runs[-1].append(sentence)
        else:
            runs.append([sentence])
    return "".join(_quotation(view, run, sources) for run in runs)


def _quotation(view: TurnView, run: Sequence[AnswerSentence], sources: Mapping[str, Source]) -> str:
    before, after = missing_marks(" ".join(sentence.text for sentence in run))
    edges = [(before if sentence is run[0] else "", after if sentence is run[-1] else "") for sentence in run]
    words = " ".join(
        _sentence(view, sentence, sources, quoted=True, edges=edge) for sentence, edge in zip(run, edges, strict=True)
    )
    first = sources.get(run[0].citations[0]) if run[0].citations else None
    origin = ""
    if first is not None:
        day = readable(parse_day(first.published)) or texts.UNDATED
        if first.published and first.date_source == DateSource.PAGE_HEADER:
            day = texts.page_dated(day)
        origin = (
            f'<footer class="origin"><span class="outlet" dir="auto">'
            f"{escape(first.outlet or texts.UNKNOWN_OUTLET)}</span> {escape(day)}</footer>"
        )
    return f'<blockquote class="quote"><p dir="auto">{words}</p>{origin}</blockquote>'


def _model_words(view: TurnView, answer: Answer, sources: Mapping[str, Source]) -> str:
    paragraphs: list[list[str]] = [[]]
    at = 0
    for sentence in (one for one in answer.sentences if not one.quoted):
        start = answer.answer.find(sentence.text.strip(), at)
        if start >= 0:
            if "\n" in answer.answer[at:start] and paragraphs[-1]:
                paragraphs.append([])
            at = start + len(sentence.text.strip())
        paragraphs[-1].append(_sentence(view, sentence, sources, quoted=False))
    return "".join(f'<p dir="auto">{" ".join(words)}</p>' for words in paragraphs if words)


def _sentence(
    view: TurnView,
    sentence: AnswerSentence,
    sources: Mapping[str, Source],
    *,
    quoted: bool,
    edges: tuple[str, str] = ("", ""),
) -> str:
    """``edges``: quotation marks to put before and after it."""
    text = text_with_glosses(sentence.text, sentence.glosses) if quoted else _text_without_marks(sentence)
    marks = "".join(
        mark(view.number, sources[key], highlight_of(sources[key], sentence.text))
        for key in sentence.citations
        if key in sources
    )
    return (
        f'<span class="sentence {_verdict_class(sentence)}">{supplied(edges[0])}{text}{supplied(edges[1])}</span>'
        f'<span class="after">{JOINER}{marks}{verdict_sign(sentence, quoted=quoted)}</span>'
    )


def _is_doubted(sentence: AnswerSentence) -> bool:
    """What could not be checked is doubtful where something of it, a name, was not found."""
    return sentence.verdict is Verdict.UNCHECKED and bool(sentence.citations and sentence.problems)


def _verdict_class(sentence: AnswerSentence) -> str:
    return f"{sentence.verdict.value}{' doubted' if _is_doubted(sentence) else ''}"


def _text_without_marks(sentence: AnswerSentence) -> str:
    if sentence.glosses:
        return text_with_glosses(sentence.text, sentence.glosses)
    known = set(sentence.citations)
    return escape(_MARK.sub(lambda found: "" if found.group(1) in known else found.group(), sentence.text).strip())


def verdict_sign(sentence: AnswerSentence, *, quoted: bool) -> str:
    """What checking found and how many sources say it: a small sign, told on hover, on focus and aloud."""
    sign, meaning = _VERDICT_SIGNS[sentence.verdict]
    if _is_doubted(sentence):
        sign = "?"
    if quoted and sentence.verdict is Verdict.SUPPORTED:
        meaning = texts.SUPPORTED_QUOTE
    # of a sentence that isn't what its source says nobody can say how many say it
    voices, count = sentence.independent if sentence.verdict is Verdict.SUPPORTED else 0, ""
    told = " ".join([meaning, *sentence.problems, *([texts.independent(voices)] if voices else [])])
    if voices:
        several = " several" if voices > 1 else ""
        count = f'<span class="independent{several}" aria-hidden="true">{texts.voices(voices)}</span>'
    return (
        f'<span class="verdict {_verdict_class(sentence)}" role="note" tabindex="0" '
        f'aria-label="{escape(told)}" data-tip="{escape(told)}">{sign}{count}</span>'
    )
