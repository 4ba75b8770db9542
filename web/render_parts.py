"""Parts of an answer as safe HTML: marks that open sources, explained quotations, dated rows, figures. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from assistant.answer import Answer, Difference, Gloss, Source
from assistant.differences import as_told
from assistant.lone_marks import missing_marks
from web import texts
from web.days import readable
from web.markup import escape
from web.render_source import highlight_of, source_card, source_id, where_and_when
from web.search_form import SearchForm
from web.turn_view import TurnView

_EMPTY_LINES = re.compile(r"\s*\n\s*")
JOINER = "\u2060"  # keeps a sentence's marks on the line of its last word


def mark(turn_number: int, source: Source, highlight: int | None = None) -> str:
    """The ``[1]`` that opens its source, at one of its highlights."""
    pointing = f' data-at="{highlight}"' if highlight is not None else ""
    label = texts.mark_label(source.key, source.title, where_and_when(source.outlet, source.published))
    return (
        f'<a class="mark" href="#{source_id(turn_number, source.key)}"{pointing} '
        f'aria-label="{escape(label)}" title="{escape(label)}">[{escape(source.key)}]</a>'
    )


def text_with_glosses(text: str, glosses: Sequence[Gloss]) -> str:
    """A quotation, escaped, with what Backissue explains in it visibly apart."""
    parts: list[str] = []
    at = 0
    for gloss in sorted(glosses, key=lambda gloss: gloss.offset):
        offset = min(max(gloss.offset, at), len(text))
        words = gloss.text.strip()
        words = words if words.startswith("[") else f"[{words}]"
        before = text[at:offset]
        space = "" if before.endswith((" ", "\n")) or not before else " "
        parts += [_lines(before), f'{space}<span class="gloss" title="{texts.GLOSS}">{escape(words)}</span>']
        if offset < len(text) and text[offset].isalnum():
            parts.append(" ")
        at = offset
    parts.append(_lines(text[at:]))
    return "".join(parts).strip()


def quotation(text: str, glosses: Sequence[Gloss]) -> str:
    """A quotation of its own: explained, and with the mark that it lost where it was cut out of a longer one."""
    before, after = missing_marks(text)
    return f"{supplied(before)}{text_with_glosses(text, glosses)}{supplied(after)}"


def supplied(mark: str) -> str:
    """A quotation mark that isn't in the article's sentence; empty for none."""
    return f'<span class="supplied" title="{texts.SUPPLIED_MARK}">{mark}</span>' if mark else ""


def cards(view: TurnView, sources: Sequence[Source], prefix: str) -> str:
    """The sources' cards, hidden until one is opened in the panel."""
    shown = "".join(
        source_card(source, source_id(view.number, source.key, prefix), view.asked.asked_on) for source in sources
    )
    return f'<div class="cards" hidden>{shown}</div>'


def notices(answer: Answer) -> str:
    """What should be known about the answer, but for what stands under the question already."""
    new = [notice for notice in dict.fromkeys(answer.notices) if notice not in answer.plan.notes]
    return "".join(f'<p class="notice" dir="auto">{escape(notice)}</p>' for notice in new)


def _lines(text: str) -> str:
    """Escaped; a list's lines stay lines (the style shows them as such), without the empty ones between."""
    return escape(_EMPTY_LINES.sub("\n", text))


def timeline_rows(view: TurnView, answer: Answer, sources: Mapping[str, Source]) -> str:
    """Dated rows: the day beside each sentence, with its mark."""
    rows = []
    for row in answer.timeline:
        sign = ""
        if row.citation in sources:
            source = sources[row.citation]
            sign = mark(view.number, source, highlight_of(source, row.text))
        rows.append(
            f'<li class="timeline-row"><p class="day"><time datetime="{row.day.isoformat()}">'
            f'{escape(readable(row.day))}</time></p><div class="told"><p dir="auto">'
            f'{quotation(row.text, row.glosses)}{JOINER}{sign}</p><p class="kicker">'
            f'<span class="outlet" dir="auto">{escape(row.outlet or texts.UNKNOWN_OUTLET)}</span></p></div></li>'
        )
    topic = answer.plan.catalog.topic if answer.plan.catalog is not None else ""
    address = SearchForm(topic or view.asked.text).address("timeline")
    more = f'<p class="small"><a data-go href="{escape(address)}">{texts.IN_TIMELINE_VIEW}</a></p>'
    return f'<ol class="timeline-rows">{"".join(rows)}</ol>{more}'


def differing_figures(view: TurnView, answer: Answer, sources: Mapping[str, Source]) -> str:
    """Where the sources' figures or days differ: each with its outlet, its day and a mark that opens the passage."""
    told = []
    for found in answer.disagreements:
        rows = "".join(
            f"<li>{escape(as_told(one))} – {escape(where_and_when(one.outlet, one.published))}"
            f"{mark(view.number, sources[one.citation]) if one.citation in sources else ''}</li>"
            for one in found.figures
        )
        disputed, updated = (
            (texts.DISPUTED_DAYS, texts.UPDATED_DAYS) if found.is_of_days else (texts.DISPUTED, texts.UPDATED)
        )
        title = disputed if found.difference is Difference.DISPUTED else updated
        told.append(f'<section class="disagreement"><p class="notice">{title}</p><ul>{rows}</ul></section>')
    return "".join(told)
