"""What an OpenAI-compatible server says about its models: their names, and how much text they can read.

The list at ``/v1/models`` is common to all; where a context length stands differs: llama.cpp (``meta.n_ctx``), vLLM
(``max_model_len``), gateways (``context_length``). Ollama and LM Studio tell by addresses of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import httpx

OLLAMA_DEFAULT_CONTEXT = 4096  # docs.ollama.com/context-length; a longer prompt is cut without a word
_CONTEXT_FIELDS = ("max_model_len", "context_length", "context_window", "max_context_length")
_NOT_FOR_CHAT = ("embed", "rerank", "whisper", "tts", "moderation", "bge-", "minilm", "dall-e", "transcribe")


@dataclass(frozen=True, slots=True)
class ListedModel:
    """A model that a server offers. ``context_tokens`` is None where the list doesn't say; ``owner`` as it is told."""

    name: str
    context_tokens: int | None = None
    owner: str = ""

    @property
    def is_for_chat(self) -> bool:
        """Whether its name speaks against it: embedding and speech models stand in the same list."""
        return not any(mark in self.name.lower() for mark in _NOT_FOR_CHAT)


def read_listing(value: object) -> tuple[ListedModel, ...]:
    """Read the reply of ``GET /v1/models``. Raises ValueError if it is something else."""
    rows = value.get("data") if isinstance(value, Mapping) else None
    if not isinstance(rows, Sequence) or isinstance(rows, str):
        raise ValueError("the server's reply is no list of models")
    models = []
    for row in rows:
        if isinstance(row, Mapping) and isinstance(row.get("id"), str) and row["id"].strip():
            owner = row.get("owned_by")
            models.append(ListedModel(row["id"], _context_of(row), owner if isinstance(owner, str) else ""))
    return tuple(models)


def _context_of(row: Mapping[str, Any]) -> int | None:
    meta = row.get("meta")
    told = [meta.get("n_ctx"), meta.get("n_ctx_train")] if isinstance(meta, Mapping) else []
    told += [row.get(field) for field in _CONTEXT_FIELDS]
    return next((value for value in told if _is_length(value)), None)


def _is_length(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def context_elsewhere(client: httpx.Client, root: str, model: ListedModel) -> int | None:
    """The context length that Ollama or LM Studio tells at its own address below ``root``; None from any other server.

    Raises what httpx raises, and ValueError for a reply that is no JSON.
    """
    if model.owner == "library":  # Ollama's word
        rows = _rows(client.get(f"{root}/api/ps").json(), "models")
        loaded = [row.get("context_length") for row in rows if row.get("name") == model.name]
        return next((value for value in loaded if _is_length(value)), OLLAMA_DEFAULT_CONTEXT)
    if model.owner == "organization_owner":  # LM Studio's
        rows = _rows(client.get(f"{root}/api/v0/models").json(), "data")
        told = [row.get("loaded_context_length") for row in rows if row.get("id") == model.name]
        return next((value for value in told if _is_length(value)), None)
    return None


def _rows(value: object, name: str) -> list[Mapping[str, Any]]:
    rows = value.get(name) if isinstance(value, Mapping) else None
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []
