"""The only place that reads the environment or a settings file.

Settings come from, the first that names one wins: the command line, the environment, ``backissue.toml`` in the
working folder (or the file named by ``BACKISSUE_SETTINGS``), the defaults below. A key that doesn't exist is an error.
"""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from archive.errors import UsageError

ENVIRONMENT_PREFIX = "BACKISSUE_"
SETTINGS_FILE = "backissue.toml"

# Names that other programs already use; a user has them set.
_SHARED_NAMES = {
    "openai_api_key": "OPENAI_API_KEY",
    "openai_base_url": "OPENAI_BASE_URL",
}


class Settings(BaseModel):
    """Every knob, with its unit in the name or the description."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    archive: Path = Field(default=Path("backissue-archive"), description="the archive's folder")
    wait_seconds: float = Field(default=60.0, ge=0, description="how long a writer waits for another one")

    embedder: str = Field(
        default="bundled",
        description="'bundled', 'file:/path/to/model.onnx' or 'openai:MODEL' (at embedding_base_url)",
    )
    embedding_base_url: str | None = Field(default=None, description="an OpenAI-compatible embedding endpoint")
    embedding_api_key: SecretStr | None = Field(default=None, description="its key, if not OPENAI_API_KEY")

    reranker: str = Field(
        default="",
        description="'file:/path/to/model.onnx': a cross-encoder, its tokenizer.json beside it; 'model': the language "
        "model, where there is one; '' is none",
    )

    openai_api_key: SecretStr | None = Field(default=None, description="OPENAI_API_KEY")
    openai_base_url: str | None = Field(default=None, description="OPENAI_BASE_URL: Ollama, vLLM, llama.cpp, ...")
    model: str | None = Field(default=None, description="the language model's name at that endpoint")
    judge_api_key: SecretStr | None = Field(default=None, description="the key of an evaluation's judge elsewhere")
    model_timeout_seconds: float = Field(default=60.0, gt=0, description="longest silence of the model's endpoint")
    model_retries: int = Field(default=2, ge=0, le=10, description="further tries after 429, 5xx or a lost connection")

    model_context_tokens: int | None = Field(
        default=None, ge=1024, description="tokens the model can read and write at once, where its server doesn't say"
    )
    model_reply_tokens: int = Field(
        default=4096, ge=128, description="longest reply, its thoughts included, of a model that isn't OpenAI's"
    )
    model_json: bool = Field(default=True, description="hold the model to a JSON form where its server can")
    model_plans: bool = Field(default=True, description="let the model name the parts and times of hard questions")
    local_model: Path | None = Field(default=None, description="a GGUF file to run on this machine: backissue[local]")
    local_model_context: int = Field(default=8192, ge=1024, description="tokens of context for local_model")

    passage_tokens: int = Field(default=250, ge=32, le=256, description="longest passage, in cl100k_base tokens")
    evidence_tokens: int = Field(
        default=3000, ge=200, description="longest evidence given to a language model, in tokens"
    )
    evidence_passages: int = Field(default=10, ge=1, le=50, description="most passages an answer rests on")

    host: str = Field(default="127.0.0.1", description="address the chat listens on")
    port: int = Field(default=7860, ge=0, le=65535, description="port the chat listens on; 0 takes a free one")

    host_names: str = Field(
        default="", description="names under which browsers reach the chat, separated by commas (behind a proxy, say)"
    )

    answers_at_once: int = Field(default=8, ge=1, le=256, description="answers made at the same time, by the chat")
    answers_waiting: int = Field(default=64, ge=0, le=10_000, description="questions that wait; more are refused")
    upload_bytes: int = Field(default=500_000_000, ge=1_000_000, description="largest file that an editor may send")
    auth: Path | None = Field(default=None, description="the users' file: only they come in (`backissue users`)")

    @property
    def has_language_model(self) -> bool:
        """Whether a model was named: a key, an address, both, or a file."""
        return self.local_model is not None or self.openai_api_key is not None or self.openai_base_url is not None


def load_settings(overrides: dict[str, Any] | None = None) -> Settings:
    """Read the settings file and the environment; ``overrides`` (None values ignored) come from the command line.

    Raises UsageError naming the file or variable and the key that is wrong.
    """
    path = _settings_file()
    written, exported = _from_file(path), _from_environment()
    given = {key: value for key, value in (overrides or {}).items() if value is not None}
    try:
        return Settings.model_validate(written | exported | given)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        place = "the command line" if key in given else _variable(key) if key in exported else path
        known = f" Known settings: {', '.join(sorted(Settings.model_fields))}." if key in written else ""
        raise UsageError(f"{place}: setting {key!r}: {first['msg']}.{known}") from None


def _settings_file() -> Path:
    named = os.environ.get(ENVIRONMENT_PREFIX + "SETTINGS")
    if named and not Path(named).is_file():
        raise UsageError(f"BACKISSUE_SETTINGS names {named}, which is not a file.")
    return Path(named or SETTINGS_FILE)


def _variable(key: str) -> str:
    """What a setting is called in the environment."""
    return _SHARED_NAMES.get(key, ENVIRONMENT_PREFIX + key.upper())


def _from_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not valid TOML: {error}.") from None
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}. Check its permissions.") from None


def _from_environment() -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key in Settings.model_fields:
        name = _variable(key)
        if os.environ.get(name):
            values[key] = os.environ[name]
    known = {"SETTINGS", *(key.upper() for key in Settings.model_fields if key not in _SHARED_NAMES)}
    for name in sorted(os.environ):
        if name.startswith(ENVIRONMENT_PREFIX) and name.removeprefix(ENVIRONMENT_PREFIX) not in known:
            raise UsageError(
                f"{name} in the environment is no setting. Known: "
                f"{', '.join(ENVIRONMENT_PREFIX + key for key in sorted(known))}."
            )
    return values
