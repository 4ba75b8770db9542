from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.settings import Settings
from archive.store import ArchiveStore
from assistant.answer import AnswerReady, Difference
from assistant.answer_json import answer_as_json
from assistant.dated_events import find_day_claims
from assistant.day_conflicts import find_day_conflicts
from assistant.openai_model import OpenAILanguageModel
from assistant.pipeline import answer_question
from assistant.question import Question
from assistant.statements import Statement
from tests.assistant.small_archive import COURIER, LEDGER, incoming, make_archive
from tests.fake_openai import FakeOpenAI

FRIDAY = date(2024, 5, 10)


def said(*told: tuple[str, str, int]) -> list[Statement]:
    """Statements of (outlet, sentence, days later), each an article of its own."""
    return [
        Statement(text, 0, number, outlet, FRIDAY + timedelta(days=later), f"story {number}")
        for number, (outlet, text, later) in enumerate(told)
    ]


@pytest.mark.parametrize(
    ("text", "happening", "day"),
    [
        ("The Kessel bridge opened on 3 May after two years of work.", "open", date(2024, 5, 3)),
        ("The Kessel bridge opened Thursday.", "open", date(2024, 5, 9)),
        ("The Kessel bridge was closed to lorries on Friday.", "close", FRIDAY),
        ("On May 6, Ruth Ambleside resigned from the council.", "resign", date(2024, 5, 6)),
        ("Ruth Ambleside, who was arrested on Monday, denies it.", "arrest", date(2024, 5, 6)),
        ("Ruth Ambleside, the former mayor of Tarn, died on 1 May.", "die", date(2024, 5, 1)),
        ("The trial of the Corvin miners will begin on 3 June.", "begin", date(2024, 6, 3)),
        ("The Norland election is due to be held on Sunday.", "happen", date(2024, 5, 12)),
        ("The Tarn ferry sank late Tuesday off Skarra.", "sink", date(2024, 5, 7)),
    ],
)
def test_a_day_is_read_with_what_happened_on_it(text: str, happening: str, day: date) -> None:
    (claim,) = find_day_claims(0, text, FRIDAY)
    assert (claim.happening, claim.day) == (happening, day)


@pytest.mark.parametrize(
    "text",
    [
        "The Kessel bridge opened, the ministry said on Monday.",  # the day of saying
        "A man was arrested on 3 May in Tarn.",  # some man
        "He resigned on 3 May.",  # who?
        "The Kessel bridge has been closed since 3 May.",
        "The Kessel bridge will be closed until Friday.",
        "The festival was held from Monday to Wednesday in Tarn.",
        "The May 3 agreement was signed by Berta Osk.",
        "The Kessel bridge did not open on 3 May.",
        "The Kessel bridge could open on 3 June.",
        "The Tarn market opened on Fridays.",
        "The mayor opened a repaired bridge on 3 May.",  # repaired then?
        "Fourteen ships left Tarn on 3 May.",
        "The Norland Cup ended last Sunday.",  # this week's or the one before
        "The bridge opened on Tuesday 3 May.",  # a Friday
    ],
)
def test_a_day_that_is_not_plainly_of_one_event_is_none(text: str) -> None:
    assert find_day_claims(0, text, FRIDAY) == []


@pytest.mark.parametrize(
    ("one", "other", "later"),
    [
        (
            "The new Kessel bridge opened on 3 May, half a year late.",
            "Traders had waited for the Kessel bridge, which opened on Sunday after a long delay.",
            0,
        ),
        (
            "The volcano on Skarra erupted on 27 April.",
            "Lava reached the road after the Skarra volcano erupted on 28 April.",
            4,
        ),
        (
            "Berta Osk, leader of the Tarn dockers, was arrested on Tuesday in the port.",
            "Berta Osk was arrested on Wednesday, the union of the Tarn dockers said.",
            0,
        ),
        (
            "The trial of the Corvin miners will begin on 3 June in Tarn.",
            "In Tarn the trial of the Corvin miners is scheduled to begin on 10 June.",
            2,
        ),
    ],
)
def test_outlets_that_date_an_event_differently_dispute(one: str, other: str, later: int) -> None:
    (found,) = find_day_conflicts(said((LEDGER, one, 0), (COURIER, other, later)))
    assert found.difference is Difference.DISPUTED and len({claim.day for claim in found.claims}) == 2


def test_another_day_of_the_same_outlet_is_an_update() -> None:
    told = said(
        (LEDGER, "The Norland election will be held on 2 June, the government decided.", 0),
        (LEDGER, "The Norland election will be held on 23 June, the government decided.", 9),
    )
    (found,) = find_day_conflicts(told)
    assert found.difference is Difference.UPDATED
    assert [claim.day for claim in found.claims] == [date(2024, 6, 2), date(2024, 6, 23)]


@pytest.mark.parametrize(
    ("one", "other", "later"),
    [
        # the same day, told otherwise
        ("The Kessel bridge opened on 5 May in Tarn.", "The Kessel bridge opened on Sunday in Tarn.", 0),
        # perhaps this week's Thursday, perhaps last week's
        ("The Kessel bridge in Tarn closed on Thursday.", "The Kessel bridge in Tarn closed on Thursday.", 7),
        # every week
        ("The Tarn market opened on 3 May.", "The Tarn market opened on 12 May.", 4),
        # another bridge, another end of it
        ("The Kessel bridge opened on 3 May in Tarn.", "The Merrin bridge opened on 5 May in Tarn.", 0),
        ("The Kessel bridge opened on 3 May in Tarn.", "The Kessel bridge closed on 5 May in Tarn.", 0),
        # another thing that she did
        (
            "Governor Berta Osk signed the harbour law on 3 May in Tarn.",
            "Governor Berta Osk signed the school budget on 6 May in Tarn.",
            0,
        ),
        # planned, and as it came
        ("The Kessel bridge in Tarn will open on 13 May.", "The Kessel bridge in Tarn opened on 15 May.", 8),
        # first and second
        ("The first Kessel bridge opened on 3 May.", "The second Kessel bridge opened on 5 May.", 0),
        # explained
        (
            "The Kessel bridge in Tarn opened on 5 May, not on 3 May as planned.",
            "The Kessel bridge in Tarn opened on 3 May.",
            0,
        ),
        # a night
        ("The Tarn ferry sank on Monday night off Skarra.", "The Tarn ferry sank on Tuesday off Skarra.", 0),
        # another year's
        ("The Norland fair opened on 3 May in Tarn.", "The Norland fair opened on 5 May 2023 in Tarn.", 0),
    ],
)
def test_no_false_alarm(one: str, other: str, later: int) -> None:
    assert find_day_conflicts(said((LEDGER, one, 0), (COURIER, other, later))) == []


def test_copies_and_undated_articles_dispute_nothing() -> None:
    first, other = said(
        (LEDGER, "The Kessel bridge in Tarn opened on 3 May.", 0),
        (COURIER, "The Kessel bridge in Tarn opened on 5 May.", 0),
    )
    assert find_day_conflicts([first, other])
    assert not find_day_conflicts([first, Statement(other.text, 0, 1, COURIER, other.day, first.story)])
    assert not find_day_conflicts([first, Statement(other.text, 0, 1, COURIER, None, other.story)])


@given(st.text(max_size=90), st.sampled_from(["opened on 3 May", "died Friday", "will be held on 7 June"]))
def test_any_text_can_be_read(text: str, told: str) -> None:
    for claim in find_day_claims(0, f"The {text} {told}", FRIDAY):
        assert claim.subject and claim.start < claim.end


@pytest.mark.parametrize("many", ["A" * 3000, "The A " * 500, "A. " * 900, "the who " * 400, ", which opened " * 200])
def test_long_texts_are_read_in_one_go(many: str) -> None:
    """A pattern that goes back and forth would not come to an end here."""
    assert isinstance(find_day_claims(0, f"{many} opened on 3 May, {many}!", FRIDAY), list)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArchiveStore]:
    with make_archive(tmp_path_factory.mktemp("archive")) as store:
        store.add(
            [
                incoming(
                    "tram-ledger", LEDGER, "2024-05-08", "Trams run to Skarra",
                    "The tram line to Skarra opened on 3 May, the company said. It is nine kilometres long.",
                ),
                incoming(
                    "tram-courier", COURIER, "2024-05-10", "A line that came late",
                    "The Skarra tram line opened on Sunday, with the mayor at the wheel. Tickets cost 30 crowns.",
                ),
            ]
        )  # fmt: skip
        store.embed_pending()
        yield store


def test_an_answer_shows_both_days_and_which_one_a_weekday_means(store: ArchiveStore) -> None:
    *_, last = answer_question(store, Question("When did the tram line to Skarra open?", date(2024, 6, 10)))
    assert isinstance(last, AnswerReady)
    answer = last.answer
    (found,) = answer.disagreements
    assert found.is_of_days and found.difference is Difference.DISPUTED
    assert {(one.figure, one.outlet, one.day) for one in found.figures} == {
        ("3 May", LEDGER, date(2024, 5, 3)), ("Sunday", COURIER, date(2024, 5, 5)),
    }  # fmt: skip
    assert "The sources give different days (disputed): " in answer.answer
    assert "3 May [3 May 2024] – The Norland Ledger" in answer.answer and "Sunday [5 May 2024] – " in answer.answer
    sources = {source.key: source for source in answer.sources}
    for one in found.figures:
        assert sources[one.citation].text[one.start : one.end] == one.figure
    days = {figure["day"] for figure in answer_as_json(answer)["disagreements"][0]["figures"]}
    assert days == {"2024-05-03", "2024-05-05"}


def test_days_that_nobody_asked_for_are_not_set_against_each_other(store: ArchiveStore) -> None:
    *_, last = answer_question(store, Question("Who repaired the old bridge of Eastwick?", date(2024, 6, 10)))
    assert isinstance(last, AnswerReady) and not last.answer.disagreements


@pytest.mark.parametrize("as_json", [False, True])
def test_a_language_model_is_told_of_both_days_before_it_writes(store: ArchiveStore, as_json: bool) -> None:
    with FakeOpenAI() as fake:
        settings = Settings(openai_base_url=fake.base_url, model="m", model_json=as_json, model_plans=False)
        question = Question("When did the tram line to Skarra open?", date(2024, 6, 10))
        *_, last = answer_question(store, question, language_model=OpenAILanguageModel(settings))
    assert isinstance(last, AnswerReady) and last.answer.disagreements
    (chat,) = fake.chats
    assert chat.wants_json is as_json
    block = re.search(r'<difference-(\w+) kind="disputed">\n(.*?)\n</difference-\1>', chat.prompt, re.DOTALL)
    assert block is not None
    versions = re.findall(r'key="(\w+)" outlet="([^"]+)" published="[^"]+" says="([^"]+)"', block[2])
    assert {(outlet, says) for _, outlet, says in versions} == {
        (LEDGER, "3 May [3 May 2024]"), (COURIER, "Sunday [5 May 2024]"),
    }  # fmt: skip
    told = dict(chat.evidence)
    assert all(says.split(" [")[0] in told[key] for key, _, says in versions)
