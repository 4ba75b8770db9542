"""What readers call the archive's outlets: ``outlets.toml`` in the archive's folder, a list of aliases for each.

    [aliases]
    "Financial Times" = ["FT", "Pink Paper"]

The file is edited by hand or by ``backissue outlets``. What is wrong in it never stops an answer: the rest of it
counts, and `OutletNames.problems` says what, where and what to do.
"""

from __future__ import annotations

import difflib
import logging
import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from archive.text_analysis import STOP_WORDS
from archive.tokens import encoding

ALIASES_FILE = "outlets.toml"
_LARGEST_FILE = 1_000_000  # bytes
_LONGEST_ALIAS = 80  # characters


_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OutletNames:
    """The archive's outlets by ``names``, and (alias, outlet) pairs that somebody wrote down.

    ``problems``: what in the file doesn't count, and why, each a sentence.
    """

    names: tuple[str, ...] = ()
    aliases: tuple[tuple[str, str], ...] = ()
    problems: tuple[str, ...] = ()

    def find(self, text: str) -> str | None:
        """The outlet of that name or alias, in any case and with or without "the"; a name goes before an alias."""
        known = {alias.casefold(): outlet for alias, outlet in self.aliases}
        known |= {name.casefold(): name for name in self.names}
        wanted = one_line(text).casefold()
        return known.get(wanted) or known.get(wanted.removeprefix("the "))

    def aliases_of(self, outlet: str) -> tuple[str, ...]:
        """What else that outlet is called, by hand."""
        return tuple(alias for alias, of in self.aliases if of == outlet)


NO_OUTLETS = OutletNames()


class AliasesFile(BaseModel):
    """The form of the file."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    aliases: dict[str, list[str]] = {}


def read_outlet_names(folder: Path, names: Sequence[str]) -> OutletNames:
    """The outlets with the aliases of the folder's file; read again only when the file has changed."""
    path = folder / ALIASES_FILE
    try:
        stamp = path.stat()
    except FileNotFoundError:
        return OutletNames(tuple(names))
    except OSError as error:
        return OutletNames(tuple(names), problems=(unreadable(error),))
    return _read_file(path, (stamp.st_mtime_ns, stamp.st_size), tuple(names))


@lru_cache(maxsize=16)
def _read_file(path: Path, stamp: tuple[int, int], names: tuple[str, ...]) -> OutletNames:
    """Read a file as it was at ``stamp``: what is wrong with it goes to the log once."""
    try:
        text = text_of(path)
    except (OSError, UnicodeDecodeError) as error:
        read = OutletNames(names, problems=(unreadable(error),))
    else:
        read = read_aliases(text, names)
    for problem in read.problems:
        _log.warning("%s (%s)", problem, path)
    return read


def text_of(path: Path) -> str:
    """The file's text. Raises OSError, UnicodeDecodeError."""
    with path.open("rb") as file:
        content = file.read(_LARGEST_FILE + 1)
    if len(content) > _LARGEST_FILE:
        raise OSError(f"it is larger than {_LARGEST_FILE // 1_000_000} MB")
    return content.decode("utf-8-sig")


def unreadable(error: OSError | UnicodeDecodeError) -> str:
    """Say that the file can't be read, and why."""
    why = "it is not UTF-8" if isinstance(error, UnicodeDecodeError) else error.strerror or str(error)
    return f"{ALIASES_FILE} can't be read ({why}); no alias counts until it is mended or removed."


def read_aliases(text: str, names: Sequence[str]) -> OutletNames:
    """Read the text of such a file against the outlets of the archive. Pure."""
    try:
        file = AliasesFile.model_validate(tomllib.loads(text))
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return OutletNames(tuple(names), problems=(
            f"{ALIASES_FILE} is not valid TOML: {error}; no alias counts until that is mended.",
        ))  # fmt: skip
    except ValidationError as error:
        return OutletNames(tuple(names), problems=(misshapen(error, text),))
    known = {name.casefold(): name for name in names}
    problems: list[str] = []
    outlets_of: dict[str, dict[str, str]] = {}  # the alias without case -> outlet -> the alias as written for it
    for given, aliases in file.aliases.items():
        outlet = known.get(one_line(given).casefold())
        if outlet is None:
            problems.append(f"{_place(text, given)}: {no_such_outlet(given, names)}")
            continue
        for alias in aliases:
            if why := problem_of(alias, outlet, names):
                problems.append(f"{_place(text, alias)}: {why}")
            else:
                outlets_of.setdefault(one_line(alias).casefold(), {}).setdefault(outlet, one_line(alias))
    for of in outlets_of.values():
        if len(of) > 1:
            alias = next(iter(of.values()))
            said = " and ".join(f"“{outlet}”" for outlet in of)
            problems.append(
                f"{_place(text, alias)}: “{alias}” is given for {said}, so it counts for none; "
                "leave it with one of them."
            )
    single = tuple((alias, outlet) for of in outlets_of.values() if len(of) == 1 for outlet, alias in of.items())
    return OutletNames(tuple(names), single, tuple(problems))


def problem_of(alias: str, outlet: str, names: Sequence[str]) -> str:
    """Why an alias can't stand for an outlet; "" if it can."""
    plain = one_line(alias)
    words = re.findall(r"\w+", plain.casefold())
    if not words or len(plain) > _LONGEST_ALIAS or len(plain) < 2:
        return f"“{plain}” can't be an alias: write a name of 2 to {_LONGEST_ALIAS} characters."
    if all(word in STOP_WORDS for word in words):
        return f"“{plain}” is a word of every other question, and can't be an alias; write “the {plain}” in full."
    holder = next((name for name in names if name.casefold() == plain.casefold()), None)
    if holder is not None and holder != outlet:
        return f"“{plain}” is an outlet of this archive itself, and stays that; take it out of “{outlet}”."
    return ""


def is_common(alias: str) -> bool:
    """Whether an alias is a single word that questions may hold for what it means: "Sun", "Times", "ft".

    Such a word is one piece of the tokenizer's vocabulary, which was made by counting.
    """
    return " " not in alias and len(encoding().encode_ordinary(f" {alias.lower()}")) == 1


def misshapen(error: ValidationError, text: str) -> str:
    """The first thing in the file that has another form than it should."""
    place = [str(part) for part in error.errors()[0]["loc"]]
    if place[0] != "aliases":
        return (
            f"{_place(text, place[0])}: “{place[0]}” means nothing there; the file has one table, [aliases]. "
            "No alias counts until that is mended."
        )
    outlet = place[1] if len(place) > 1 else ""
    return (
        f"{_place(text, outlet or 'aliases')}: write the aliases of an outlet as a list of names, such as "
        '"Financial Times" = ["FT"]. No alias counts until that is mended.'
    )


def no_such_outlet(given: str, names: Sequence[str]) -> str:
    """Say that the archive hasn't that outlet, and which one may be meant."""
    by_folded = {name.casefold(): name for name in names}
    near = difflib.get_close_matches(given.casefold(), by_folded, n=1)
    meant = f"; did you mean “{by_folded[near[0]]}”?" if near else "; `backissue outlets` lists those it has."
    return f"The archive has no outlet “{one_line(given)}”{meant}"


def _place(text: str, name: str) -> str:
    """The file and, where it can be told, the line on which a name stands."""
    quoted = re.compile(rf"""["']\s*{re.escape(name)}\s*["']|^\s*\[?{re.escape(name)}\s*(?:\]|=)""")
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.lstrip().startswith("#") and quoted.search(line):
            return f"{ALIASES_FILE}, line {number}"
    return ALIASES_FILE


def one_line(text: str) -> str:
    """A name as it is compared and kept: single spaces, none around it."""
    return " ".join(text.split())
