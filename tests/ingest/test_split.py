from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from archive.tokens import count_tokens
from ingest.split import _exact_size, _units, split

WORDS = st.sampled_from(
    ["the", "council", "said", "“No”", "Müller", "東京都", "😀", "U.S.", "3.5", "...", "a" * 300, "(see", ")"]
)
SENTENCES = st.lists(WORDS, min_size=1, max_size=60).map(lambda words: " ".join(words) + ".")
TEXTS = st.lists(SENTENCES, max_size=12).flatmap(
    lambda parts: st.sampled_from(["\n\n", "\n", " "]).map(lambda between: between.join(parts))
)


def check(text: str, limit: int) -> tuple[tuple[int, int], ...]:
    spans = split(text, limit)
    position = 0
    for start, end in spans:
        assert position <= start < end <= len(text)
        assert not text[position:start].strip(), "visible text between two passages"
        passage = text[start:end]
        assert passage == passage.strip()
        assert count_tokens(passage) <= limit
        position = end
    assert not text[position:].strip(), "visible text after the last passage"
    return spans


@given(TEXTS, st.sampled_from([32, 64, 220]))
@settings(max_examples=60, deadline=None)
def test_passages_are_exact_slices_that_cover_the_story(text: str, limit: int) -> None:
    check(text, limit)


@given(st.text(max_size=400))
@example("\tA")
@settings(max_examples=60, deadline=None)
def test_any_text_at_all(text: str) -> None:
    check(text, 32)


def test_whole_paragraphs_are_kept_together() -> None:
    text = "\n\n".join(f"Paragraph {n}. " + "It rained on the harbour all day. " * 3 for n in range(12))
    paragraphs = [part.strip() for part in text.split("\n\n")]
    for start, end in check(text, 100):
        assert all(part in paragraphs for part in text[start:end].split("\n\n")) or text[start:end].startswith("Para")
    joined = [part.strip() for start, end in split(text, 100) for part in text[start:end].split("\n\n")]
    assert joined == paragraphs


def test_a_long_paragraph_is_cut_at_sentences() -> None:
    sentences = [f"On day {n} the committee met in the old town hall and voted on item {n}." for n in range(60)]
    text = " ".join(sentences)
    spans = check(text, 64)
    assert len(spans) > 10
    assert all(text[start:end].endswith(".") and text[start:end].startswith("On day") for start, end in spans)


def test_no_tiny_passage_at_the_end() -> None:
    text = "\n\n".join(["The ferry company said on Monday that fares would rise by six percent."] * 7)
    sizes = [count_tokens(text[start:end]) for start, end in check(text, 90)]
    assert min(sizes) > 20


def test_text_repeated_word_for_word_gets_its_own_offsets() -> None:
    text = "\n\n".join(["Same words again. " * 10] * 6)
    spans = check(text, 64)
    assert len(set(spans)) == len(spans)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 300_000,
        "x" + " " * 400_000 + "y",
        "東京都" * 40_000,
        "😀" * 3000,
        ".\t" * 30_000,
        "word," * 8000,
        "é" * 9000,
    ],
    ids=["letters", "spaces", "unbroken", "emoji", "dots", "commas", "accents"],
)
def test_text_that_is_not_prose_is_split_within_the_time_of_a_test(text: str) -> None:
    check(text, 220)


@given(TEXTS)
@settings(max_examples=80, deadline=None)
def test_sizes_taken_from_the_whole_article_are_those_of_the_slice(text: str) -> None:
    units = _units(text, 10_000)
    for first in range(len(units)):
        for last in range(first, min(len(units), first + 4)):
            group = units[first : last + 1]
            assert _exact_size(text, group) == count_tokens(text[group[0][0] : group[-1][1]])
