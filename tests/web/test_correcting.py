"""Correcting by hand in the browser what an article says of itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from archive.describing import EDITABLE
from archive.store import ArchiveStore
from tests.web.allowed_markup import Markup
from tests.web.attacks import OWN_ATTACKS
from tests.web.conftest import BRIDGE, incoming
from tests.web.test_putting_in import Desk
from web import texts
from web.accounts import Role

BRIDGE_ID = BRIDGE.article.article_id


@pytest.fixture
def desk(make_archive: Callable[..., ArchiveStore]) -> Iterator[Desk]:
    made = Desk(make_archive(BRIDGE))
    yield made
    made.editing.close()


def view(desk: Desk, name: str) -> Markup:
    return Markup(desk.client.get("/view/edit", params={"name": name}).text)


def save(desk: Desk, clear: tuple[str, ...] = (), **values: str) -> Any:
    return desk.client.post("/edit", json={"article_id": BRIDGE_ID, "values": values, "clear": list(clear)}).json()


def test_a_correction_is_saved_told_and_taken_back(desk: Desk) -> None:
    shown = view(desk, "https://courier.example/harbour-bridge")
    assert shown.foreign == [] and ("input", "value", "2024-03-12") in shown.attributes
    assert texts.BY_HAND not in shown.text
    said = save(desk, published="2024-03-13", authors="Lena Brandt\n Ole Sund ", outlet="The Courier")
    assert "2024-03-12 → 2024-03-13" in said["saved"] and "Varnholm Courier → The Courier" in said["saved"]
    article = desk.store.article(BRIDGE_ID)
    assert article.authors == ("Lena Brandt", "Ole Sund") and article.outlet == "The Courier"
    shown = view(desk, BRIDGE_ID)
    assert shown.text.count(texts.BY_HAND) == 3 and "Lena Brandt\nOle Sund" in shown.text
    save(desk, ("outlet", "published"), outlet="whatever stands there")
    article = desk.store.article(BRIDGE_ID)
    assert article.outlet == "Varnholm Courier" and article.published is not None
    assert article.published.iso() == "2024-03-12" and len(article.authors) == 2


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"published": "last Tuesday"}, "“Published” takes 2024-03-05"),
        ({"title": " "}, "“Headline” needs a text of 1 to 2000 characters."),
        ({"url": "javascript:alert(1)"}, "“Address” takes an address"),
        ({"text": "Other words"}, "text can't be edited"),
        ({}, texts.NOTHING_CHANGED),
    ],
)
def test_what_cannot_be_is_said_in_the_words_of_the_page(desk: Desk, values: dict[str, str], said: str) -> None:
    trouble = save(desk, **values)["trouble"]
    assert said in trouble and "--" not in trouble
    assert (
        desk.store.article(BRIDGE_ID) == BRIDGE.article or desk.store.article(BRIDGE_ID).title == BRIDGE.article.title
    )


def test_a_reader_corrects_nothing(make_archive: Callable[..., ArchiveStore]) -> None:
    store = make_archive(BRIDGE)
    reader = Desk(store, Role.READER)
    form = {"article_id": BRIDGE_ID, "values": {"title": "Spite"}}
    for answer in (reader.client.get("/view/edit", params={"name": BRIDGE_ID}), reader.client.post("/edit", json=form)):
        assert answer.status_code == 403 and texts.EDITORS_ONLY in answer.text and "Harbour" not in answer.text
    evil = {"origin": "https://evil.example"}
    assert Desk(store).client.post("/edit", json=form, headers=evil).status_code == 403
    assert store.article(BRIDGE_ID).title == BRIDGE.article.title


def test_every_field_that_can_be_corrected_is_offered(desk: Desk) -> None:
    assert set(texts.FIELD_NAMES) == set(EDITABLE)
    offered = {value for tag, name, value in view(desk, BRIDGE_ID).attributes if name == "name" and tag != "form"}
    assert set(EDITABLE) <= offered


def test_an_unknown_name_is_said(desk: Desk) -> None:
    shown = view(desk, "nobody")
    assert shown.foreign == [] and "nobody" in shown.text and ("form", "id", "edit-form") not in shown.attributes
    assert texts.CORRECT_LEAD in view(desk, "").text


@pytest.mark.parametrize("attack", OWN_ATTACKS[:-1])  # the last holds what no catalog can
def test_nothing_of_an_article_becomes_markup(make_archive: Callable[..., ArchiveStore], attack: str) -> None:
    article = incoming(attack, f"{attack} said so.", attack, None, authors=(attack,), section=attack, kind=attack)
    shown = view(Desk(make_archive(article)), article.article.article_id)
    assert shown.foreign == [] and ("form", "id", "edit-form") in shown.attributes
