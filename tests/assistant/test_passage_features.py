"""What a passage's words say for it, on a few invented articles."""

from __future__ import annotations

from archive.article import Article, Passage
from archive.store import Hit
from assistant.passage_features import FEATURES, Scored, passage_features
from assistant.question_features import take_apart
from assistant.words import content_stems

LEAD = "The ferry Osprey ran aground off Tarn on Monday."
LATER = "Its owner had paid 40 million crowns for the ship. Captain Vera Lund was not on board."
ELSEWHERE = "Ferries are slow. Nobody knows who paid. The town of Tarn has a harbour, and crowns are its money."


def scored(text: str, title: str, body: str, *, similarity: float = 0.5) -> Scored:
    start = body.index(text)
    article = Article(article_id=title, identity=title, title=title, text=body)
    passage = Passage(f"{title}.000000.{start}", title, start, start + len(text), text)
    return Scored(Hit(passage, article, 1.0, False), 0.5, similarity, 0.5 + similarity)


def features_of(question: str, *passages: Scored) -> list[dict[str, float]]:
    weights = dict.fromkeys(content_stems(question), 1.0)
    rows = passage_features(take_apart(question, weights), passages)
    return [dict(zip(FEATURES, row, strict=True)) for row in rows]


STORY = (LEAD + "\n\n" + LATER, "Ferry runs aground")
OTHER = (ELSEWHERE, "A town and its harbour")


def test_words_of_headline_and_lead_count_for_later_passages() -> None:
    later, other = features_of(
        "How much was paid for the ferry Osprey?",
        scored(LATER, STORY[1], STORY[0]),
        scored(ELSEWHERE, OTHER[1], OTHER[0]),
    )
    assert later["share_lead"] > other["share_lead"]
    assert later["share_title"] > other["share_title"] == 0
    assert other["opening"] == 1
    assert later["opening"] == 0


def test_words_that_stand_together_count_more_than_scattered_ones() -> None:
    near = "Lund paid 7 crowns."
    far = "Lund left. " + "The rest of the day was calm and nothing of note was seen. " * 5 + "He paid 7 crowns."
    both = features_of("What has Lund paid?", scored(near, "a", near), scored(far, "b", far))
    assert both[0]["share_text"] == both[1]["share_text"] > 0
    assert both[0]["share_near"] > both[1]["share_near"]
    assert both[0]["pairs"] > both[1]["pairs"]


def test_what_could_be_the_answer_must_be_of_its_kind_and_new() -> None:
    fits = features_of(
        "How many crowns were paid?", scored(LATER, STORY[1], STORY[0]), scored(ELSEWHERE, "o", OTHER[0])
    )
    assert [row["fits_near"] for row in fits] == [1, 0]
    asked_with_the_number = features_of("Who paid 40 million crowns?", scored(LATER, STORY[1], STORY[0]))
    assert asked_with_the_number[0]["fits_near"] == 1  # Vera Lund


def test_where_no_passage_has_the_words_meaning_counts_alone() -> None:
    passages = scored(LEAD, STORY[1], STORY[0], similarity=0.6), scored(ELSEWHERE, OTHER[1], OTHER[0], similarity=0.4)
    strange = features_of("vessel beached near shore", *passages)
    assert [row["share_lead"] for row in strange] == [0, 0]
    assert [row["similarity_alone"] for row in strange] == [0.6, 0.4]
    usual = features_of("ferry Osprey aground Tarn", *passages)
    assert usual[0]["similarity_alone"] == 0
    assert usual[0]["share_lead"] == 1


def test_no_passage_and_no_word_give_no_error() -> None:
    assert passage_features(take_apart("who?", {}), []) == []
    assert features_of("who?", scored("!", "t", "!"))[0]["share_near"] == 0
