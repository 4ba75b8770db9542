"""What tokens cost, by a table that the user can edit; and how much may be spent."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from archive.counts import plural
from archive.errors import UsageError

USER_FILE = "backissue-prices.toml"
_PER = 1_000_000  # tokens
_DATE = re.compile(r"-20\d\d-?\d\d-?\d\d$")


class _Price(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    input: float = Field(ge=0)
    output: float = Field(ge=0)


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    currency: str | None = None
    models: dict[str, _Price] = {}


@dataclass(frozen=True, slots=True)
class Prices:
    """Prices per million tokens, by a model's name without the date of its version."""

    currency: str
    models: dict[str, tuple[float, float]] = field(default_factory=dict)  # name -> (input, output)

    def cost(self, model: str | None, prompt_tokens: int, completion_tokens: int) -> float | None:
        """In the table's currency; None for a model that isn't in it."""
        price = self.models.get(model or "") or self.models.get(_DATE.sub("", model or ""))
        if price is None:
            return None
        return (prompt_tokens * price[0] + completion_tokens * price[1]) / _PER


def read_prices(file: Path | None = None) -> Prices:
    """The shipped table with the user's on top: ``file``, or ``backissue-prices.toml`` in the working folder.

    Raises UsageError naming the file and what is wrong in it.
    """
    shipped = _checked(resources.files("evaluation") / "prices.toml", "prices.toml")
    own = file or (Path(USER_FILE) if Path(USER_FILE).is_file() else None)
    mine = _checked(own, str(own)) if own is not None else _Table()
    if mine.currency not in {None, shipped.currency}:
        models = mine.models  # another currency: the shipped prices don't belong beside it
    else:
        models = shipped.models | mine.models
    return Prices(
        mine.currency or shipped.currency or "USD", {name: (one.input, one.output) for name, one in models.items()}
    )


def _checked(file: Any, name: str) -> _Table:  # noqa: ANN401 (Path or a resource)
    try:
        return _Table.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"The prices {name} cannot be read: {error}.") from None
    except ValidationError as error:
        first = error.errors()[0]
        raise UsageError(
            f"{name}, {'.'.join(str(part) for part in first['loc'])}: {first['msg']}. A model's line looks like: "
            '"name" = { input = 0.75, output = 4.50 }, per million tokens, under [models].'
        ) from None


@dataclass(frozen=True, slots=True)
class Budget:
    """The most that may be spent on a run: money in the table's currency, or tokens."""

    money: float | None = None
    tokens: int | None = None

    @classmethod
    def parse(cls, text: str) -> Budget:
        """Read ``2.50`` (money) or ``200000tokens`` (also 200k tokens, 1.5m tokens). Raises ValueError."""
        match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)\s*(?:([km]?)\s*tokens?)?", text.strip().lower())
        if not match:
            raise ValueError(text)
        amount = float(match[1])
        if match[2] is None:
            return cls(money=amount)
        return cls(tokens=round(amount * {"": 1, "k": 1_000, "m": 1_000_000}[match[2]]))

    def is_spent(self, tokens: int, money: float) -> bool:
        """Whether nothing more may be begun."""
        return (self.tokens is not None and tokens >= self.tokens) or (self.money is not None and money >= self.money)

    def __str__(self) -> str:
        return plural(self.tokens, "token") if self.tokens is not None else f"{self.money:g}"


class Spending:
    """What has been used so far, against a budget. For one thread alone, the one that keeps what comes out."""

    def __init__(self, budget: Budget | None, *, tokens: int = 0, money: float = 0.0) -> None:
        self._budget = budget
        self._unpriced: str | None = None
        self.tokens, self.money = tokens, money

    def add(self, usage: Mapping[str, Any]) -> None:
        """Count what was used: ``model``, ``prompt_tokens``, ``completion_tokens``, and ``cost`` (None: no price)."""
        self.tokens += usage["prompt_tokens"] + usage["completion_tokens"]
        self.money += usage["cost"] or 0.0
        if usage["cost"] is None:
            self._unpriced = usage["model"] or "(unnamed)"

    def is_over(self) -> bool:
        """Whether nothing more may be begun. Raises UsageError where a budget in money has no price to go by."""
        if self._budget is None:
            return False
        if self._budget.money is not None and self._unpriced is not None:
            raise UsageError(
                f"There is no price for the model {self._unpriced!r}, so a budget in money can't be kept. Give it one "
                "in backissue-prices.toml (docs/evaluation.md says how), or set --budget in tokens: 200000tokens."
            )
        return self._budget.is_spent(self.tokens, self.money)

    def as_json(self, currency: str) -> dict[str, Any]:
        """What ``run.json`` says of it."""
        return {"tokens": self.tokens, "money": round(self.money, 6), "currency": currency}
