from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from archive.article import Article, Passage
from archive.store import Hit
from assistant.evidence import MOST_JOINED, pack_evidence
from assistant.retriever import RankedHit

TEXT = "One line here.\n\nTwo lines there.\n\nThree lines more.\n\nFour lines in all.\n\nFive, and the end."
SPANS = [(TEXT.index(line), TEXT.index(line) + len(line)) for line in TEXT.split("\n\n")]


def hit(number: int, article_id: str = "a1", score: float = 1.0, part: int = 0) -> RankedHit:
    start, end = SPANS[number]
    article = Article(article_id, f"url:{article_id}", "Title", TEXT)
    passage = Passage(f"{article_id}.abc123.{number}", article_id, start, end, TEXT[start:end])
    return RankedHit(Hit(passage, article, score), score, part)


def pack(hits: list[RankedHit], tokens: int = 1000, most: int = 10) -> list[tuple[str, str]]:
    packed = pack_evidence(hits, tokens=tokens, most=most, count_tokens=lambda text: len(text.split()))
    assert all(piece.article.text[piece.source.start : piece.source.end] == piece.source.text for piece in packed)
    return [(piece.source.key, piece.source.text) for piece in packed]


def test_neighbours_become_one_where_the_better_stands() -> None:
    packed = pack([hit(1), hit(3), hit(0, "b2"), hit(2)])
    assert packed == [("1", TEXT[SPANS[1][0] : SPANS[3][1]]), ("2", "One line here.")]


def test_passages_of_other_articles_and_parts_stay_apart() -> None:
    assert len(pack([hit(0), hit(1, "b2"), hit(1, part=1)])) == 3


def test_the_budget_passes_over_what_does_not_fit() -> None:
    assert [text for _, text in pack([hit(0), hit(3, "b2"), hit(2, "c3")], tokens=6)] == [
        "One line here.",
        "Three lines more.",
    ]
    assert len(pack([hit(0)], tokens=1)) == 1


def test_scores_are_shares_of_the_best() -> None:
    packed = pack_evidence([hit(0, score=4.0), hit(2, "b2", score=1.0)], tokens=99, most=9, count_tokens=len)
    assert [piece.score for piece in packed] == [1.0, 0.25]


@given(st.lists(st.tuples(st.integers(0, 4), st.sampled_from("abc")), unique=True, max_size=12), st.integers(1, 12))
def test_every_hit_taken_is_in_exactly_one_piece(chosen: list[tuple[int, str]], most: int) -> None:
    hits = [replace(hit(number, article), score=1.0 / (1 + rank)) for rank, (number, article) in enumerate(chosen)]
    packed = pack_evidence(hits, tokens=10_000, most=most, count_tokens=len)
    assert [piece.source.key for piece in packed] == [str(number) for number in range(1, len(packed) + 1)]
    for one in hits[:most]:
        passage = one.hit.passage
        holders = [
            piece
            for piece in packed
            if piece.article.article_id == passage.article_id
            and piece.source.start <= passage.start
            and passage.end <= piece.source.end
        ]
        assert len(holders) == 1
    assert all(piece.source.text.count("\n\n") < MOST_JOINED for piece in packed)
