from __future__ import annotations

from pathlib import Path

import pytest

from archive.alias_editing import add_aliases, remove_aliases
from archive.errors import UsageError
from archive.outlet_names import ALIASES_FILE, OutletNames, is_common, read_aliases, read_outlet_names

NAMES = ("The Norland Ledger", "Tarn Courier", "Eastwick Evening Post", "Broadcasting Union")


def read(*lines: str) -> OutletNames:
    return read_aliases("\n".join(lines), NAMES)


def test_a_file_gives_outlets_their_aliases() -> None:
    known = read(
        "# ours", "[aliases]", '"tarn courier" = ["TC", " The  Tarn Paper "]', '"Broadcasting Union" = ["Beeb"]'
    )
    assert known.problems == ()
    assert known.aliases_of("Tarn Courier") == ("TC", "The Tarn Paper")
    assert known.find("beeb") == known.find("The Beeb") == "Broadcasting Union"
    assert known.find("THE NORLAND LEDGER") == "The Norland Ledger" and known.find("Echo") is None


def test_an_alias_of_two_outlets_counts_for_neither_and_both_are_named() -> None:
    known = read("[aliases]", '"Tarn Courier" = ["TC", "Rag"]', '"Broadcasting Union" = ["rag"]')
    (problem,) = known.problems
    assert "line 2" in problem or "line 3" in problem
    assert "“Tarn Courier” and “Broadcasting Union”" in problem and "counts for none" in problem
    assert known.find("rag") is None and known.find("TC") == "Tarn Courier"


def test_an_outlets_own_name_goes_before_an_alias() -> None:
    known = read("[aliases]", '"Broadcasting Union" = ["Tarn Courier", "BU"]')
    (problem,) = known.problems
    assert "line 2" in problem and "Tarn Courier" in problem and "Broadcasting Union" in problem
    assert known.find("tarn courier") == "Tarn Courier" and known.find("BU") == "Broadcasting Union"


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["[aliases]", '"Tarn Courier" ["TC"]'], ["not valid TOML", "line 2"]),
        (["[aliases]", "", '"Tarn Courier" = "TC"'], ["line 3", '"Financial Times" = ["FT"]']),
        (["[aliases]", '"Tarn Courier" = ["TC", 7]'], ["line 2", "list of names"]),
        (["aliases = 3"], ["line 1", "list of names"]),
        (["[nicknames]", '"Tarn Courier" = ["TC"]'], ["line 1", "nicknames", "[aliases]"]),
        (["[aliases]", '"Tarn Curier" = ["TC"]'], ["line 2", "did you mean “Tarn Courier”?"]),
        (["[aliases]", '"Quite Another" = ["QA"]'], ["line 2", "backissue outlets"]),
        (["[aliases]", '"Tarn Courier" = ["it"]'], ["line 2", "“it”"]),
        (["[aliases]", '"Tarn Courier" = [" "]'], ["can't be an alias"]),
        (["[aliases]", '"Tarn Courier" = ["!?"]'], ["line 2", "can't be an alias"]),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_a_remedy(lines: list[str], told: list[str]) -> None:
    known = read(*lines)
    (problem,) = known.problems
    assert problem.startswith(ALIASES_FILE) and all(part in problem for part in told), problem
    assert known.aliases == () and known.names == NAMES


def test_one_wrong_line_leaves_the_others_standing() -> None:
    known = read("[aliases]", '"Nobody" = ["N"]', '"Tarn Courier" = ["who", "TC"]')
    assert len(known.problems) == 2 and known.aliases == (("TC", "Tarn Courier"),)


def test_a_file_is_read_anew_when_it_has_changed(tmp_path: Path) -> None:
    assert read_outlet_names(tmp_path, NAMES) == OutletNames(NAMES)
    (tmp_path / ALIASES_FILE).write_text('[aliases]\n"Tarn Courier" = ["TC"]\n', encoding="utf-8")
    assert read_outlet_names(tmp_path, NAMES).find("tc") == "Tarn Courier"
    (tmp_path / ALIASES_FILE).write_text('[aliases]\n"Tarn Courier" = ["Carrier"]\n', encoding="utf-8")
    assert read_outlet_names(tmp_path, NAMES).find("tc") is None


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"x" * 1_000_001])
def test_a_file_that_cannot_be_read_is_a_problem_and_no_error(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ALIASES_FILE).write_bytes(content)
    (problem,) = read_outlet_names(tmp_path, NAMES).problems
    assert "can't be read" in problem and "mended or removed" in problem


def test_commands_change_the_file_and_keep_what_else_stands_in_it(tmp_path: Path) -> None:
    add_aliases(tmp_path, NAMES, "tarn courier", ["TC"])
    path = tmp_path / ALIASES_FILE
    path.write_text(path.read_text(encoding="utf-8") + "# mine\n", encoding="utf-8")
    known = add_aliases(tmp_path, NAMES, "Broadcasting Union", ["Beeb", "Auntie", "beeb"])
    assert known.aliases_of("Broadcasting Union") == ("Beeb", "Auntie") and known.find("TC") == "Tarn Courier"
    assert add_aliases(tmp_path, NAMES, "TC", ["Carrier"]).aliases_of("Tarn Courier") == ("TC", "Carrier")
    known = remove_aliases(tmp_path, NAMES, ["beeb", "AUNTIE"])
    assert known.aliases == (("TC", "Tarn Courier"), ("Carrier", "Tarn Courier"))
    assert "# mine" in path.read_text(encoding="utf-8") and list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("outlet", "alias", "told"),
    [
        ("Tarn Curier", "TC", "did you mean “Tarn Courier”?"),
        ("Tarn Courier", "Beeb", "unalias"),
        ("Tarn Courier", "Broadcasting union", "an outlet of this archive itself"),
        ("Tarn Courier", "the", "can't be an alias"),
    ],
)
def test_a_command_refuses_what_the_file_would_not_bear(tmp_path: Path, outlet: str, alias: str, told: str) -> None:
    add_aliases(tmp_path, NAMES, "Broadcasting Union", ["Beeb"])
    before = (tmp_path / ALIASES_FILE).read_bytes()
    with pytest.raises(UsageError, match=told.replace("?", r"\?")):
        add_aliases(tmp_path, NAMES, outlet, [alias])
    assert (tmp_path / ALIASES_FILE).read_bytes() == before


def test_a_broken_file_is_mended_by_hand_first(tmp_path: Path) -> None:
    (tmp_path / ALIASES_FILE).write_text("[aliases\n", encoding="utf-8")
    with pytest.raises(UsageError, match="Mend it by hand"):
        add_aliases(tmp_path, NAMES, "Tarn Courier", ["TC"])
    with pytest.raises(UsageError, match="Mend it by hand"):
        remove_aliases(tmp_path, NAMES, ["TC"])
    assert (tmp_path / ALIASES_FILE).read_text(encoding="utf-8") == "[aliases\n"


def test_ordinary_words_are_told_from_nicknames() -> None:
    assert all(is_common(word) for word in ("Sun", "Times", "time", "FT", "post"))
    assert not any(is_common(word) for word in ("Beeb", "Torygraph", "WSJ", "Pink Paper"))
