"""BEIR's and TREC's forms: questions in one file, judgements (qrels) in another. The corpus is the archive's affair.

- BEIR: ``queries.jsonl`` with ``{"_id", "text"}``, and ``qrels/test.tsv``: a header line, then ``query-id corpus-id
  score``, tabs between.
- TREC: topics as ``number<TAB>question`` lines, and qrels as ``number 0 document grade`` lines, white space between.

A document is named by its id in the set: ingest the corpus with that as ``id``. A grade of 0 or less is "judged, not
relevant"; what nobody judged counts as not relevant too, and the summary says how much of that was found. Questions
that nobody judged are left out, as their retrieval can't be scored.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from archive.errors import UsageError
from evaluation.question_set import TestQuestion, checked, numbered_lines, parse_object

Judgements = dict[str, dict[str, int]]


def read_beir(path: Path, qrels: Path | None = None) -> list[TestQuestion]:
    """Read a BEIR folder or its ``queries.jsonl``; ``qrels`` defaults to ``qrels/test.tsv`` beside it."""
    queries = path / "queries.jsonl" if path.is_dir() else path
    judged = _beir_judgements(qrels or _beside(queries))
    questions: list[tuple[int, Any]] = []
    for number, line in numbered_lines(queries):
        record = parse_object(line, queries, number)
        if not isinstance(record, dict) or "_id" not in record:
            raise UsageError(f"{queries}, line {number}: not a BEIR query, which is an object with '_id' and 'text'.")
        questions.append((number, {"id": str(record["_id"]), "question": record.get("text")}))
    return _with_judgements(questions, judged, queries)


def read_trec(path: Path, qrels: Path | None) -> list[TestQuestion]:
    """Read TREC topics, one a line, with their qrels."""
    if qrels is None:
        raise UsageError(
            f"{path} is read as TREC topics, whose judgements stand in a second file. Name it: --qrels FILE"
        )
    judged: Judgements = {}
    for number, line in numbered_lines(qrels):
        cells = line.split()
        if len(cells) != 4:
            raise UsageError(f"{qrels}, line {number}: a line of qrels is 'topic 0 document grade', four columns.")
        _judge(judged, (cells[0], cells[2], cells[3]), qrels, number)
    questions = []
    for number, line in numbered_lines(path):
        identity, tab, text = line.partition("\t")
        if not tab or not text.strip():
            raise UsageError(f"{path}, line {number}: a topic is its number, a tab and the question.")
        questions.append((number, {"id": identity.strip(), "question": text.strip()}))
    return _with_judgements(questions, judged, path)


def _beside(queries: Path) -> Path:
    for split in ("test", "dev", "train"):
        found = queries.parent / "qrels" / f"{split}.tsv"
        if found.is_file():
            return found
    raise UsageError(f"There is no qrels/test.tsv beside {queries}. Name the judgements with --qrels FILE.")


def _beir_judgements(path: Path) -> Judgements:
    judged: Judgements = {}
    for place, (number, line) in enumerate(numbered_lines(path)):
        cells = line.split("\t")
        if len(cells) != 3:
            raise UsageError(f"{path}, line {number}: a line of BEIR's qrels is 'query-id<TAB>corpus-id<TAB>score'.")
        if place == 0 and not _is_number(cells[2]):
            continue  # the header
        _judge(judged, (cells[0], cells[1], cells[2]), path, number)
    return judged


def _judge(judged: Judgements, cells: tuple[str, str, str], path: Path, number: int) -> None:
    question, document, grade = (cell.strip() for cell in cells)
    if not _is_number(grade):
        raise UsageError(f"{path}, line {number}: the grade {grade!r} is not a whole number.")
    judged.setdefault(question, {})[document] = int(grade)


def _is_number(text: str) -> bool:
    return text.strip().removeprefix("-").isdecimal()


def _with_judgements(questions: list[tuple[int, Any]], judged: Judgements, path: Path) -> list[TestQuestion]:
    records = []
    for number, record in questions:
        known = judged.get(record["id"], {})
        grades = {name: grade for name, grade in known.items() if grade > 0}
        if grades:
            told = {"relevant": list(grades), "grades": grades, "judged": list(known), "expect": "answer"}
            records.append((number, {**record, **told}))
    if questions and not records:
        raise UsageError(f"{path}: no question has a judgement. Do the questions and the qrels belong together?")
    return checked(records, path)
