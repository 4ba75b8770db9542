"""Errors as programs read them: ``application/problem+json`` (RFC 9457), each with what to do next."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from archive.errors import (
    ArchiveBusyError,
    ArchiveError,
    BackissueError,
    LanguageModelError,
    UnknownArticleError,
    UsageError,
)
from web import texts
from web.conversations import UnknownConversationError
from web.defects import logged
from web.limits import RETRY_AFTER_SECONDS, TooBusyError

MEDIA_TYPE = "application/problem+json"
BUSY = f"Too many questions are waiting. Ask again in {RETRY_AFTER_SECONDS} seconds."


class AsciiJson(JSONResponse):
    """JSON in ASCII with escapes: lone surrogates, which an article's text may hold, have no other form."""

    def render(self, content: Any) -> bytes:  # noqa: ANN401 (any JSON)
        """Encode the body."""
        return json.dumps(content, allow_nan=False, separators=(",", ":")).encode("ascii")


class Problem(AsciiJson):
    """An error's response."""

    media_type = MEDIA_TYPE


def problem(status: int, title: str, detail: str, **more: Any) -> Problem:  # noqa: ANN401 (any JSON)
    """One error; ``more`` are further members, such as ``errors``."""
    headers = {"cache-control": "no-store"}
    if status in {429, 503}:
        headers["retry-after"] = str(more.pop("retry_after", RETRY_AFTER_SECONDS))
    return Problem({"title": title, "status": status, "detail": detail, **more}, status, headers)


def of_error(error: Exception) -> Problem:
    """What is answered where ``error`` ended a request. Defects of ours are logged, and only named."""
    if isinstance(error, TooBusyError):
        return problem(503, "Busy", BUSY)
    if isinstance(error, UnknownArticleError | UnknownConversationError):
        return problem(404, "Not found", str(error))
    if isinstance(error, UsageError):
        return problem(422, "Not a valid request", str(error))
    if isinstance(error, ArchiveBusyError):
        return problem(503, "Busy", str(error))
    if isinstance(error, LanguageModelError):
        return problem(502, "The language model failed", str(error))
    if isinstance(error, ArchiveError):
        return problem(503, "The archive can't be read", str(error))
    if isinstance(error, BackissueError):
        return problem(500, "Failed", str(error))
    return problem(500, "Failed", texts.unexpected(logged(error, "a request")))


def named_errors(errors: Sequence[Any]) -> list[dict[str, str]]:
    """Pydantic's errors as ``{"where", "message"}``; the input itself is not repeated."""
    return [
        {
            "where": ".".join(str(part) for part in error["loc"]) or "body",
            "message": "is empty" if _is_blank(error) else str(error["msg"]).removeprefix("Value error, "),
        }
        for error in errors
    ]


def _is_blank(error: Any) -> bool:  # noqa: ANN401 (pydantic's)
    """Whether a text without any letter was given; pydantic speaks of patterns."""
    return bool(error["type"] == "string_too_short" or error.get("ctx", {}).get("pattern") == r"\S")


def add_problem_handlers(app: FastAPI) -> None:
    """Every error of this app becomes a problem."""

    async def invalid(request: Request, error: Exception) -> Problem:
        errors = named_errors(error.errors() if isinstance(error, RequestValidationError) else [])
        said = "; ".join(f"{each['where']}: {each['message']}" for each in errors[:5])
        return problem(422, "Not a valid request", said, errors=errors)

    async def http(request: Request, error: Exception) -> Problem:
        status, detail = (error.status_code, error.detail) if isinstance(error, HTTPException) else (500, "")
        if status == 404 and detail == "Not Found":
            detail = f"Nothing is at {request.url.path}. What there is: /api/v1/docs."
        if status == 405:
            detail = f"{request.url.path} has no {request.method}. What there is: /api/v1/docs."
        return problem(status, detail if status < 404 else _TITLES.get(status, "Failed"), detail)

    async def ours(request: Request, error: Exception) -> Problem:
        return of_error(error)

    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(HTTPException, http)
    for kind in (BackissueError, TooBusyError, Exception):
        app.add_exception_handler(kind, ours)


_TITLES = {404: "Not found", 405: "Method not allowed", 413: "Too large", 429: "Too often", 503: "Busy"}
