"""The language of a text, by py3langid; "" where it can't be told."""

from __future__ import annotations

from functools import cache
from typing import Any

_FEWEST_LETTERS = 60  # shorter text is a guess
_SAMPLE = 600  # characters from the middle of the text, past names and datelines
_SURE = 0.9
_CERTAIN = 0.99  # and more text: then a page's template is wrong about its language
_ENOUGH_TO_CORRECT = 300
# Languages that the model takes for each other in short news texts: only a certain answer counts.
_RARE = frozenset(
    {"la", "an", "oc", "wa", "br", "vo", "se", "qu", "ht", "jv", "rw", "xh", "zu", "mg", "eo", "lb", "nn", "nb"}
)


def language_of(text: str) -> str:
    """The two-letter code of the language that ``text`` is almost surely in; "" for short or mixed text."""
    return _guess(text, _SURE, _FEWEST_LETTERS)


def corrected(declared: str, text: str) -> str:
    """``declared``, what a page's template says, unless a longer text is certainly in another language."""
    found = _guess(text, _CERTAIN, _ENOUGH_TO_CORRECT)
    if not declared:
        return language_of(text)
    return declared if not found or found in _RARE or _related(declared, found) else found


def _related(declared: str, found: str) -> bool:
    """Names of one language, or of two that can't be told apart in writing."""
    groups = (
        {"no", "nb", "nn", "da"},
        {"hr", "sr", "bs", "sh"},
        {"id", "ms"},
        {"pt", "gl"},
        {"zh", "yue"},
        {"fil", "tl"},
    )
    return declared == found or any(declared in group and found in group for group in groups)


def _guess(text: str, sure: float, fewest: int) -> str:
    middle = max(0, (len(text) - _SAMPLE) // 3)
    sample = text[middle : middle + _SAMPLE]
    if sum(letter.isalpha() for letter in sample) < fewest:
        return ""
    code, probability = _identifier().classify(sample)
    return str(code) if probability >= sure else ""


@cache
def _identifier() -> Any:  # noqa: ANN401 - the library has no types
    """The model, loaded when it is first needed (half a second)."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
