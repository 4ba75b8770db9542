"""The command line as its users meet it: what is printed where, the JSON shapes, the exit codes, the errors."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import app
from archive.lock import WriterLock
from archive.schema import CATALOG_FILE
from assistant.model_commands import say_offers
from tests.fake_openai import FakeOpenAI

BACKISSUE = [sys.executable, str(Path(app.__file__))]
OUTLETS = ("The Skarra Gazette", "Tolling Echo")


def record(number: int, text: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": f"sg-{number}",
        "url": f"https://skarra.example/{number}",
        "title": f"Report number {number} from the harbour of Skarra",
        "text": text,
        "published": f"2024-05-{number:02}",
        "outlet": OUTLETS[number % 2],
        **fields,
    }


ARTICLES = [
    record(1, "The zorbulator of Skarra was repaired on Monday by seven engineers. It had been silent since March."),
    record(2, "The mayor of Hægvik, Ása Brandt, opened a library of 12,400 books. It closes at nine."),
    record(3, "Herring landed in Tolling fetched 310 crowns a barrel, the highest price for eleven years."),
    record(4, "The ferry to Karsk Haven carried 88,000 people last year.", modified="2024-05-04T08:00:00Z"),
    record(4, "The ferry to Karsk Haven carried 98,000 people last year.", modified="2024-05-06T08:00:00Z"),
    record(5, "A frost in Ilmarsk killed the blossoms of four orchards.", published=None),
]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Run a command in ``tmp_path``; returns (exit code, standard output, standard error)."""
    monkeypatch.chdir(tmp_path)

    def command(*arguments: str) -> tuple[int, str, str]:
        try:
            code = app.main(arguments)
        except SystemExit as end:  # argparse
            code = int(end.code or 0)
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return code, out, err

    return command


@pytest.fixture
def ingested(run: Any, tmp_path: Path) -> Any:
    """The same, with the articles in ./backissue-archive, without vectors."""
    (tmp_path / "articles.jsonl").write_text("".join(json.dumps(one) + "\n" for one in ARTICLES))
    code, out, err = run("ingest", "articles.jsonl", "--no-embed", "--json", "--report", "report.json")
    assert (code, err) == (0, "")
    assert json.loads(out) == json.loads((tmp_path / "report.json").read_text())
    assert json.loads(out)["outcomes"] == {
        "added": 5,
        "updated": 1,
        "unchanged": 0,
        "shorter": 0,
        "removed": 0,
        "rejected": 0,
    }
    return run


def test_the_default_archive_is_a_relative_folder_that_every_command_understands(ingested: Any) -> None:
    assert ingested("verify")[0] == 0
    assert json.loads(ingested("verify", "--json")[1])["ok"]
    code, out, err = ingested("status", "--json")
    status = json.loads(out)
    assert (code, err, status["articles"], status["versions"], status["embedded"]) == (0, "", 5, 6, 0)
    assert ingested("embed")[0] == 0
    assert ingested("verify")[0] == 0  # the indexes are opened in a child process, whose folder is another one


def test_search_says_its_shape(ingested: Any) -> None:
    code, out, _ = ingested("search", "zorbulator", "-k", "2", "--json", "--outlet", "tolling echo")
    found = json.loads(out)
    assert (code, set(found)) == (0, {"query", "plan", "results", "timings_ms"})
    names = "rank score article_id external_id passage_id title outlet published url text start end superseded also_in"
    assert [set(result) for result in found["results"]] == [set(names.split())] * len(found["results"])
    assert found["results"][0]["external_id"] == "sg-1"
    assert found["results"][0]["text"] == ARTICLES[0]["text"]
    for line in (ingested("search", "zorbulator")[1], ingested("ask", "Who repaired the zorbulator?")[1]):
        assert "(sg-1)" in line


def test_walls_are_inclusive_and_say_what_stands_outside(ingested: Any) -> None:
    _, out, _ = ingested("search", "Skarra harbour", "--from", "2024-05-02", "--to", "2024-05-03", "--json")
    found = json.loads(out)
    assert {result["external_id"] for result in found["results"]} == {"sg-2", "sg-3"}
    assert any("without a date" in note for note in found["plan"]["notes"])
    for day, people in (("2024-05-05", "88,000"), ("2024-05-06", "98,000")):
        answer = json.loads(ingested("ask", "How many people did the ferry carry?", "--as-of", day, "--json")[1])
        assert people in answer["answer"]
        assert answer["sources"][0]["external_id"] == "sg-4"
        for sentence in answer["sentences"]:
            assert any(sentence["text"] in source["text"] for source in answer["sources"])


def test_an_export_read_again_is_the_same_archive(ingested: Any, tmp_path: Path) -> None:
    _, exported, _ = ingested("export", "--versions")
    (tmp_path / "export.jsonl").write_text("".join(reversed(exported.splitlines(keepends=True))))
    again = json.loads(ingested("ingest", "export.jsonl", "--no-embed", "--json")[1])
    assert again["outcomes"]["unchanged"] == 6
    ingested("--archive", "other place", "ingest", "export.jsonl", "--no-embed")
    _, other, _ = ingested("export", "--versions", "--archive", "other place")
    assert sorted(other.splitlines()) == sorted(exported.splitlines())


def test_what_was_taken_down_stays_out(ingested: Any, tmp_path: Path) -> None:
    code, out, _ = ingested("remove", "sg-1", "--dry-run")
    assert code == 0
    assert "(sg-1)" in out
    assert ingested("remove", "sg-1")[0] == 2  # no reason
    code, out, _ = ingested("remove", "sg-1", "--reason", "a court", "--json")
    report = json.loads(out)
    assert (code, report["left"], report["removed"][0]["external_id"]) == (0, [], "sg-1")
    assert ingested("remove", report["removed"][0]["article_id"], "--reason", "a court")[0] == 0
    files = [path for path in (tmp_path / "backissue-archive").rglob("*") if path.is_file()]
    assert not [path for path in files if b"zorbulator" in path.read_bytes()]
    again = json.loads(ingested("ingest", "articles.jsonl", "--no-embed", "--json")[1])
    assert again["outcomes"]["removed"] == 1


def test_copies_that_stay_are_named_with_both_ids(ingested: Any, tmp_path: Path) -> None:
    text = " ".join(one["text"] for one in ARTICLES)
    rows = [record(number, f"{text} Part {number}.") for number in (7, 8)]
    (tmp_path / "wire.jsonl").write_text("".join(json.dumps(one) + "\n" for one in rows))
    assert json.loads(ingested("ingest", "wire.jsonl", "--no-embed", "--json")[1])["copies"] == 1
    _, out, _ = ingested("remove", "sg-7", "--reason", "a court")
    assert "also printed, and kept" in out
    assert "(sg-8)" in out


@pytest.mark.parametrize(
    "selector", [("--outlet", "Nobody's Paper"), ("--query", "xyzzy"), ("--query", "  "), ("nobody",)]
)
def test_removing_nothing_is_no_success(ingested: Any, selector: tuple[str, ...]) -> None:
    code, out, err = ingested("remove", *selector, "--reason", "a court")
    assert (code, out) == (2, "")
    assert "No article" in err


def test_a_dry_run_makes_no_archive(run: Any, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("A herring was seen in the harbour of Skarra. It swam away.")
    code, out, _ = run("ingest", "one.txt", "--dry-run", "--json")
    assert (code, json.loads(out)["outcomes"]["added"]) == (0, 1)
    assert run("ingest", "mistyped.txt")[0] == 2
    assert not (tmp_path / "backissue-archive").exists()


def test_an_archive_inside_the_folder_is_not_read(run: Any, tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("A herring was seen in the harbour of Skarra. It swam away.")
    for outcome in ("added", "unchanged"):
        code, out, err = run("ingest", ".", "--no-embed", "--json")
        assert (code, json.loads(out)["outcomes"][outcome]) == (0, 1)
    assert "Skipped: 1 an archive" in err


def test_rejections_are_listed_and_told_by_the_exit_code(run: Any, tmp_path: Path) -> None:
    (tmp_path / "bad.jsonl").write_text(json.dumps(ARTICLES[0]) + '\n{"id": 1\n[1]\n')
    code, out, _ = run("ingest", "bad.jsonl", "--no-embed", "--json")
    report = json.loads(out)
    assert (code, report["outcomes"]["added"], report["outcomes"]["rejected"]) == (1, 1, 2)
    assert [row["line"] for row in report["rejected"]] == [2, 3]
    assert all(row["reason"] and row["source"].endswith("bad.jsonl") for row in report["rejected"])


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nosuch"], "invalid choice"),
        (["status", "--nosuch"], "unrecognized"),
        (["status", "--archive", "none"], "There is no archive in none"),
        (["search", "  "], "empty"),
        (["search", "x", "--from", "2024-02-30"], "not a day"),
        (["search", "x", "--from", "2024-05-03", "--to", "2024-05-02"], "is after"),
        (["search", "x", "--outlet", "Nobody's Paper"], "The Skarra Gazette"),
        (["search", "x", "-k", "0"], "at least 1"),
        (["ask", "x", "--mode", "model"], "OPENAI_BASE_URL"),
        (["ask", "x", "--history", "none.json"], "cannot be read"),
        (["ingest", "articles.jsonl", "--report", "."], "cannot be written"),
        (["ingest", "articles.jsonl", "--archive", "articles.jsonl"], "cannot be made"),
        (["backup", "articles.jsonl"], "exists already"),
        (["evaluate", "none.jsonl", "--out", "run"], "no question set"),
        (["evaluate", "questions.jsonl", "--out", "run", "--mode", "model"], "OPENAI_BASE_URL"),
        (["evaluate", "questions.jsonl", "--out", "articles.jsonl"], "cannot be made"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_errors_are_a_sentence_on_standard_error(
    ingested: Any, tmp_path: Path, arguments: list[str], says: str
) -> None:
    (tmp_path / "questions.jsonl").write_text('{"id": "q1", "question": "Who repaired the zorbulator?"}\n')
    code, out, err = ingested(*arguments)
    assert (code, out) == (2, "")
    assert says in err
    assert "unexpected" not in err


@pytest.mark.parametrize(
    ("arguments", "of", "says"),
    [
        (["ask", "--foo"], "ask", "unrecognized arguments: --foo."),
        (["ask", "--foo", "Who came?"], "ask", "unrecognized arguments: --foo."),
        (["ask", "--asked_on=2024-05-01", "Who came?"], "ask", "--asked_on. Did you mean --asked-on?"),
        (["ask", "Who came?", "--outlets", "Echo"], "ask", "--outlets. Did you mean --outlet?"),
        (["ask", "Who", "came?"], "ask", "unrecognized arguments: came?. Put words that belong together in"),
        (["search", "ferry", "-q"], "search", "unrecognized arguments: -q."),
        (["outlets", "alias", "Echo", "Bell", "--jsn"], "outlets alias", "--jsn. Did you mean --json?"),
        (["--arxive", "here", "ask", "Who came?"], "", "--arxive. Did you mean --archive?"),
        (["--port", "7000"], "", "--port stands after the name of its command: backissue chat."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_a_command_does_not_know_it_says_itself(run: Any, arguments: list[str], of: str, says: str) -> None:
    code, out, err = run(*arguments)
    usage, _, told = err.partition("\nbackissue")
    assert (code, out) == (2, "")
    assert usage.startswith(f"usage: backissue {of} [-h]" if of else "usage: backissue [-h]")
    assert says in told


def test_words_that_look_like_options_can_be_asked(ingested: Any) -> None:
    for words in (["--zorbulator of Skarra"], ["--", "--zorbulator"], ["--no-infer", "zorbulator"]):
        code, _, err = ingested("search", "--json", *words)
        assert (code, "unrecognized" in err) == ((2, False) if words[0] == "--no-infer" else (0, False))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["ingest"], "name at least one source"),
        (["ingest", "-", "-"], "once only"),
        (["ingest", "ftp://paper.example/x"], "only http and https"),
        (["ingest", "https://me:secret@paper.example/"], "user name or password"),
        (["ingest", "www.paper.example/rss"], "https://www.paper.example/rss"),
        (["ingest", "articles.jsonl", "--map", "headline"], "COLUMN=FIELD"),
        (["ingest", "articles.jsonl", "--map", "kop=headline"], "no field of an article"),
        (["ingest", "articles.jsonl", "--kind", "gossip"], "known are"),
        (["ingest", "articles.jsonl", "--delay", "nan"], "--delay"),
        (["ingest", "--sources", "nothing.toml"], "nothing.toml"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_ingest_cannot_read_is_said_before_an_archive_is_made(
    run: Any, tmp_path: Path, arguments: list[str], says: str
) -> None:
    (tmp_path / "articles.jsonl").write_text(json.dumps(ARTICLES[0]))
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert says in err and "secret" not in err
    assert not (tmp_path / "backissue-archive").exists()


def test_ingest_takes_standard_input_a_tar_and_a_sources_file(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import io
    import tarfile

    lines = b"".join(json.dumps(item).encode() + b"\n" for item in ARTICLES)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(lines)))
    code, out, _ = run("ingest", "-", "--no-embed", "--json")
    assert (code, json.loads(out)["outcomes"]["added"]) == (0, 5)
    with tarfile.open(tmp_path / "dump.tar.xz", "w:xz") as archive:
        info = tarfile.TarInfo("wire/a.csv")
        table = b'kop,artikel\nFerry late,"The ferry to Karsk Haven was late again, and nobody knows why."\n'
        info.size = len(table)
        archive.addfile(info, io.BytesIO(table))
    (tmp_path / "nightly.toml").write_text(
        '[[source]]\npath = "dump.tar.xz"\noutlet = "The Wire"\nmap = { kop = "title", artikel = "text" }\n'
    )
    for outcome in ("added", "unchanged"):
        code, out, _ = run("ingest", "--sources", "nightly.toml", "--no-embed", "--json")
        assert (code, json.loads(out)["outcomes"][outcome]) == (0, 1)
    results = json.loads(run("search", "Karsk Haven late", "--json")[1])["results"]
    assert (results[0]["title"], results[0]["outlet"]) == ("Ferry late", "The Wire")


def test_settings_that_do_not_exist_are_named(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKISSUE_ARCHIV", "x")
    assert "BACKISSUE_ARCHIV " in run("status")[2]
    monkeypatch.delenv("BACKISSUE_ARCHIV")
    (tmp_path / "backissue.toml").write_text('archiv = "x"')
    assert "'archiv'" in run("status")[2]


def test_a_second_writer_waits_and_then_says_who_holds_the_lock(ingested: Any) -> None:
    with WriterLock(Path("backissue-archive"), 1).held():
        code, _, err = ingested("rebuild", "--wait", "0.2")
    assert code == 2
    assert f"process {os.getpid()}" in err
    assert ingested("rebuild", "--wait", "inf")[0] == 0


def test_a_backup_restores_the_archive(ingested: Any, tmp_path: Path) -> None:
    assert ingested("backup", "copy.sqlite3")[0] == 0
    restored = tmp_path / "an ärchive"
    restored.mkdir()
    (tmp_path / "copy.sqlite3").rename(restored / CATALOG_FILE)
    assert ingested("rebuild", "--archive", str(restored))[0] == 0
    assert ingested("verify", "--archive", str(restored))[0] == 0
    assert ingested("export", "--archive", str(restored))[1] == ingested("export")[1]


def test_a_backup_takes_the_aliases_along(ingested: Any, tmp_path: Path) -> None:
    assert ingested("outlets", "alias", "Tolling Echo", "TE")[0] == 0
    code, out, _ = ingested("backup", "copy.sqlite3", "--json")
    assert code == 0 and json.loads(out)["left_out"] == []
    (tmp_path / "restored").mkdir()
    (tmp_path / "copy.sqlite3").rename(tmp_path / "restored" / CATALOG_FILE)
    assert "TE" in ingested("outlets", "--archive", "restored")[1]


def test_an_emptied_catalog_is_damage_and_no_empty_archive(ingested: Any, tmp_path: Path) -> None:
    (tmp_path / "backissue-archive" / CATALOG_FILE).write_bytes(b"")
    for command in (("status",), ("export",), ("ingest", "articles.jsonl")):
        code, out, err = ingested(*command)
        assert (code, out) == (2, "")
        assert "cannot be read (it is empty)" in err


def test_what_may_not_be_read_is_said(ingested: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str, *rest: Any) -> Any:
        if "closed" in str(path):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path, *rest)

    scandir = os.scandir  # tests may run as root, whom nothing is refused
    monkeypatch.setattr(os, "scandir", refuse)
    (tmp_path / "in/closed").mkdir(parents=True)
    code, out, _ = ingested("ingest", "in", "--json")
    assert code == 1
    assert json.loads(out)["rejected"][0]["reason"] == "it can't be read: Permission denied."


def test_questions_of_strange_characters_harm_nothing(ingested: Any) -> None:
    for question in (
        "zorbulator \udcff \ud800",
        "zorbulator \x00\x1b[31m",
        '"zorbulator AND (+-',
        "zorbulator " * 9000,
    ):
        code, out, err = ingested("search", question, "--json")
        assert (code, err) == (0, "")
        out.encode()
        assert json.loads(out)["results"][0]["external_id"] == "sg-1"
    assert ingested("remove", "\udcff", "--reason", "x")[0] == 2


def test_the_answer_is_printed_where_the_model_fails(ingested: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    question = ("ask", "Who repaired the zorbulator?", "--stream")
    quotes = ingested(*question)[1]
    assert quotes.count("seven engineers") == 1
    monkeypatch.setenv("BACKISSUE_MODEL_RETRIES", "0")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    code, out, _ = ingested(*question, "--model", "any")
    assert code == 0
    assert out.count("seven engineers") == 1
    assert "could not be reached" in out
    monkeypatch.delenv("OPENAI_BASE_URL")
    refused = ingested("ask", "What is the capital of the moon of Jupiter?", "--stream")[1]
    assert "doesn't seem to hold the answer" in refused


def test_a_run_is_continued_and_a_finished_one_refused(ingested: Any, tmp_path: Path) -> None:
    rows = [{"id": f"q{n}", "question": "Who repaired the zorbulator?", "relevant": ["sg-1"]} for n in range(3)]
    (tmp_path / "questions.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    command = ("evaluate", "questions.jsonl", "--out", "run", "--retrieval-only", "--limit", "2")
    assert json.loads(ingested(*command, "--json")[1])["summary"]["questions"] == 2
    code, _, err = ingested(*command)
    assert code == 2
    assert "finished run" in err
    state = json.loads((tmp_path / "run/run.json").read_text())
    (tmp_path / "run/run.json").write_text(json.dumps(state | {"finished": False}))
    first = (tmp_path / "run/questions.jsonl").read_text().splitlines()[0]
    (tmp_path / "run/questions.jsonl").write_text(first + '\n{"id": "q1", "retr')
    assert ingested(*command)[0] == 0
    lines = (tmp_path / "run/questions.jsonl").read_text().splitlines()
    assert (lines[0], [json.loads(line)["id"] for line in lines]) == (first, ["q0", "q1"])
    (tmp_path / "run/run.json").write_text("no JSON")
    assert "isn't a run's" in ingested(*command)[2]


def test_a_terminal_without_utf8_gets_plain_json(ingested: Any, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [*BACKISSUE, "export"]
    done = subprocess.run(command, check=False, capture_output=True, env=environment, cwd=tmp_path, timeout=60)
    assert (done.returncode, done.stderr) == (0, b"")
    assert "Hægvik" in [json.loads(line) for line in done.stdout.splitlines()][1]["text"]


def test_a_reader_that_goes_away_is_no_error(ingested: Any, tmp_path: Path) -> None:
    long = record(9, "The harbour of Skarra is deep. " * 20_000)
    (tmp_path / "long.jsonl").write_text(json.dumps(long))
    assert ingested("ingest", "long.jsonl", "--no-embed")[0] == 0
    command = subprocess.Popen([*BACKISSUE, "export"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path)
    assert isinstance(command.stdout, io.BufferedReader)
    command.stdout.read(10)
    command.stdout.close()
    assert command.stderr is not None
    assert command.stderr.read() == b""
    command.stderr.close()
    assert command.wait(60) == 0


def test_models_lists_what_the_endpoint_offers_and_names_a_wrong_one(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeOpenAI() as fake:
        monkeypatch.setenv("OPENAI_BASE_URL", fake.base_url)
        code, out, _ = run("models")
        assert code == 0
        assert "nomic-embed-text" in out
        assert "not for chat" in out
        listed = json.loads(run("models", "--json")[1])
        assert [row["name"] for row in listed["models"] if row["used"]] == ["fake-chat-1"]
        code, _, err = run("models", "--model", "gpt-99")
        assert code == 2
        assert "no model 'gpt-99'" in err
        assert "It offers: nomic-embed-text, fake-chat-1" in err


def test_a_models_no_is_told_as_the_models(ingested: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    with FakeOpenAI() as fake:
        fake.answer = lambda request: "NOT_IN_ARCHIVE"
        monkeypatch.setenv("OPENAI_BASE_URL", fake.base_url)
        code, out, _ = ingested("ask", "Who repaired the zorbulator?", "--stream")
        assert code == 0
        assert out.startswith("The passages found don't say. The language model found no answer in ")
        assert "archive doesn't" not in out
        assert "\nFound\n[1]" in out
        told = json.loads(ingested("ask", "Who repaired the zorbulator?", "--json")[1])
        assert told["refused"]
        assert told["shown_to_model"] == len({near["passage_id"] for near in told["near_misses"]})


def test_a_model_server_on_this_machine_is_offered_not_taken(capsys: pytest.CaptureFixture[str]) -> None:
    with FakeOpenAI() as fake:
        say_offers({"Ollama": fake.port})
        said = capsys.readouterr().err.replace("\n", " ")
        assert "Ollama runs on this machine (fake-chat-1)" in said
        assert f"OPENAI_BASE_URL={fake.base_url}" in said
        assert fake.chats == []


def test_a_local_model_that_is_none_is_refused(run: Any, tmp_path: Path) -> None:
    (tmp_path / "m.gguf").write_text("no model")
    for command in (("ask", "Who?"), ("chat",), ("models",)):
        code, _, err = run(*command, "--local-model", "m.gguf")
        assert code == 2
        assert "m.gguf is no GGUF file" in err


def test_what_the_words_name_need_not_narrow_and_a_follow_up_may_be_put_in_full(ingested: Any, tmp_path: Path) -> None:
    def part(*options: str) -> dict[str, Any]:
        question = "What did the Tolling Echo report on the herring in May 2024?"
        code, out, _ = ingested("ask", question, "--asked-on", "2024-06-01", "--mode", "quotes", "--json", *options)
        assert code == 0
        plan: dict[str, Any] = json.loads(out)["plan"]
        return plan["parts"][0] | {"standalone": plan["standalone"]}

    assert part()["outlets"] == ["Tolling Echo"] and part()["window"] is not None
    assert part("--no-infer-outlets")["outlets"] == [] and part("--no-infer-days")["window"] is None
    (tmp_path / "said.json").write_text('[{"role": "user", "content": "Who opened the library?"}]')
    told = part("--history", "said.json", "--standalone", "What does a barrel of herring cost?")
    assert told["standalone"] == "What does a barrel of herring cost?" and told["outlets"] == []
    assert ingested("ask", "and then?", "--standalone", " ")[0] == 2
    code, out, _ = ingested("search", "herring", "--byline", "Nobody", "--outlet", "gazette", "--json")
    assert code == 0 and json.loads(out)["results"] == []


def test_outlets_are_listed_and_called_what_readers_call_them(ingested: Any, tmp_path: Path) -> None:
    run = ingested
    assert run("outlets", "alias", "tolling echo", "TE", "Tollers")[0] == 0
    code, out, _ = run("outlets", "--json")
    rows = {row["outlet"]: row for row in json.loads(out)["outlets"]}
    assert code == 0 and rows["Tolling Echo"]["aliases"] == ["TE", "Tollers"] and rows["Tolling Echo"]["articles"] > 0
    assert "Gazette" in rows["The Skarra Gazette"]["short_forms"]
    code, out, _ = run("search", "Skarra", "--outlet", "the tollers", "--json")
    assert code == 0 and {hit["outlet"] for hit in json.loads(out)["results"]} == {"Tolling Echo"}
    code, _, err = run("outlets", "alias", "The Skarra Gazette", "tollers")
    assert code == 2 and "stands for “Tolling Echo” already" in err
    assert run("outlets", "unalias", "Tollers")[0] == 0
    code, out, _ = run("outlets")
    assert code == 0 and "TE" in out and "Tollers" not in out
    code, _, err = run("search", "Skarra", "--outlet", "Tollers")
    assert code == 2 and "no outlet 'Tollers'" in err
    file = next(tmp_path.rglob("outlets.toml"))
    file.write_text("[aliases]\n'Nobody' = ['N']\n", encoding="utf-8")
    code, out, _ = run("status", "--json")
    assert code == 0 and "outlets.toml, line 2" in json.loads(out)["problems"][0]
