from __future__ import annotations

from datetime import date

import pytest

from archive.outlet_names import OutletNames
from assistant.conversation import Turn
from assistant.planner import Known, plan_text
from assistant.question import Question
from assistant.rewrite import leans_on_history, stand_alone
from tests.assistant.small_archive import COURIER, LEDGER, POST

ASKED = date(2024, 6, 10)
OUTLETS = OutletNames((LEDGER, COURIER, POST))


def history(*turns: str) -> tuple[Turn, ...]:
    return tuple(Turn("user" if index % 2 == 0 else "assistant", text) for index, text in enumerate(turns))


LOSE = "How many workers will lose their jobs at the Corvin mill"
MILL = history(
    f"{LOSE}?",
    f"“The Corvin mill will close in July, and 310 people will be dismissed.” – {LEDGER}, 3 May 2024 [1]",
)
LONG = "It was so and so, " * 20
FLOOD = history(
    "How many people died in the flood?", f"{LONG} – {COURIER}, 2 June 2024 [1]\n\n{LONG} – {POST}, 4 June 2024 [2]"
)
STRIKE = history("When did the ferry strike begin?", f"{LONG} – {COURIER}, 2 June 2024 [1]")
MAYOR = history("Who is the mayor of Merrin?", "Lucia Ferrante, of the Harbour List.")


@pytest.mark.parametrize(
    ("turns", "text", "standalone"),
    [
        (MILL, "Which outlets?", "Which outlets reported on Corvin?"),
        (MILL, "and which papers reported it?", "Which outlets reported on Corvin?"),
        (MILL, "How many articles are there?", "How many articles mention Corvin?"),
        (MILL, "show me a timeline", "Timeline of Corvin"),
        (MILL, "How did it develop?", "Timeline of Corvin"),
        (MILL, "list the articles", "List the articles about Corvin"),
        (MILL, "who wrote about it?", "Who wrote about Corvin?"),
        (MILL, "tell me more", "What else was reported on Corvin?"),
        (MILL, "any update?", "What is the latest on Corvin?"),
        (MILL, "and the Courier?", f"{LOSE} according to {COURIER}?"),
        (MILL, "What did the Post say?", f"{LOSE} according to {POST}?"),
        (MILL, "and in 2023?", f"{LOSE} in 2023?"),
        (MAYOR, "and her deputy?", "Who is Lucia Ferrante's deputy (Harbour List Merrin)?"),
        (MAYOR, "What did Ole Vint say of her?", "What did Ole Vint say of Lucia Ferrante (Harbour List Merrin)?"),
        (
            history("When did the ferry sink?", "On 4 March 2024, off Tarn."),
            "What happened next?",
            "What happened to the ferry after 2024-03-04?",
        ),
        (
            history("Who warned of the crack?", "Ruth Ambleside, an engineer. She was suspended in May 2024."),
            "Did she get it back afterwards?",
            "Did Ruth Ambleside get it back after 2024-05-31 (suspended)?",
        ),
        (
            history("Tell me about the dockers.", "They struck.", "There was a strike at the mill?", "In May 2024."),
            "how long did that one last?",
            "How long did that one last in May 2024 (strike mill)?",
        ),
        (FLOOD, "What happened afterwards?", "What happened to the flood after 2024-06-02?"),
        (FLOOD, "and before that?", "How many people died in the flood before 2024-06-02?"),
        (FLOOD, "How many articles are there about it?", "How many articles mention the flood?"),
        (
            (*FLOOD, *history("and the Courier?", FLOOD[1].content)),
            "what about Merrin?",
            f"How many people died in the flood – Merrin according to {COURIER}?",
        ),
        (FLOOD, "what about the ferry?", "How many people died in the ferry?"),
        (FLOOD, "how long did it last?", "How long did the flood last (people died)?"),
        (FLOOD, "and a year earlier?", "How many people died in the flood in 2023?"),  # than it was told
        (history("What was rent in May 2024?", "It was 900."), "and a year earlier?", "What was rent in May 2023?"),
        (history("Who won the cup in May 2024?", "Tarn."), "and the year before?", "Who won the cup in 2023?"),
        (FLOOD, "what about 2023?", "How many people died in the flood in 2023?"),
        (FLOOD, "and May?", "How many people died in the flood in May?"),
        (
            (*FLOOD, *history("and the Courier?", FLOOD[1].content)),
            "What next?",
            "What happened to the flood after 2024-06-02?",
        ),
        ((*FLOOD, *history("why?", FLOOD[1].content)), "where was that?", "Where was that (people died flood)?"),
        (
            (*STRIKE, *history("How long did it last?", STRIKE[1].content)),
            "What did they get?",
            "What did the ferry strike get?",
        ),
        ((*STRIKE, *history("who led it?", STRIKE[1].content)), "and the tram drivers?", "Who led the tram drivers?"),
        ],
)  # fmt: skip
def test_follow_ups(turns: tuple[Turn, ...], text: str, standalone: str) -> None:
    assert stand_alone(text, turns, ASKED, OUTLETS).text == standalone


def test_an_article_stands_once_before_the_name_that_is_put_in() -> None:
    turns = (Turn("user", "How many people died in the Ansel flood?"), Turn("assistant", "Nine people died."))
    plan = plan_text(Question("What about the Tarn?", ASKED, turns), Known(OUTLETS))
    assert plan.standalone == "How many people died in the Tarn flood?"


@pytest.mark.parametrize(
    "text",
    [
        "How long is the crack in the Eastwick bridge?",
        "What did the Courier write about the Eastwick bridge?",
        "Who won the Norland Cup in 2023?",
        "How many articles mention the Ansel valley?",
        "Timeline of the dockers' strike in Tarn",
    ],
)
def test_a_new_topic_is_not_dragged_to_the_old_one(text: str) -> None:
    assert not leans_on_history(text, OUTLETS)
    assert plan_text(Question(text, ASKED, MILL), Known(OUTLETS)).standalone == text


def test_a_comparison_without_its_topic_takes_it_from_the_conversation() -> None:
    plan = plan_text(Question("How did the Ledger and the Courier report it?", ASKED, MILL), Known(OUTLETS))
    assert [part.outlets for part in plan.parts] == [(LEDGER,), (COURIER,)]
    assert all("Corvin" in part.question for part in plan.parts)


def test_where_an_answer_is_from_is_no_part_of_what_it_says() -> None:
    assert "Norland" not in stand_alone("why?", MILL, ASKED, OUTLETS).text
