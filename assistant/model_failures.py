"""What went wrong with a language model's endpoint, as a sentence with the remedy (pure).

Nothing of a request is repeated in a message: a key must not end up on a screen or in a log.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_SWITCH = "use quotes mode"
_API_KEY = re.compile(r"\bsk-[\w*-]{4,}")


@dataclass(frozen=True, slots=True)
class Failure:
    """A sentence for the reader; whether trying again may help; seconds the endpoint asks to wait."""

    sentence: str
    retriable: bool = False
    retry_after: float | None = None


def explain(error: Exception, host: str, timeout_seconds: float) -> Failure:
    """Put an exception of the client, of HTTP or of the reply's format into words."""
    import httpx
    import openai

    if isinstance(error, openai.APIStatusError):
        return _explain_status(error, host)
    if isinstance(error, openai.APITimeoutError | httpx.TimeoutException):
        return Failure(
            f"The model at {host} was silent for {timeout_seconds:g} seconds. Ask again, {_SWITCH}, "
            "or allow it more time with BACKISSUE_MODEL_TIMEOUT_SECONDS."
        )
    if isinstance(error, httpx.ConnectError) or isinstance(error.__cause__, httpx.ConnectError):
        return Failure(
            f"The model at {host} could not be reached. Check that the server is running and that "
            "OPENAI_BASE_URL is right.",
            retriable=True,
        )
    if isinstance(error, openai.APIConnectionError | httpx.HTTPError | httpx.StreamError | ConnectionError):
        return Failure(f"The connection to the model at {host} was lost. Ask again.", retriable=True)
    if isinstance(error, openai.APIError):
        return Failure(f"The model at {host} broke off with an error{_said(error)}. Ask again, or {_SWITCH}.")
    if isinstance(error, json.JSONDecodeError | UnicodeDecodeError):
        return Failure(
            f"The model at {host} sent a reply that can't be read (damaged JSON). Ask again, or {_SWITCH}.",
            retriable=True,
        )
    return Failure(
        f"The server at {host} doesn't answer like an OpenAI-compatible one ({type(error).__name__}: "
        f"{_one_line(str(error))}). Check OPENAI_BASE_URL; it usually ends in /v1."
    )


def _explain_status(error: object, host: str) -> Failure:  # noqa: PLR0911 - a table, one line per status
    import openai

    assert isinstance(error, openai.APIStatusError)  # noqa: S101 - for the type checker
    status, said = error.status_code, _said(error)
    if status == 401:
        return Failure(f"The model's endpoint at {host} rejects the API key. Check OPENAI_API_KEY.")
    if status == 403:
        return Failure(f"The model's endpoint at {host} doesn't allow this{said}. Check the key's rights.")
    if status == 404:
        return Failure(f"The server at {host} knows no such model or address{said}. Check --model and OPENAI_BASE_URL.")
    if status == 429 and error.code == "insufficient_quota":
        return Failure(f"The account at {host} has no credit left. Top it up, or {_SWITCH}.")
    if status == 429:
        wait = retry_after_seconds(error.response.headers)
        asks = f" and asks to wait {wait:.0f} seconds" if wait else ""
        return Failure(f"The model at {host} is busy{asks}. Ask again later, or {_SWITCH}.", True, wait)
    if status >= 500 or status in {408, 409}:
        wait = retry_after_seconds(error.response.headers)
        return Failure(f"The model's server at {host} failed (HTTP {status}). Ask again, or {_SWITCH}.", True, wait)
    if 300 <= status < 400:
        return Failure(
            f"The server at {host} redirects elsewhere, which is not followed. "
            "Set OPENAI_BASE_URL to the final address."
        )
    if is_too_long(error):
        return Failure(f"The evidence is too long for the model at {host}. Lower BACKISSUE_EVIDENCE_TOKENS.")
    return Failure(f"The model at {host} refuses the request (HTTP {status}{said}). Check --model, or {_SWITCH}.")


def retry_after_seconds(headers: Mapping[str, str]) -> float | None:
    """Seconds that a Retry-After header asks for (RFC 9110, 10.2.3: seconds or a date); None if it doesn't."""
    precise = headers.get("retry-after-ms")
    value = headers.get("retry-after")
    try:
        if precise is not None:
            return max(0.0, float(precise) / 1000)
        if value is None:
            return None
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        when = parsedate_to_datetime(value or "")
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


def is_too_long(error: object) -> bool:
    """Whether a rejected request was longer than the model's context."""
    said = str(getattr(error, "message", "")).lower()
    return getattr(error, "code", None) == "context_length_exceeded" or ("context" in said and "token" in said)


def context_told(error: object) -> int | None:
    """The context length that such a rejection names (llama.cpp: ``n_ctx``; others in words); None if it doesn't."""
    body = getattr(error, "body", None)
    told = body.get("n_ctx") if isinstance(body, Mapping) else None
    if isinstance(told, int) and told > 0:
        return told
    said = str(getattr(error, "message", ""))
    match = re.search(r"context (?:length|window|size)\D{0,40}?(\d{3,7})", said, re.IGNORECASE)
    return int(match[1]) if match else None


def _said(error: object) -> str:
    """What the endpoint itself says, without the client's "Error code: 403 - {...}" around it."""
    body = getattr(error, "body", None)
    told = body.get("message") or body.get("detail") if isinstance(body, Mapping) else None
    said = _one_line(told if isinstance(told, str) else str(getattr(error, "message", "")))
    return f": {said}" if said else ""


def _one_line(text: str) -> str:
    plain = "".join(character if character.isprintable() else " " for character in text)
    plain = _API_KEY.sub("(key)", " ".join(plain.split()))
    return plain[:160].rstrip(". ")
