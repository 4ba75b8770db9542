"""Aliases of outlets on the whole way: from the archive's file to the plan and the answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from archive.outlet_names import ALIASES_FILE, OutletNames
from archive.store import ArchiveStore
from assistant.conversation import Turn
from assistant.outlets import aliases, find_outlets, without_outlets
from assistant.planner import plan_question
from assistant.question import Question
from assistant.rewrite import stand_alone
from tests.assistant.small_archive import COURIER, LEDGER, POST, make_archive

BY_HAND = (("Beeb", COURIER), ("Sun", POST), ("FT", LEDGER), ("Pink Paper", LEDGER))
KNOWN = OutletNames((LEDGER, COURIER, POST), BY_HAND)
ASKED = date(2024, 6, 10)


@pytest.mark.parametrize(
    ("text", "outlets"),
    [
        ("What did the FT say about the strike?", [LEDGER]),
        ("What was the FT's account of the strike?", [LEDGER]),
        ("What did the beeb report about the strike?", [COURIER]),
        ("According to Beeb, who leads the union?", [COURIER]),
        ("How did the Beeb and the pink paper differ on the strike?", [COURIER, LEDGER]),
        ("What did the Sun write about the bridge?", [POST]),
        ("Articles in the FT and the Sun on the bridge", [LEDGER, POST]),
        ("How far did the sun say goodbye in the north?", []),
        ("How hot did the Sun get in June?", []),
        ("Who was sued by a Beeb presenter?", []),
        ("A fall of 30 ft was reported, by whom?", []),
    ],
)
def test_an_alias_counts_where_its_outlet_would(text: str, outlets: list[str]) -> None:
    assert [one.outlet for one in find_outlets(text, KNOWN)] == outlets


def test_an_alias_goes_before_a_short_form_and_leaves_the_searched_words() -> None:
    known = OutletNames((LEDGER, POST), (("Ledger", POST),))
    assert aliases(known)["Ledger"] == POST and aliases(OutletNames((LEDGER, POST)))["Ledger"] == LEDGER
    text = "What did the FT's reporters say about the strike?"
    assert "FT" not in without_outlets(text, find_outlets("What was the FT's account of it?", KNOWN))


def test_an_alias_alone_asks_that_outlet_in_a_follow_up() -> None:
    turns = (Turn("user", "How long was the strike in Tarn?"), Turn("assistant", "Three weeks."))
    assert stand_alone("and the Beeb?", turns, ASKED, KNOWN).text.endswith(f"according to {COURIER}?")


@pytest.fixture
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArchiveStore]:
    with make_archive(tmp_path_factory.mktemp("archive"), embed=False) as store:
        yield store


def test_a_new_alias_is_understood_at_once_and_a_broken_file_stops_nothing(store: ArchiveStore) -> None:
    def outlets() -> tuple[str, ...]:
        plan = plan_question(store, Question("What did the Beeb report about the strike?", ASKED))
        return plan.parts[0].outlets

    assert outlets() == () and store.problems() == []
    file = store.folder / ALIASES_FILE
    file.write_text(f'[aliases]\n"{COURIER}" = ["Beeb"]\n', encoding="utf-8")
    assert outlets() == (COURIER,)
    file.write_text(f'[aliases]\n"{COURIER}" ["Beeb"]', encoding="utf-8")
    assert outlets() == ()
    (problem,) = store.problems()
    assert ALIASES_FILE in problem and "line 2" in problem
