"""Changing ``outlets.toml`` by command: comments and order of what somebody wrote there by hand stay."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Sequence
from pathlib import Path

import tomlkit
from pydantic import ValidationError

from archive.errors import UsageError
from archive.outlet_names import (
    ALIASES_FILE,
    AliasesFile,
    OutletNames,
    misshapen,
    no_such_outlet,
    one_line,
    problem_of,
    read_outlet_names,
    text_of,
    unreadable,
)

_HEAD = "# What readers call the outlets of this archive: see docs/archive.md.\n\n[aliases]\n"


def add_aliases(folder: Path, names: Sequence[str], outlet: str, aliases: Sequence[str]) -> OutletNames:
    """Write aliases of an outlet into the folder's file, comments and order of which stay. Raises UsageError."""
    before = read_outlet_names(folder, names)
    found = before.find(outlet)
    if found is None:
        raise UsageError(no_such_outlet(outlet, names))
    for alias in aliases:
        holder = next((of for known, of in before.aliases if known.casefold() == one_line(alias).casefold()), found)
        if holder != found:
            raise UsageError(
                f"“{alias}” stands for “{holder}” already; take it back first: "
                f"backissue outlets unalias {json.dumps(alias, ensure_ascii=False)}"
            )
        if why := problem_of(alias, found, names):
            raise UsageError(why)
    document = _document(folder)
    table = document.setdefault("aliases", tomlkit.table())
    key = next((key for key in table if one_line(key).casefold() == found.casefold()), found)
    kept = list(table.get(key, []))
    for alias in map(one_line, aliases):
        if alias.casefold() not in {one_line(one).casefold() for one in kept}:
            kept.append(alias)
    table[key] = kept
    _write(folder, tomlkit.dumps(document))
    return read_outlet_names(folder, names)


def remove_aliases(folder: Path, names: Sequence[str], aliases: Sequence[str]) -> OutletNames:
    """Take aliases out of the folder's file, whatever outlet they stand for. Raises UsageError if one isn't there."""
    document = _document(folder)
    table = document.get("aliases", {})
    for alias in aliases:
        wanted = one_line(alias).casefold()
        holders = [key for key in table if wanted in {one_line(one).casefold() for one in table[key]}]
        if not holders:
            raise UsageError(f"{ALIASES_FILE} has no alias “{alias}”; `backissue outlets` lists those it has.")
        for key in holders:
            left = [one for one in table[key] if one_line(one).casefold() != wanted]
            if left:
                table[key] = left
            else:
                del table[key]
    _write(folder, tomlkit.dumps(document))
    return read_outlet_names(folder, names)


def _document(folder: Path) -> tomlkit.TOMLDocument:
    """The file to be changed, or a new one. Raises UsageError where it has to be mended by hand first."""
    path = folder / ALIASES_FILE
    try:
        text = text_of(path) if path.exists() else _HEAD
        AliasesFile.model_validate(tomllib.loads(text))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(unreadable(error)) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise UsageError(f"{path} is not valid TOML: {error}. Mend it by hand first.") from None
    except ValidationError as error:
        raise UsageError(f"{misshapen(error, text)} Mend it by hand first.") from None
    return tomlkit.parse(text)


def _write(folder: Path, text: str) -> None:
    """Write the file as a whole: who reads it meanwhile sees the old one or the new one."""
    unfinished = folder / f".{ALIASES_FILE}.{os.getpid()}"
    try:
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(folder / ALIASES_FILE)
    except OSError as error:
        unfinished.unlink(missing_ok=True)
        raise UsageError(f"{folder / ALIASES_FILE} can't be written: {error.strerror}.") from None
