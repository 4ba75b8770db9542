"""Answers, sources and articles to render: ordinary ones, and ones whose every text is an attack."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from archive.article import Article, DateSource, Timestamp
from assistant.answer import Answer, AnswerSentence, Copy, Coverage, Gloss, Mode, Source, Verdict
from assistant.search_plan import PlanPart, SearchPlan, TimeWindow
from web.turn_view import Asked, Phase, TurnView

ASKED_ON = date(2024, 12, 20)
TEXT = (
    "VARNHOLM — The bridge will reopen on Thursday. The repair cost 4.2 million crowns.\n\n"
    "Lorries must use the Sund crossing until June."
)


def article(text: str = TEXT, **changes: Any) -> Article:
    fields: dict[str, Any] = {
        "article_id": "a1b2c3",
        "identity": "https://courier.example/bridge",
        "title": "Bridge to reopen after repair",
        "text": text,
        "url": "https://courier.example/bridge",
        "outlet": "Varnholm Courier",
        "authors": ("Lena Brandt",),
        "published": Timestamp(date(2024, 3, 14)),
        "date_source": DateSource.GIVEN,
        "date_confidence": 1.0,
    }
    return Article(**(fields | changes))


def source(key: str = "1", **changes: Any) -> Source:
    start = TEXT.index("The bridge")
    passage = TEXT[start : TEXT.index("\n\n")]
    made = Source(
        key=key,
        article_id="a1b2c3",
        passage_id="a1b2c3.0f0f0f.0",
        title="Bridge to reopen after repair",
        outlet="Varnholm Courier",
        published="2024-03-14",
        url="https://courier.example/bridge",
        text=passage,
        start=start,
        end=start + len(passage),
        highlights=((0, passage.index(" The repair")),),
        authors=("Lena Brandt",),
    )
    return replace(made, **changes)


def plan(question: str = "When does the bridge reopen?", **changes: Any) -> SearchPlan:
    made = SearchPlan(question, question, ASKED_ON, (PlanPart(question),))
    return replace(made, **changes)


def answer(*sentences: AnswerSentence, mode: Mode = Mode.QUOTES, **changes: Any) -> Answer:
    said = sentences or (
        AnswerSentence(
            "The bridge will reopen on Thursday.", ("1",), Verdict.SUPPORTED, (), (Gloss(34, "14 March 2024"),)
        ),
    )
    made = Answer(
        question="When does the bridge reopen?",
        mode=mode,
        refused=False,
        answer=" ".join(sentence.text + "".join(f" [{key}]" for key in sentence.citations) for sentence in said),
        sentences=said,
        sources=(source(),),
        plan=plan(),
        confidence=0.9,
        timings_ms={"total": 124.0},
    )
    return replace(made, **changes)


def view(made: Answer | None = None, phase: Phase = Phase.DONE, **changes: Any) -> TurnView:
    shown = TurnView(
        3,
        Asked("When does the bridge reopen?", ASKED_ON),
        phase,
        plan=made.plan if made is not None else None,
        answer=made,
    )
    return replace(shown, **changes)


def hostile_article(attack: str) -> Article:
    return article(
        text=f"{attack}\n\n{attack}",
        title=attack,
        outlet=attack,
        url=attack,
        authors=(attack, attack),
        section=attack,
        kind=attack,
        language=attack,
        external_id=attack,
        correction=attack,
        article_id=attack or "x",
    )


def hostile_view(attack: str, mode: Mode, *, refused: bool = False) -> TurnView:
    """A turn in which everything that somebody else wrote is the attack."""
    copy = Copy(attack, attack, attack, attack, attack)
    cited = source(
        article_id=attack,
        passage_id=attack,
        title=attack,
        outlet=attack,
        published=attack,
        url=attack,
        text=attack,
        highlights=((0, max(1, len(attack) // 2)),),
        also_in=(copy,),
        external_id=attack,
        authors=(attack,),
        section=attack,
        kind=attack,
        modified=attack,
        correction=attack,
    )
    sentence = AnswerSentence(attack, ("1",), Verdict.NOT_IN_SOURCE, (attack,), (Gloss(len(attack) // 2, attack),))
    part = PlanPart(attack, TimeWindow(ASKED_ON, ASKED_ON, attack), (attack,), (attack,), "latest")
    made = answer(
        sentence,
        mode=mode,
        sources=(cited,),
        notices=(attack,),
        plan=plan(attack, standalone=attack + " ", parts=(part, part), notes=(attack,)),
        refused=refused,
        coverage=Coverage(1, ((attack, 1),), ASKED_ON, ASKED_ON, 0),
        near_misses=(cited,),
        incomplete=True,
    )
    return view(made, asked=Asked(attack, ASKED_ON), sources=(cited,), text=attack, error=attack, model=attack)
