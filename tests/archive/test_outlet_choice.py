from __future__ import annotations

import pytest

from archive.errors import UsageError
from archive.outlet_choice import chosen_outlets, other_names, outlet_called, outlets_meant
from archive.outlet_names import OutletNames

EVENING_POST = "Eastwick Evening Post"
KNOWN = OutletNames(
    ("The Norland Ledger", "Tarn Courier", EVENING_POST, "Broadcasting Union", "Marrow Press Agency (MPA)"),
    (("Beeb", "Broadcasting Union"),),
)


def test_a_filter_takes_names_aliases_and_short_forms() -> None:
    chosen = ["the beeb", "tarn courier", "Beeb", "ledger", "mpa", "the evening post"]
    meant = ("Broadcasting Union", "Tarn Courier", "The Norland Ledger", "Marrow Press Agency (MPA)", EVENING_POST)
    assert chosen_outlets(chosen, KNOWN) == meant
    assert outlets_meant([*chosen, "Echo"], KNOWN)[-1] == "Echo"  # of a link that was kept: it finds nothing


def test_what_no_outlet_is_called_is_an_error_that_lists_them() -> None:
    with pytest.raises(UsageError, match=r"no outlet 'Echo'.*Broadcasting Union, Eastwick Evening Post and 3 others"):
        chosen_outlets(["Echo"], KNOWN, most_named=2)


def test_a_name_goes_before_an_alias_before_a_short_form() -> None:
    known = OutletNames(("Courier", "Tarn Courier", "Tarn Post"), (("Post", "Courier"),))
    assert outlet_called("courier", known) == "Courier" and outlet_called("Post", known) == "Courier"
    assert outlet_called("TP", known) == "Tarn Post" and "Courier" not in other_names(known)
