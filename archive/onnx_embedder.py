"""Embedding on this machine: a tokenizer and an ONNX model, one text at a time on as many threads as there are cores.

One text at a time, because int8 models scale activations by the range of the whole batch: in a larger batch a text's
vector would depend on its neighbours. It is also the fastest way on few cores (docs/decisions/0001-embedder.md).
"""

from __future__ import annotations

import functools
import hashlib
import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from archive.bundled_model import DIMENSIONS, RECIPE, build_model, find_model
from archive.embedder import TokenVectors
from archive.errors import EmbedderError

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

_LONGEST_INPUT = 256  # word pieces, special ones included: what the bundled model was trained for
_LONGEST_TEXT = 20_000  # characters looked at; 256 word pieces are some 1,200 characters of prose


class Session(Protocol):
    """What is used of onnxruntime.InferenceSession, which carries no types."""

    def get_inputs(self) -> Sequence[SessionInput]:
        """The inputs the model declares."""
        ...

    def run(self, outputs: Sequence[str] | None, inputs: dict[str, NDArray[np.int64]]) -> list[NDArray[np.float32]]:
        """Compute the outputs named, or all."""
        ...


class SessionInput(Protocol):
    """An input that a model declares."""

    @property
    def name(self) -> str:
        """What it is called, such as input_ids."""
        ...


# Token ids (1, n) -> a vector (dimensions,) of length 1.
Encode = Callable[[NDArray[np.int64]], NDArray[np.float32]]


def open_bundled() -> BundledEmbedder:
    """The default embedder. Raises EmbedderError if its package isn't installed."""
    return BundledEmbedder(find_model())


def open_model_file(path: Path) -> OnnxEmbedder:
    """A model file of one's own, with its tokenizer.json beside it.

    Its inputs are any of input_ids, attention_mask and token_type_ids; its first output is a vector per token, which
    are averaged, or one per text. Raises EmbedderError if a file is missing.
    """
    path = path.expanduser()
    tokenizer = path.with_name("tokenizer.json")
    for needed in (path, tokenizer):
        if not needed.is_file():
            raise EmbedderError(
                f"the embedding model's file {needed} is missing; 'file:/path/to/model.onnx' needs the model and, "
                "beside it, its tokenizer.json."
            )
    # Large models keep their weights beside the graph, as model.onnx_data or model.onnx.data.
    digest = hashlib.sha256()
    for part in (*sorted(path.parent.glob(f"{path.name}*data")), path, tokenizer):
        with part.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())

    def load() -> Encode:
        return _pooling(open_session(str(path)), path)

    return OnnxEmbedder(f"file:{digest.hexdigest()[:16]}", tokenizer, load)


class OnnxEmbedder:
    """An Embedder that runs a model here. It loads on first use; threads may share it."""

    def __init__(
        self, name: str, tokenizer: Path, load: Callable[[], Encode], *, dimensions: int | None = None
    ) -> None:
        self._name = name
        self._tokenizer_path = tokenizer
        self._load = load
        self._lock = threading.Lock()
        self._dimensions = dimensions
        self._loaded: tuple[Tokenizer, Encode] | None = None

    @property
    def name(self) -> str:
        """Identity of model and recipe, remembered by the archive."""
        return self._name

    @property
    def dimensions(self) -> int:
        """Length of a vector; a model of one's own is asked for one."""
        if self._dimensions is None:
            self._dimensions = len(self.embed_query("dimensions"))
        return self._dimensions

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Embed texts: shape (len(texts), dimensions), rows of length 1, each depending on its own text only."""
        tokenizer, encode = self._ready()
        vectors = np.empty((len(texts), self.dimensions), np.float32)
        encodings = tokenizer.encode_batch_fast([_readable(text) for text in texts])
        inputs = [_as_input(encoding.ids) for encoding in encodings]

        def embed(row: int) -> None:
            vectors[row] = encode(inputs[row])

        # Longest first, so that no thread starts a long text while the others have nothing left.
        order = sorted(range(len(texts)), key=lambda row: -inputs[row].size)
        with ThreadPoolExecutor(min(cores(), max(len(texts), 1)), "embed") as workers:
            for _ in workers.map(embed, order):
                pass
        return vectors

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """Embed a question, on the calling thread: it never waits behind passages."""
        tokenizer, encode = self._ready()
        return encode(_as_input(tokenizer.encode(_readable(text)).ids))

    def _ready(self) -> tuple[Tokenizer, Encode]:
        if self._loaded is None:
            with self._lock:
                if self._loaded is None:
                    self._loaded = (open_tokenizer(self._tokenizer_path), self._load())
        return self._loaded


class BundledEmbedder(OnnxEmbedder):
    """The bundled model, which also gives the vectors of a text's word pieces."""

    def __init__(self, path: Path) -> None:
        self._session: Session | None = None
        tokenizer = Path(__file__).parent / "embedder_data" / "tokenizer.json"

        def load() -> Encode:
            session = self._session = open_session(build_model(path))
            return lambda ids: _output(session, "embedding", {"input_ids": ids})[0]

        super().__init__(RECIPE, tokenizer, load, dimensions=DIMENSIONS)

    def embed_tokens(self, texts: Sequence[str]) -> list[TokenVectors]:
        """Embed each text piece by piece; 254 pieces of it at most."""
        tokenizer, _ = self._ready()
        session = self._session
        if session is None:
            raise RuntimeError("the model is loaded by _ready")
        encodings = tokenizer.encode_batch([_readable(text) for text in texts])  # the fast one keeps no offsets

        def embed(encoding: Encoding) -> TokenVectors:
            vectors = _output(session, "tokens", {"input_ids": _as_input(encoding.ids)})[0]
            return TokenVectors(vectors[1:-1], np.array(encoding.offsets[1:-1], np.int64).reshape(-1, 2))

        with ThreadPoolExecutor(min(cores(), max(len(texts), 1)), "embed") as workers:
            return list(workers.map(embed, encodings))


def _readable(text: str) -> str:
    """The beginning of a text, as Unicode that the tokenizer accepts: lone surrogates become U+FFFD."""
    text = text[:_LONGEST_TEXT]
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def _as_input(ids: list[int]) -> NDArray[np.int64]:
    """Shape (1, n). A tokenizer without special tokens has none for an empty text; token 0 stands for it then."""
    return np.array([ids or [0]], np.int64)


def cores() -> int:
    """Cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def open_tokenizer(path: Path) -> Tokenizer:
    """A tokenizer that cuts after 256 word pieces and never pads. Raises EmbedderError if the file isn't one."""
    from tokenizers import Tokenizer

    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises bare Exception
        raise EmbedderError(
            f"{path} is not a tokenizer ({error}); it must be the tokenizer.json of the model."
        ) from error
    tokenizer.enable_truncation(_LONGEST_INPUT)
    tokenizer.no_padding()
    return tokenizer


def open_session(model: bytes | str) -> Session:
    """A session that runs on its caller's thread only. Raises EmbedderError if onnxruntime rejects the model."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3  # errors
    options.enable_mem_pattern = False  # lengths vary: a remembered plan per length only costs memory
    if int8_products_overflow():
        options.add_session_config_entry("session.x64quantprecision", "1")
    try:
        session: Session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime's exceptions share no other class
        name = model if isinstance(model, str) else "the bundled model"
        raise EmbedderError(
            f"onnxruntime can't load {name} ({error}); is it an ONNX model that it supports?"
        ) from error
    return session


@functools.cache
def int8_products_overflow() -> bool:
    """Whether this processor's int8 products are wrong for large numbers, found by trying one.

    x86 without VNNI instructions adds pairs of products in 16 bits, where 2 * 255 * 127 doesn't fit. onnxruntime then
    has exact but slower kernels (``session.x64quantprecision``). It can't tell which processors need them, and asked
    for them everywhere they cost 1.7 times the time of the whole model, so they are asked for where this says so.
    """
    import onnxruntime
    from onnx import TensorProto, helper, numpy_helper

    graph = helper.make_graph(
        [helper.make_node("MatMulInteger", ["left", "right"], ["sums"])],
        "probe",
        [helper.make_tensor_value_info("left", TensorProto.UINT8, [8, 64])],
        [helper.make_tensor_value_info("sums", TensorProto.INT32, [8, 32])],
        [numpy_helper.from_array(np.full((64, 32), 127, np.int8), "right")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    probe = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    sums = np.asarray(probe.run(None, {"left": np.full((8, 64), 255, np.uint8)})[0])
    return bool((sums != 64 * 255 * 127).any())


def _output(session: Session, name: str | None, inputs: dict[str, NDArray[np.int64]]) -> NDArray[np.float32]:
    """The output called so, or the first."""
    try:
        output = session.run([name] if name else None, inputs)[0]
    except Exception as error:  # onnxruntime's exceptions share no other class
        raise EmbedderError(f"the embedding model failed on a text ({error}).") from error
    return output


def _pooling(session: Session, path: Path) -> Encode:
    """Feed a model the inputs it declares and average its output over the tokens, if it has one per token."""
    needed = {value.name for value in session.get_inputs()}
    unknown = needed - {"input_ids", "attention_mask", "token_type_ids"}
    if unknown or "input_ids" not in needed:
        raise EmbedderError(
            f"{path} wants the inputs {', '.join(sorted(needed))}; an embedding model takes input_ids and, "
            "where it needs them, attention_mask and token_type_ids."
        )

    def encode(ids: NDArray[np.int64]) -> NDArray[np.float32]:
        known = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        output = _output(session, None, {name: known[name] for name in needed})[0]
        vector = np.asarray(output.mean(axis=0) if output.ndim == 2 else output, np.float32)
        length = float(np.linalg.norm(vector))
        if vector.ndim != 1 or not np.isfinite(length) or length == 0:
            raise EmbedderError(f"{path} gave no usable vector; its first output must be one per token or per text.")
        return np.asarray(vector / length, np.float32)

    return encode
