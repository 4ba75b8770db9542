"""A sources file: what a nightly run reads, written down once in TOML.

    [defaults]
    delay_seconds = 2

    [[source]]
    feed = "https://paper.example/rss"
    outlet = "The Paper"

Every key is checked before anything is fetched; one that doesn't exist is an error that names the known ones.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from archive.errors import UsageError
from ingest.addresses import ForbiddenAddressError, web_address
from ingest.fetch_policy import FetchPolicy
from ingest.fields import KINDS, language_code
from ingest.given import Given
from ingest.source import Pages, Source, SourceKind

_LARGEST_FILE = 5_000_000  # bytes
_WHERE = ("feed", "sitemap", "url", "path")


class _Settings(BaseModel):
    """What may stand under ``[defaults]`` and in every source."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    outlet: str | None = Field(None, min_length=1, max_length=500)
    language: str | None = None
    section: str | None = Field(None, min_length=1, max_length=500)
    kind: str | None = None
    pages: Literal["where needed", "always", "never"] | None = None
    days: int | None = Field(None, ge=1, le=100_000)
    contact: str | None = None
    allow_private: bool | None = None
    obey_robots: bool | None = None
    delay_seconds: float | None = Field(None, ge=0, le=3600)
    seconds: float | None = Field(None, gt=0, le=3600)
    retries: int | None = Field(None, ge=0, le=10)
    largest_megabytes: float | None = Field(None, gt=0, le=2000)
    certificates: str | None = Field(None, min_length=1)

    @field_validator("language")
    @classmethod
    def _known_language(cls, value: str | None) -> str | None:
        if value is not None and language_code(value) is None:
            raise ValueError("a language tag such as en or de-AT")
        return value and language_code(value)

    @field_validator("kind")
    @classmethod
    def _known_kind(cls, value: str | None) -> str | None:
        if value is not None and value not in KINDS:
            raise ValueError(f"one of {', '.join(sorted(KINDS))}")
        return value


class _Source(_Settings):
    feed: str | None = None
    sitemap: str | None = None
    url: str | None = None
    path: str | None = None
    name: str | None = Field(None, min_length=1, max_length=200)
    enabled: bool = True
    map: dict[str, str] | None = None

    @model_validator(mode="after")
    def _one_place(self) -> _Source:
        given = [key for key in _WHERE if getattr(self, key) is not None]
        if len(given) != 1:
            raise ValueError("name exactly one of feed, sitemap, url and path")
        if not getattr(self, given[0]).strip():
            raise ValueError(f"{given[0]} is empty")
        return self


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    defaults: _Settings = _Settings()  # type: ignore[call-arg]  # pydantic's defaults aren't known to mypy without its plug-in
    source: list[_Source] = Field(min_length=1)


def read_sources_file(path: Path, policy: FetchPolicy) -> tuple[Source, ...]:
    """The sources that are enabled, in the file's order. ``policy`` is what holds where the file says nothing.

    Paths are relative to the file's own folder. Raises UsageError naming the file, the source and the key.
    """
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise UsageError(f"{path} is too large for a sources file.")
        values = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(f"{path} can't be read: {error.strerror}.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"{path} is not valid TOML: {error}.") from None
    try:
        file = _File.model_validate(values)
    except ValidationError as error:
        raise UsageError(f"{path}: {_first_problem(error, values)}") from None
    sources: list[Source] = []
    seen: set[tuple[SourceKind, str]] = set()
    for number, entry in enumerate(file.source, 1):
        label = f"{path}: source {number}" + (f" ({entry.name})" if entry.name else "")
        source = _source(entry, file.defaults, policy, path.resolve().parent, label)
        if (source.kind, source.where) in seen:
            raise UsageError(f"{label}: {source.where} stands in the file twice; remove one.")
        seen.add((source.kind, source.where))
        if entry.enabled:
            sources.append(source)
    return tuple(sources)


def _source(entry: _Source, defaults: _Settings, policy: FetchPolicy, folder: Path, label: str) -> Source:
    kind = next(SourceKind(key) for key in _WHERE if getattr(entry, key) is not None)
    where: str = getattr(entry, kind).strip()
    if kind is SourceKind.PATH:
        where = str(folder / Path(where).expanduser())
    else:
        try:
            where = web_address(where).url
        except ForbiddenAddressError as error:
            raise UsageError(f"{label}: {kind}: {error}") from None
    said = defaults.model_dump(exclude_none=True) | entry.model_dump(exclude_none=True)
    try:
        own = _policy(policy, said, folder)
    except UsageError as error:
        raise UsageError(f"{label}: {error}") from None
    return Source(
        kind=kind,
        where=where,
        name=said.get("name") or said.get("outlet") or where,
        policy=own,
        given=Given(**{name: said.get(name, "") for name in ("outlet", "language", "section", "kind")}),
        pages=Pages(said.get("pages", Pages.WHERE_NEEDED)),
        days=said.get("days"),
        mapping=said.get("map"),
    )


def _policy(policy: FetchPolicy, said: Mapping[str, Any], folder: Path) -> FetchPolicy:
    same_names = ("contact", "allow_private", "obey_robots", "delay_seconds", "seconds", "retries")
    changes: dict[str, Any] = {name: said[name] for name in same_names if name in said}
    if "largest_megabytes" in said:
        changes["largest_bytes"] = int(said["largest_megabytes"] * 1_000_000)
    if "certificates" in said:
        changes["certificates"] = folder / Path(said["certificates"]).expanduser()
        if not changes["certificates"].is_file():
            raise UsageError(f"certificates: {changes['certificates']} is not a file.")
    return replace(policy, **changes)


def _first_problem(error: ValidationError, values: Mapping[str, Any]) -> str:
    """The first thing wrong, in words: which source, which key, and what belongs there."""
    first = error.errors()[0]
    place = [str(part + 1) if isinstance(part, int) else part for part in first["loc"]]
    if place[:1] == ["source"] and len(place) == 1 and not isinstance(values.get("source"), dict):
        return "it names no [[source]]."
    if first["type"] == "extra_forbidden":
        model = _File if len(place) == 1 else _Settings if place[0] == "defaults" else _Source
        known = ", ".join(sorted(model.model_fields))
        return f"{' '.join(place[:-1])} has no setting {place[-1]!r}; known are {known}.".lstrip()
    if isinstance(values.get("source"), dict):
        return "write [[source]] with two brackets: there may be several."
    return f"{' '.join(place)}: {first['msg'].removeprefix('Value error, ')}."
