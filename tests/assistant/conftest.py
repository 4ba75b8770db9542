"""The small archive, and a language model at HTTP level: what most tests of answering begin with."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from archive.settings import Settings
from archive.store import ArchiveStore
from assistant.openai_model import OpenAILanguageModel
from tests.assistant.small_archive import make_archive
from tests.fake_openai import FakeOpenAI


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ArchiveStore]:
    """A module's own copy of the small archive, with vectors."""
    with make_archive(tmp_path_factory.mktemp("archive")) as opened:
        yield opened


@pytest.fixture
def fake() -> Iterator[FakeOpenAI]:
    """A server that answers like OpenAI's, as the test tells it to."""
    with FakeOpenAI() as server:
        yield server


@pytest.fixture
def model(fake: FakeOpenAI) -> OpenAILanguageModel:
    """The language model at that server: patient, and never asked twice."""
    settings = {"openai_base_url": fake.base_url, "model": "m", "model_timeout_seconds": 20, "model_retries": 0}
    return OpenAILanguageModel(Settings.model_validate(settings))
