from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.store import ArchiveStore
from assistant.answer import Answer, AnswerReady, Difference
from assistant.answer_json import answer_as_json
from assistant.conflicts import Statement, find_conflicts, independent_sources
from assistant.pipeline import answer_question
from assistant.question import Question
from tests.assistant.small_archive import COURIER, LEDGER, POST, incoming, make_archive

DAY = date(2024, 4, 25)


def said(*told: tuple[str, str, int]) -> list[Statement]:
    """Statements of (outlet, sentence, days later), each an article of its own."""
    return [
        Statement(text, 0, number, outlet, DAY + timedelta(days=later), f"story {number}")
        for number, (outlet, text, later) in enumerate(told)
    ]


@pytest.mark.parametrize(
    ("one", "other", "later", "figures"),
    [
        (
            "Some 4,000 people marched through Merrin on Sunday against the dam at Kessel.",
            "About 2,500 people took part in the march against the Kessel dam in Merrin, police said.",
            1, ["4,000", "2,500"],
        ),
        (
            "Seventeen people have died in the flood in the Ansel valley, the fire brigade said.",
            "The number of people who died in the Ansel valley flood rose to 15, the ministry said.",
            0, ["Seventeen", "15"],
        ),
        (
            "Thirteen people have died in the flood in the Ansel valley, the fire brigade said.",
            "The number of people who died in the Ansel valley flood rose to 11 when divers recovered two bodies.",
            0, ["Thirteen", "11"],
        ),
        (
            "The Corvin tunnel will cost 1.4 billion crowns to build, the council of Corvin decided.",
            "The council of Corvin will pay 1.9bn crowns for the Corvin tunnel, interest included.",
            0, ["1.4 billion", "1.9bn"],
        ),
        (
            "Only 30 percent of the buses in Tarn ran during the strike on Monday, drivers said.",
            "One bus in five ran in Tarn on Monday, the first day of the drivers' strike.",
            0, ["30 percent", "One bus in five"],
        ),
    ],
)  # fmt: skip
def test_outlets_that_differ_dispute(one: str, other: str, later: int, figures: list[str]) -> None:
    (found,) = find_conflicts(said((LEDGER, one, 0), (COURIER, other, later)))
    assert found.difference is Difference.DISPUTED
    assert [claim.of.text[claim.start : claim.end] for claim in found.claims] == figures


def test_a_later_figure_of_the_same_outlet_is_an_update() -> None:
    told = said(
        (LEDGER, "At least nine people died in the fire at the Corvin mill, police said.", 0),
        (LEDGER, "The number of people who died in the Corvin mill fire rose to 14 on Friday.", 2),
    )
    (found,) = find_conflicts(told)
    assert found.difference is Difference.UPDATED and [claim.of.day for claim in found.claims] == [
        DAY,
        DAY + timedelta(days=2),
    ]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (  # different things
            "Twelve people died in the fire at the Corvin mill on Monday.",
            "Forty people were injured in the fire at the Corvin mill on Monday.",
        ),
        (  # a part of them
            "Twelve people were injured in the fire at the Corvin mill.",
            "Five people were seriously injured in the fire at the Corvin mill.",
        ),
        (  # a rounding
            "The tunnel of Corvin will cost 1.4 billion crowns to build, the council said.",
            "The tunnel of Corvin will cost 1,398 million crowns to build, the council said.",
        ),
        (  # a bound
            "At least 12 people died in the fire at the Corvin mill.",
            "The fire at the Corvin mill killed 15 people.",
        ),
        (  # explained
            "Some 4,000 people marched in Merrin against the dam; the police counted 2,500 people.",
            "About 2,500 people joined the march in Merrin against the dam, police said.",
        ),
        (  # another place
            "Some 4,000 people marched in Merrin against the dam on Sunday.",
            "Some 900 people marched in Kessel against the dam on Sunday.",
        ),
        (  # ages, years, scores, durations
            "Paulo Mendes, 54, led the strike of miners in Corvin for three weeks in 2023.",
            "Ruth Adeyemi, 61, ended the strike of miners in Corvin after nine weeks in 2024.",
        ),
        (  # demanded, and settled for
            "The miners of Corvin sued the company for 90 million dollars in damages.",
            "The miners of Corvin and the company agreed on a settlement of 40 million dollars.",
        ),
        (  # of another time
            "A ticket of the Tarn ferry cost 41 crowns in January 2023, then the highest price in Norland.",
            "A ticket of the Tarn ferry costs 36 crowns, the lowest price in Norland since January 2023.",
        ),
        (  # those who work there, and those who must go
            "The owner of the Tarn mill, with a workforce of 750 people, said that it would cut half of it.",
            "The owner of the Tarn mill said that it would lay off 310 people.",
        ),
        (  # a difference
            "Fares in Tarn will cost 300 crowns more, the Tarn harbour company said.",
            "A fare in Tarn will cost 420 crowns, the Tarn harbour company said.",
        ),
    ],
)  # fmt: skip
def test_no_false_alarm(one: str, other: str) -> None:
    assert find_conflicts(said((LEDGER, one, 0), (COURIER, other, 0))) == []


def test_copies_and_undated_articles_dispute_nothing() -> None:
    first, other = said(
        (LEDGER, "Seventeen people have died in the flood in the Ansel valley.", 0),
        (COURIER, "Fifteen people have died in the flood in the Ansel valley.", 0),
    )
    assert find_conflicts([first, other])
    assert not find_conflicts([first, Statement(other.text, 0, 1, COURIER, DAY, first.story)])
    assert not find_conflicts([first, Statement(other.text, 0, 1, COURIER, None, other.story)])


def test_independent_sources_leave_out_copies_and_an_outlets_own_words() -> None:
    text = "Seventeen people have died in the flood in the Ansel valley."
    own, *others = said(
        (LEDGER, text, 0),
        (LEDGER, "The flood in the Ansel valley killed 17 people.", 1),
        (COURIER, "In the Ansel valley 17 people have died in the flood, police said.", 0),
        (POST, "The flood in the Ansel valley has killed 12 people, it was reported.", 0),
        ("Radio", "Seventeen people died in the Ansel valley flood.", 0),
    )
    assert independent_sources(text, DAY, own, others) == 3


@given(st.lists(st.tuples(st.sampled_from([LEDGER, COURIER]), st.text(max_size=80), st.integers(0, 9)), max_size=5))
def test_any_text_can_be_compared(told: list[tuple[str, str, int]]) -> None:
    for found in find_conflicts(said(*told)):
        assert len({claim.number.value for claim in found.claims}) == len(found.claims)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArchiveStore]:
    with make_archive(tmp_path_factory.mktemp("archive")) as store:
        store.add(
            [
                incoming(
                    "march-ledger", LEDGER, "2024-05-05", "Thousands march against the dam",
                    "Some 4,000 people marched through Merrin on Sunday against the dam at Kessel.",
                ),
                incoming(
                    "march-courier", COURIER, "2024-05-06", "Dam: police count fewer",
                    "About 2,500 people took part in the march against the Kessel dam in Merrin, police said.",
                ),
                incoming(
                    "mayor", POST, "2024-05-20", "Who is mayor of Merrin",
                    "Ida Holm is the mayor of Merrin. She has been mayor of Merrin since the vote of 2021. "
                    "Before her, the mayor of Merrin was Per Aune, a baker. No mayor of Merrin was ever younger.",
                ),
                incoming(
                    "tunnel-ledger", LEDGER, "2024-05-27", "Corvin tunnel dearer",
                    "The Corvin tunnel will cost 1.4 billion crowns to build, the council of Corvin decided.",
                ),
                incoming(
                    "tunnel-courier", COURIER, "2024-05-28", "Corvin pays for its tunnel",
                    "The Corvin tunnel will cost 1.9 billion crowns to build, the council of Corvin said.",
                ),
                incoming(
                    "ferry", POST, "2024-05-29", "What the ferry costs",
                    "The ferry costs the town 60,000 crowns a year. A ferry ticket costs 4 crowns. "
                    "The new engine of the ferry cost 900 crowns. Nobody knows what the old ferry cost.",
                ),
            ]
        )  # fmt: skip
        store.embed_pending()
        yield store


def ask(store: ArchiveStore, text: str) -> Answer:
    *_, last = answer_question(store, Question(text, date(2024, 6, 10)))
    assert isinstance(last, AnswerReady)
    return last.answer


def test_an_answer_shows_both_figures_and_where_they_stand(store: ArchiveStore) -> None:
    answer = ask(store, "How many people marched against the Kessel dam in Merrin?")
    (found,) = answer.disagreements
    assert found.difference is Difference.DISPUTED
    assert {(one.figure, one.outlet) for one in found.figures} == {("4,000 people", LEDGER), ("2,500 people", COURIER)}
    assert "different figures (disputed)" in answer.answer
    sources = {source.key: source for source in answer.sources}
    for one in found.figures:
        assert sources[one.citation].text[one.start : one.end] == one.figure
    assert answer_as_json(answer)["disagreements"][0]["figures"][0]["independent"] == 1


def test_figures_that_nobody_asked_for_are_not_set_against_each_other(store: ArchiveStore) -> None:
    answer = ask(store, "Who is the mayor of Merrin?")
    assert not any("marched" in sentence.text or "march" in sentence.text for sentence in answer.sentences)
    assert not answer.disagreements


def test_what_one_thing_costs_is_not_disputed_by_the_cost_of_another(store: ArchiveStore) -> None:
    answer = ask(store, "What does the ferry cost?")
    assert all("ferry" in sentence.text for sentence in answer.sentences)
    assert not answer.disagreements
    (found,) = ask(store, "What does the Corvin tunnel cost?").disagreements
    assert {one.figure for one in found.figures} == {"1.4 billion crowns", "1.9 billion crowns"}


def test_every_cited_sentence_counts_its_sources(store: ArchiveStore) -> None:
    answer = ask(store, "How long is the crack in the old bridge of Eastwick?")
    assert answer.sentences and all(sentence.independent >= 1 for sentence in answer.sentences)
    assert not answer.disagreements
