"""Whether an answer stands in a text, by the definition of evaluation/retrieval_metrics.py, without its imports."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence


def contains_any(text: str, answers: Sequence[str]) -> bool:
    """As whole words and numbers, case, compatibility forms, quotes and white space aside."""
    haystack = _normalized(text)
    for answer in answers:
        needle = _normalized(answer).strip(" \"'.,")
        if not needle:
            continue
        before = r"(?<!\w)(?<!\d[.,])" if needle[0].isdigit() else r"(?<!\w)"
        after = r"(?!\w|[.,]\d)" if needle[-1].isdigit() else r"(?!\w)"
        if re.search(before + re.escape(needle) + after, haystack):
            return True
    return False


def _normalized(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold()
    text = text.translate(str.maketrans("“”„«»‘’‚", '"""""\'\'\''))
    return re.sub(r"\s+", " ", text).strip()
