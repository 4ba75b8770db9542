"""Taking articles down over HTTP: looked at first, with a reason, proven, and by editors only."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from archive.store import ArchiveStore, RemovalReport
from tests.web.allowed_markup import Markup
from tests.web.attacks import OWN_ATTACKS
from tests.web.conftest import BRIDGE, FERRY, incoming
from tests.web.test_putting_in import Desk
from web import texts
from web.accounts import Role
from web.long_work import LongWork, Phase
from web.removal import RemovalForm, begin_removal, removal_address
from web.render_work import work_progress

BRIDGE_ID, FERRY_ID = BRIDGE.article.article_id, FERRY.article.article_id


@pytest.fixture
def store(make_archive: Callable[..., ArchiveStore]) -> ArchiveStore:
    return make_archive(BRIDGE, FERRY)


@pytest.fixture
def desk(store: ArchiveStore) -> Iterator[Desk]:
    made = Desk(store)
    yield made
    made.work.close()
    made.editing.close()


def view(desk: Desk, *names: str) -> str:
    return desk.client.get("/view/remove", params={"name": list(names)}).text


def take_down(desk: Desk, *article_ids: str, **form: Any) -> Any:
    return desk.client.post("/remove", json={"article_ids": list(article_ids), "sure": True, **form})


def ended(desk: Desk) -> RemovalReport:
    desk.work.close()  # waits
    state = desk.work.state("removal")
    assert state is not None and state.phase is Phase.DONE, state
    assert isinstance(state.result, RemovalReport)
    return state.result


def test_what_would_go_is_shown_before_and_nothing_goes(desk: Desk) -> None:
    assert texts.TAKE_DOWN_LEAD in view(desk)
    for name in (BRIDGE_ID, "https://courier.example/harbour-bridge"):
        shown = Markup(view(desk, name))
        assert shown.foreign == []
        assert BRIDGE.article.title in shown.text and "1 version, 3 passages" in shown.text
        assert ("input", "value", BRIDGE_ID) in shown.attributes
    assert len(list(desk.store.articles())) == 2
    unknown = desk.client.get("/view/remove", params={"name": "nobody"})
    assert unknown.status_code == 200 and "nobody" in unknown.text and 'id="removal-form"' not in unknown.text


def test_with_a_reason_it_goes_and_that_is_proven(desk: Desk) -> None:
    assert take_down(desk, BRIDGE_ID, reason="  a court order ").status_code == 202
    report = ended(desk)
    assert [one.article_id for one in report.removed] == [BRIDGE_ID]
    assert report.reason == "a court order" and report.left == () and report.proof is not None
    assert [article.article_id for article in desk.store.articles()] == [FERRY_ID]
    shown = Markup(view(desk))
    assert shown.foreign == []
    assert texts.NOTHING_LEFT in shown.text and "a court order" in shown.text and "byte by byte" in shown.text
    assert texts.taken_down_before(BRIDGE_ID) in Markup(view(desk, BRIDGE_ID)).text


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"reason": " \n"}, texts.REASON_MISSING),
        ({"reason": "an error", "sure": False}, texts.NOT_SURE),
        ({"reason": "an error", "article_ids": ["nobody"]}, "nobody"),
    ],
)
def test_without_a_reason_or_being_sure_nothing_goes(desk: Desk, form: dict[str, Any], said: str) -> None:
    answer = take_down(desk, BRIDGE_ID, **form)
    assert answer.status_code == 200 and not answer.json()["begun"] and said in answer.json()["trouble"]
    assert desk.work.state("removal") is None and len(list(desk.store.articles())) == 2


def test_a_reader_neither_sees_nor_takes_down_anything(store: ArchiveStore) -> None:
    reader = Desk(store, Role.READER)
    for answer in (
        reader.client.get("/view/remove", params={"name": BRIDGE_ID}),
        take_down(reader, BRIDGE_ID, reason="spite"),
    ):
        assert answer.status_code == 403 and texts.EDITORS_ONLY in answer.text and "Harbour" not in answer.text
    assert reader.work.state("removal") is None and len(list(store.articles())) == 2
    assert "view=remove" not in reader.client.get("/view/archive").text
    assert "view=remove" in Desk(store).client.get("/view/archive").text


def test_another_sites_page_takes_nothing_down(desk: Desk) -> None:
    form = {"article_ids": [BRIDGE_ID], "reason": "spite", "sure": True}
    for origin in ("https://evil.example", "null"):
        answer = desk.client.post("/remove", json=form, headers={"origin": origin})
        assert answer.status_code == 403
    assert desk.client.get("/remove", params=form).status_code == 405
    assert desk.work.state("removal") is None and len(list(desk.store.articles())) == 2


def test_who_took_it_down_is_kept_with_the_reason(store: ArchiveStore) -> None:
    work = LongWork()
    begin_removal(store, work, RemovalForm(article_ids=[BRIDGE_ID], reason="an error", sure=True), "anna")
    state = work.state("removal")
    assert state is not None and "Bridge" not in state.title
    assert "data-stop" not in work_progress(state)  # it must not stay half done
    work.stop("removal")
    work.close()
    state = work.state("removal")
    assert state is not None and state.phase is Phase.DONE and isinstance(state.result, RemovalReport)
    assert state.result.reason == "an error (anna)"


def test_copies_stay_unless_they_are_named_too(make_archive: Callable[..., ArchiveStore]) -> None:
    desk = Desk(make_archive())
    story = {"text": BRIDGE.article.text, "title": BRIDGE.article.title}
    rows = [{**story, "outlet": outlet, "url": f"https://{outlet}.example/bridge"} for outlet in ("courier", "post")]
    desk.put_in({"both.jsonl": "\n".join(map(json.dumps, rows)).encode()})
    one, other = (desk.store.article(row["url"]).article_id for row in rows)
    shown = Markup(view(desk, one))
    assert shown.foreign == [] and texts.COPIES_STAY in shown.text
    too = removal_address((one, other))
    assert ("a", "href", too) in shown.attributes
    both = Markup(view(desk, one, other))
    assert texts.COPIES_STAY not in both.text and texts.take_down(2) in both.text
    assert take_down(desk, one, reason="an error").status_code == 202
    assert {copy.article_id for article in ended(desk).removed for copy in article.copies} == {other}
    assert texts.COPIES_STAYED in view(desk)


def test_nothing_of_an_article_becomes_markup(make_archive: Callable[..., ArchiveStore]) -> None:
    for attack in OWN_ATTACKS[:8]:
        article = incoming(attack, f"{attack} said the mayor.", attack, None, external_id=attack, url=attack)
        desk = Desk(make_archive(article))
        article_id = article.article.article_id
        for names in ((article_id,), (attack,), (article_id, attack, "x")):
            assert Markup(view(desk, *names)).foreign == []
        assert take_down(desk, article_id, reason=attack).status_code == 202
        ended(desk)
        page = Markup(view(desk))
        assert page.foreign == [] and attack in page.text
        assert not [value for _, name, value in page.attributes if name == "href" and not value.startswith("/")]
