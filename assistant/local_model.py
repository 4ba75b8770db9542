"""A model of one's own without a server of one's own: ``--local-model FILE.gguf`` (the extra ``backissue[local]``).

llama.cpp runs in a child process, because a damaged file ends the process that reads it, and because its threads want
an environment of their own. It listens on 127.0.0.1 alone, at a port and with a key that only this process knows.
"""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
import tempfile
import weakref
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING

from pydantic import SecretStr

from archive.errors import UsageError
from archive.settings import Settings

if TYPE_CHECKING:
    from assistant.openai_model import OpenAILanguageModel

_MAGIC = b"GGUF"
_REPLY_TOKENS = 1024  # an answer takes 300; a small model that repeats itself is stopped
_PATIENCE_SECONDS = 300.0
_LOG_SHOWN = 600  # characters of llama.cpp's last words


def open_local_model(settings: Settings) -> OpenAILanguageModel:
    """Start ``settings.local_model`` and give the language model that speaks with it; it ends with that, or with us.

    Raises UsageError if the file is no GGUF model, the extra is missing, or llama.cpp can't read the file.
    """
    from assistant.openai_model import OpenAILanguageModel

    file = checked_file(settings.local_model)
    if find_spec("xllamacpp") is None:
        raise UsageError("--local-model needs llama.cpp. Install it with: pip install 'backissue[local]'")
    name, key = file.stem, secrets.token_urlsafe(24)
    process, address = _start(file, name, key, settings.local_model_context)
    model = OpenAILanguageModel(
        settings.model_copy(
            update={
                "openai_base_url": f"{address}/v1",
                "openai_api_key": SecretStr(key),
                "model": name,
                # A processor reads 3,000 tokens of evidence in a minute or two before the first word comes.
                "model_reply_tokens": min(settings.model_reply_tokens, _REPLY_TOKENS),
                "model_timeout_seconds": max(settings.model_timeout_seconds, _PATIENCE_SECONDS),
            }
        )
    )
    weakref.finalize(model, _stop, process)  # also when Python exits
    return model


def checked_file(path: Path | None) -> Path:
    """The file, made absolute. Raises UsageError with the remedy if it can't be a model."""
    if path is None:
        raise UsageError("No model file is named. Write --local-model FILE.gguf.")
    try:
        with path.expanduser().open("rb") as file:
            magic = file.read(len(_MAGIC))
    except OSError as error:
        raise UsageError(f"--local-model {path} cannot be read: {error.strerror}.") from None
    if magic != _MAGIC:
        raise UsageError(f"--local-model {path} is no GGUF file. Models in that format end in .gguf.")
    return path.expanduser().resolve()


def _start(file: Path, name: str, key: str, context: int) -> tuple[subprocess.Popen[str], str]:
    log: IO[str] = tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace")
    process = subprocess.Popen(
        [sys.executable, "-m", "assistant.local_model_server"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, cwd=Path(__file__).parents[1],
        start_new_session=True,  # Ctrl-C is ours to hear
    )  # fmt: skip
    assert process.stdin is not None and process.stdout is not None  # noqa: S101 - for the type checker
    try:
        process.stdin.write(json.dumps({"file": str(file), "name": name, "key": key, "context": context}) + "\n")
        process.stdin.flush()
        reply = json.loads(process.stdout.readline() or "{}")
    except (BrokenPipeError, json.JSONDecodeError):
        reply = {}
    except BaseException:
        _stop(process)
        raise
    if "address" not in reply:
        _stop(process)
        raise UsageError(f"llama.cpp could not load {file}: {_why(reply, log)}")
    log.close()
    return process, str(reply["address"])


def _why(reply: dict[str, str], log: IO[str]) -> str:
    """The error as the child told it, and what llama.cpp wrote last where that says more."""
    log.seek(0)
    lines = [line.strip() for line in log.read().splitlines() if "error" in line.lower() or "failed" in line.lower()]
    log.close()
    told = " ".join([reply.get("error", ""), *lines[-3:]]).strip()
    printable = "".join(character if character.isprintable() else " " for character in told)
    return (printable[-_LOG_SHOWN:] or "it ended without a word") + ". Is there enough memory, and is the file whole?"


def _stop(process: subprocess.Popen[str]) -> None:
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            try:
                pipe.close()
            except BrokenPipeError:
                pass  # it has gone already
    try:
        process.wait(timeout=2)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
