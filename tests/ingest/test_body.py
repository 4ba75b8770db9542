from __future__ import annotations

import json

import pytest

from ingest.body import agreed, is_link, lines_of, once, with_own_text, without_headline, without_links
from ingest.line_keys import squash
from tests.ingest.support import article_of

STORY = [
    "The harbour crane fell at noon on Thursday, the port authority said in a short statement.",
    "Nobody was hurt, although two men had stood under it a minute before, according to a witness.",
    "“We heard it sing before it went,” said Ann Lee, who sells fish on pier four every morning.",
    "The basin stays closed until Monday, and three ships have been sent to the northern quay instead.",
]
NO_LINKS: frozenset[str] = frozenset()


def test_what_one_reading_has_alone_is_kept_where_it_is_prose_or_stands_inside() -> None:
    links = frozenset({squash("Ten beaches to see this summer")})
    loose = ["Port news", *STORY[:2], "What happens now", "Ten beaches to see this summer", *STORY[2:], "Harbour desk"]
    assert agreed([*STORY[:1], *STORY[2:]], loose, links=links, known=set()) == [
        *STORY[:2],
        "What happens now",
        *STORY[2:],
    ]


def test_the_loose_reading_counts_where_the_strict_one_lost_the_story() -> None:
    assert agreed(STORY[:1], STORY, links=NO_LINKS, known=set()) == STORY
    assert agreed([], STORY, links=NO_LINKS, known=set()) == STORY


def test_a_summary_that_both_did_not_take_for_the_story_is_none_of_it() -> None:
    summary = "A crane has fallen into the basin of the harbour, and nobody knows who will lift it out again."
    known = {squash(summary)}
    assert agreed(STORY, [summary, *STORY], links=NO_LINKS, known=known) == STORY
    assert agreed(STORY, [summary, *STORY], links=NO_LINKS, known=set()) == [summary, *STORY]


def test_the_headline_and_the_labels_above_it_go() -> None:
    assert without_headline(["Port", "Crane falls", *STORY], ["Crane falls"]) == STORY
    assert without_headline(["Crane falls"], ["Crane falls"]) == ["Crane falls"]


def test_bare_links_go_unless_the_text_is_made_of_them() -> None:
    links = frozenset({squash("Ten beaches to see this summer")})
    assert is_link("- Ten beaches to see this summer [GUIDE]", links)
    assert without_links([*STORY, "Ten beaches to see this summer"], links) == STORY
    digest = ["Ten beaches to see this summer", "Good morning."]
    assert without_links(digest, links) == digest


def test_the_structured_text_confirms_replaces_or_is_passed_over() -> None:
    whole = "\n".join(STORY)
    assert with_own_text([*STORY, "About the harbour desk"], whole) == "\n\n".join(STORY)
    assert with_own_text(STORY[:1], whole) == "\n\n".join(STORY)
    assert with_own_text(STORY, STORY[0][:60] + " …") == "\n\n".join(STORY)
    assert with_own_text(STORY, "Another article altogether. " * 40) == "\n\n".join(STORY)


def test_lines_lose_bars_bullets_and_what_only_machines_read() -> None:
    assert lines_of("-\nOne\n| a | b |\n|---|---|\n| Two |") == ["- One", "a | b", "Two"]
    assert once([STORY[0], "2024-05-03T10:00:00+02:00", "https://post.example/a.jpg", STORY[0]]) == STORY[:1]


CARDS = "".join(f"<li><h3><a href='/{n}'>Other story number {n}</a></h3><p>Something else.</p></li>" for n in range(4))


def page(body: str, head: str = "") -> str:
    return f"<!doctype html><html lang=en><head>{head}<title>Crane falls</title></head><body>{body}</body></html>"


def test_cards_of_other_stories_are_not_the_story() -> None:
    paragraphs = "".join(f"<p>{part}</p>" for part in STORY)
    text = article_of(page(f"<article><h1>Crane falls</h1>{paragraphs}<ul>{CARDS}</ul></article>"), "html").text
    assert text == "\n\n".join(STORY)


def test_other_articles_below_the_article_are_not_the_story() -> None:
    paragraphs = "".join(f"<p>{part}</p>" for part in STORY)
    others = "".join(
        f"<article><p>The ferry {n} sailed on Tuesday, said its owner, and all is well.</p></article>" for n in "abcd"
    )
    text = article_of(page(f"<article><h1>Crane falls</h1>{paragraphs}</article><div>{others}</div>"), "html").text
    assert "ferry" not in text and text.endswith(STORY[-1])


def test_a_story_cut_into_columns_is_put_together() -> None:
    more = [
        f"Paragraph {n} tells how the {n} ships were led to the northern quay in the night, one by one."
        for n in range(8)
    ]
    columns = [STORY, more[:4], more[4:]]
    chunks = "".join(
        "<div class='row'><div class='text'>" + "".join(f"<p>{part}</p>" for part in column) + "</div></div>"
        for column in columns
    )
    text = article_of(page(f"<main><h1>Crane falls</h1><div class='chunks'>{chunks}</div></main>"), "html").text
    assert text.split("\n\n") == [part for column in columns for part in column]


def test_the_articles_summary_is_kept_beside_the_story() -> None:
    summary = "A crane has fallen into the basin"
    head = f'<meta property="og:description" content="{summary}">'
    paragraphs = "".join(f"<p>{part}</p>" for part in STORY)
    article = article_of(page(f"<article><h1>Crane falls</h1><p>{summary}</p>{paragraphs}</article>", head), "html")
    assert summary not in article.text or article.extra.get("standfirst") is None
    assert article.text.endswith("\n\n".join(STORY))


def declared(**fields: object) -> str:
    data = {"@type": "NewsArticle", "headline": "Crane falls"} | fields
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def article_with(head: str, byline: str = "", url: str = "") -> str:
    canonical = f'<link rel="canonical" href="{url}">' if url else ""
    paragraphs = "".join(f"<p>{part}</p>" for part in STORY)
    return page(f"<article><h1>Crane falls</h1>{byline}{paragraphs}</article>", head + canonical)


@pytest.mark.parametrize(
    ("head", "url", "expected"),
    [
        # places that agree are nearly certain
        (
            declared(datePublished="2024-05-03"),
            "https://post.example/2024/05/03/crane",
            ("2024-05-03", "structured", 0.98),
        ),
        # one place alone
        (declared(datePublished="2024-05-03"), "https://post.example/crane", ("2024-05-03", "structured", 0.95)),
        # the address names an earlier day: the page was touched up
        (declared(datePublished="2025-06-01"), "https://post.example/2024/05/03/crane", ("2024-05-03", "url", 0.6)),
        # places that contradict each other
        (
            declared(datePublished="2024-05-03") + '<meta name="date" content="2024-08-03">',
            "",
            ("2024-05-03", "structured", 0.6),
        ),
        # the same instant, with the newspaper's own time zone
        (
            declared(datePublished="2024-05-04T02:30:00Z")
            + '<meta property="article:published_time" content="2024-05-03T21:30:00-05:00">',
            "",
            ("2024-05-03T21:30:00-05:00", "structured", 0.98),
        ),
        # a field that was never filled, and a day to come
        (declared(datePublished="0001-01-01T00:00:00Z"), "", (None, "unknown", 0.0)),
        (declared(datePublished="2031-01-01"), "", (None, "unknown", 0.0)),
    ],
)
def test_dates_are_weighed_against_each_other(head: str, url: str, expected: tuple[str | None, str, float]) -> None:
    article = article_of(article_with(head, url=url), "html")
    found = article.published.iso() if article.published else None
    assert (found, str(article.date_source), article.date_confidence) == expected


def test_a_change_before_the_publication_is_none() -> None:
    head = declared(datePublished="2024-05-03", dateModified="2024-05-01")
    assert article_of(article_with(head), "html").modified is None


@pytest.mark.parametrize(
    ("head", "byline", "authors"),
    [
        (declared(author={"name": "Ann Lee"}), "", ("Ann Lee",)),
        # what the page doesn't show gives way to what it does
        ('<meta name="author" content="Harbour Media">', "<p class=byline>By Ann Lee</p>", ("Ann Lee",)),
        (declared(author={"name": "webadmin"}), "<p>By Ann Lee and Bo Ray</p>", ("Ann Lee", "Bo Ray")),
        # one of two authors is declared, both are printed
        (
            declared(author={"name": "Ann Lee"}),
            "<p><span class=author>Ann Lee</span> and <span class=author>Bo Ray</span></p>",
            ("Ann Lee", "Bo Ray"),
        ),
        # the outlet doesn't sign
        (declared(author={"name": "The Post"}, publisher={"name": "The Post"}), "", ()),
        ("", "<p class=byline>Reuters</p>", ("Reuters",)),
        ("", "<div class='comment-author'>Cy Day</div>", ()),
        ('<meta name="author" content="KHRB">', "", ()),
    ],
)
def test_authors_are_who_the_page_says_and_shows(head: str, byline: str, authors: tuple[str, ...]) -> None:
    assert article_of(article_with(head, byline), "html").authors == authors


def test_of_several_articles_described_the_one_at_the_address_counts() -> None:
    other = declared(headline="Ferry sails", url="https://post.example/ferry", author={"name": "Bo Ray"}, keywords="a")
    head = other + declared(url="https://post.example/crane", author={"name": "Ann Lee"})
    article = article_of(article_with(head, url="https://post.example/crane"), "html")
    assert (article.title, article.authors) == ("Crane falls", ("Ann Lee",))


def test_the_section_comes_from_the_way_to_the_article_where_nothing_else_says_it() -> None:
    way = {"@type": "BreadcrumbList", "itemListElement": [{"name": name} for name in ("Home", "Port", "Crane falls")]}
    head = f'<script type="application/ld+json">{json.dumps(way)}</script>'
    assert article_of(article_with(head), "html").section == "Port"
