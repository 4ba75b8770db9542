"""Numbers as values: what two spellings have in common, and when one may be a rounding of the other (pure)."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

PLAIN, PERCENT, FRACTION, TIME, DECADE, VAGUE = "plain", "percent", "fraction", "time", "decade", "vague"


@dataclass(frozen=True, slots=True)
class Number:
    """A number at ``text[start:end]``.

    ``readings``: (kind, value) pairs, any of which may be meant ("100m" is metres or millions; "a third" a fraction or
    an ordinal). TIME counts minutes from midnight. ``currency`` is "" where none is named. ``digits``: significant
    digits as written. ``scaled``: written with "million" and the like, perhaps rounded. ``soft``: too often no number
    ("one", "first", "a couple") for its absence elsewhere to mean anything. ``code``: the letters it is joined to.
    ``unit``: what it is a number of ("mile", "day"); "" where none is named.
    """

    start: int
    end: int
    readings: tuple[tuple[str, float], ...]
    currency: str = ""
    digits: int = 1
    scaled: bool = False
    soft: bool = False
    code: str = ""
    unit: str = ""

    @property
    def value(self) -> float:
        """The first reading's."""
        return self.readings[0][1]


def same_value(claim: Number, other: Number, *, hedge: str = "") -> bool:
    """Whether two numbers can be the same: equal, or the claim a rounding of the other where that is said or usual.

    ``hedge`` is the word before the claim: "about", "more than", "nearly", ... or "".
    """
    if claim.currency and other.currency and claim.currency != other.currency:
        return False
    if claim.code and other.code and claim.code != other.code:
        return False
    if claim.unit and other.unit and claim.unit != other.unit:
        return False
    return any(
        _comparable(kind, other_kind) and (_equal(kind, value, other_kind, other_value)
        or _rounds(claim, value, other_value, hedge))
        for kind, value in claim.readings
        for other_kind, other_value in other.readings
    )  # fmt: skip


def _comparable(kind: str, other: str) -> bool:
    if kind == other:
        return True
    return {kind, other} <= {PERCENT, FRACTION} or {kind, other} == {PLAIN, FRACTION}


def _equal(kind: str, value: float, other_kind: str, other: float) -> bool:
    if kind == TIME:
        return abs(value - other) % 720 == 0  # "3" may be in the morning or in the afternoon
    if kind == VAGUE:
        return value == other
    if {kind, other_kind} == {PERCENT, FRACTION}:
        percent, fraction = (value, other) if kind == PERCENT else (other, value)
        return abs(percent - 100 * fraction) < 0.5
    return math.isclose(value, other, rel_tol=1e-9, abs_tol=1e-12)


_ABOVE = {"more than", "over", "at least", "above", "exceeding", "upwards of", "greater than", "well over", "just over"}
_BELOW = {"nearly", "almost", "under", "below", "less than", "fewer than", "close to", "just under", "up to"}
_ABOUT = {"about", "around", "roughly", "approximately", "some", "an estimated", "estimated", "circa"}
HEDGE = re.compile(
    r"\b(" + "|".join(sorted((word.replace(" ", r"\s") for word in _ABOVE | _BELOW | _ABOUT), key=len, reverse=True)) +
    r")\s(?:[$£€]|us\$|an?\s)?$", flags=re.IGNORECASE,
)  # fmt: skip


def _rounds(claim: Number, value: float, other: float, hedge: str) -> bool:
    if other < 10 or not (hedge or claim.scaled) or value <= 0:
        return False
    step = 10.0 ** (math.floor(math.log10(value)) - claim.digits + 1)
    if step <= 1e-9 or math.isclose(other % step, 0, abs_tol=1e-9):
        return False
    hedge = " ".join(hedge.lower().split())
    if hedge in _ABOVE and math.isclose(math.floor(other / step) * step, value, rel_tol=1e-9):
        return True
    if hedge in _BELOW and math.isclose(math.ceil(other / step) * step, value, rel_tol=1e-9):
        return True
    return math.isclose(round(other / step) * step, value, rel_tol=1e-9)
