"""The price table and budgets."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.errors import UsageError
from evaluation.prices import Budget, read_prices


def test_the_shipped_table_knows_a_model_with_the_date_of_its_version_but_no_other(tmp_path: Path) -> None:
    prices = read_prices()
    known = prices.cost("gpt-5.4-mini", 1_000_000, 100_000)
    assert known == pytest.approx(0.75 + 0.45)
    assert prices.cost("gpt-5.4-mini-2026-03-17", 1_000_000, 100_000) == known
    assert prices.cost("gpt-5.4-mini-large", 1, 1) is None
    assert prices.cost(None, 1, 1) is None


def test_the_users_table_comes_on_top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("backissue-prices.toml").write_text('[models]\n"mine" = { input = 1, output = 2 }\n', encoding="utf-8")
    prices = read_prices()
    assert prices.cost("mine", 1_000_000, 1_000_000) == 3.0
    assert prices.cost("gpt-5.4-mini", 1, 0) is not None
    other = tmp_path / "other.toml"
    other.write_text('currency = "EUR"\n[models]\n"mine" = { input = 5, output = 2 }\n', encoding="utf-8")
    euros = read_prices(other)
    assert (euros.currency, euros.cost("mine", 1_000_000, 0)) == ("EUR", 5.0)
    assert euros.cost("gpt-5.4-mini", 1, 0) is None, "dollars aren't euros"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[models", "cannot be read"),
        ('[models]\n"mine" = { in = 1 }\n', r"models\.mine\.input: Field required.*\{ input = 0.75, output = 4.50 \}"),
        ('[models]\n"mine" = { input = -1, output = 1 }\n', r"models\.mine\.input"),
        ("[model]\n", "model: Extra inputs"),
    ],
)
def test_what_is_wrong_with_a_table_is_named(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "prices.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=message):
        read_prices(path)


def test_budgets() -> None:
    assert Budget.parse("2.50") == Budget(money=2.5)
    assert Budget.parse("200000tokens") == Budget.parse("200k tokens") == Budget(tokens=200_000)
    assert Budget.parse("1.5M tokens") == Budget(tokens=1_500_000)
    assert Budget(tokens=10).is_spent(10, 0.0)
    assert not Budget(tokens=10).is_spent(9, 99.0)
    assert Budget(money=1.0).is_spent(0, 1.0)
    for wrong in ("", "much", "-1", "200 toks", "1e9"):
        with pytest.raises(ValueError, match=f"^{wrong}$"):
            Budget.parse(wrong)
