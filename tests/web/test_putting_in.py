"""Putting articles in over HTTP: what an editor sends is read and deleted, and a reader sends nothing."""

from __future__ import annotations

import csv
import io
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from archive.errors import UsageError
from archive.settings import Settings
from archive.store import ArchiveStore, RemovalSelector
from ingest.document import Rejected
from ingest.kept_reports import KeptReport, kept_report, kept_runs
from tests.ingest.loopback_site import page, running_site
from tests.ingest.support import record
from tests.web.allowed_markup import Markup
from tests.web.attacks import OWN_ATTACKS
from web import texts
from web.accounts import Role
from web.editing import Editing, add_editing
from web.identity import Identify
from web.ingest_form import addresses_in
from web.ingest_page import MOST_ROWS, ingest_address
from web.ingest_routes import rejections_as_csv
from web.limits import UPLOADS_ADDRESS, BodyLimit
from web.long_work import LongWork, Phase
from web.security import OwnPagesOnly, host_names_for
from web.uploads import FOLDER, Uploads, shown_name
from web.views import add_views, reading_views

GOOD = json.dumps(record(1, title="Harbour crane falls", url="https://paper.example/crane")).encode()
BAD = b"{broken\n"


class Desk:
    """The routes over an archive, as one person sees them."""

    def __init__(self, store: ArchiveStore, role: Role = Role.EDITOR, **settings: Any) -> None:
        self.store, self.work = store, LongWork()
        app = FastAPI()
        self.editing: Editing = add_editing(app, store, Settings(archive=store.folder, **settings), self.work)
        add_views(app, reading_views(store, self.work), self.editing.views)
        app.add_middleware(BodyLimit, roomy=(UPLOADS_ADDRESS,))
        app.add_middleware(Identify, sessions=None, without_account=role)
        app.add_middleware(OwnPagesOnly, host_names=host_names_for("127.0.0.1", ""))
        self.client = TestClient(app, base_url="http://127.0.0.1:7860")

    def send(self, name: str, content: bytes, batch: str = "") -> Any:
        return self.client.post(UPLOADS_ADDRESS, params={"name": name, "batch": batch}, content=content)

    def send_all(self, files: dict[str, bytes]) -> dict[str, Any]:
        batch, numbers = "", []
        for name, content in files.items():
            arrived = self.send(name, content, batch)
            assert arrived.status_code == 201, arrived.text
            batch = arrived.json()["batch"]
            numbers.append(arrived.json()["number"])
        return {"batch": batch, "files": numbers}

    def begin(self, **form: Any) -> Any:
        return self.client.post("/ingest", json=form)

    def wait(self) -> Phase:
        for _ in range(3000):
            state = self.work.state("ingest")
            assert state is not None
            if not state.under_way:
                return state.phase
            threading.Event().wait(0.01)
        raise AssertionError(state)

    def put_in(self, files: dict[str, bytes], **form: Any) -> KeptReport:
        assert self.begin(**self.send_all(files), **form).json() == {"begun": True}
        assert self.wait() is Phase.DONE
        found = kept_report(self.store, kept_runs(self.store)[0].report_id)
        assert found is not None
        return found

    def view(self, **fields: str) -> str:
        return self.client.get("/view/ingest", params=fields).text

    def left(self) -> list[str]:
        return [
            path.name for path in (self.store.folder / FOLDER).rglob("*") if path.is_file() and path.name != "in-use"
        ]


@pytest.fixture
def desk(make_archive: Callable[..., ArchiveStore]) -> Iterator[Desk]:
    made = Desk(make_archive())
    yield made
    made.work.close()
    made.editing.close()


def test_two_files_one_bad_give_an_article_and_a_table_of_rejections(desk: Desk) -> None:
    report = desk.put_in({"good.jsonl": GOOD, "bad.jsonl": BAD + b'{"text": ""}\n'}, outlet="Harbour Post")
    assert [article.title for article in desk.store.articles()] == ["Harbour crane falls"]
    assert desk.store.article("https://paper.example/crane").source is not None
    assert desk.left() == []  # what was sent is deleted once it is read
    assert report.run.title == "good.jsonl, bad.jsonl"
    shown = Markup(desk.view())
    assert shown.foreign == []
    assert "good.jsonl, bad.jsonl" in shown.text and "upload/" not in shown.text
    assert "no text: the document has no story." in shown.text and "not valid JSON" in shown.text
    (csv_address,) = [value for _, name, value in shown.attributes if name == "href" and value.endswith(".csv")]
    rows = list(csv.reader(io.StringIO(desk.client.get(csv_address).content.decode("utf-8-sig"))))
    assert rows[0] == ["source", "line", "reason"] and [row[1] for row in rows[1:]] == ["1", "2"]
    value = desk.client.get(csv_address.replace(".csv", ".json")).json()
    assert value["outcomes"]["added"] == 1 and len(value["rejected"]) == 2 and value["title"] == report.run.title


def test_the_same_file_again_is_the_same_and_another_of_its_name_is_not(desk: Desk) -> None:
    story = b"Quay wall holds\n\nThe quay wall held through the night, the harbour master said on Friday morning."
    desk.put_in({"story.txt": story})
    assert desk.put_in({"story.txt": story}).run.numbers["outcomes"]["unchanged"] == 1
    desk.put_in({"story.txt": story.replace(b"Quay wall holds", b"Other words altogether") + b" Nobody slept."})
    assert len(list(desk.store.articles())) == 2
    assert {article.external_id for article in desk.store.articles()} == {"story.txt"}


def test_a_picture_among_the_files_is_passed_over(desk: Desk) -> None:
    report = desk.put_in({"good.jsonl": GOOD, "photo.png": b"\x89PNG\r\n\x1a\n", "README.md": b"# Read me"})
    assert report.run.numbers["skipped"] == {"not an article": 2} and report.rejected == ()
    assert "2 not an article" in desk.view()


def test_a_reader_neither_sees_nor_sends_anything(make_archive: Callable[..., ArchiveStore]) -> None:
    store = make_archive()
    editor, reader = Desk(store), Desk(store, Role.READER)
    report = editor.put_in({"bad.jsonl": BAD})
    address = f"/ingest/reports/{report.run.report_id}"
    for answer in (
        reader.client.get("/view/ingest"),
        reader.send("good.jsonl", GOOD),
        reader.begin(addresses="https://paper.example/rss"),
        reader.begin(nonsense=1),
        reader.client.post("/remove", json=1),
        reader.client.post("/edit", json=1),
        reader.client.post(UPLOADS_ADDRESS),
        reader.client.get(f"{address}.json"),
        reader.client.get(f"{address}.csv"),
    ):
        assert answer.status_code == 403 and texts.EDITORS_ONLY in answer.text
        assert "bad.jsonl" not in answer.text
    assert reader.work.state("ingest") is None and reader.left() == []
    assert "view=ingest" in editor.client.get("/view/archive").text
    assert "view=ingest" not in reader.client.get("/view/archive").text


def test_another_sites_page_sends_nothing(desk: Desk) -> None:
    evil = {"origin": "https://evil.example"}
    assert desk.client.post(UPLOADS_ADDRESS, params={"name": "a"}, content=GOOD, headers=evil).status_code == 403
    assert desk.client.post("/ingest", json={"addresses": "https://x.example"}, headers=evil).status_code == 403
    # a form of another site can send no JSON, and this is read as nothing else
    plain = {"content-type": "text/plain"}
    assert desk.client.post("/ingest", content=b'{"addresses": "https://x.example"}', headers=plain).status_code == 422
    assert desk.work.state("ingest") is None


@pytest.mark.parametrize("line", ["/etc/passwd", "file:///etc/passwd", "-", "*", "paper.example", "ftp://a.example/b"])
def test_what_is_typed_never_names_a_file_of_the_server(desk: Desk, line: str) -> None:
    with pytest.raises(UsageError, match="is no address"):
        addresses_in(f"https://paper.example/a\n{line}")
    answer = desk.begin(addresses=line)
    assert answer.status_code == 200 and "is no address" in answer.json()["trouble"]
    assert desk.work.state("ingest") is None


def test_what_is_wrong_with_the_form_is_said_and_the_files_wait(desk: Desk) -> None:
    sent = desk.send_all({"good.jsonl": GOOD})
    for form, said in (
        ({}, texts.NOTHING_TO_INGEST),
        ({**sent, "kind": "gossip"}, "known are"),
        ({**sent, "language": "no tag"}, "write a tag"),
        ({**sent, "batch": "another"}, texts.NO_SUCH_UPLOAD),
        ({"addresses": "\n".join(f"https://a.example/{n}" for n in range(501))}, "Up to 500 addresses"),
    ):
        assert said in desk.begin(**form).json()["trouble"]
    assert desk.work.state("ingest") is None
    assert desk.begin(**sent).json() == {"begun": True}
    assert desk.wait() is Phase.DONE and len(list(desk.store.articles())) == 1
    assert texts.NO_SUCH_UPLOAD in desk.begin(**sent).json()["trouble"]  # read and deleted


def test_one_run_at_a_time(desk: Desk) -> None:
    held = threading.Event()
    desk.work.start("ingest", "Last night’s", "berta", lambda on_progress, should_stop: held.wait(30))
    sent = desk.send_all({"good.jsonl": GOOD})
    assert "“Last night’s”, started by berta, is still under way" in desk.begin(**sent).json()["trouble"]
    shown = desk.view()
    assert "Last night’s" in shown and 'id="ingest-form"' not in shown and "data-stop" in shown
    assert "Last night’s" in desk.client.get("/view/archive").text
    held.set()
    desk.wait()
    assert desk.begin(**sent).json() == {"begun": True}
    desk.wait()


def test_the_servers_own_network_is_read_only_where_nobody_else_can_reach_the_chat(
    make_archive: Callable[..., ArchiveStore], tmp_path: Path
) -> None:
    store = make_archive()
    users = tmp_path / "users.json"
    with running_site() as site:
        story = f"<article><h1>Quay</h1><p>{'The quay held. ' * 40}</p></article>"
        site.pages["/quay"] = page(f"<html><head><title>Quay</title></head><body>{story}</body></html>".encode())
        for shared in ({"auth": users}, {"host": "192.0.2.7"}, {"host_names": "news.example"}):
            desk = Desk(store, **shared)
            assert texts.NO_PRIVATE_ADDRESSES in desk.begin(addresses=site.url("/quay"), private=True).json()["trouble"]
            assert texts.ALSO_PRIVATE not in desk.view()
        alone = Desk(store)
        assert texts.ALSO_PRIVATE in alone.view()
        report = alone.put_in({}, addresses=site.url("/quay"))
        assert "this machine (loopback)" in report.rejected[0].reason and site.requests == []
        alone.put_in({}, addresses=site.url("/quay"), private=True)
        assert site.paths == ["/quay"] and len(list(store.articles())) == 1


def test_what_is_too_large_or_says_what_to_fetch_is_refused_and_not_kept(
    make_archive: Callable[..., ArchiveStore],
) -> None:
    desk = Desk(make_archive(), upload_bytes=1_000_000)
    refused = desk.send("large.jsonl", b"x" * 1_000_001)
    assert refused.status_code == 422 and "up to 1.0 MB" in refused.json()["detail"] and desk.left() == []
    assert "Sources files" in desk.send("nightly.TOML", b"[[source]]").json()["detail"]
    batch = ""
    for number in range(4):
        batch = desk.send(f"{number}.txt", b"x" * 1_000_000, batch).json()["batch"]
    assert "Send them in parts" in desk.send("5.txt", b"x", batch).json()["detail"]
    assert len(desk.left()) == 4
    too_long = desk.client.post("/ingest", content=b" " * 1_000_001, headers={"content-type": "application/json"})
    assert too_long.status_code == 413  # only files have the larger limit
    desk.editing.close()
    assert desk.left() == []


def test_nobody_reads_what_another_sent(desk: Desk) -> None:
    sent = desk.send_all({"good.jsonl": GOOD})
    desk.client.cookies.clear()  # another browser, another person
    assert desk.send("more.jsonl", GOOD, sent["batch"]).json()["detail"] == texts.NO_SUCH_UPLOAD
    assert texts.NO_SUCH_UPLOAD in desk.begin(**sent).json()["trouble"]


def test_what_a_killed_server_left_is_deleted_by_the_next(tmp_path: Path) -> None:
    left = tmp_path / FOLDER / "tmpkilled"
    left.mkdir(parents=True)
    (left / "1").write_bytes(GOOD)
    living, next_one = Uploads(tmp_path, 10), Uploads(tmp_path, 10)
    living.begin("anna")
    next_one.sweep()
    assert not left.exists()
    next_one.begin("berta")
    folders = [path for path in (tmp_path / FOLDER).iterdir() if path.is_dir()]
    assert len(folders) == 2 and all(path.stat().st_mode & 0o077 == 0 for path in folders)
    living.close()
    next_one.close()
    assert [path.name for path in (tmp_path / FOLDER).iterdir()] == ["in-use"]


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("C:\\papers\\may.jsonl", "may.jsonl"),
        ("../../etc/passwd", "passwd"),
        ("..", "file"),
        ("", "file"),
        ("\u202egnp.exe\x00\n.txt", "gnp.exe .txt"),
        ("x" * 300 + ".jsonl.gz", "x" * 180 + "…" + "x" * 10 + ".jsonl.gz"),
    ],
)
def test_a_name_from_a_browser_is_no_path(given: str, shown: str) -> None:
    assert shown_name(given) == shown


def test_nothing_that_is_sent_becomes_markup(desk: Desk) -> None:
    names = [attack.replace("/", "∕").replace("\\", "") for attack in OWN_ATTACKS if "\ud800" not in attack]
    files = {f"{name}.jsonl": json.dumps({"text": "", "title": name}).encode() for name in names}
    files["records.jsonl"] = b"\n".join(json.dumps({"text": attack}).encode()[:-2] for attack in OWN_ATTACKS)
    report = desk.put_in(files, outlet=OWN_ATTACKS[0], section=OWN_ATTACKS[2])
    assert len(report.rejected) == len(names) + len(OWN_ATTACKS)
    for reason in ("", report.rejected[0].reason):
        shown = Markup(desk.view(reason=reason))
        assert shown.foreign == [] and "<img src=x onerror=" in shown.text
        assert not [value for _, name, value in shown.attributes if name == "href" and not value.startswith("/")]
    assert Markup(desk.view(report=OWN_ATTACKS[2], reason=OWN_ATTACKS[0])).foreign == []
    assert Markup(desk.client.get("/view/archive").text).foreign == []


def test_a_reason_chosen_shows_its_rows_only(desk: Desk) -> None:
    report = desk.put_in({"many.jsonl": b"\n".join([BAD.strip()] * 4 + [b'{"text": ""}'] * 4)})
    shown = Markup(desk.view(report=report.run.report_id))
    (address,) = [
        value
        for _, name, value in shown.attributes
        if name == "href" and "reason=no+text" in value and "ingest" in value
    ]
    assert address == ingest_address(report.run.report_id, "no text: the document has no story.")
    chosen = Markup(desk.client.get(address.replace("/?view=ingest&", "/view/ingest?")).text)
    table = chosen.text.partition(texts.REASON)[2]
    assert table.count("no story") == 4 and "not valid JSON" not in table


def test_a_long_table_shows_its_first_rows_and_the_files_have_all(desk: Desk) -> None:
    report = desk.put_in({"many.jsonl": BAD * (MOST_ROWS + 30)})
    shown = Markup(desk.view())
    assert shown.text.count("not valid JSON") == MOST_ROWS + 1  # and once among the reasons
    assert texts.more_rows(MOST_ROWS, MOST_ROWS + 30) in shown.text
    downloaded = desk.client.get(f"/ingest/reports/{report.run.report_id}.csv").text
    assert downloaded.count("not valid JSON") == MOST_ROWS + 30
    for unknown in ("20200101T000000Z-0", "..%2Fcatalog", "x"):
        assert desk.client.get(f"/ingest/reports/{unknown}.json").status_code == 404


def test_a_spreadsheet_finds_no_formula(desk: Desk) -> None:
    run = desk.put_in({"bad.jsonl": BAD}).run
    rows = (Rejected('=HYPERLINK("http://192.0.2.1")', 1, "@SUM(A1)"), Rejected("+1", None, "no text, at all"))
    text = rejections_as_csv(KeptReport(run, rows, ()))
    cells = list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))[1:]
    assert cells == [['\'=HYPERLINK("http://192.0.2.1")', "1", "'@SUM(A1)"], ["'+1", "", "no text, at all"]]


def test_what_was_taken_down_stays_out_and_is_counted(desk: Desk) -> None:
    desk.put_in({"good.jsonl": GOOD})
    desk.store.remove(RemovalSelector(("https://paper.example/crane",)), "a court order")
    report = desk.put_in({"again.jsonl": GOOD})
    assert report.run.numbers["outcomes"]["removed"] == 1 and list(desk.store.articles()) == []
    assert texts.COUNTS["removed"] in desk.view()
