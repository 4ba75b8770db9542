"""MultiHop-RAG's published questions, ``MultiHopRAG.json``.

A JSON list of ``{"query", "answer", "question_type", "evidence_list": [{"title", "author", "url", "source",
"category", "published_at", "fact"}]}``. ``question_type`` is inference_query, comparison_query, temporal_query or
null_query; a null query is answered "Insufficient information." and is one that the archive can't answer. Evidence
names articles by URL: ingest ``corpus.json`` (title, author, source, published_at, category, url, body) beforehand.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from archive.errors import UsageError
from evaluation.question_set import TestQuestion, checked, read_text

NULL = "null_query"


def read_multihop_rag(path: Path) -> list[TestQuestion]:
    """Read it; a question's id is its place in the list. Raises UsageError naming the entry."""
    try:
        entries = json.loads(read_text(path))
    except (json.JSONDecodeError, RecursionError) as error:
        raise UsageError(f"{path} is not JSON ({error}). A set in JSON lines should be named .jsonl.") from None
    if not isinstance(entries, list):
        raise UsageError(
            f"{path} is not a list of questions, as MultiHop-RAG publishes them. Another form? Use --form."
        )
    return checked(((number, _record(entry, path, number)) for number, entry in enumerate(entries, 1)), path, "entry")


def _record(entry: Any, path: Path, number: int) -> dict[str, Any]:  # noqa: ANN401 (any JSON value)
    evidence = entry.get("evidence_list", []) if isinstance(entry, dict) else None
    if not isinstance(evidence, list) or not all(isinstance(one, dict) for one in evidence):
        raise UsageError(
            f"{path}, entry {number}: not a MultiHop-RAG question, which is an object with 'query', 'answer', "
            "'question_type' and 'evidence_list' (a list of objects)."
        )
    kind = entry.get("question_type")
    null = kind == NULL
    answer = entry.get("answer")
    return {
        "id": f"mhr-{number}",
        "question": entry.get("query"),
        "answers": [answer] if str(answer or "").strip() and not null else [],
        "expect": "abstain" if null else "answer",
        "relevant": list(dict.fromkeys(one["url"] for one in evidence if one.get("url"))),
        "facts": [one["fact"] for one in evidence if str(one.get("fact") or "").strip()],
        "kind": kind,
    }
