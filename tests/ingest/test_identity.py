from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ingest.urls import canonical_url, same_site, told_url, url_key
from tests.ingest.support import article_of


@pytest.mark.parametrize(
    ("given_url", "canonical"),
    [
        ("HTTPS://WWW.Post.Example:443/A/b?utm_source=x&id=3&fbclid=y#top", "https://www.post.example/A/b?id=3"),
        ("http://post.example:80", "http://post.example/"),
        ("http://post.example:8080/a", "http://post.example:8080/a"),
        ("https://user:secret@post.example/a", "https://post.example/a"),
        ("//post.example/a/../b/./c", "https://post.example/b/c"),
        ("https://post.example/%7Eann/caf%c3%a9", "https://post.example/~ann/caf%C3%A9"),
        ("https://post.example/café", "https://post.example/caf%C3%A9"),
        ("https://post.example/a?b=2&a=1", "https://post.example/a?a=1&b=2"),
        ("javascript:alert(1)", ""),
        ("urn:newsml:a:b", ""),
        ("https://", ""),
        ("https://[::1", ""),
        ("https://post.example:99999/", ""),
        ("not a url", ""),
        ('https://post.example"onclick=x/', ""),
    ],
)
def test_canonical_addresses(given_url: str, canonical: str) -> None:
    assert canonical_url(given_url) == canonical


@given(
    st.one_of(
        st.text(max_size=60),
        st.builds(
            "https://{}.example/{}?{}#{}".format,
            st.text(max_size=8),
            st.text(max_size=30),
            st.text(max_size=20),
            st.text(max_size=5),
        ),
        st.builds("http://a.example/{}".format, st.text("%2Ff0aé./ :~?&=+#", max_size=30)),
    )
)
@example("http://a.example/%252F/%2f")
@example("https://a.example/a?b=%26c&d")
def test_canonical_addresses_are_idempotent(url: str) -> None:
    once = canonical_url(url)
    assert canonical_url(once) == once
    assert url_key(once) == url_key(url)


@pytest.mark.parametrize(
    "other",
    [
        "http://post.example/2024/story",
        "https://www.post.example/2024/story/",
        "https://m.post.example/2024/story?utm_campaign=z",
        "https://amp.post.example/2024/story",
        "https://post.example/2024/story/amp/",
        "https://post.example/2024/story?outputType=amp#comments",
    ],
)
def test_forms_of_one_address_are_one_article(other: str) -> None:
    first = article_of({"text": "One.", "url": "https://post.example/2024/story"})
    assert article_of({"text": "Two.", "url": other}).article_id == first.article_id
    assert article_of({"text": "One.", "url": "https://post.example/2024/story-2"}).article_id != first.article_id


def test_order_of_identity() -> None:
    base = {"text": "Some text.", "id": "7", "outlet": "The Post", "url": "https://post.example/a"}
    assert article_of(base).identity == "url:post.example/a"
    without_url = {key: value for key, value in base.items() if key != "url"}
    by_id = article_of(without_url, path="/one/a.jsonl")
    assert by_id.identity.startswith("id:7")
    assert by_id.article_id == article_of(without_url | {"text": "Corrected."}, path="/two/b.jsonl").article_id
    assert by_id.article_id != article_of(without_url | {"outlet": "Other"}).article_id
    nameless = {"text": "Some text.", "id": "7"}
    assert (
        article_of(nameless, path="/one/monday.jsonl").article_id
        == article_of(nameless, path="/one/tuesday.jsonl.gz").article_id
        != article_of(nameless, path="/two/monday.jsonl").article_id
    )
    assert (
        article_of({"text": "Some text."}, path="/a").identity == article_of({"text": "Some text."}, path="/b").identity
    )
    assert article_of("Some text.", "text", "/in/a.txt").identity == "path:/in/a.txt"
    assert article_of("Some text.", "text", "/in/a.txt.gz").identity == "path:/in/a.txt"


def test_a_front_page_is_no_identity() -> None:
    first = article_of({"id": "1", "text": "One.", "url": "https://post.example/", "outlet": "Post"})
    second = article_of({"id": "2", "text": "Two.", "url": "https://post.example/", "outlet": "Post"})
    assert first.article_id != second.article_id
    assert first.url == "https://post.example/"


def test_ids_are_short_and_stable() -> None:
    article = article_of({"text": "x", "url": "https://post.example/a"})
    assert article.article_id == article_of({"text": "y", "url": "https://post.example/a"}).article_id
    assert len(article.article_id) == 12 and article.article_id.isalnum()


def test_a_page_is_believed_about_its_own_site_only() -> None:
    own, other = "https://post.example/crane", "https://herald.example/crane"
    assert told_url([own], "https://m.post.example/crane?x=1") == own
    assert told_url([other], own) == own
    assert told_url(["/crane"], "https://post.example/amp/crane") == own
    assert told_url(["https://post.example/"], "https://post.example/crane") == "https://post.example/crane"
    # where it came from isn't known, og:url tells whose page it is
    assert told_url([other, own]) == own
    assert told_url([own, own]) == own
    assert told_url(["https://post.example/", own]) == own
    assert told_url(["http://[broken", "javascript:1"]) == ""


def test_sites_are_told_by_registered_domain_and_amp_caches_belong_to_theirs() -> None:
    assert same_site("https://www.paper.co.uk/a", "https://amp.paper.co.uk/b")
    assert not same_site("https://one.co.uk/a", "https://two.co.uk/a")
    assert same_site("https://www-paper-com.cdn.ampproject.org/c/s/www.paper.com/a", "https://paper.com/a")
    assert not same_site("", "")
