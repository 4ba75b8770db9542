from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Iterator

import pytest

from archive.records import IncomingArticle
from ingest.document import RawDocument, Rejected
from ingest.extract import extract_page
from ingest.pipeline import _batches
from ingest.workers import Workers
from tests.ingest.support import RECIPE, REPOSITORY, TODAY, article_of, data_file, raw, record, story

STORY = [
    "The harbour crane fell at noon on Thursday, the port authority said in a short statement.",
    "Nobody was hurt, although two men had stood under it a minute before, according to a witness.",
    "“We heard it sing before it went,” said Ann Lee, who sells fish on pier four every morning.",
    "The basin stays closed until Monday, and three ships have been sent to the northern quay instead.",
]


def page(head: str = "", body: str = "") -> str:
    paragraphs = "".join(f"<p>{part}</p>" for part in STORY)
    return (
        f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8">{head}<title>Crane falls - The Post</title>'
        "</head><body><nav><a href='/'>Home</a><a href='/news'>News</a></nav>"
        f"<article><h1>Crane falls</h1>{paragraphs}{body}"
        "</article><aside><h2>Most read</h2><p>Ten beaches</p></aside><footer>© The Post. All rights reserved.</footer>"
        "</body></html>"
    )


JSON_LD = {
    "@context": "https://schema.org",
    "@graph": [
        {"@type": "Organization", "@id": "#org", "name": "The Post"},
        {"@type": "Person", "@id": "#ann", "name": "Ann Lee"},
        {
            "@type": ["OpinionNewsArticle"],
            "headline": "Crane &amp; storm",
            "datePublished": "2024-05-03T10:00:00+02:00",
            "dateModified": "2024-05-04T10:00:00+02:00",
            "author": [{"@id": "#ann"}, {"@type": "Person", "name": "Bo Ray"}],
            "publisher": {"@id": "#org"},
            "articleSection": "Port",
            "mainEntityOfPage": {"@id": "https://post.example/crane"},
        },
    ],
}


def test_structured_data_comes_first_and_only_the_story_is_kept() -> None:
    head = (
        f'<script type="application/ld+json">{json.dumps(JSON_LD)}</script><meta property="og:title" content="Other">'
        '<meta property="article:published_time" content="2020-01-01">'
    )
    article = article_of(page(head), "html", "/in/crane.html")
    assert article.text.split("\n\n")[-len(STORY) :] == STORY
    assert "Ten beaches" not in article.text
    assert (article.title, article.outlet, article.section, article.kind) == (
        "Crane & storm",
        "The Post",
        "Port",
        "opinion",
    )
    assert article.authors == ("Ann Lee", "Bo Ray")
    assert (article.url, article.language) == ("https://post.example/crane", "en")
    assert article.published and article.published.iso() == "2024-05-03T10:00:00+02:00"
    assert article.modified and article.modified.iso() == "2024-05-04T10:00:00+02:00"
    assert article.date_source == "structured"
    assert article.raw is not None and article.raw_media_type == "text/html"


def test_meta_tags_come_next_and_the_headline_tells_the_outlet() -> None:
    head = '<meta property="article:published_time" content="2020-01-01T08:00:00Z">'
    head += '<meta name="author" content="By Ann Lee">'
    article = article_of(page(head), "html", "/in/crane.html")
    assert article.published and article.published.iso() == "2020-01-01T08:00:00+00:00"
    assert (article.date_source, article.authors, article.identity) == ("meta", ("Ann Lee",), "path:/in/crane.html")


def test_a_page_without_a_date_has_none() -> None:
    article = article_of(page(), "html")
    assert (article.published, article.date_source) == (None, "unknown")


def test_broken_structured_data_is_passed_over() -> None:
    head = "".join(
        f'<script type="application/ld+json">{bad}</script>' for bad in ('{"@type": "NewsArticle", ', "[" * 9000, "7")
    )
    assert article_of(page(head), "html").text.endswith(STORY[-1])


def test_hostile_pages_are_refused_and_the_others_go_on() -> None:
    attributes = "<p " + " ".join(f"a{n}=1" for n in range(100_000)) + ">x</p>"
    documents = [
        raw(page(), "html", "/in/1.html"),
        raw(page(body=attributes), "html", "/in/2.html"),
        raw("<p>Text.</p>" * 400_000, "html", "/in/3.html"),
        raw(bytes(range(256)) * 40, "html", "/in/4.html"),
        raw("<html><body></body></html>", "html", "/in/5.html"),
        raw("<html><body>" + "<div>" * 50_000 + "deep", "html", "/in/6.html"),
        raw(page(), "html", "/in/7.html"),
    ]
    with Workers(RECIPE, count=1) as workers:
        (results,) = workers.prepared([documents])
    assert [isinstance(result, IncomingArticle) for result in results] == [
        True,
        False,
        False,
        False,
        False,
        False,
        True,
    ]
    reasons = [result.reason for result in results if isinstance(result, Rejected)]
    assert "tag" in reasons[0] and "3 MB" in reasons[1]


def test_megabytes_of_script_do_not_count_as_the_page() -> None:
    head = "<script>" + "var a = '<p>no</p>';\n" * 250_000 + "</script><style>" + "p{}" * 100_000 + "</style>"
    assert article_of(page(head), "html").text.endswith(STORY[-1])


def test_asked_to_stop_nobody_waits_for_the_children() -> None:
    stopped = threading.Event()

    def batches() -> Iterator[list[RawDocument]]:
        yield [raw(json.dumps(record(1)), "jsonl")]
        stopped.set()  # while the children still load their libraries

    with Workers(RECIPE, count=1) as workers:
        assert list(workers.prepared(batches(), stopped.is_set)) == []


def test_a_document_that_never_ends_or_crashes_is_rejected_and_the_rest_prepared() -> None:
    # 2.9 MB of mark-up take longer than the second of processor time that this pool allows
    slow = raw("<p>Some <b>words</b> of <a href=x>text</a>.</p>" * 60_000, "html", "/in/slow.html")
    documents = [raw(record(1)), slow, raw(record(2)), raw(record(3))]
    with Workers(RECIPE, count=1, seconds=1) as workers:
        (results,) = workers.prepared([documents])
    assert [isinstance(result, IncomingArticle) for result in results] == [True, False, True, True]
    assert isinstance(results[1], Rejected) and "not finished after" in results[1].reason


def test_results_come_in_the_order_of_reading_and_reading_stays_a_few_batches_ahead() -> None:
    taken = 0

    def documents() -> object:
        nonlocal taken
        for number in range(700):
            taken += 1
            yield raw(record(number), line=number + 1)

    with Workers(RECIPE, count=2) as workers:
        prepared = workers.prepared(_batches(documents()))  # type: ignore[arg-type]
        first = next(prepared)
        assert taken <= 600
        identifiers = [
            item.article.external_id
            for batch in [first, *prepared]
            for item in batch
            if isinstance(item, IncomingArticle)
        ]
    assert identifiers == [f"s-{number}" for number in range(700)]


@pytest.mark.slow
def test_real_pages_give_their_story() -> None:
    from collections import Counter

    scores = []
    for line in data_file("pages", "gold.jsonl").read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        content = gzip.decompress(data_file("pages", gold["file"]).read_bytes())
        draft = extract_page(content, today=TODAY)
        found, wanted = Counter(draft.text.casefold().split()), Counter(gold["gold_text"].casefold().split())
        shared = sum((found & wanted).values())
        scores.append(2 * shared / (found.total() + wanted.total()))
    assert sum(scores) / len(scores) > 0.94


def test_the_sample_pages() -> None:
    for path in sorted((REPOSITORY / "sample" / "articles").glob("*.html")):
        article = article_of(path.read_bytes(), "html", str(path))
        assert article.outlet and article.published and len(article.text) > 400
        assert "free articles" not in article.text and "Sign up" not in article.text


def test_ledger_keys_follow_what_an_identity_rests_on() -> None:
    from ingest.prepare import ledger_key

    line = RawDocument(b"{}", "jsonl", "/in/a.jsonl", 1)
    assert ledger_key(line) == ledger_key(RawDocument(b"{}", "jsonl", "/in/b.jsonl.gz", 9))
    assert ledger_key(line) != ledger_key(RawDocument(b"{}", "jsonl", "/other/a.jsonl", 1))
    file = RawDocument(b"x", "text", "/in/a.txt")
    assert ledger_key(file) == ledger_key(RawDocument(b"x", "text", "/in/a.txt.gz"))
    assert ledger_key(file) != ledger_key(RawDocument(b"x", "text", "/in/b.txt"))
    assert len({story(n) for n in range(50)}) == 50
