"""Counting tokens of cl100k_base, offline: the vocabulary that LlamaIndex ships is used, nothing is fetched."""

from __future__ import annotations

import importlib.util
import os
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tiktoken


@lru_cache(maxsize=1)
def encoding() -> tiktoken.Encoding:
    """The tokenizer; loading takes a third of a second, once."""
    if "TIKTOKEN_CACHE_DIR" not in os.environ:
        package = importlib.util.find_spec("llama_index.core")
        if package is not None and package.origin:
            os.environ["TIKTOKEN_CACHE_DIR"] = str(Path(package.origin).parent / "_static" / "tiktoken_cache")
    import tiktoken

    return tiktoken.get_encoding("cl100k_base")


def count_tokens(text: str) -> int:
    """How many tokens the text has by itself."""
    return len(encoding().encode_ordinary(text))
