"""The report: opened in a real browser, without a request, with every hostile text as text."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archive.errors import UsageError
from archive.store import ArchiveStore
from evaluation.report import render_report, write_report
from evaluation.report_questions import marked, outcome_of
from evaluation.run_folder import read_run
from tests.evaluation.support import QUESTIONS, rows_of, run_over
from tests.web.chromium import CHROMIUM, SWITCHES

HOSTILE = '"><script>document.title="pwned"</script><img src=http://x.example/a.png onerror=alert(1)>{{ 7 * 7 }}'


@pytest.fixture(scope="module")
def runs(store: ArchiveStore, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs; the second's texts are hostile, and it does worse on one question."""
    folder = tmp_path_factory.mktemp("runs")
    for name in ("before", "after"):
        run_over(store, folder / name)
    rows = rows_of(folder / "after")
    for passage in rows[0]["retrieved"]:
        passage |= {"title": HOSTILE, "text": HOSTILE, "outlet": HOSTILE, "url": "javascript:alert(1)"}
    rows[0]["answer"] = rows[0]["sentences"][0]["text"] = HOSTILE
    rows[0]["scores"]["contains_answer"] = 0.0
    rows[0]["notices"] = [HOSTILE]
    rows[1]["sources"][0]["url"] = "javascript:alert(2)"
    path = folder / "after" / "questions.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return folder


def test_texts_are_escaped_and_nothing_but_our_script_may_run(runs: Path) -> None:
    page = render_report(read_run(runs / "after"), read_run(runs / "before"))
    assert "<script>document" not in page
    assert "<img" not in page
    assert "49" not in page.split("{{ 7 * 7 }}")[1][:20]
    assert 'href="javascript' not in page
    assert "default-src &#39;none&#39;" in page
    assert "unsafe-inline" not in page


def test_scores_are_shown_per_tag_and_kind(runs: Path) -> None:
    page = render_report(read_run(runs / "before"))
    table = page.split("By tag and kind")[1].split("</details>")[0]
    for group in ("direct", "money", "absent", "one fact", "unanswerable"):
        assert f"<td>{group}</td>" in table
    absent = table.split("<td>absent</td>")[1].split("</tr>")[0]
    assert "–" in absent, "what doesn't apply is absent"


def test_a_report_needs_a_run(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"there is no run\.json.*backissue evaluate"):
        write_report(tmp_path)


def test_outcomes_in_words() -> None:
    cost, _, nobody, _ = QUESTIONS
    assert outcome_of(cost, {"refused": True, "scores": {}}) == ("wrongly refused", "bad")
    assert outcome_of(cost, {"refused": False, "scores": {"contains_answer": 1.0}}) == ("right", "good")
    assert outcome_of(nobody, {"refused": False, "scores": {}}) == ("should have refused", "bad")
    assert outcome_of(nobody, {"refused": True, "scores": {}}) == ("rightly refused", "good")
    assert outcome_of(cost, {"scores": {"answer_in_top_10": 0.0}}) == ("not found", "bad")


def test_marking() -> None:
    assert marked("Forty  men, 40 menhirs", ["forty men", "men"]) == (("Forty  men", True), (", 40 menhirs", False))
    assert marked("<b>", []) == (("<b>", False),)
    assert marked("x", ["..."]) == (("x", False),)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if CHROMIUM is None:
        pytest.skip("no Chromium found: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=list(SWITCHES))
        yield opened
        opened.close()


@pytest.mark.browser
@pytest.mark.parametrize(("width", "scheme"), [(1440, "light"), (390, "dark")])
def test_the_page_opens_without_a_request_and_filters(runs: Path, browser: Any, width: int, scheme: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    requests: list[str] = []
    trouble: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda message: trouble.append(message.text))
    report = write_report(runs / "after", runs / "before")
    page.goto(report.as_uri())
    assert page.title().startswith("after: 4 questions")
    assert page.inner_text("#count") == "4 of 4"
    assert page.locator("svg.plot").count() >= 3
    page.select_option("#show", "worse")
    assert page.inner_text("#count") == "1 of 4"
    worse = page.locator(".card:not([hidden])")
    worse.locator("> summary").click()
    worse.locator(".passage").first.wait_for()
    assert "repair of the Harbour Bridge" in worse.text_content()
    assert HOSTILE in worse.text_content()
    page.select_option("#show", "")
    page.select_option("#tag", "money")
    assert page.inner_text("#count") == "1 of 4"
    page.select_option("#tag", "")
    page.fill("#find", "CHESS lima")
    assert page.inner_text("#count") == "1 of 4"
    assert page.evaluate("document.documentElement.scrollWidth") <= width, "nothing is cut off at the side"
    assert trouble == []
    assert requests == [report.as_uri()]
    page.close()
