from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from archive.errors import UsageError
from archive.settings import Settings
from assistant.language_model import open_language_model
from assistant.local_model import checked_file


def _settings(path: Path) -> Settings:
    return Settings.model_validate({"local_model": path})


def test_a_file_that_is_not_there_or_no_model_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nothing\.gguf cannot be read: No such file"):
        checked_file(tmp_path / "nothing.gguf")
    (tmp_path / "text.gguf").write_text("This is no model.")
    with pytest.raises(UsageError, match=r"text\.gguf is no GGUF file"):
        checked_file(tmp_path / "text.gguf")


def test_without_the_extra_the_error_says_how_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "m.gguf").write_bytes(b"GGUF")
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(
        "assistant.local_model.find_spec", lambda name: None if name == "xllamacpp" else find_spec(name)
    )
    with pytest.raises(UsageError, match=r"pip install 'backissue\[local\]'"):
        open_language_model(_settings(tmp_path / "m.gguf"))


def test_a_file_that_can_not_be_loaded_is_explained(tmp_path: Path) -> None:
    pytest.importorskip("xllamacpp", reason="the extra backissue[local] is not installed")
    (tmp_path / "broken.gguf").write_bytes(b"GGUF" + bytes(64))
    with pytest.raises(UsageError, match=r"could not load .*broken\.gguf"):
        open_language_model(_settings(tmp_path / "broken.gguf"))


def test_a_server_that_dies_at_once_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when llama.cpp ends its process: the child here is Python, told to leave before it says a word."""
    (tmp_path / "m.gguf").write_bytes(b"GGUF")
    monkeypatch.setattr("assistant.local_model.find_spec", lambda name: object())
    monkeypatch.setattr("assistant.local_model.sys.executable", "/bin/false")
    with pytest.raises(UsageError, match="ended without a word"):
        open_language_model(_settings(tmp_path / "m.gguf"))
