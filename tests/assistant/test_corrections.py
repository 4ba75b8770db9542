from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from assistant.answer import Difference
from assistant.corrections import corrections_in, find_corrected
from assistant.statements import Statement
from tests.assistant.small_archive import COURIER, LEDGER, POST, answered, incoming, make_archive

ASKED = date(2024, 6, 10)


@pytest.mark.parametrize(
    ("sentence", "figures"),
    [
        ("The number aboard had first been given as 17; it was 16.", [(17, 16)]),
        ("There had been 16 people on board and not 17, the owner said.", [(17, 16)]),
        ("It was 1,420, not 1,240.", [(1240, 1420)]),
        ("The county corrected its figure from 190 to 262.", [(190, 262)]),
        ("Initially twelve were counted, but there were nine.", [(12, 9)]),
        ("She won by 16 votes to 15.", []),
        ("The first 17 came in May; 16 followed.", []),
        ("The rods cracked under 40 tonnes, a third of what they should hold.", []),
    ],
)
def test_figures_taken_back(sentence: str, figures: list[tuple[int, int]]) -> None:
    assert [(one.old.value, one.new.value) for one in corrections_in(sentence)] == figures


def said(text: str, outlet: str, day: int, about: str) -> Statement:
    return Statement(text, 0, 0, outlet, date(2024, 5, day), f"{outlet} {day}", about)


LOST = said("The trawler Odin, with 17 people on board, is missing.", COURIER, 3, "Trawler Odin missing")
BACK = said("The number on board had first been given as 17; it was 16.", LEDGER, 6, "Two of the Odin found")


def test_an_old_figure_is_told_with_the_one_that_took_its_place() -> None:
    (found,) = find_corrected([LOST], [BACK])
    assert found.difference is Difference.UPDATED
    old, new = found.claims
    assert (old.of.text[old.start : old.end], new.of.text[new.start : new.end]) == ("17", "16")


@pytest.mark.parametrize(
    ("quoted", "later"),
    [
        ([LOST, BACK], BACK),  # the reader sees it
        ([said("The bus to Merrin had 17 people on board.", POST, 3, "Bus")], BACK),  # another matter
        ([said("The Odin is 17 metres long.", COURIER, 3, "Odin")], BACK),  # another figure
        ([LOST], said(BACK.text, LEDGER, 2, BACK.context)),  # older
    ],
)
def test_other_figures_are_not_taken_back(quoted: list[Statement], later: Statement) -> None:
    assert not find_corrected(quoted, [later])


def test_it_stands_below_the_quotations(tmp_path: Path) -> None:
    filler = "Gulls sat on the quay and the fog did not lift all day. "
    with make_archive(tmp_path) as store:
        store.add(
            [
                incoming(
                    "lost", COURIER, "2024-05-03", "Trawler Odin missing off Tarn with her crew",
                    "The trawler Odin, with 17 people on board, has been missing off Tarn since Thursday. "
                    "The trawler Odin had left Tarn with 17 people on board at noon. "
                    "The people on board the trawler Odin, 17 in all, are from Tarn and Merrin.",
                ),
                incoming(
                    "raft", LEDGER, "2024-05-06", "Two of the Odin found",
                    f"Two men of the Odin were found in a raft. {filler}"
                    "It had first been put at 17; it was 16 on board.",
                ),
            ]
        )  # fmt: skip
        store.embed_pending()
        answer = answered(store, "How many people were on board the trawler Odin when she went missing?", ASKED)
    assert "The figure changed (updated): 17 – Tarn Courier" in answer.answer and "; 16 – The Norland" in answer.answer
