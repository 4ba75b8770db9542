"""Turns text into vectors: the seam, the choice among its implementations, and the fake for tests.

What implements it: the bundled model or a model file of one's own (onnx_embedder.py), an endpoint that speaks
OpenAI's API (openai_embedder.py), and ``HashingEmbedder``, which needs no model.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from archive.errors import EmbedderError
from archive.settings import Settings


class Embedder(Protocol):
    """What the archive and the retriever need of an embedding model. Implementations are thread-safe."""

    @property
    def name(self) -> str:
        """Identity of model and recipe. Vectors of equal names may be compared; an archive remembers it."""
        ...

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts: shape (len(texts), dimensions), rows of length 1. Raises EmbedderError.

        Any string is accepted: empty, very long (its beginning counts), with NULs or lone surrogates. For local
        models a text's vector depends on nothing but the text.
        """
        ...

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """Embed what a user asks: shape (dimensions,), length 1. Raises EmbedderError."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class TokenVectors:
    """A text's word pieces, each as it is meant in this text.

    ``vectors``: shape (pieces, dimensions), of any length. ``spans``: shape (pieces, 2), their character offsets in the
    text. Without the special pieces at both ends; a long text ends early.
    """

    vectors: NDArray[np.float32]
    spans: NDArray[np.int64]


@runtime_checkable
class TokenEmbedder(Embedder, Protocol):
    """An Embedder that also gives the vectors before they are averaged: what each word means where it stands."""

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Embed each text piece by piece. Raises EmbedderError. Any string is accepted, as in embed_passages."""
        ...


def open_embedder(settings: Settings) -> Embedder:
    """Choose the embedder that ``settings.embedder`` names; the model itself is loaded by the first text.

    Only that setting chooses: an API key or an address never does, so text leaves the machine when it was asked to.
    Raises EmbedderError, with the remedy, if the model isn't there or the setting names no embedder.
    """
    kind, _, rest = settings.embedder.partition(":")
    if settings.embedder == "bundled":
        from archive.onnx_embedder import open_bundled

        return open_bundled()
    if kind == "file" and rest:
        from archive.onnx_embedder import open_model_file

        return open_model_file(Path(rest))
    if kind == "openai" and rest:
        from archive.openai_embedder import open_openai

        return open_openai(rest, settings)
    if settings.embedder == "hashing":
        return HashingEmbedder()
    raise EmbedderError(
        f"the setting embedder = {settings.embedder!r} names no embedder; "
        "use 'bundled', 'file:/path/to/model.onnx' or 'openai:MODEL'."
    )


class HashingEmbedder:
    """The fake for tests: a bag of hashed words. Texts that share words are near, nothing is loaded.

    Each word adds +1 or -1 to one of ``dimensions`` places (feature hashing, Weinberger et al. 2009).
    """

    def __init__(self, dimensions: int = 64) -> None:
        self._dimensions = dimensions

    @property
    def name(self) -> str:
        """Identity remembered by the archive."""
        return f"hashing-{self._dimensions}/1"

    @property
    def dimensions(self) -> int:
        """Length of a vector."""
        return self._dimensions

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts: shape (len(texts), dimensions), rows of length 1."""
        vectors = np.zeros((len(texts), self._dimensions), np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            for word in re.findall(r"\w+", text.casefold()):
                digest = hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest()
                value = int.from_bytes(digest, "little")
                vector[(value >> 1) % self._dimensions] += 1.0 if value & 1 else -1.0
            if not vector.any():
                vector[0] = 1.0  # no words, or words that cancel out: still a vector of length 1
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """Embed a question: shape (dimensions,), length 1."""
        vector: NDArray[np.float32] = self.embed_passages([text])[0]
        return vector
