"""Attacks wherever a view shows text: articles, a question set, and two runs as they lie in an archive's folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from archive.records import IncomingArticle
from archive.settings import Settings
from archive.store import ArchiveStore
from assistant.answer import Mode
from evaluation.question_set import TestQuestion
from evaluation.run import RunOptions, evaluate
from tests.web.conftest import incoming

IN_A_ROW = 10  # attacks that a row of a run shows as passages
RUNS = ("before", "after")

# As static/views.js shows a view; the view is looked through before it goes.
SHOW = """
async (address) => {
  const holder = document.getElementById('view');
  const answer = await fetch(address);
  const body = new DOMParser().parseFromString(await answer.text(), 'text/html').body;
  holder.replaceChildren(...[...body.childNodes].map((node) => document.adoptNode(node)));
  for (const folded of holder.querySelectorAll('details')) folded.open = true;
  await new Promise((seen) => setTimeout(seen, 0));  // what would load or run has begun to
  return [answer.status, holder.querySelectorAll('.view').length];
}
"""


def fit(attacks: Sequence[str]) -> list[str]:
    """Those that a file can hold: halves of surrogate pairs replaced."""
    return [attack.encode("utf-8", "replace").decode() for attack in attacks]


def hostile_articles(attacks: Sequence[str]) -> list[IncomingArticle]:
    """An article of each attack: in headline, text, outlet, byline, section and address."""
    return [
        incoming(
            f"{attack} quokka",
            f"{attack}\n\nThe quokka number {number} said {attack} on Monday.",
            attack,
            date(2024, 1 + number % 12, 1 + number % 28),
            identity=f"attack-{number}",
            url=attack if number % 2 else f"https://quokka.example/{number}?{attack}",
            authors=(attack,),
            section=attack,
        )
        for number, attack in enumerate(attacks)
    ]


def hostile_evaluation(store: ArchiveStore, attacks: Sequence[str]) -> int:
    """A set and two runs in the archive's folder that hold every attack in every field; how many rows a run has."""
    groups = [attacks[start : start + IN_A_ROW] for start in range(0, len(attacks), IN_A_ROW)]
    questions = [_question(number, group) for number, group in enumerate(groups)]
    folder = store.folder / "questions"
    folder.mkdir(exist_ok=True)
    records = [*questions, *({"id": f"open-{attack}-{at}", "question": attack, "feedback": _minded(attack)}
                             for at, attack in enumerate(attacks[:25]))]  # fmt: skip
    (folder / "hostile.jsonl").write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    (folder / "broken.jsonl").write_text(f'{attacks[0]}\n{{"id": 1}}', encoding="utf-8")
    for name in RUNS:
        _run(store, store.folder / "runs" / name, questions, groups, good=name == "after")
    return len(groups)


def _question(number: int, group: Sequence[str]) -> dict[str, Any]:
    first = group[0]
    return {
        "id": f"{number} {first}",
        "question": " ".join(group),
        "answers": list(group),
        "relevant": list(group),
        "facts": list(group),
        "assertions": list(group),
        "tags": [first],
        "kind": group[-1] if number < IN_A_ROW else "other",
        "history": [{"role": "user", "content": one} for one in group],
        "expect": "answer",
    }


def _minded(attack: str) -> dict[str, Any]:
    found = {"article_id": attack, "title": attack, "outlet": attack, "published": attack}
    return {"reason": attack, "answer": attack, "retrieved": [found]}


def _run(
    store: ArchiveStore, folder: Path, questions: list[dict[str, Any]], groups: list[Sequence[str]], *, good: bool
) -> None:
    """A run of a few questions as Backissue writes it, then rows that an attacker might have got into its files."""
    few = [TestQuestion.model_validate(one) for one in questions[:2]]
    options = RunOptions(Mode.QUOTES, set_name="hostile.jsonl")
    run = evaluate(store, few, folder, settings=Settings(archive=store.folder), options=options)
    rows = [_row(question, group, good=good) for question, group in zip(questions, groups, strict=True)]
    for name, records in (("questions.jsonl", rows), ("question_set.jsonl", questions)):
        (folder / name).write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    run["question_set"] = {"questions": len(questions), "sha256": "hostile"}
    run |= {"language_model": groups[0][0], "judge": groups[0][0], "finished": True}
    run["settings"] |= {"embedder": groups[0][0] if good else ""}
    (folder / "run.json").write_text(json.dumps(run), encoding="utf-8")


def _row(question: dict[str, Any], group: Sequence[str], *, good: bool) -> dict[str, Any]:
    passages = [
        {"rank": rank, "article_id": f"x{rank}", "external_id": attack, "passage_id": attack, "title": attack,
         "outlet": attack, "published": attack, "url": attack, "text": attack, "also_in": []}
        for rank, attack in enumerate(group, start=1)
    ]  # fmt: skip
    sentences = [
        {"text": attack, "citations": [attack], "verdict": "contradicted", "problems": [attack]} for attack in group
    ]
    return {
        "id": question["id"], "retrieved": passages, "answer": " ".join(group), "refused": False, "confidence": 0.5,
        "mode": "quotes", "incomplete": False, "notices": list(group), "statement": group[0], "sentences": sentences,
        "sources": [{"key": attack, **passage} for attack, passage in zip(group, passages, strict=True)],
        "plan": {"standalone": " ".join(group), "parts": []}, "relevant": [{"name": attack} for attack in group],
        "scores": {"contains_answer": float(good), "answer_in_top_4": 1.0}, "timings_ms": {group[0]: 1.0},
    }  # fmt: skip
