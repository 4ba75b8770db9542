"""The guide holds what it promises: every option and setting stands in it, and what it names is there."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from app import build_parser
from archive.settings import Settings

ROOT = Path(__file__).parents[1]
PAGES = sorted([ROOT / "README.md", *(ROOT / "docs").rglob("*.md")])
COMMAND_LINE = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
EVERYWHERE = {"--help", "--archive", "--json", "--wait", "--debug"}
OF_TESTS_AND_BENCHMARKS = {"--fit", "--questions", "--retrieval"}  # of `python -m benchmarks. ...`


def commands(parser: argparse.ArgumentParser, name: str = "") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    yield name, parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for each, below in action.choices.items():
                yield from commands(below, name or each)


def options(parser: argparse.ArgumentParser) -> set[str]:
    return {option for option in parser._option_string_actions if option.startswith("--")}


def rows(pattern: str) -> str:
    return "\n".join(re.findall(pattern, COMMAND_LINE, re.MULTILINE))


def test_every_option_stands_in_its_command_s_row() -> None:
    filters = set(re.findall(r"--[a-z][a-z-]+", rows(r"^\| `--.*$")))
    for name, parser in commands(build_parser()):
        row = set(
            re.findall(r"--[a-z][a-z-]+", rows(rf"^\| `backissue {name}[ `].*$" if name else r"^\| `backissue --.*$"))
        )
        given = {option.replace("--infer-", "--no-infer-") for option in options(parser)}
        assert given - EVERYWHERE - filters <= row | {"--no-stream"}, name


def test_no_page_tells_of_an_option_that_no_command_has() -> None:
    known = set().union(*(options(parser) for _, parser in commands(build_parser()))) | OF_TESTS_AND_BENCHMARKS
    for page in PAGES:
        told = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", page.read_text(encoding="utf-8")))
        assert told <= known, page


def test_every_setting_is_told_with_its_default() -> None:
    told: dict[str, str] = {}
    for names, default in re.findall(r"^\| ((?:`[a-z_]+`(?:, )?)+) \| (.*?) \|", COMMAND_LINE, re.MULTILINE):
        keys = re.findall(r"`([a-z_]+)`", names)
        defaults = (
            default.split(", ") if len(keys) > 1 and len(default.split(", ")) == len(keys) else [default] * len(keys)
        )
        told |= dict(zip(keys, defaults, strict=True))
    assert set(told) == set(Settings.model_fields)
    for key, field in Settings.model_fields.items():
        if field.default not in {None, ""}:
            plain = f"{field.default:g}" if isinstance(field.default, float) else str(field.default)
            assert told[key].strip("`") == plain.replace("True", "true"), key


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for address, anchor in re.findall(r"\]\(([^)#\s]*)(?:#([^)\s]+))?\)", page.read_text(encoding="utf-8")):
        if "://" in address:
            continue
        target = page.parent / address if address else page
        assert target.exists(), address
        if anchor:
            headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
            assert anchor in slugs, f"{address}#{anchor}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_modules_and_files_that_are_named_are_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for module in re.findall(r"python -m ([\w.]+\w)", text):
        path = ROOT / module.replace(".", "/")
        assert path.with_suffix(".py").exists() or (path / "__main__.py").exists(), module
    ours = {path.name for folder in ("archive", "ingest", "assistant", "evaluation", "web", "tests", "benchmarks")
            for path in (ROOT / folder).rglob("*.py")} | {"app.py", "llamaindex_app.py"}  # fmt: skip
    elsewhere = {"retrieval_evaluate.py", "qa_evaluate.py"}  # MultiHop-RAG's
    assert {Path(name).name for name in re.findall(r"`([\w./]+\.py)`", text)} <= ours | elsewhere


def test_every_module_of_the_chat_stands_in_its_page() -> None:
    page = (ROOT / "docs" / "chat.md").read_text(encoding="utf-8")
    modules = {path.name for path in (ROOT / "web").glob("*.py")} - {"__init__.py", "commands.py"}
    assert {name for name in modules if f"{name}`" not in page} == set()
