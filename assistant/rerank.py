"""An optional second look at the best passages, by a model that reads question and passage together.

The seam is ``Reranker``. The setting ``reranker`` chooses: "" for none, "file:/path/to/model.onnx" for a cross-encoder
with its tokenizer.json beside it. Another kind (a language model that grades passages) implements ``Reranker`` in a
module of its own and is put into ``RetrievalSettings.reranker``: `retrieve` asks no more of it than ``score``.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np

from archive.errors import EmbedderError, RerankerError
from archive.settings import Settings
from assistant.ranking import RankedHit

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from archive.onnx_embedder import Session

BY_MODEL = "model"  # the setting for the language model itself
_LONGEST_PAIR = 512  # word pieces of question and passage together: what cross-encoders are mostly trained for
_LONGEST_TEXT = 20_000  # characters
_SAY = 0.7  # how much of a passage's score the reranker decides; the rest keeps time and names in play
_INPUTS = frozenset({"input_ids", "attention_mask", "token_type_ids"})


class Reranker(Protocol):
    """What retrieval needs of a model that grades passages. Implementations are thread-safe."""

    @property
    def name(self) -> str:
        """Identity, for the records of an evaluation."""
        ...

    def score(self, question: str, passages: Sequence[str]) -> list[float]:
        """How well each passage (headline, blank line, text) answers: finite, higher is better, any scale.

        One number for each, in their order. Raises RerankerError; the order found without it is kept then.
        """
        ...


def open_reranker(settings: Settings) -> Reranker | None:
    """The reranker that ``settings.reranker`` names, or None. Raises RerankerError with the remedy.

    The language model is not opened here: model_reranker.py wraps the one that answers.
    """
    if settings.reranker in {"", BY_MODEL}:
        return None
    kind, _, rest = settings.reranker.partition(":")
    if kind == "file" and rest:
        return _open_file(Path(rest).expanduser())
    raise RerankerError(
        f"the setting reranker = {settings.reranker!r} names no reranker; use 'file:/path/to/model.onnx' or 'model', "
        "or leave it out."
    )


@functools.lru_cache(maxsize=2)
def _open_file(path: Path) -> CrossEncoder:
    """One loaded model per file, however many chats there are."""
    return CrossEncoder(path)


def rerank(question: str, hits: Sequence[RankedHit], reranker: Reranker, depth: int) -> list[RankedHit]:
    """Let a reranker move the first ``depth`` hits among themselves; those behind keep their places.

    Its scores, scaled to 0..1 over these passages, scale theirs: what time and filters say stays. Raises RerankerError.
    """
    first = list(hits[:depth])
    if len(first) < 2:
        return list(hits)
    scores = reranker.score(question, [f"{one.hit.article.title}\n\n{one.hit.passage.text}" for one in first])
    if len(scores) != len(first) or not np.isfinite(scores).all():
        raise RerankerError(f"{reranker.name} gave no usable scores.")
    lowest, highest = min(scores), max(scores)
    spread = (highest - lowest) or 1.0
    graded = [
        replace(one, score=one.score * (1 - _SAY + _SAY * (score - lowest) / spread))
        for one, score in zip(first, scores, strict=True)
    ]
    graded.sort(key=lambda one: (-one.score, one.hit.passage.passage_id))
    below = graded[-1].score
    return graded + [replace(one, score=min(one.score, below)) for one in hits[depth:]]


class CrossEncoder:
    """A cross-encoder as ONNX, run here, a pair at a time on as many threads as there are cores.

    Its inputs are any of input_ids, attention_mask and token_type_ids; its first output holds one number per pair, or
    two of which the second is for "relevant". It loads on first use; threads may share it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._loaded: tuple[Tokenizer, Session, frozenset[str]] | None = None
        for needed in (path, path.with_name("tokenizer.json")):
            if not needed.is_file():
                raise RerankerError(
                    f"the reranker's file {needed} is missing; 'file:/path/to/model.onnx' needs the model and, beside "
                    "it, its tokenizer.json."
                )

    @property
    def name(self) -> str:
        """The file's name."""
        return f"file:{self._path.name}"

    def score(self, question: str, passages: Sequence[str]) -> list[float]:
        """See ``Reranker``."""
        from archive.onnx_embedder import cores

        tokenizer, session, inputs = self._ready()
        pairs = [(_readable(question), _readable(passage)) for passage in passages]
        encodings = tokenizer.encode_batch(pairs)

        def grade(row: int) -> float:
            encoding = encodings[row]
            known = {
                "input_ids": np.array([encoding.ids], np.int64),
                "attention_mask": np.array([encoding.attention_mask], np.int64),
                "token_type_ids": np.array([encoding.type_ids], np.int64),
            }
            try:
                output = np.ravel(session.run(None, {name: known[name] for name in inputs})[0])
            except Exception as error:  # onnxruntime's exceptions share no other class
                raise RerankerError(f"{self._path} failed on a passage ({error}).") from error
            if output.size not in {1, 2}:
                raise RerankerError(
                    f"{self._path} gave {output.size} numbers for a pair; a cross-encoder gives 1 or 2."
                )
            return float(output[0] if output.size == 1 else output[1] - output[0])

        with ThreadPoolExecutor(min(cores(), max(len(pairs), 1)), "rerank") as workers:
            return list(workers.map(grade, range(len(pairs))))

    def _ready(self) -> tuple[Tokenizer, Session, frozenset[str]]:
        with self._lock:
            if self._loaded is None:
                self._loaded = self._load()
            return self._loaded

    def _load(self) -> tuple[Tokenizer, Session, frozenset[str]]:
        from archive.onnx_embedder import open_session, open_tokenizer

        try:
            tokenizer = open_tokenizer(self._path.with_name("tokenizer.json"))
            session = open_session(str(self._path))
        except EmbedderError as error:  # the files are read as an embedder's are
            raise RerankerError(str(error)) from error
        tokenizer.enable_truncation(_LONGEST_PAIR, strategy="only_second")
        inputs = frozenset(value.name for value in session.get_inputs())
        if inputs - _INPUTS or "input_ids" not in inputs:
            raise RerankerError(
                f"{self._path} wants the inputs {', '.join(sorted(inputs))}; a cross-encoder takes input_ids and, "
                "where it needs them, attention_mask and token_type_ids."
            )
        return tokenizer, session, inputs


def _readable(text: str) -> str:
    """Unicode that the tokenizer accepts: lone surrogates become question marks."""
    return text[:_LONGEST_TEXT].encode("utf-8", "replace").decode()
