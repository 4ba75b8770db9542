"""Every collected attack in the views beside the chat, in Chromium: minutes long; a sample of them in the quick tests.

Looked for, as in test_all_attacks: a dialog, an error, a request to another host, and markup that isn't ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

import pytest

from archive.store import ArchiveStore
from tests.web.allowed_markup import ATTRIBUTES, TAGS
from tests.web.attacks import OWN_ATTACKS, payloads
from tests.web.conftest import OpenPage, serving
from tests.web.hostile_views import RUNS, SHOW, fit, hostile_articles, hostile_evaluation
from tests.web.test_all_attacks import FOREIGN
from web.clippings import PAGE
from web.evaluation_page import CARDS_SHOWN

pytestmark = pytest.mark.browser
WORDS_TRIED_EVERY = 8  # how many attacks are typed as words: each is a whole search


def addresses(attacks: Sequence[str], rows: int, *, tried: Sequence[str]) -> Iterator[str]:
    """Every article in the clippings, month by month; words that are attacks; every question of a run."""
    for month in range(1, 13):
        found = len(range(month - 1, len(attacks), 12))  # see hostile_articles
        span = f"from=2024-{month:02}-01&to=2024-{month:02}-28"
        for page in range(1, max(1, -(-found // PAGE)) + 1):
            yield f"/view/search?q=quokka&order=newest&page={page}&{span}"
    for words in tried:
        typed = urlencode({"q": words, "outlet": words, "section": words, "author": words})
        for view in ("search", "timeline"):
            yield f"/view/{view}?{typed}&from=2030-01-01&to=2030-01-31"
    for words in ("quokka", "quokka said on Monday"):
        yield f"/view/timeline?{urlencode({'q': words})}"
    yield from ("/view/archive", "/view/evaluate")
    yield from (f"/view/evaluate?set={name}" for name in ("hostile.jsonl", "broken.jsonl"))
    yield f"/view/evaluate?run={RUNS[0]}"
    for page in range(1, -(-rows // CARDS_SHOWN) + 1):
        yield f"/view/evaluate?run={RUNS[1]}&show=all&page={page}"
    yield f"/view/evaluate?run={RUNS[1]}&against={RUNS[0]}"
    yield f"/view/evaluate?run={RUNS[0]}&against={RUNS[1]}"


def look_through(store: ArchiveStore, attacks: list[str], tried: Sequence[str], open_page: OpenPage) -> int:
    """Show every page of every view; returns how many were looked at."""
    rows = hostile_evaluation(store, attacks)
    looked_at = 0
    with serving(store) as url:
        page = open_page(f"{url}/?view=search")
        page.context.set_default_timeout(300_000)  # reports of many megabytes, on a machine that does other things too
        page.wait_for_selector(".search-view")
        ours = sorted(TAGS), sorted(ATTRIBUTES)
        for address in addresses(attacks, rows, tried=tried):
            status, shown = page.evaluate(SHOW, address)
            assert shown == 1 and status < 500, (address, status)
            assert page.evaluate(FOREIGN, ["#view", *ours]) == [], address
            looked_at += 1
        assert page.evaluate("window.pwned") is None
        refused = [said for said in page.seen.errors if "status of 400" in said]  # a set that can't be read, say
        page.seen.errors = [said for said in page.seen.errors if said not in refused]
        page.seen.nothing_left(url)
        _reports(page, url)
    return looked_at


def _reports(page: Any, url: str) -> None:
    """The whole report, as a page of its own: it runs its own script and nothing else."""
    for address in (f"/evaluate/report/{RUNS[0]}", f"/evaluate/report/{RUNS[1]}?against={RUNS[0]}"):
        page.goto(url + address)
        page.wait_for_function("() => document.getElementById('count').textContent.includes(' of ')")
        strays = "document.querySelectorAll('img, iframe, object, embed, base, video, form, script:not(:last-of-type)')"
        assert page.evaluate(f"{strays}.length") == 0
        assert page.evaluate("window.pwned") is None


def test_a_sample_of_attacks_in_the_views_becomes_no_markup(
    make_archive: Callable[..., ArchiveStore], open_page: OpenPage
) -> None:
    attacks = fit([*OWN_ATTACKS, *payloads()[::331]])
    looked_at = look_through(make_archive(*hostile_articles(attacks)), attacks, attacks[:3], open_page)
    assert looked_at > 15


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_no_attack_in_the_views_becomes_markup(make_archive: Callable[..., ArchiveStore], open_page: OpenPage) -> None:
    attacks = fit(payloads())
    if not attacks:
        pytest.skip("the collection of attacks isn't there")
    store = make_archive(*hostile_articles(attacks))
    assert store.count_articles() == len(attacks)
    tried = attacks[::WORDS_TRIED_EVERY]
    assert look_through(store, attacks, tried, open_page) > len(attacks) // PAGE
