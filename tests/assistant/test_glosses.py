from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.glosses import glosses

WEDNESDAY = date(2024, 5, 15)


@pytest.mark.parametrize(
    ("sentence", "explained"),
    [
        ("The ferry sank last Thursday.", ["9 May 2024"]),
        ("The ferry sailed on Wednesday.", ["15 May 2024"]),
        ("The council will vote next Tuesday.", ["21 May 2024"]),
        ("The council will vote next Thursday.", []),  # tomorrow, or in eight days
        ("Talks begin next month.", ["June 2024"]),
        ("Talks begin the day after tomorrow.", ["17 May 2024"]),
        ("The dockers walked out earlier this week.", ["13–15 May 2024"]),
        ("Snow is likely later this week.", ["16–19 May 2024"]),
        ("Snow is likely this week.", ["13–19 May 2024"]),
        ("The tunnel opens next year.", ["2025"]),
        ("The mill closed two weeks ago.", ["about 1 May 2024"]),
        ("The mill closed three months ago.", ["about February 2024"]),
        ("The mill closed two years ago.", ["about 2022"]),
        ("The mill closed last autumn.", ["autumn 2023"]),
        ("Exports fell last quarter.", ["January–March 2024"]),
        ("They march next weekend.", []),
        ("Monday’s vote was close.", ["13 May 2024"]),
        ("They hope to win Thursday’s vote.", []),  # tomorrow's, or last week's
        ("He left on Wednesday last week.", ["8 May 2024"]),
        ("Last week, on Tuesday, he left.", ["7 May 2024"]),
        ("Two years ago today the dam broke.", ["15 May 2022"]),
        ("The board met the day before yesterday.", ["13 May 2024"]),
        ("The board had met the previous day.", []),  # before the one that the article tells of
        ("The board meets again on the 20th.", []),  # of which month?
        ("Black Friday brought queues.", []),
        ("This year’s harvest was poor.", []),
        (
            "The bell will ring fourteen times at 5.40 on Thursday morning, a year after the water came.",
            ["16 May 2024"],
        ),
        ("The board will say what it had decided on Thursday.", ["9 May 2024"]),
    ],
)
def test_what_an_article_means(sentence: str, explained: list[str]) -> None:
    assert [gloss.text for gloss in glosses(sentence, WEDNESDAY)] == explained


@given(
    st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    st.lists(
        st.sampled_from(
            [
                "On Monday,",
                "next month",
                "last year",
                "two weeks ago",
                "tomorrow",
                "this quarter",
                "earlier this week",
                "over the weekend",
                "last Sunday",
                "next Friday",
                "a year ago",
                "yesterday",
                "it will open on Tuesday",
            ]
        ),
        max_size=6,
    ),
)
def test_every_gloss_stands_within_its_sentence_in_order(day: date, words: list[str]) -> None:
    sentence = " ".join(words)
    offsets = [gloss.offset for gloss in glosses(sentence, day)]
    assert offsets == sorted(set(offsets))
    assert all(0 < offset <= len(sentence) for offset in offsets)


@pytest.mark.parametrize(
    "sentence",
    [
        "She will ask the voters on Sunday, 15 June, eleven months early.",
        "The vote is on Sunday, June 15, he said.",
        "It opens Sunday 15 June.",
        "It opens on Sunday (15 June).",
        "It opens on Sunday the 15th.",
        "It opens on Sunday, the 15th of June.",
        "It opens on Sunday evening, 15 June.",
        "It opens on 15 June, a Sunday.",
        "It opens on June 15, 2025, which is a Sunday.",
        "It opens on Saturday, Nov. 18.",
        "It is shut on Monday and Tuesday, 3 and 4 May.",
        "It opens on Sunday, 15/6.",
    ],
)
def test_a_weekday_beside_its_date_is_not_explained(sentence: str) -> None:
    assert glosses(sentence, date(2025, 4, 22)) == ()


@pytest.mark.parametrize(
    ("sentence", "explained_as"),
    [
        ("He said on Monday, 14 people had died.", "21 April 2025"),
        ("On Monday, May said that she would resign.", "21 April 2025"),
        ("They won on Monday 15-6.", "21 April 2025"),
    ],
)
def test_a_number_or_a_name_after_a_weekday_is_no_date(sentence: str, explained_as: str) -> None:
    assert [gloss.text for gloss in glosses(sentence, date(2025, 4, 22))] == [explained_as]


@pytest.mark.parametrize(
    ("sentence", "said"),
    [  # told on a Wednesday, 20 April 2022
        ("Voting is over; and this Thursday, Norland will start selling tickets.", ["21 April 2022"]),
        ("In Tarn, Saturday through Sunday will bring rain.", ["23 April 2022", "24 April 2022"]),
        ("Thursday will be cold.", ["21 April 2022"]),
        ("On Thursday, the council is expected to vote.", ["21 April 2022"]),
        ("On Thursday, he said the council will vote.", ["14 April 2022"]),
        ("He said Thursday the council will vote.", ["14 April 2022"]),
        ("Should she win on Sunday, she faces more.", []),  # the last Sunday or the next
        ("If it rains on Friday, the march is off.", []),
        ("“Today I am here,” she said.", ["20 April 2022"]),
        ("Weir spoke to NORLAND TODAY before the match.", []),
        ("The Tonight Show was off tonight.", ["20 April 2022"]),
    ],
)
def test_days_ahead_days_supposed_and_names(sentence: str, said: list[str]) -> None:
    assert [gloss.text for gloss in glosses(sentence, date(2022, 4, 20))] == said


@pytest.mark.parametrize(
    ("published", "sentence", "said"),
    [
        ("2023-08-03", "The festival opens Thursday and runs through Sunday.", ["3 August 2023"]),
        ("2023-08-04", "The last eight play for the Norland Cup from Saturday on.", []),
        (
            "2022-09-18",
            "He attended a reception Sunday before he attends the funeral on Monday.",
            ["18 September 2022"],
        ),
        ("2022-11-13", "The two leaders' talks Monday have consequences.", []),
        ("2022-05-31", "The pupils danced in the hall on Thursday.", ["26 May 2022"]),
        ("2022-06-22", "On Friday, the leaders took a break.", ["17 June 2022"]),
        ("2024-03-13", "The strike began on Thursday.", ["7 March 2024"]),
        ("2024-03-13", "The talks on Monday are about pay.", ["11 March 2024"]),  # two days ago, five to come
    ],
)
def test_a_day_that_may_be_to_come_is_counted_back_only_from_what_is_past(
    published: str, sentence: str, said: list[str]
) -> None:
    assert [gloss.text for gloss in glosses(sentence, date.fromisoformat(published))] == said
