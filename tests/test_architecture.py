"""The arrows of docs/architecture.md: who may import whom, and the packages that only one module knows."""

from __future__ import annotations

import ast
from functools import lru_cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = {
    "archive": set(),
    "ingest": {"archive"},
    "assistant": {"archive", "prompts"},
    "evaluation": {"assistant", "archive"},
    "web": {"assistant", "ingest", "evaluation", "archive", "sample"},
}
KNOWN_BY_ONE = {
    "chromadb": "archive/vector_index.py",
    "tantivy": "archive/keyword_index.py",
    "gradio": "web/chat.py",
}


def modules() -> list[Path]:
    return sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))


@lru_cache
def imported(path: Path) -> frozenset[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide which room they cross"
            names.add(node.module or "")
    return frozenset(name.split(".")[0] for name in names)


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_follow_the_arrows(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    rooms_used = imported(path) & (set(ROOMS) | {"prompts", "sample", "app", "tests", "benchmarks"})
    assert rooms_used - {room} <= ROOMS[room]


@pytest.mark.parametrize(("package", "home"), KNOWN_BY_ONE.items())
def test_a_package_has_one_home(package: str, home: str) -> None:
    homes = {str(path.relative_to(ROOT)) for path in modules() if package in imported(path)}
    assert homes == {home}


def test_only_settings_read_the_environment() -> None:
    readers = {
        str(path.relative_to(ROOT))
        for path in modules()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute)
        and node.attr in {"environ", "getenv"}
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
        and not _is_write(path, node)
    }
    # archive/tokens.py looks whether tiktoken's own variable is set; ingest/workers.py hands all on to its children.
    assert readers <= {"archive/settings.py", "archive/tokens.py", "ingest/workers.py"}


def _is_write(path: Path, node: ast.Attribute) -> bool:
    """`os.environ.setdefault(...)` and `os.environ[...] = ...` set a library's switch; they read nothing of ours."""
    line = path.read_text(encoding="utf-8").splitlines()[node.lineno - 1]
    return "os.environ.setdefault(" in line or ("os.environ[" in line and "] = " in line)
