from __future__ import annotations

import re
from datetime import date
from functools import partial

import pytest

from archive.outlet_names import OutletNames
from archive.store import ArchiveStore
from assistant.answer import Answer, AnswerReady, Coverage
from assistant.comparisons import called_by_a_word, compares_outlets, sides_of, topic_of
from assistant.outlets import aliases
from assistant.pipeline import answer_question
from assistant.planner import Known, plan_question, plan_text
from assistant.question import Question
from assistant.refusals import outside_its_days, still_to_come
from assistant.retriever import retrieve
from assistant.unknown_names import named_nowhere
from tests.assistant.small_archive import COURIER, LEDGER, POST

ASKED = date(2024, 6, 10)
KNOWN = Known(OutletNames((LEDGER, COURIER, POST)), ("Ines Okafor",), date(2023, 6, 4), date(2024, 6, 2))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("How did the Ledger and the Courier differ on the dockers' strike?", "The dockers' strike?"),
        ("Did the Ledger and the Courier agree about the cost of the bridge?", "The cost of the bridge?"),
        ("How far apart were the Post and the Courier on the size of the march?", "The size of the march?"),
        ("Compare the coverage of the flood in the Courier and the Post", "The flood"),
        ("How many struck according to the Ledger, and according to the Courier?", "How many struck?"),
        ("What were the differences between the Ledger and the Post on the mill?", "The mill?"),
    ],
)
def test_what_a_comparison_of_outlets_is_about(text: str, parts: str) -> None:
    plan = plan_text(Question(text, ASKED), KNOWN)
    assert [part.question for part in plan.parts] == [parts, parts]
    assert len({part.outlets for part in plan.parts}) == 2


@pytest.mark.parametrize(
    ("text", "sides"),
    [
        ("What is the difference between the Ansel flood and the Old Kessel flood?",
         ("What is the Ansel flood?", "What is the Old Kessel flood?")),
        ("Compare Merrin and Corvin on rents", ("Merrin on rents", "Corvin on rents")),
        ("Compare what the bus crews and the tram crews got", ("what the bus crews got", "what the tram crews got")),
        ("What did Merrin and Corvin decide?", None),
        ("How much did it rise between May and June?", None),
    ],
)  # fmt: skip
def test_two_things_compared_are_two_parts(text: str, sides: tuple[str, str] | None) -> None:
    assert sides_of(text) == sides


def test_what_is_compared_has_evidence_of_its_own_and_two_questions_share_theirs(store: ArchiveStore) -> None:
    compared = plan_question(store, Question("the dockers of Tarn versus the lorries of Eastwick", ASKED))
    two = plan_question(store, Question("Why did the dockers walk out and what does their union want?", ASKED))
    assert [part.compared for part in (*compared.parts, *two.parts)] == [True, True, False, False]
    assert not any(hit.shared for hit in retrieve(store, compared, 5).hits)
    assert any(hit.shared for hit in retrieve(store, two, 5).hits)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("compare inflation in August 2023 and May 2024", [("inflation", 2023), ("inflation", 2024)]),
        ("inflation 2023 vs 2024", [("inflation", 2023), ("inflation", 2024)]),
        ("Compare the vote in July and August 2023 according to the Ledger", [("the vote", 2023), ("the vote", 2023)]),
        (
            "How did the toll in 2023 differ from that of 2024?",
            [("How did the toll?", 2023), ("How did the toll?", 2024)],
        ),
    ],
)
def test_two_times_compared_are_two_parts_each_with_its_own(text: str, parts: list[tuple[str, int]]) -> None:
    plan = plan_text(Question(text, ASKED), KNOWN)
    assert [
        (part.question, part.window and part.window.start and part.window.start.year) for part in plan.parts
    ] == parts
    assert all(part.compared for part in plan.parts)
    assert {part.outlets for part in plan.parts} == {(LEDGER,) if "Ledger" in text else ()}


def test_times_that_are_not_compared_stay_one_window() -> None:
    assert len(plan_text(Question("How many died in July and August 2023?", ASKED), KNOWN).parts) == 1


def test_which_outlets_and_how_they_differed_is_a_comparison(store: ArchiveStore) -> None:
    plan = plan_question(store, Question("Which outlets reported on the dockers, and how did they differ?", ASKED))
    assert plan.catalog is None
    assert {part.outlets for part in plan.parts} == {(LEDGER,), (COURIER,)}
    assert {part.question for part in plan.parts} == {"The dockers"}


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Who found the raft? How many survived?", ["Who found the raft", "How many survived (found raft)?"]),
        ("Who is Osk? What did she say?", ["Who is Osk", "What did she say (Osk)?"]),
        ("Who found the raft, and also when did it sink?", ["Who found the raft", "when did it sink (found raft)?"]),
        ("The mill closed. Who bought it? And when?", ["The mill closed. Who bought it? And when?"]),
        ("What happened? Who did it?", ["What happened? Who did it?"]),
    ],
)
def test_questions_one_after_the_other_are_parts(text: str, parts: list[str]) -> None:
    assert [part.question for part in plan_text(Question(text, ASKED), KNOWN).parts] == parts


def test_a_second_question_with_a_thing_of_its_own_stands_alone() -> None:
    plan = plan_text(Question("What did the ferry crews want and what did the tram drivers get?", ASKED), KNOWN)
    assert [part.question for part in plan.parts] == [
        "What did the ferry crews want",
        "what did the tram drivers get?",
    ]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("What did the Ledger say about the mill and what did the Courier say about the harbour?",
         [("the mill", LEDGER), ("the harbour?", COURIER)]),
        ("What did the Ledger say about the mill, and the Courier about the harbour?",
         [("the mill", LEDGER), ("the harbour?", COURIER)]),
        ("What did the Post report about rents? And what did the Ledger report about Corvin?",
         [("rents", POST), ("Corvin?", LEDGER)]),
        ("How did the Ledger describe the march and how did the Courier describe it?",
         [("The march", LEDGER), ("The march", COURIER)]),
        ("What did the Courier say about Corvin and what did Marn Ives promise the dockers?",
         [("Corvin", COURIER), ("what did Marn Ives promise the dockers?", "")]),
        ("According to the Courier, what did Corvin say and what did Marn Ives promise the dockers?",
         [("what did Corvin say", COURIER), ("what did Marn Ives promise the dockers?", COURIER)]),
        ("Who led the dockers and what did Marn Ives promise, according to the Ledger?",
         [("Who led the dockers", LEDGER), ("what did Marn Ives promise?", LEDGER)]),
    ],
)  # fmt: skip
def test_an_outlet_belongs_to_the_question_that_asks_it(text: str, parts: list[tuple[str, str]]) -> None:
    plan = plan_text(Question(text, ASKED), KNOWN)
    found = [(re.sub(r"^[Ww]hat about ", "", part.question), "".join(part.outlets)) for part in plan.parts]
    assert [(question.removesuffix(" (led dockers)?"), outlet) for question, outlet in found] == parts


def test_a_single_outlet_leaves_a_question_that_reads() -> None:
    (part,) = plan_text(Question("What did the Ledger say about the Norland Cup?", ASKED), KNOWN).parts
    assert part.question == "What about the Norland Cup?" and part.outlets == (LEDGER,)


def test_a_byline_belongs_to_its_part() -> None:
    (part,) = plan_text(Question("What did Ines Okafor write about the tugs in May?", ASKED), KNOWN).parts
    assert part.authors == ("Ines Okafor",) and part.question == "What about the tugs?" and part.window is not None


def test_what_was_before_the_archive_is_searched_by_its_words() -> None:
    (part,) = plan_text(Question("What did the dockers get after the strike in 2017?", ASKED), KNOWN).parts
    assert "in 2017" in part.question and part.window is not None
    (part,) = plan_text(Question("What did the dockers get after the strike in 2024?", ASKED), KNOWN).parts
    assert "2024" not in part.question


def test_short_names_come_from_the_archives_own() -> None:
    short = aliases(OutletNames(("BBC News", "Marrow Press Agency (MPA)", "Tarn Post", "Eastwick Post")))
    assert aliases(OutletNames(("Eastwick Evening Post", "Tarn Post")))["Evening Post"] == "Eastwick Evening Post"
    assert short["BBC"] == "BBC News" and short["MPA"] == "Marrow Press Agency (MPA)" and "Post" not in short


def test_topics_and_outlets_in_general() -> None:
    assert compares_outlets("How did the papers differ on the toll?")
    assert compares_outlets("The radio and the local weekly gave different reasons for the closure. Which?")
    assert compares_outlets("How do the broadcaster and the news agency differ on the crowd?")
    assert not compares_outlets("Which papers were banned?")
    assert not compares_outlets("Who owns the radio and the weekly?")
    assert topic_of("How did differ on?") == "How did differ on?"
    assert topic_of("had different tolls for the mill fire. What were they, and why the difference?") == (
        "tolls for the mill fire."
    )


def test_outlets_called_by_a_word_of_their_name() -> None:
    outlets = ("Marrow Press Agency", "Radio Orrland", "Dunmarrow Evening Post", "Marrow Morning Post", "The Ledger")
    called = partial(called_by_a_word, outlets=outlets)
    assert called("compare how the agency and the radio covered the flood") == ["Marrow Press Agency", "Radio Orrland"]
    assert called("How did the morning paper and the evening paper differ?") == ["Marrow Morning Post", outlets[2]]
    assert called("How did the Post and the daily differ?") == []  # there are two Posts, and no Daily
    assert called("Compare how radio and press covered it") == []  # any radio


def test_why_an_archive_cannot_answer() -> None:
    plan = plan_text(Question("Who won the Norland Cup in 2024 and who in 2019?", ASKED), KNOWN)
    assert outside_its_days(plan, date(2020, 1, 1), date(2023, 12, 31))[0].startswith(
        "The archive ends on 31 December 2023"
    )
    assert named_nowhere("Who met Zeb Quill in Tarn?", {"zeb": 0, "quill": 0, "tarn": 4}) == ["Zeb Quill"]
    assert named_nowhere("Who is Zeb Quill?", {}) == []


def test_a_time_still_to_come() -> None:
    assert still_to_come("What happened in Tarn in March 2027?", ASKED) == ["March 2027"]
    assert still_to_come("What happened in Tarn in March 2023, and next week?", ASKED) == []
    assert named_nowhere("Wie viele Menschen starben in Merrin?", {"menschen": 0, "merrin": 0}) == []


def ask(store: ArchiveStore, text: str, asked_on: date = ASKED) -> Answer:
    *_, last = answer_question(store, Question(text, asked_on))
    assert isinstance(last, AnswerReady)
    return last.answer


def test_outlets_told_by_their_kind_are_those_that_report_on_it_then(store: ArchiveStore) -> None:
    text = "In {} the daily and the agency had different figures for the strike of dockers. What were they?"
    plan = plan_question(store, Question(text.format("March 2024"), ASKED))
    assert {part.outlets for part in plan.parts} == {(LEDGER,), (COURIER,)}
    assert {part.question for part in plan.parts} == {"figures for the strike of dockers."}
    elsewhen = plan_question(store, Question(text.format("January 2022"), ASKED))
    assert not elsewhen.parts[0].outlets


def test_outlets_are_found_where_none_is_named(store: ArchiveStore) -> None:
    plan = plan_question(
        store, Question("How did the papers differ on the number of dockers on strike in Tarn?", ASKED)
    )
    assert {part.outlets for part in plan.parts} == {(LEDGER,), (COURIER,)}
    assert any("Compared:" in note for note in plan.notes)


def test_a_refusal_says_where_the_archive_ends_and_whom_it_doesnt_know(store: ArchiveStore) -> None:
    late = ask(store, "Which minister opened the airport in March 2025?", date(2025, 6, 1))
    assert late.refused and "The archive ends on 2 June 2024" in late.answer
    ahead = ask(store, "How many dockers walked out in the port of Tarn in March 2031?")
    assert ahead.refused and "The archive ends on 2 June 2024, before “March 2031”" in ahead.answer
    unknown = ask(store, "Which prize did Zebulon Quackenbush win?")
    assert unknown.refused and "No article names “Zebulon Quackenbush”" in unknown.answer
    assert isinstance(unknown.coverage, Coverage) and unknown.near_misses


@pytest.mark.parametrize(
    "text",
    [
        "Wie viele Menschen starben bei der Flut?",
        "¿Quién ganó la copa?",
        "洪水で何人が亡くなりましたか",
        "Кто победил?",
    ],
)
def test_other_languages_do_no_harm(store: ArchiveStore, text: str) -> None:
    answer = ask(store, text)
    assert answer.refused or answer.sentences
