"""Whether an answer stands in a text, by the definition of evaluation/retrieval_metrics.py, without its imports."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence


def contains_any(text: str, answers: Sequence[str]) -> bool:
    """As whole words, case, compatibility forms, quotes and white space aside."""
    haystack = _normalized(text)
    for answer in answers:
        needle = _normalized(answer).strip(" \"'.,")
        if needle and re.search(rf"(?<!\w){re.escape(needle)}(?!\w)", haystack):
            return True
    return False


def _normalized(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold()
    text = text.translate(str.maketrans("“”„«»‘’‚", '"""""\'\'\''))
    return re.sub(r"\s+", " ", text).strip()
