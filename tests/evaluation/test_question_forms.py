"""Question sets in the forms that others publish them in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from archive.errors import UsageError
from evaluation.question_forms import read_questions
from evaluation.question_set import TestQuestion, kind_of


def written(folder: Path, name: str, content: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return path


def test_a_spreadsheet(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "set.csv",
        "\ufeffID,Question,Answer,Relevant,tags,note\r\n"
        'q1,"Who said ""no"", and when?",Møller | Ingrid Møller,"a1\na2",direct|names,mine\r\n'
        "\r\n"
        ",How many?,42,,,\r\n",
    )
    first, second = read_questions(path)
    assert first.question == 'Who said "no", and when?'
    assert first.answers == ("Møller", "Ingrid Møller")
    assert first.relevant == ("a1", "a2")
    assert first.tags == ("direct", "names")
    assert (second.id, second.answers) == ("line 5", ("42",))


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_spreadsheet_with_other_separators(tmp_path: Path, separator: str) -> None:
    path = written(tmp_path, "set.csv", separator.join(["question", "answer"]) + "\n" + f"Who, me?{separator}You\n")
    assert read_questions(path)[0].question == "Who, me?"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("id,text\n1,?\n", "line 1: no column is named 'question'"),
        ("question,answer,answers\n?,1,2\n", "line 1: two columns are named 'answers'"),
        ("question,answer\nWho, me?,You,x\n", "line 2: 4 cells for 2 columns"),
        ('question\n"Who?\n', "line 2: not CSV"),
        ("question,expect\nWho?,maybe\n", "line 2, expect"),
        ("id,question\n1,a\n1,b\n", "line 3: the id '1' stands already in line 2"),
        ("question,grades\nWho?,2\n", "line 1: a cell can't hold grades"),
    ],
)
def test_what_is_wrong_with_a_spreadsheet_is_named(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read_questions(written(tmp_path, "set.csv", content))


def test_multihop_rag(tmp_path: Path) -> None:
    evidence = {
        "title": "Bridge",
        "author": "L. Brandt",
        "url": "https://courier.example/1",
        "source": "Courier",
        "category": "local",
        "published_at": "2023-11-01T10:00:00+00:00",
        "fact": "The bridge will reopen.",
    }
    entries = [
        {"query": "Which bridge?", "answer": "Harbour Bridge", "question_type": "inference_query",
         "evidence_list": [evidence, {**evidence, "fact": "It was closed."}, {**evidence, "fact": " "}]},
        {"query": "Who knows?", "answer": "Insufficient information.", "question_type": "null_query",
         "evidence_list": []},
    ]  # fmt: skip
    bridge, nobody = read_questions(written(tmp_path, "MultiHopRAG.json", json.dumps(entries)))
    assert bridge.facts == ("The bridge will reopen.", "It was closed.")
    assert bridge.relevant == ("https://courier.example/1",)
    assert (bridge.answers, bridge.expect, kind_of(bridge)) == (("Harbour Bridge",), "answer", "inference_query")
    assert (nobody.answers, nobody.expect, kind_of(nobody)) == ((), "abstain", "null_query")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{", "is not JSON"),
        ("{}", "is not a list of questions"),
        ("[1]", "entry 1: not a MultiHop-RAG question"),
        ('[{"query": "?", "evidence_list": ["x"]}]', "entry 1: not a MultiHop-RAG question"),
        ('[{"answer": "x"}]', "entry 1, question"),
        ("[]", "holds no question"),
    ],
)
def test_what_is_wrong_with_multihop_rag_is_named(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read_questions(written(tmp_path, "set.json", content))


QUERIES = '{"_id": "1", "text": "Which bridge?", "metadata": {}}\n{"_id": "2", "text": "Nobody judged this"}\n'
QRELS = "query-id\tcorpus-id\tscore\n1\td1\t2\n1\td2\t0\n1\td3\t1\n"


def test_beir(tmp_path: Path) -> None:
    written(tmp_path, "queries.jsonl", QUERIES)
    written(tmp_path, "qrels/test.tsv", QRELS)
    expected = TestQuestion(
        id="1", question="Which bridge?", relevant=("d1", "d3"), grades={"d1": 2, "d3": 1},
        judged=("d1", "d2", "d3"), expect="answer",
    )  # fmt: skip
    assert read_questions(tmp_path) == [expected]
    assert read_questions(tmp_path / "queries.jsonl") == [expected]


def test_trec(tmp_path: Path) -> None:
    topics = written(tmp_path, "topics.txt", "301\tWhich bridge?\n302\tWhich ship?\n")
    qrels = written(tmp_path, "qrels.txt", "301 0 d1 1\n301 0 d2 -1\n302\tQ0\td9\t0\n")
    (only,) = read_questions(topics, qrels=qrels)
    assert (only.id, only.relevant, only.grades) == ("301", ("d1",), {"d1": 1})
    assert only.judged == ("d1", "d2")


def test_what_is_wrong_with_judgements_is_named(tmp_path: Path) -> None:
    queries = written(tmp_path, "queries.jsonl", QUERIES)
    with pytest.raises(UsageError, match=r"no qrels/test\.tsv beside .*--qrels"):
        read_questions(queries)
    for content, message in (
        ("1 d1 1\n", "line 1: a line of BEIR's qrels"),
        ("1\td1\t1\n1\td2\tyes\n", "line 2: the grade 'yes'"),
        ("9\td1\t1\n", "no question has a judgement"),
    ):
        with pytest.raises(UsageError, match=message):
            read_questions(queries, qrels=written(tmp_path, "q.tsv", content))
    topics = written(tmp_path, "topics.txt", "301 Which bridge?\n")
    with pytest.raises(UsageError, match="--qrels FILE"):
        read_questions(topics)
    with pytest.raises(UsageError, match=r"topics\.txt, line 1: a topic is its number, a tab"):
        read_questions(topics, qrels=written(tmp_path, "q.txt", "301 0 d1 1\n"))
    with pytest.raises(UsageError, match="line 1: a line of qrels is"):
        read_questions(topics, qrels=written(tmp_path, "q.txt", "301 d1 1\n"))
    with pytest.raises(UsageError, match="--qrels belongs to a BEIR or TREC set"):
        read_questions(tmp_path / "set.csv", form="csv", qrels=topics)


def test_json_lines_may_hold_line_separators_within_a_string(tmp_path: Path) -> None:
    path = written(tmp_path, "set.jsonl", '{"id": "1", "question": "a\u2028b"}\n')
    assert read_questions(path)[0].question == "a\u2028b"
