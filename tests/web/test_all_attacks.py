"""Every collected attack as headline, text, outlet, address and model output, in Chromium: minutes long.

What is looked for: a dialog, an error, a request to another host (by the page's own watch), and any element or
attribute that isn't ours. Skipped where the collection isn't there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from archive.store import ArchiveStore
from tests.fake_openai import FakeOpenAI, Request, Text
from tests.web.allowed_markup import ATTRIBUTES, TAGS
from tests.web.attacks import payloads
from tests.web.chromium import leave
from tests.web.conftest import OpenPage, serving
from tests.web.hostile_views import hostile_articles

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(3600)]
IN_AN_ANSWER = 40

# Within an element: whatever our own rendering never writes.
FOREIGN = """
([selector, tags, attributes]) => {
  const foreign = [];
  for (const each of document.querySelectorAll(selector + ' *')) {
    const tag = each.localName;
    if (!tags.includes(tag)) foreign.push(each.outerHTML.slice(0, 200));
    for (const { name, value } of each.attributes) {
      const drawn = each.namespaceURI.endsWith('svg');
      const known = attributes.includes(name) || name.startsWith('data-') || name.startsWith('aria-') || drawn;
      const sized = name === 'style' && /^(height|width|inset-inline-start): ?[0-9.]+%;?$/.test(value);
      if (name.startsWith('on') || !(known || sized)) foreign.push(tag + ' ' + name);
      const leads = ['href', 'src', 'action'].includes(name);
      if (leads && !/^(#|\\/|https?:\\/\\/)/.test(value)) foreign.push(tag + ' ' + value);
    }
  }
  return foreign;
}
"""
# As static/chat.js opens an article.
READ = """
async (ids) => {
  const view = document.getElementById('panel-view');
  for (const id of ids) {
    const html = await (await fetch('/article/' + id + '?part=1')).text();
    const article = new DOMParser().parseFromString(html, 'text/html').body.firstElementChild;
    view.append(document.adoptNode(article));
  }
}
"""


def test_no_attack_becomes_markup(make_archive: Callable[..., ArchiveStore], open_page: OpenPage) -> None:
    attacks = payloads()
    if not attacks:
        pytest.skip("the collection of attacks isn't there")
    store = make_archive(*hostile_articles(attacks))
    ids = [article.article_id for article in store.articles()]
    assert len(ids) == len(attacks)
    with FakeOpenAI() as model:
        settings = {"openai_base_url": model.base_url, "model": "<img src=x onerror=alert(1)>", "model_retries": 0}
        with serving(store, **settings) as url:
            page = open_page(url, ready="html.ready")
            page.context.set_default_timeout(120_000)
            ours = sorted(TAGS | {"button", "input"}), sorted(ATTRIBUTES)

            def foreign(selector: str) -> Any:
                return page.evaluate(FOREIGN, [selector, *ours])

            assert page.locator("#filters .outlet-list li").count() > 6000 or len(attacks) < 6000
            assert foreign("#composer-holder #composer") == []
            for start in range(0, len(ids), 200):
                page.evaluate(READ, ids[start : start + 200])
                assert foreign("#panel-view") == []
                page.evaluate("document.getElementById('panel-view').replaceChildren()")
            for start in range(0, len(attacks), IN_AN_ANSWER):
                answer(page, model, attacks[start : start + IN_AN_ANSWER], start)
                assert foreign("#current > *") == [], attacks[start : start + IN_AN_ANSWER]
                if start % (IN_AN_ANSWER * 20) == 0:
                    page.click("#new")
                    page.wait_for_selector("#current .start")
            assert page.evaluate("window.pwned") is None
            page.seen.nothing_left(url)
            leave(page)


def answer(page: Any, model: FakeOpenAI, attacks: list[str], number: int) -> None:
    """Let the model say these, in answer to a question that is one of them."""

    def said(request: Request) -> str:
        key = request.evidence[0][0] if request.evidence else "x"
        return " ".join(f"The quokka said {attack} [{key}]." for attack in attacks)

    model.answer = said
    model.script(Text(said, pieces=400))
    question = f"What did the quokka number {number} say? {' '.join(attacks[0].split())}"[:1000]
    page.fill("#question", question)
    page.press("#question", "Enter")
    page.wait_for_function(
        "start => { const turn = document.querySelector('#current .turn'); return turn "
        "&& turn.querySelector('.question').textContent.startsWith(start) "
        "&& ['done', 'failed'].includes(turn.dataset.phase); }",
        arg=re.sub(r" say\?.*", " say?", question),
    )
