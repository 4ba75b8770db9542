"""A question and its answer as safe HTML, at every moment from asked to answered. Pure.

Quotes are shown as quotations with outlet and day under each; a model's words as running text. Marks, verdicts and
explanations (glosses) stand visibly apart from what a source says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from assistant.answer import Answer, AnswerSentence, Mode, SearchPlan, Source, TimeWindow, Verdict
from web import texts
from web.days import parse_day, readable, readable_span
from web.links import question_link
from web.markup import escape
from web.render_parts import JOINER, differing_figures, mark, text_with_glosses, timeline_rows
from web.render_source import highlight_of, source_card, source_id, source_rows, where_and_when
from web.view import Asked, Phase, TurnView

_MARK = re.compile(r"[ \u00a0]?\[(\d{1,3})\]")

_THUMB_UP = (
    '<svg viewBox="0 0 24 24" width="16" height="16" aria-hidden="true"><path d="M7 11v9H4v-9zm0 0 4-7c1.7 0 2.5 1.2 2 '
    '3l-1 3h6c1.4 0 2.2 1 1.9 2.3l-1.2 5.4A2 2 0 0 1 17 20H7" fill="none" stroke="currentColor" stroke-width="1.6" '
    'stroke-linejoin="round"/></svg>'
)
_THUMB_DOWN = _THUMB_UP.replace("<path d=", '<path transform="rotate(180 12 12)" d=')

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
    return (
        f'<article class="turn" id="a{view.number}" data-turn="{view.number}" data-phase="{view.phase.value}" '
        f'data-conversation="{escape(view.conversation)}">'
        f'<h2 class="question" dir="auto" tabindex="-1">{escape(view.asked.text)}</h2>'
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
        f"{_cards(view, view.sources, 'p')}</section>"
    )


def _cards(view: TurnView, sources: Sequence[Source], prefix: str) -> str:
    cards = "".join(
        source_card(source, source_id(view.number, source.key, prefix), view.asked.asked_on) for source in sources
    )
    return f'<div class="cards" hidden>{cards}</div>'


def _streamed(text: str) -> str:
    """Text as it arrives: marks are shown, but lead nowhere until they have been checked."""
    shown: list[str] = []
    at = 0
    for match in _MARK.finditer(text):
        shown += [escape(text[at : match.start()]), f'<span class="mark waiting">[{match.group(1)}]</span>']
        at = match.end()
    shown.append(escape(text[at:]))
    lines = [line for line in "".join(shown).split("\n") if line.strip()]
    return "".join(f'<p dir="auto">{line}</p>' for line in lines)


def _settled(view: TurnView) -> str:
    if view.note:
        return f'<p class="notice gone">{escape(view.note)}</p>'
    return f"{_end(view)}{opinion(view)}"


def _end(view: TurnView) -> str:
    if view.phase is Phase.FAILED:
        return _failed(view)
    if view.answer is None:
        note = texts.STOPPED if view.text else texts.STOPPED_EARLY
        return f'<div class="words">{_streamed(view.text)}</div><p class="notice stopped">{escape(note)}</p>'
    if view.answer.refused:
        return _refusal(view, view.answer)
    return answered(view, view.answer)


def _failed(view: TurnView) -> str:
    partial = ""
    if view.text:
        partial = f'<div class="words">{_streamed(view.text)}</div><p class="notice">{texts.UNCHECKED_PARTIAL}</p>'
    return (
        f'{partial}<div class="failure" role="alert"><p class="failure-title">{texts.FAILED}</p>'
        f"<p>{escape(view.error)}</p></div>"
    )


def answered(view: TurnView, answer: Answer) -> str:
    """A whole answer: sentences, notices, who wrote it, and its sources (listed, their cards hidden until opened)."""
    sources = {source.key: source for source in answer.sources}
    if answer.timeline:
        words = timeline_rows(view, answer, sources)
    else:
        words = _quotes(view, answer, sources) if answer.mode is Mode.QUOTES else _model_words(view, answer, sources)
    statement = f'<p class="statement">{escape(answer.statement)}</p>' if answer.statement else ""
    broken_off = f'<p class="notice incomplete">{texts.INCOMPLETE}</p>' if answer.incomplete else ""
    return (
        f'{statement}<div class="words {answer.mode.value}">{words}</div>'
        f"{differing_figures(view, answer, sources)}{broken_off}{_notices(answer)}"
        f"{_colophon(view, answer)}{_sources(view, answer.sources)}"
    )


def _sources(view: TurnView, sources: Sequence[Source]) -> str:
    if not sources:
        return ""
    return (
        f'<section class="turn-sources"><h3 class="label">{texts.SOURCES}</h3>'
        f"{source_rows(sources, view.number)}{_cards(view, sources, 's')}</section>"
    )


# --- sentences ---------------------------------------------------------------------------------------------------


def _quotes(view: TurnView, answer: Answer, sources: Mapping[str, Source]) -> str:
    """What stands together in its article is one quotation, with where it is from beneath."""
    runs: list[list[AnswerSentence]] = []
    for sentence in answer.sentences:
        if runs and sentence.follows:
            runs[-1].append(sentence)
        else:
            runs.append([sentence])
    return "".join(_quotation(view, run, sources) for run in runs)


def _quotation(view: TurnView, run: Sequence[AnswerSentence], sources: Mapping[str, Source]) -> str:
    words = " ".join(_sentence(view, sentence, sources, quoted=True) for sentence in run)
    first = sources.get(run[0].citations[0]) if run[0].citations else None
    origin = ""
    if first is not None:
        origin = (
            f'<footer class="origin"><span class="outlet" dir="auto">'
            f"{escape(first.outlet or texts.UNKNOWN_OUTLET)}</span> "
            f"{escape(readable(parse_day(first.published)) or texts.UNDATED)}</footer>"
        )
    return f'<blockquote class="quote"><p dir="auto">{words}</p>{origin}</blockquote>'


def _model_words(view: TurnView, answer: Answer, sources: Mapping[str, Source]) -> str:
    paragraphs: list[list[str]] = [[]]
    at = 0
    for sentence in answer.sentences:
        start = answer.answer.find(sentence.text.strip(), at)
        if start >= 0:
            if "\n" in answer.answer[at:start] and paragraphs[-1]:
                paragraphs.append([])
            at = start + len(sentence.text.strip())
        paragraphs[-1].append(_sentence(view, sentence, sources, quoted=False))
    return "".join(f'<p dir="auto">{" ".join(words)}</p>' for words in paragraphs if words)


def _sentence(view: TurnView, sentence: AnswerSentence, sources: Mapping[str, Source], *, quoted: bool) -> str:
    text = text_with_glosses(sentence.text, sentence.glosses) if quoted else _text_without_marks(sentence)
    marks = "".join(
        mark(view.number, sources[key], highlight_of(sources[key], sentence.text))
        for key in sentence.citations
        if key in sources
    )
    return (
        f'<span class="sentence {sentence.verdict.value}">{text}</span>'
        f'<span class="after">{JOINER}{marks}{verdict_sign(sentence, quoted=quoted)}</span>'
    )


def _text_without_marks(sentence: AnswerSentence) -> str:
    if sentence.glosses:
        return text_with_glosses(sentence.text, sentence.glosses)
    known = set(sentence.citations)
    return escape(_MARK.sub(lambda found: "" if found.group(1) in known else found.group(), sentence.text).strip())


def verdict_sign(sentence: AnswerSentence, *, quoted: bool) -> str:
    """What checking found: a small sign, its meaning on hover, on focus and for screen readers."""
    sign, meaning = _VERDICT_SIGNS[sentence.verdict]
    if quoted and sentence.verdict is Verdict.SUPPORTED:
        meaning = texts.SUPPORTED_QUOTE
    told = " ".join([meaning, *sentence.problems])
    return (
        f'<span class="verdict {sentence.verdict.value}" role="note" tabindex="0" '
        f'aria-label="{escape(told)}" data-tip="{escape(told)}">{sign}</span>'
    )


# --- around the answer -------------------------------------------------------------------------------------------


def _notices(answer: Answer) -> str:
    """What should be known about the answer, but for what stands under the question already."""
    new = [notice for notice in dict.fromkeys(answer.notices) if notice not in answer.plan.notes]
    return "".join(f'<p class="notice" dir="auto">{escape(notice)}</p>' for notice in new)


def _colophon(view: TurnView, answer: Answer) -> str:
    if answer.mode is Mode.QUOTES:
        parts = [texts.MODE_USED_QUOTES]
    else:
        model = answer.usage.model or view.model
        parts = [texts.answered_by(model) if model else texts.MODE_USED_MODEL]
    used = (answer.usage.prompt_tokens or 0) + (answer.usage.completion_tokens or 0)
    if used:
        parts.append(texts.tokens(used))
    if spent := answer.timings_ms.get("total", sum(answer.timings_ms.values())):
        parts.append(texts.seconds(spent))
    copy = (
        f'<button type="button" class="quiet copy" title="{texts.COPY_TITLE}" '
        f'data-copy="{escape(as_plain_text(answer))}">{texts.COPY}</button>'
    )
    link = (
        f'<button type="button" class="quiet copy" title="{texts.LINK_TITLE}" '
        f'data-copy-link="{escape(question_link(view.asked))}">{texts.LINK}</button>'
    )
    return f'<p class="colophon"><span>{escape(" · ".join(parts))}</span><span class="hands">{link}{copy}</span></p>'


def opinion(view: TurnView) -> str:
    """Thumbs up and down, and a field for the reason; only where the turn is kept, so that it can be named."""
    if not view.conversation or view.phase is not Phase.DONE:
        return ""
    thumbs = "".join(
        f'<button type="button" class="quiet thumb" data-verdict="{verdict}" aria-pressed="false" '
        f'aria-label="{label}" title="{label}">{sign}</button>'
        for verdict, label, sign in (("up", texts.GOOD_ANSWER, _THUMB_UP), ("down", texts.BAD_ANSWER, _THUMB_DOWN))
    )
    return (
        f'<form class="opinion" data-thanks="{texts.THANKS}">{thumbs}<label class="why"><span class="visually-hidden">'
        f'{texts.WHY}</span><input type="text" name="reason" maxlength="500" placeholder="{texts.WHY}"></label>'
        f'<button type="submit" class="quiet why">{texts.SEND}</button>'
        f'<span class="opinion-note" role="status"></span></form>'
    )


def as_plain_text(answer: Answer) -> str:
    """The answer with its sources in full, for the clipboard."""
    lines = [answer.answer, ""]
    for source in answer.sources:
        where = where_and_when(source.outlet, source.published)
        lines.append(f"[{source.key}] {source.title}. {where}{'. ' + source.url if source.url else ''}")
    return "\n".join(lines).strip()


def _refusal(view: TurnView, answer: Answer) -> str:
    filtered = not view.asked.wall.is_empty
    title = texts.REFUSED_FILTERED if filtered else texts.REFUSED
    parts = [f'<p class="refusal-title">{title}</p>']
    if answer.statement:
        parts.append(f'<p class="statement">{escape(answer.statement)}</p>')
    if answer.coverage is not None:
        held = answer.coverage
        days = (readable(held.first_day), readable(held.last_day))
        told = (
            texts.refusal_within(held.articles, *days)
            if filtered
            else texts.refusal_coverage(held.articles, len(held.outlets), *days)
        )
        parts.append(f'<p class="refusal-coverage">{escape(told)}</p>')
    parts.append(_notices(answer))
    if filtered:
        parts.append(
            f'<p><button type="button" class="action again" data-ask="{escape(view.asked.text)}" data-clear="1">'
            f"{texts.WITHOUT_FILTERS}</button></p>"
        )
    if answer.near_misses:
        parts.append(_near_misses(view, answer.near_misses))
    return f'<div class="refusal">{"".join(parts)}</div>'


def _near_misses(view: TurnView, near: Sequence[Source]) -> str:
    # numbered by us: near misses are no sources, whatever keys they carry
    keyed = [replace(source, key=str(number)) for number, source in enumerate(near, 1)]
    return (
        f'<section class="turn-sources near"><h3 class="label">{texts.NEAREST}</h3>'
        f"{source_rows(keyed, view.number, prefix='n', numbered=False)}{_cards(view, keyed, 'n')}</section>"
    )


# --- how it was understood ---------------------------------------------------------------------------------------


def understood(view: TurnView) -> str:
    """The filter and the reading of the question as chips, and the plan's notes."""
    chips = [chip("filter", text, texts.YOUR_FILTER) for text in filter_words(view.asked)]
    notes: tuple[str, ...] = ()
    standalone = ""
    if view.plan is not None:
        chips += _plan_chips(view.plan)
        notes = view.plan.notes
        if view.plan.standalone.strip() not in {"", view.asked.text.strip()}:
            standalone = (
                f'<p class="standalone"><span class="label">{texts.UNDERSTOOD}</span> '
                f'<span dir="auto">{escape(view.plan.standalone)}</span></p>'
            )
    listed = f'<ul class="chips">{"".join(chips)}</ul>' if chips else ""
    noted = "".join(f'<p class="note" dir="auto">{escape(note)}</p>' for note in notes)
    return f'<div class="understood">{standalone}{listed}{noted}</div>'


def filter_words(asked: Asked) -> list[str]:
    """What the user set, each a few words."""
    words: list[str] = []
    if span := readable_span(asked.wall.published_from, asked.wall.published_to):
        words.append(span)
    words += asked.wall.outlets
    if asked.wall.as_of is not None:
        words.append(texts.as_of(readable(asked.wall.as_of)))
    return words


def _plan_chips(plan: SearchPlan) -> list[str]:
    chips: dict[str, None] = {}
    several = len({part.question for part in plan.parts}) > 1
    for part in plan.parts:
        if several:
            chips[chip("part", part.question, texts.UNDERSTOOD)] = None
        if part.window is not None and part.window.inferred:
            chips[_window_chip(part.window)] = None
        for outlet in part.outlets:
            if outlet not in plan.wall.outlets:
                chips[chip("paper", outlet, texts.OUTLETS)] = None
        for phrase in part.phrases:
            chips[chip("phrase", texts.exactly(phrase), texts.UNDERSTOOD)] = None
        if part.recency in {"latest", "earliest"}:
            order = texts.LATEST_FIRST if part.recency == "latest" else texts.EARLIEST_FIRST
            chips[chip("recency", order, texts.UNDERSTOOD)] = None
    return list(chips)


def _window_chip(window: TimeWindow) -> str:
    span = readable_span(window.start, window.end)
    title = texts.read_from(window.expression) if window.expression else texts.UNDERSTOOD
    return chip("window", span, title) if span else ""


def chip(kind: str, text: str, title: str) -> str:
    """One chip; ``kind`` is ours, the rest may hold anything."""
    return f'<li class="chip {kind}" title="{escape(title)}" dir="auto">{escape(text)}</li>'
