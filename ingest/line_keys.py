"""What makes two printings of a line, or of a name, the same: their letters and digits. Pure."""

from __future__ import annotations

import re

_NOT_LETTERS = re.compile(r"[\W_]+")


def squash(text: str) -> str:
    """Letters and digits only, without case: what makes two printings of a line the same."""
    return _NOT_LETTERS.sub("", text.casefold())
