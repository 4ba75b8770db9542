"""Question sets are read whole or refused with the place that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from archive.article import Article
from archive.errors import UsageError
from archive.store import ArchiveStore, IncomingArticle, RemovalSelector
from evaluation.excerpts import excerpt_questions
from evaluation.question_set import read_question_set


def test_every_field_is_read(tmp_path: Path) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(
        '\ufeff{"id": "1", "question": "Who?", "asked_on": "2024-02-29", "answers": ["x"], "expect": "answer",'
        ' "history": [{"role": "user", "content": "hm"}], "tags": ["t"], "editor": "kept out of the way"}\n\n'
        '{"id": "2", "question": "When?"}\n',
        encoding="utf-8",
    )
    first, second = read_question_set(path)
    assert first.asked_on is not None
    assert first.asked_on.isoformat() == "2024-02-29"
    assert first.history[0].content == "hm"
    assert second.expect is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "holds no question"),
        ("{oops\n", "line 1: not JSON"),
        ('{"id": "1"}\n', "line 1, question: Field required"),
        ('{"id": "1", "question": "?", "expect": "perhaps"}\n', "line 1, expect"),
        ('{"id": "1", "question": "?"}\n{"id": "1", "question": "?"}\n', "line 2: the id '1' stands already in line 1"),
        ('{"id": "1", "question": "?", "facts": ["x", " "]}\n', r"line 1, facts\.1: .*it is blank"),
        ('{"id": "1", "question": "?", "answers": [""]}\n', r"line 1, answers\.0: .*it is blank"),
        ("[" * 100_000 + "\n", "line 1: not JSON"),
        ("17\n", "line 1, the line"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "set.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match=message):
        read_question_set(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"no question set .*none\.jsonl"):
        read_question_set(tmp_path / "none.jsonl")


def test_excerpts_go_on_without_what_is_taken_down_meanwhile(tmp_path: Path) -> None:
    sentence = "The old crane of the harbour was taken to the yard on rails that nobody had used for {} years. "
    with ArchiveStore.open(tmp_path / "archive", create=True) as store:
        for name in ("a", "b", "c"):
            article = Article(name, name, "A crane", "".join(sentence.format(n) for n in range(20, 24)))
            store.add([IncomingArticle(article, ((0, len(article.text)),))])
        drawn = excerpt_questions(store, 3)
        first = next(drawn)["relevant"][0]
        store.remove(RemovalSelector(tuple({"a", "b", "c"} - {first})), "test")
        assert list(drawn) == []
