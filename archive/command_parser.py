"""The parser of every command: what it doesn't know it says itself, with its own usage and the nearest option."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from typing import NoReturn


class CommandParser(argparse.ArgumentParser):
    """argparse hands what a subcommand doesn't know up to the whole program, whose usage helps nobody."""

    @property
    def _commands(self) -> dict[str, argparse.ArgumentParser]:
        found = (one for one in self._actions if isinstance(one, argparse._SubParsersAction))
        return next((one._name_parser_map for one in found), {})

    def parse_known_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> tuple[argparse.Namespace, list[str]]:
        """Nothing unknown is left over: an unknown option is told before anything that may be missing as well."""
        given = list(sys.argv[1:] if args is None else args)
        if unknown := self._unknown(given):
            self._refuse(unknown)
        parsed, left = super().parse_known_args(given, namespace)
        if left:
            self._refuse(left)
        return parsed, []

    def _unknown(self, given: Sequence[str]) -> list[str]:
        end = next((at for at, one in enumerate(given) if one == "--" or one in self._commands), len(given))
        flags = [_flag(one) for one in given[:end] if one.startswith("--") and " " not in one]
        return [flag for flag in flags if not any(known.startswith(flag) for known in self._option_string_actions)]

    def _refuse(self, unknown: Sequence[str]) -> NoReturn:
        told = f"unrecognized arguments: {' '.join(unknown)}."
        for flag in dict.fromkeys(_flag(one) for one in unknown if one.startswith("-")):
            owners = [name for name, parser in self._commands.items() if flag in parser._option_string_actions]
            near = get_close_matches(flag, self._option_string_actions, n=1)
            if owners:
                listed = ", ".join(f"{self.prog} {name}" for name in owners)
                told += f" {flag} stands after the name of its command: {listed}."
            elif near:
                told += f" Did you mean {near[0]}?"
        if not any(one.startswith("-") for one in unknown):
            told += " Put words that belong together in quotation marks."
        self.error(told)


def _flag(argument: str) -> str:
    return argument.partition("=")[0]
