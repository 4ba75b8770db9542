"""A shared chat: users, roles, sessions, tokens; and that nobody is in anybody else's page."""

from __future__ import annotations

import io
import json
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

import app
import web.accounts as accounts_module
from archive.errors import UsageError
from archive.store import ArchiveStore
from tests.web.conftest import ARTICLES, OpenPage, serving
from web import texts
from web.accounts import Accounts, Role, hashed, matches
from web.identity import (
    PERSON_COOKIE,
    SESSION_COOKIE,
    Identify,
    Person,
    Sessions,
    Tabs,
    anonymous_role,
    editor_of,
    person_of,
    read_cookies,
    set_cookie,
)
from web.login import TRIES_PER_NAME, add_login, login_page, within
from web.security import host_name, host_names_for

PASSWORD = "correct horse"
ANY = "0.0.0.0"  # noqa: S104 (nothing listens there)
STRENGTH = dict(accounts_module._SCRYPT)


@pytest.fixture(autouse=True, scope="module")
def quick_hashes() -> Iterator[None]:
    """A password takes a few tenths of a second to check, on purpose; dozens of them needn't."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(accounts_module, "_SCRYPT", {"n": 2**10, "r": 8, "p": 1})
        patch.setattr(accounts_module, "_NOBODY", hashed("nobody's password"))
        yield


@pytest.fixture(scope="module")
def accounts(tmp_path_factory: pytest.TempPathFactory) -> Accounts:
    made = Accounts(tmp_path_factory.mktemp("users") / "users.json", create=True)
    made.add("Anna", PASSWORD, Role.READER)
    made.add("berta@desk", PASSWORD + "!", Role.EDITOR)
    return made


def test_a_users_file_holds_nothing_to_come_in_with(accounts: Accounts) -> None:
    token = accounts.issue_token("anna")
    content = accounts.file.read_text()
    assert PASSWORD not in content and token not in content and "scrypt$" in content
    assert STRENGTH == {"n": 2**15, "r": 8, "p": 3}  # what OWASP's cheat sheet asks for
    assert stat.S_IMODE(accounts.file.stat().st_mode) == 0o600
    found = accounts.of_token(token)
    assert found is not None and found.name == "anna"
    assert accounts.of_token(token + "x") is None and accounts.of_token("") is None
    again = Accounts(accounts.file)  # another process
    assert again.of_token(token) is not None
    assert again.revoke_tokens("ANNA") == 1
    assert accounts.of_token(token) is None


def test_passwords(accounts: Accounts) -> None:
    assert accounts.check(" ANNA ", PASSWORD) is not None
    assert accounts.check("anna", PASSWORD + "x") is None and accounts.check("nobody", PASSWORD) is None
    assert hashed(PASSWORD) != hashed(PASSWORD)
    assert matches("e\u0301 is one letter", hashed("\u00e9 is one letter"))
    assert not matches(PASSWORD, "plain") and not matches(PASSWORD, "md5$1$2$3$4$5")
    for wrong in ("too short", "x" * 201):
        with pytest.raises(UsageError, match="10 to 200"):
            hashed(wrong)


def test_names_and_files_that_cannot_be(tmp_path: Path, accounts: Accounts) -> None:
    for name in ("", "a b", "<script>", "x" * 65, "anna", "ＡＮＮＡ"):
        with pytest.raises(UsageError):
            accounts.add(name, PASSWORD, Role.READER)
    with pytest.raises(UsageError, match="users add"):
        Accounts(tmp_path / "missing.json")
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    with pytest.raises(UsageError, match=r"broken\.json"):
        Accounts(broken)
    with pytest.raises(UsageError, match="There is: anna, berta@desk"):
        accounts.remove("nobody")
    with pytest.raises(UsageError, match="cannot be written"):
        Accounts(tmp_path / "no" / "folder.json", create=True).add("carla", PASSWORD, Role.READER)


def test_a_namesake_inherits_nothing_and_a_lost_file_lets_nobody_in(tmp_path: Path) -> None:
    file = tmp_path / "users.json"
    accounts = Accounts(file, create=True)
    first = accounts.add("anna", PASSWORD, Role.READER)
    cookie = Sessions(accounts).begin(first)
    accounts.remove("anna")
    assert Sessions(accounts).read(cookie) is None
    assert accounts.add("anna", PASSWORD, Role.READER).user_id != first.user_id
    file.unlink()
    assert accounts.check("anna", PASSWORD) is None and accounts.all() == ()


def test_a_session_ends_with_its_password_and_cannot_be_forged(tmp_path: Path) -> None:
    accounts = Accounts(tmp_path / "users.json", create=True)
    sessions = Sessions(accounts)
    cookie = sessions.begin(accounts.add("anna", PASSWORD, Role.READER))
    found = sessions.read(cookie)
    assert found is not None and found.name == "anna"
    for place in range(len(cookie) - 1):  # two bits of the last character mean nothing: "A" may be "B" there
        assert sessions.read(cookie[:place] + ("A" if cookie[place] != "A" else "B") + cookie[place + 1 :]) is None
    assert sessions.read("") is None and sessions.read("x.y.z") is None
    other = Accounts(tmp_path / "other.json", create=True)
    other.add("anna", PASSWORD, Role.EDITOR)
    assert sessions.read(Sessions(other).begin(other.all()[0])) is None
    accounts.change("anna", role=Role.EDITOR)
    assert sessions.read(cookie) is not None
    accounts.change("anna", password=PASSWORD + "2")
    assert sessions.read(cookie) is None


def small_app(accounts: Accounts | None, role: Role = Role.READER) -> FastAPI:
    site = FastAPI()

    @site.get("/who")
    def who(request: Request) -> dict[str, Any]:
        person = person_of(request)
        return {"id": person.person_id, "name": person.name, "may_edit": person.may_edit}

    @site.post("/edit")
    def edit(request: Request) -> str:
        return editor_of(request).name

    sessions = Sessions(accounts) if accounts is not None else None
    if sessions is not None:
        add_login(site, sessions)
    site.add_middleware(Identify, sessions=sessions, without_account=role)
    return site


def sign_in(client: Any, name: str, password: str, **more: str) -> Any:
    return client.post("/login", data={"name": name, "password": password, **more}, follow_redirects=False)


def test_who_is_not_signed_in_is_sent_to_the_page(accounts: Accounts) -> None:
    client = TestClient(small_app(accounts))
    page = client.get("/who?a=1", headers={"accept": "text/html"}, follow_redirects=False)
    assert page.status_code == 303 and page.headers["location"] == "/login?next=%2Fwho%3Fa%3D1"
    refused = client.get("/who")
    assert refused.status_code == 401 and refused.headers["content-type"] == "application/problem+json"
    assert "password" in client.get("/login?next=/who").text
    wrong = sign_in(client, "anna", "not the password")
    assert wrong.status_code == 403 and texts.NOT_THAT in wrong.text and SESSION_COOKIE not in client.cookies
    came = sign_in(client, "Anna", PASSWORD, next="/who?a=1")
    assert came.status_code == 303 and came.headers["location"] == "/who?a=1"
    assert "HttpOnly" in came.headers["set-cookie"] and "SameSite=Lax" in came.headers["set-cookie"]
    assert client.get("/who").json()["name"] == "anna"
    assert client.post("/edit").status_code == 403
    client.post("/logout", follow_redirects=False)
    assert client.get("/who").status_code == 401


def test_editors_edit_and_tokens_are_for_programs(accounts: Accounts) -> None:
    client = TestClient(small_app(accounts), base_url="https://testserver")
    came = sign_in(client, "berta@desk", PASSWORD + "!")
    assert "Secure" in came.headers["set-cookie"]
    assert client.post("/edit").json() == "berta@desk"
    token = accounts.issue_token("anna")
    program = TestClient(small_app(accounts), headers={"authorization": f"Bearer {token}"})
    assert program.get("/who").json() == {
        "id": f"user:{accounts.all()[0].user_id}", "name": "anna", "may_edit": False,
    }  # fmt: skip
    assert TestClient(small_app(accounts), headers={"authorization": "Bearer no"}).get("/who").status_code == 401


def test_wrong_passwords_are_slowed_down(accounts: Accounts) -> None:
    client = TestClient(small_app(accounts))
    answers = [sign_in(client, "carla", "wrong password").status_code for _ in range(TRIES_PER_NAME[0] + 1)]
    assert answers == [403] * TRIES_PER_NAME[0] + [429]
    assert sign_in(client, "anna", PASSWORD).status_code == 303  # another name isn't held up


@pytest.mark.parametrize("target", ["//mallory.example", "https://mallory.example", "/\\mallory", "x", "", "/a\r\nb"])
def test_signing_in_never_leads_to_another_site(target: str) -> None:
    assert within(target) == "/" and within("/article/x?mark=1-2") == "/article/x?mark=1-2"
    assert "<script>" not in login_page("/<script>", '"><script>', "<script>").replace("<script src=", "")


def test_without_accounts_each_browser_is_a_person() -> None:
    site = small_app(None, Role.EDITOR)
    one, other = TestClient(site), TestClient(site)
    first = one.get("/who").json()
    assert first["id"].startswith("browser:") and first["may_edit"]
    assert one.get("/who").json() == first and other.get("/who").json()["id"] != first["id"]
    assert one.cookies[PERSON_COOKIE] not in first["id"]  # who reads the store can't become the person
    forged = TestClient(site, cookies={PERSON_COOKIE: "short"})
    assert "set-cookie" in forged.get("/who").headers


def test_small_things() -> None:
    assert anonymous_role("127.0.0.1", "") is Role.EDITOR
    assert anonymous_role(ANY, "") is Role.READER and anonymous_role("127.0.0.1", "news.example") is Role.READER
    assert host_names_for(ANY, "") is None and "localhost" in (host_names_for("127.0.0.1", "") or ())
    assert "news.example" in (host_names_for(ANY, "News.example, other") or ())
    assert (host_name("[::1]:7860"), host_name("localhost:1"), host_name("a.example")) == (
        "::1",
        "localhost",
        "a.example",
    )
    assert read_cookies("a=1; b=2") == {"a": "1", "b": "2"} and read_cookies('=;;"') == {}
    assert set_cookie("a", "b", 0, secure=True).endswith("; Secure")
    tabs = Tabs()
    one, other = Person("user:1"), Person("user:2")
    assert tabs.belongs_to("tab", one) and not tabs.belongs_to("tab", other) and tabs.belongs_to("tab", one)


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str, typed: str = "") -> int:
    monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
    return app.main(["users", *arguments])


def test_the_users_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(tmp_path / "users.json")
    assert run(monkeypatch, "add", "anna", "--auth", file, "--role", "editor", typed=PASSWORD + "\n") == 0
    assert run(monkeypatch, "add", "anna", "--auth", file, typed=PASSWORD + "\n") == 2
    assert run(monkeypatch, "add", "berta", "--auth", file, typed="short\n") == 2
    assert run(monkeypatch, "role", "anna", "reader", "--auth", file) == 0
    assert run(monkeypatch, "passwd", "anna", "--auth", file, typed="another password\n") == 0
    capsys.readouterr()
    assert run(monkeypatch, "token", "anna", "--auth", file) == 0
    token = capsys.readouterr().out.strip()
    account = Accounts(Path(file)).of_token(token)
    assert account is not None and account.role is Role.READER
    assert Accounts(Path(file)).check("anna", "another password") is not None
    monkeypatch.setenv("BACKISSUE_AUTH", file)
    assert run(monkeypatch, "list", "--json") == 0
    assert json.loads(capsys.readouterr().out) == [{"name": "anna", "role": "reader", "tokens": 1}]
    assert run(monkeypatch, "token", "anna", "--revoke") == 0 and run(monkeypatch, "remove", "anna") == 0
    assert run(monkeypatch, "remove", "anna") == 2
    assert run(monkeypatch) == 2
    monkeypatch.delenv("BACKISSUE_AUTH")
    assert run(monkeypatch, "list") == 2
    assert "--auth FILE" in capsys.readouterr().err


def test_an_open_chat_is_warned_about(capsys: pytest.CaptureFixture[str]) -> None:
    from archive.settings import Settings
    from web.commands import _warn_if_open

    _warn_if_open(Settings(host=ANY))
    assert "WARNING" in capsys.readouterr().err
    _warn_if_open(Settings(host="127.0.0.1"))
    _warn_if_open(Settings(host=ANY, auth=Path("users.json")))
    assert capsys.readouterr().err == ""


@pytest.fixture(scope="module")
def shared(make_archive: Callable[..., ArchiveStore], accounts: Accounts) -> Iterator[str]:
    with serving(make_archive(*ARTICLES), auth=str(accounts.file)) as url:
        yield url


def test_a_shared_chat_lets_only_users_in(shared: str, accounts: Accounts) -> None:
    paths = (
        "/ /status /config /article/x /api/v1/status /gradio_api/info /mcp /gradio_api/queue/data /gradio_api/file=x"
    )
    for path in paths.split():
        assert httpx.get(shared + path).status_code == 401, path
    assert httpx.post(f"{shared}/mcp", json={}).status_code == 401
    assert httpx.get(f"{shared}/loginx").status_code == 401 and httpx.get(f"{shared}/login").status_code == 200
    token = {"authorization": f"Bearer {accounts.issue_token('anna')}"}
    assert httpx.get(f"{shared}/api/v1/coverage", headers=token).json()["articles"] == 3


def test_nobody_listens_to_somebody_elses_page(shared: str, accounts: Accounts) -> None:
    anna = {"authorization": f"Bearer {accounts.issue_token('anna')}"}
    berta = {"authorization": f"Bearer {accounts.issue_token('berta@desk')}"}
    listening = f"{shared}/gradio_api/queue/data?session_hash=annas-tab"
    with httpx.stream("GET", listening, headers=anna, timeout=30) as response:
        assert response.status_code == 200
    for path in ("queue/data?session_hash=annas-tab", "heartbeat/annas-tab", "deep_link?session_hash=annas-tab"):
        answer = httpx.get(f"{shared}/gradio_api/{path}", headers=berta, timeout=30)
        assert answer.status_code == 403 and answer.json()["title"] == "Not yours", path


@pytest.mark.browser
def test_signing_in_asking_and_signing_out(shared: str, open_page: OpenPage) -> None:
    page = open_page(shared, ready="form.sign-in")
    assert page.evaluate("document.activeElement.name") == "name"
    page.keyboard.type("anna")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_selector("html.ready")
    page.fill("#question", "What did the repair of the Harbour Bridge cost?")
    page.press("#question", "Enter")
    page.wait_for_selector('#current .turn[data-phase="done"]')
    assert "4.2 million crowns" in page.inner_text("#current")
    way_out = page.locator(".sign-out button")
    assert way_out.get_attribute("title") == texts.signed_in_as("anna")
    way_out.click()
    page.wait_for_selector("form.sign-in")


def test_the_chat_command_names_a_missing_users_file(tmp_path: Path) -> None:
    command = [sys.executable, "app.py", "chat", "--archive", str(tmp_path), "--auth", str(tmp_path / "no.json")]
    done = subprocess.run(
        command, cwd=Path(__file__).parents[2], check=False, capture_output=True, text=True, timeout=100
    )
    assert done.returncode == 2 and "users add NAME" in done.stderr
