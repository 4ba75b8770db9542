"""Embedding at an endpoint that speaks OpenAI's API: OpenAI itself, or Ollama, vLLM, llama.cpp, LM Studio, ...

Used only when the setting ``embedder`` says so; then the text of every passage and question goes to that endpoint.
Whether a text's vector is the same every time is up to the endpoint.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from archive.errors import EmbedderError
from archive.settings import Settings

if TYPE_CHECKING:
    import openai

OPENAI_ADDRESS = "https://api.openai.com/v1"

_BATCH = 64  # texts in a request
_LONGEST_TEXT = 8_000  # characters sent; OpenAI's models read 8,192 tokens
_LONGEST_WAIT = 60.0  # seconds before a retry, whatever the endpoint asks for
_BLANK = "(empty)"  # sent for a text without any characters to embed, which endpoints reject


def open_openai(model: str, settings: Settings) -> OpenAIEmbedder:
    """The embedder for ``openai:MODEL`` at ``embedding_base_url``, or at OpenAI when that isn't set.

    ``OPENAI_BASE_URL`` is for the language model and isn't used here. Raises EmbedderError if OpenAI's key is missing.
    """
    address = settings.embedding_base_url or OPENAI_ADDRESS
    key = settings.embedding_api_key or settings.openai_api_key
    if key is None and address == OPENAI_ADDRESS:
        raise EmbedderError(
            f"embedder = 'openai:{model}' needs a key: set OPENAI_API_KEY (or BACKISSUE_EMBEDDING_API_KEY), "
            "name another endpoint by BACKISSUE_EMBEDDING_BASE_URL, or use embedder = 'bundled'."
        )
    return OpenAIEmbedder(
        model,
        address,
        key.get_secret_value() if key else "none",
        timeout_seconds=settings.model_timeout_seconds,
        retries=settings.model_retries,
    )


class OpenAIEmbedder:
    """An Embedder at an endpoint. Threads may share it."""

    def __init__(
        self,
        model: str,
        address: str,
        key: str,
        *,
        timeout_seconds: float = 60.0,
        retries: int = 2,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._model = model
        self._address = address
        self._key = key
        self._timeout_seconds = timeout_seconds
        self._retries = retries
        self._wait = wait
        self._lock = threading.Lock()
        self._client: openai.OpenAI | None = None
        self._dimensions: int | None = None

    @property
    def name(self) -> str:
        """Identity remembered by the archive: the model, not the address it is served at."""
        return f"openai:{self._model}"

    @property
    def dimensions(self) -> int:
        """Length of a vector; asks the endpoint if no text was embedded yet. Raises EmbedderError."""
        return self._dimensions or len(self.embed_query("dimensions"))

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts: shape (len(texts), dimensions), rows of length 1. Raises EmbedderError."""
        if not texts:
            return np.empty((0, self.dimensions), np.float32)
        batches = [texts[start : start + _BATCH] for start in range(0, len(texts), _BATCH)]
        return np.concatenate([self._embed([_sendable(text) for text in batch]) for batch in batches])

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """Embed a question: shape (dimensions,), length 1. Raises EmbedderError."""
        vector: NDArray[np.float32] = self._embed([_sendable(text)])[0]
        return vector

    def _embed(self, texts: list[str]) -> NDArray[np.float32]:
        """One request, tried again after 429, 5xx or a lost connection, at most ``retries`` times."""
        import openai

        for attempt in range(self._retries + 1):
            try:
                answer = self._connect().embeddings.create(model=self._model, input=texts, encoding_format="float")
                return self._check(answer, len(texts))
            except openai.APIStatusError as error:
                again = error.status_code in {408, 409, 429} or error.status_code >= 500
                if not again or attempt == self._retries:
                    raise self._explain(_status_message(error), attempt) from error
                self._wait(_pause(attempt, error.response.headers.get("retry-after")))
            except openai.APIConnectionError as error:  # time-outs too
                if attempt == self._retries:
                    raise self._explain(f"can't be reached ({error.__cause__ or error})", attempt) from error
                self._wait(_pause(attempt, None))
            except (openai.OpenAIError, ValueError, TypeError, AttributeError, KeyError) as error:
                # The client parses without checking: what isn't an embedding answer fails anywhere in it.
                raise self._explain(f"sent something that is not an embedding answer ({error})", attempt) from error
        raise AssertionError("the loop returns or raises")

    def _connect(self) -> openai.OpenAI:
        import openai

        with self._lock:
            if self._client is None:
                self._client = openai.OpenAI(
                    api_key=self._key, base_url=self._address, timeout=self._timeout_seconds, max_retries=0
                )
            return self._client

    def _check(self, answer: openai.types.CreateEmbeddingResponse, count: int) -> NDArray[np.float32]:
        """The vectors in the order of the texts, scaled to length 1. Raises ValueError for anything else."""
        rows = sorted(answer.data, key=lambda item: item.index)
        if [item.index for item in rows] != list(range(count)):
            raise ValueError(f"{len(rows)} vectors for {count} texts")
        vectors = np.array([item.embedding for item in rows], np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if vectors.ndim != 2 or not np.isfinite(lengths).all() or not (lengths > 0).all():
            raise ValueError("vectors that are empty, zero or not finite")
        if self._dimensions not in {None, vectors.shape[1]}:
            raise ValueError(f"vectors of {vectors.shape[1]} numbers after vectors of {self._dimensions}")
        self._dimensions = vectors.shape[1]
        return np.asarray(vectors / lengths, np.float32)

    def _explain(self, what: str, attempt: int) -> EmbedderError:
        tries = f" after {attempt + 1} tries" if attempt else ""
        return EmbedderError(
            f"the embedding endpoint {self._address} {what}{tries}. Check the settings embedder "
            f"('openai:{self._model}'), embedding_base_url and the key, then go on with `backissue embed`: "
            "what was embedded is kept."
        )


def _sendable(text: str) -> str:
    """The beginning of a text as valid Unicode without NULs, never blank."""
    text = text[:_LONGEST_TEXT].replace("\0", " ")
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text if text.strip() else _BLANK


def _pause(attempt: int, retry_after: str | None) -> float:
    """Seconds to wait: what the endpoint asks for (in seconds), or 0.5, 1, 2, ...; a minute at most."""
    try:
        asked = float(retry_after or "")
    except ValueError:  # absent, or a date
        asked = 0.5 * 2**attempt
    return min(max(0.0, asked), _LONGEST_WAIT)  # in this order "nan" is 0


def _status_message(error: openai.APIStatusError) -> str:
    meaning = {
        401: "refused the key",
        403: "refused access",
        404: "doesn't know the model or has no embeddings",
        429: "is over its rate limit or quota",
    }.get(error.status_code, "failed")
    return f"{meaning} (HTTP {error.status_code}: {error.message[:200]})"
