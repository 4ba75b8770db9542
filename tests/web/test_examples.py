from __future__ import annotations

from datetime import date

from archive.article import Timestamp
from tests.web.examples_of_answers import article
from web.examples import examples, shared_topics


def told(*rows: tuple[str, str]) -> list:  # type: ignore[type-arg]
    return [
        article(title=title, outlet=outlet, article_id=f"a{number}", published=Timestamp(date(2024, 12, 20 - number)))
        for number, (title, outlet) in enumerate(rows)
    ]


HEADLINES = told(
    ("Sundline ferry runs aground off Kalvø", "Wire"),
    ("What we know about the Sundline ferry", "Gazette"),
    ("Harbour Bridge to reopen on Thursday", "Courier"),
    ("Council backs fund for Harbour Bridge traders", "Gazette"),
    ("Museum finds 1640 chart in its own cellar", "Courier"),
)


def test_what_headlines_share_is_asked_about() -> None:
    topics = [topic for topic, _ in shared_topics(HEADLINES)]
    assert sorted(topics) == ["Harbour Bridge", "Sundline ferry"]
    asked = examples(HEADLINES)
    assert len(asked) == len(set(asked)) >= 3
    assert any("Harbour Bridge" in question for question in asked)
    assert any("Museum finds 1640 chart" in question for question in asked)
    assert not any("Thursday" in question for question in asked)  # it would be read as a time to search in
    assert all(question.endswith("?") for question in asked)


def test_an_archive_without_shared_topics_is_asked_by_headline() -> None:
    assert examples(HEADLINES[4:]) == ["Museum finds 1640 chart in its own cellar: what is known?"]
    assert examples([]) == []
    assert examples([article(title="   ")]) == []


def test_the_name_of_a_column_is_no_topic() -> None:
    column = told(
        *[(f"Letters page: {word}", "Courier") for word in "alpha beta gamma delta epsilon zeta eta".split()] * 2
    )
    assert all("Letters" not in topic for topic, _ in shared_topics(column))
