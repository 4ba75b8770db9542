from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from archive.records import Standing
from ingest.publishing import status_of
from tests.ingest.reading import read
from tests.ingest.support import RECIPE, TODAY, article_of, incoming_of, raw, rejected_of, story

MARKUP = "".join(f"<p>{part}</p>" for part in story(1).split("\n\n"))


def version_one(**fields: Any) -> dict[str, Any]:
    return {
        "uri": "urn:agency:1",
        "type": "text",
        "versioncreated": "2024-03-05T10:00:00+01:00",
        "firstcreated": "2024-03-04T23:30:00+01:00",
        "pubstatus": "usable",
        "language": "en-GB",
        "copyrightholder": "Marrow Press Agency",
        "byline": "By Ann Lee and Bo Ray",
        "headline": "Crane falls",
        "body_text": story(1).replace("\n\n", " "),
        "body_xhtml": MARKUP,
        "subject": [{"name": "Harbours"}],
        "associations": {"picture": {"uri": "urn:p", "type": "picture", "headline": "No"}},
    } | fields


def version_three(**fields: Any) -> dict[str, Any]:
    return {
        "uri": "urn:agency:1",
        "standard": {"name": "ninjs", "version": "3.0"},
        "type": "text",
        "versionCreated": "2024-03-05T10:00:00+01:00",
        "firstCreated": "2024-03-04T23:30:00+01:00",
        "pubStatus": "usable",
        "language": "en-GB",
        "copyrightHolder": "Marrow Press Agency",
        "by": "Ann Lee; Bo Ray",
        "headlines": [{"role": "short", "value": "Crane"}, {"role": "main", "value": "Crane falls"}],
        "bodies": [
            {"role": "text", "contentType": "text/plain", "value": story(1).replace("\n\n", " ")},
            {"role": "html", "contentType": "text/html", "value": MARKUP},
        ],
        "subjects": [{"name": "Harbours"}],
    } | fields


@pytest.mark.parametrize("item", [version_one(), version_three()])
def test_an_item_of_each_version(item: dict[str, Any]) -> None:
    article = article_of(item)
    assert article.title == "Crane falls"
    assert article.text == story(1)
    assert article.outlet == "Marrow Press Agency"
    assert article.authors == ("Ann Lee", "Bo Ray")
    assert article.language == "en" and article.external_id == "urn:agency:1" and not article.partial
    assert article.published is not None and article.published.iso() == "2024-03-04T23:30:00+01:00"
    assert article.modified is not None and article.modified.iso() == "2024-03-05T10:00:00+01:00"
    assert article.extra["status"] == "usable" and article.extra["keywords"] == ["Harbours"]
    assert "associations" not in article.extra


def test_a_newer_version_is_the_same_article() -> None:
    first, second = article_of(version_three()), article_of(version_three(version="2", headlines=[{"value": "New"}]))
    assert first.identity == second.identity


def test_nitf_inside_and_a_page_inside() -> None:
    nitf = f"<?xml version='1.0'?><nitf><body><body.content>{MARKUP}</body.content></body></nitf>"
    item = version_three(bodies=[{"role": "nitf", "contentType": "text/vnd.IPTC.NITF", "value": nitf}])
    assert article_of(item).text == story(1)
    page = f"<html><head><title>Crane falls | Agency</title></head><body>{MARKUP}</body></html>"
    item = version_three(bodies=[{"contentType": "text/html", "value": page}])
    assert article_of(item).text == story(1)


def test_a_summary_alone_is_partial() -> None:
    item = version_three(bodies=[], descriptions=[{"role": "text", "value": story(1, 1)}])
    article = article_of(item)
    assert article.text == story(1, 1) and article.partial


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"pubStatus": "replaced"}, 'the status "replaced"'),
        ({"type": "picture"}, 'of the type "picture", not an article'),
        ({"bodies": []}, "no text"),
    ],
)
def test_what_is_not_to_be_shown_or_is_no_article(fields: dict[str, Any], reason: str) -> None:
    assert reason in rejected_of(version_three(**fields)).reason


def test_an_embargo_that_is_over_is_kept_beside_the_article() -> None:
    article = article_of(version_three(embargoed="2024-03-05T12:00:00+01:00"))
    assert article.extra["embargoed"] == "2024-03-05T12:00:00+01:00"


@pytest.mark.parametrize(
    ("fields", "standing", "until"),
    [
        ({"pubStatus": "withheld"}, Standing.WITHHELD, None),
        ({"pubStatus": "canceled"}, Standing.CANCELED, None),
        ({"pubStatus": "cancelled"}, Standing.CANCELED, None),
        ({"embargoed": "2027-01-01T06:00:00+02:00"}, Standing.USABLE, datetime(2027, 1, 1, 4, tzinfo=UTC)),
        ({"embargoed": "2027-01-01"}, Standing.USABLE, datetime(2027, 1, 2, 12, tzinfo=UTC)),  # over everywhere
        ({"embargoed": "soon"}, Standing.WITHHELD, None),
        ({"embargoed": ""}, Standing.WITHHELD, None),
    ],
)
def test_what_its_sender_lets_be_done_with_it(
    fields: dict[str, Any], standing: Standing, until: datetime | None
) -> None:
    item = incoming_of(raw(version_three(**fields)))
    assert (item.standing, item.embargoed_until) == (standing, until)


def test_statuses_in_all_spellings() -> None:
    assert [status_of(name) for name in ("stat:canceled", "http://cv.iptc.org/newscodes/pubstatusg2/withheld")] == [
        "canceled",
        "withheld",
    ]
    assert [status_of(name) for name in ("Usable", None, "", "Killed", "odd")] == [
        "usable",
        "usable",
        "usable",
        "canceled",
        "odd",
    ]


def test_json_lines_and_documents_of_ninjs_among_other_json(tmp_path: Path) -> None:
    other = {"uri": "x-1", "headline": "Plain", "body": story(3), "date": "2024-01-01"}
    lines = "\n".join(json.dumps(item) for item in (version_one(), other, version_one(uri="u:2", pubstatus="withheld")))
    articles, rejected = read(tmp_path, "a.jsonl", lines)
    assert [article.title for article in articles] == ["Crane falls", "Plain", "Crane falls"] and rejected == []
    articles, rejected = read(tmp_path, "b.json", json.dumps(version_three(), indent=2))
    assert len(articles) == 1 and rejected == []
    assert RECIPE.today == TODAY


@pytest.mark.parametrize("value", [None, 7, [], {}, "x", [["y"]], True])
def test_fields_of_the_wrong_kind_never_break_it(value: object) -> None:
    for name in version_three():
        item = version_three(**{name: value})
        try:
            article_of(item)
        except AssertionError as error:
            assert "could not be processed" not in str(error), (name, value)
