"""Language model servers that run on this machine, found by asking the ports they use: offered, never taken silently.

A look is a GET of ``/v1/models`` at 127.0.0.1, with a short time limit; nothing of the archive or a question is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import MappingProxyType

from assistant.model_listing import read_listing

# Where each listens unless told otherwise. Others use these ports too: what answers must list models.
USUAL_PORTS: Mapping[str, int] = MappingProxyType({"Ollama": 11434, "llama.cpp": 8080, "LM Studio": 1234, "vLLM": 8000})
LOOK_SECONDS = 0.4
_LONGEST_REPLY = 1_000_000  # bytes


@dataclass(frozen=True, slots=True)
class RunningServer:
    """A server that answered: its name by its port, what OPENAI_BASE_URL would be, and its chat models."""

    name: str
    base_url: str
    models: tuple[str, ...]

    def offer(self) -> str:
        """How to use it, in a sentence."""
        some = ", ".join(self.models[:3]) + (" ..." if len(self.models) > 3 else "")
        return f"{self.name} runs on this machine ({some}). To let it write answers: OPENAI_BASE_URL={self.base_url}"


def running_servers(
    ports: Mapping[str, int] = USUAL_PORTS, *, seconds: float = LOOK_SECONDS
) -> tuple[RunningServer, ...]:
    """The servers that answer on 127.0.0.1, in the order of ``ports``. Takes about ``seconds``; never raises."""
    if not ports:
        return ()
    with ThreadPoolExecutor(max_workers=len(ports)) as pool:
        found = pool.map(lambda item: _look(item[0], item[1], seconds), ports.items())
    return tuple(server for server in found if server is not None)


def _look(name: str, port: int, seconds: float) -> RunningServer | None:
    import json

    import httpx

    base_url = f"http://127.0.0.1:{port}/v1"
    try:
        # No proxy, no redirect: whatever answers must be on this machine.
        with (
            httpx.Client(trust_env=False, follow_redirects=False, timeout=seconds) as client,
            client.stream("GET", f"{base_url}/models", headers={"Authorization": "Bearer no-key-needed"}) as response,
        ):
            if response.status_code != 200:
                return None
            body = b""
            for piece in response.iter_bytes():
                body += piece
                if len(body) > _LONGEST_REPLY:
                    return None
        models = tuple(model.name for model in read_listing(json.loads(body)) if model.is_for_chat)
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, RecursionError):
        return None  # nothing there, or something else
    return RunningServer(name, base_url, models) if models else None
