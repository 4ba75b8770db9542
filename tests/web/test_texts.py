"""Every sentence stands in one place, and somebody says it."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

WEB = Path(__file__).parents[2] / "web"


def defined() -> dict[str, list[str]]:
    """Module -> the names it defines."""
    names: dict[str, list[str]] = {}
    for file in sorted((WEB / "texts").glob("*.py")):
        body = ast.parse(file.read_text(encoding="utf-8")).body
        targets = [one.target for one in body if isinstance(one, ast.AnnAssign)]
        constants = [one.id for one in targets if isinstance(one, ast.Name)]
        names[file.stem] = constants + [one.name for one in body if isinstance(one, ast.FunctionDef)]
    return names


def test_a_name_stands_in_one_module_and_is_no_modules_name() -> None:
    names = defined()
    counts = Counter(name for each in names.values() for name in each)
    assert [name for name, count in counts.items() if count > 1] == []
    assert set(counts) & set(names) == set()


def test_what_nobody_says_is_gone() -> None:
    said = Counter(word for file in WEB.rglob("*.py") for word in re.findall(r"\w+", file.read_text(encoding="utf-8")))
    assert [name for each in defined().values() for name in each if said[name] < 2] == []
