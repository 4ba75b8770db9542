"""A run question by question, as safe HTML: what was asked, expected and answered, and the evidence. Pure."""

from __future__ import annotations

from assistant.answer import Mode
from evaluation.report_questions import Card, Passage, Pieces, Sentence
from web import texts
from web.days import readable
from web.evaluation_page import OUTCOMES, RunPage, TestLink, evaluate_address
from web.links import question_link
from web.markup import escape
from web.render_question_set import expected
from web.render_source import article_address
from web.turn_view import Asked

PASSAGES_AT_FIRST = 3
_WHO = {"user": texts.ASKED_BEFORE, "assistant": texts.ANSWERED_BEFORE}


def outcomes(page: RunPage) -> str:
    """The questions of one outcome, a page of them, with links to the others."""
    name = page.at_hand.name
    links = "".join(
        f'<a data-go href="{escape(evaluate_address(run=name, show=one))}"'
        f"{' aria-current=true' if one == page.outcome else ''}>{texts.OUTCOMES[one]} "
        f'<span class="count">{page.counts[one]:,}</span></a>'
        for one in OUTCOMES
    )
    cards = "".join(_card(card, page.links[card.question.id]) for card in page.cards)
    body = cards or f'<p class="small">{texts.NONE_OF_THESE}</p>'
    return (
        '<section class="evaluate-part" id="asked"><div class="found-head">'
        f'<h3 class="label">{texts.ANSWERS_HEADING}</h3>'
        f'<nav class="orders" aria-label="{texts.ANSWERS_HEADING}">{links}</nav></div>{body}{_pages(page)}</section>'
    )


def _pages(page: RunPage) -> str:
    if page.pages < 2:
        return ""

    def link(number: int, words: str) -> str:
        address = evaluate_address(run=page.at_hand.name, show=page.outcome, page=number)
        return f'<a class="action" data-go href="{escape(address)}">{words}</a>'

    before = link(page.page - 1, texts.EARLIER_PAGE) if page.page > 1 else "<span></span>"
    after = link(page.page + 1, texts.LATER_PAGE) if page.page < page.pages else "<span></span>"
    return f'<nav class="pages">{before}<span>{texts.page_of(page.page, page.pages)}</span>{after}</nav>'


def _card(card: Card, link: TestLink) -> str:
    tags = "".join(f'<span class="tag" dir="auto">{escape(tag)}</span>' for tag in card.question.tags)
    return (
        f'<details class="outcome"><summary><span class="badge {card.outcome_class}">{escape(card.outcome)}</span>'
        f'<span class="asked" dir="auto">{escape(card.question.question)}</span>{tags}</summary>'
        f'<div class="outcome-columns"><div>{_asked(card, link)}{_expected(card)}{_answer(card)}</div>'
        f"<div>{_evidence(card, link)}</div></div></details>"
    )


def _asked(card: Card, link: TestLink) -> str:
    turns = "".join(
        f'<p class="turn" dir="auto"><span class="who">{_WHO[turn.role]}:</span> {escape(turn.content)}</p>'
        for turn in card.question.history
    )
    told = [card.question.id, card.kind, texts.asked_on(readable(link.asked_on))]
    address = question_link(Asked(link.text, link.asked_on, mode=Mode.AUTO))
    return (
        f'<p class="help" dir="auto">{escape(" · ".join(told))}</p>{turns}'
        f'<p class="ask-it"><a href="{escape(address)}">{texts.ASK_IN_CHAT} →</a></p>'
    )


def _expected(card: Card) -> str:
    missing = "".join(
        f'<p class="problem" dir="auto">{texts.NOT_IN_ARCHIVE}: {escape(one)}</p>' for one in card.missing
    )
    return (
        f'<h4 class="label">{texts.EXPECTED}</h4><p class="expected" dir="auto">{expected(card.question)}</p>{missing}'
    )


def _answer(card: Card) -> str:
    if not card.answered:
        return ""
    refusal = f'<p class="refusal" dir="auto">{escape(card.refusal)}</p>' if card.refusal else ""
    statement = f'<p dir="auto">{escape(card.statement)}</p>' if card.statement else ""
    sentences = "".join(_sentence(one) for one in card.sentences)
    notes = "".join(f'<p class="help" dir="auto">{escape(one)}</p>' for one in (*card.notices, *card.judge))
    return f'<h4 class="label">{texts.ANSWER}</h4>{refusal}{statement}{sentences}{notes}'


def _sentence(one: Sentence) -> str:
    marks = "".join(f'<span class="cite">[{escape(key)}]</span>' for key in one.citations)
    problems = "".join(f'<span class="problem">{escape(problem)}</span>' for problem in one.problems)
    return (
        f'<p class="said" dir="auto">{marked(one.pieces)} {marks} '
        f'<span class="badge {one.verdict_class}">{escape(one.verdict)}</span>{problems}</p>'
    )


def marked(pieces: Pieces) -> str:
    """Text with what counts in ``<mark>``."""
    return "".join(f"<mark>{escape(text)}</mark>" if hit else escape(text) for text, hit in pieces)


def _evidence(card: Card, link: TestLink) -> str:
    heading = f'<h4 class="label">{texts.EVIDENCE}</h4>'
    if not card.passages:
        return f"{heading}<p>{texts.NOTHING_FOUND_HERE}</p>"
    rows = [_passage(one, found) for one, found in zip(card.passages, link.passages, strict=True)]
    first, rest = "".join(rows[:PASSAGES_AT_FIRST]), rows[PASSAGES_AT_FIRST:]
    more = ""
    if rest:
        more = f"<details><summary>{texts.more(len(rest))}</summary>{''.join(rest)}</details>"
    return f'{heading}<div class="evidence">{first}{more}</div>'


def _passage(one: Passage, found: tuple[str, str]) -> str:
    signs = f' <span class="badge good">{texts.RELEVANT}</span>' if one.relevant else ""
    signs += f' <span class="badge good">{texts.HOLDS_ANSWER}</span>' if one.holds_answer else ""
    address = escape(article_address(found[0], found[1] or None))
    return (
        f'<article class="found-passage"><p class="kicker"><span class="rank">{one.rank}</span> '
        f'<span dir="auto">{escape(one.where)}</span>{signs}</p>'
        f'<p class="passage-title"><a class="read-article" href="{address}" dir="auto">{escape(one.title)}</a></p>'
        f'<p class="text" dir="auto">{marked(one.pieces)}</p></article>'
    )
