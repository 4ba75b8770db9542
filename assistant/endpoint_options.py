"""Which options a chat completions endpoint is sent, and what to leave out after it rejected some (pure).

Servers differ: one has no ``stream_options``, one calls ``max_tokens`` ``max_completion_tokens``, one has JSON but no
schema, one no system role. What an endpoint accepts is found out by asking, and remembered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from assistant.language_model import Message
from assistant.model_failures import is_too_long

JsonForm = Literal["json_schema", "json_object", "none"]
_NEXT_FORM: dict[str, JsonForm] = {"json_schema": "json_object", "json_object": "none"}
_HINTS = {
    "stream_options": ("stream_options", "include_usage"),
    "temperature": ("temperature",),
    "response_format": ("response_format", "json_schema", "json_object", "schema", "grammar"),
}
_REJECTS = {400, 415, 422, 501}


@dataclass(frozen=True, slots=True)
class Accepted:
    """What an endpoint accepts, as far as it is known."""

    form: JsonForm = "json_schema"
    refused: frozenset[str] = frozenset()
    length: Literal["max_tokens", "max_completion_tokens"] = "max_tokens"
    system_role: bool = True


def options_for(
    accepted: Accepted,
    *,
    json_schema: Mapping[str, Any] | None,
    streaming: bool,
    temperature: float | None,
    most_tokens: int | None,
) -> dict[str, Any]:
    """The optional parameters of a request."""
    options: dict[str, Any] = {}
    if streaming:
        options["stream_options"] = {"include_usage": True}
    if temperature is not None:
        options["temperature"] = temperature
    if most_tokens is not None:
        options[accepted.length] = most_tokens
    if json_schema is not None and accepted.form == "json_schema":
        schema = {"name": "reply", "schema": dict(json_schema), "strict": True}
        options["response_format"] = {"type": "json_schema", "json_schema": schema}
    elif json_schema is not None and accepted.form == "json_object":
        options["response_format"] = {"type": "json_object"}
    return {name: value for name, value in options.items() if name not in accepted.refused}


def after_rejection(
    accepted: Accepted, error: object, options: Mapping[str, object], roles: Sequence[str]
) -> Accepted | None:
    """What to try after a rejected request; None if the options are not the reason.

    What the message names is changed; if it names nothing (many small servers just say "bad request"), all that is
    optional is left out.
    """
    if getattr(error, "status_code", 0) not in _REJECTS or is_too_long(error):
        return None
    said = (str(getattr(error, "message", "")) + str(getattr(error, "param", ""))).lower()
    if "system" in roles and accepted.system_role and "role" in said and "system" in said:
        return replace(accepted, system_role=False)
    if "max_tokens" in options and "max_completion_tokens" in said:
        return replace(accepted, length="max_completion_tokens")
    if not options:
        return None
    named = {name for name in options if any(hint in said for hint in _HINTS.get(name, (name,)))}
    if named == {"response_format"}:
        return replace(accepted, form=_NEXT_FORM[accepted.form])
    dropped = named or set(options)
    form: JsonForm = "none" if "response_format" in dropped else accepted.form
    return replace(accepted, form=form, refused=accepted.refused | (dropped - {"response_format"}))


def as_sent(messages: Sequence[Message], accepted: Accepted) -> list[dict[str, str]]:
    """The messages as the endpoint takes them: where it has no system role, the rules open the reader's message."""
    plain = [{"role": message.role, "content": message.content} for message in messages]
    if accepted.system_role or not plain or plain[0]["role"] != "system":
        return plain
    rules, *rest = plain
    if rest and rest[0]["role"] == "user":
        return [{"role": "user", "content": f"{rules['content']}\n\n{rest[0]['content']}"}, *rest[1:]]
    return [{"role": "user", "content": rules["content"]}, *rest]
