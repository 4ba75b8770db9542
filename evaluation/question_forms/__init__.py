"""Question sets in the forms they are published in.

jsonl             evaluation/question_set.py: JSON lines, the form of our own
table.py          CSV or TSV with a header: what an editor keeps in a spreadsheet
multihop_rag.py   MultiHop-RAG's MultiHopRAG.json
beir.py           BEIR's queries.jsonl with qrels/test.tsv, and TREC topics with qrels
"""

from __future__ import annotations

from pathlib import Path

from archive.errors import UsageError
from evaluation.question_forms.beir import read_beir, read_trec
from evaluation.question_forms.multihop_rag import read_multihop_rag
from evaluation.question_forms.table import read_table
from evaluation.question_set import TestQuestion, read_question_set

FORMS = ("jsonl", "csv", "multihop-rag", "beir", "trec")


def read_questions(path: Path, *, form: str | None = None, qrels: Path | None = None) -> list[TestQuestion]:
    """Read a question set of any form; without ``form`` it follows from the name, the folder and the content.

    ``qrels``: the judgements of a BEIR or TREC set, where they don't stand beside it. Raises UsageError naming the
    file, the place in it and the remedy.
    """
    form = form or _guess(path, qrels)
    if qrels is not None and form not in {"beir", "trec"}:
        raise UsageError(f"--qrels belongs to a BEIR or TREC set; {path} is read as {form}. Name it with --form.")
    if form == "csv":
        return read_table(path)
    if form == "multihop-rag":
        return read_multihop_rag(path)
    if form == "beir":
        return read_beir(path, qrels)
    if form == "trec":
        return read_trec(path, qrels)
    return read_question_set(path)


def _guess(path: Path, qrels: Path | None) -> str:
    if path.is_dir() or path.name == "queries.jsonl":
        return "beir"
    suffix = path.suffix.lower()
    if suffix in {".csv", ".tsv"}:
        return "trec" if qrels is not None else "csv"
    if suffix in {".json"}:
        return "multihop-rag"
    if qrels is not None:
        return "beir" if suffix == ".jsonl" else "trec"
    return "trec" if suffix in {".topics", ".trec", ".txt"} else "jsonl"
