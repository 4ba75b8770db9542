from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.article import Article, DateSource, Timestamp
from assistant.answer import Source
from assistant.evidence import Evidence
from assistant.extractive import (
    Quote,
    as_answer,
    choose_quotes,
    newest_first,
    readable_order,
    score_sentences,
    with_lead_ins,
)
from assistant.glosses import glosses
from assistant.sentence_features import FEATURES
from assistant.sentences import limit_words, points_elsewhere, sentences_and_lists, split_sentences


def evidence(*texts: str, published: str | None = "2024-03-15") -> list[Evidence]:
    pieces = []
    for number, text in enumerate(texts, start=1):
        article = Article(
            f"a{number}", f"url:{number}", "", text, outlet="Tarn Courier",
            published=Timestamp.from_iso(published) if published else None,
        )  # fmt: skip
        source = Source(
            str(number), article.article_id, f"a{number}.x.0", "", "Tarn Courier", published, None, text, 0, len(text)
        )
        pieces.append(Evidence(source, article, 1.0 / number, frozenset({0})))
    return pieces


def quotes(question: str, pieces: list[Evidence], most: int = 3) -> list[str]:
    return [quote.text for quote in choose_quotes(score_sentences(question, pieces, {}), most)]


def test_sentences_end_where_readers_think_they_do() -> None:
    text = (
        "Mr. J. K. Osk met U.S. Sen. Weir on Jan. 6. “It was odd,” he said. “Really?” she asked. He paid $1.5 million. "
        "It ended at 5 p.m. on Friday.\n\nPhoto: A. Weir/Agency\nEr kam z.B. gestern. これは文です。次の文。"
    )
    assert [text[start:end] for start, end in split_sentences(text)] == [
        "Mr. J. K. Osk met U.S. Sen. Weir on Jan. 6.",
        "“It was odd,” he said.",
        "“Really?” she asked.",
        "He paid $1.5 million.",
        "It ended at 5 p.m. on Friday.",
        "Photo: A. Weir/Agency",
        "Er kam z.B. gestern.",
        "これは文です。",
        "次の文。",
    ]


@pytest.mark.parametrize(
    ("text", "units"),
    [
        (
            "The winners were:\nInga Osk\nOle Vint\n\nIt rained.",
            ["The winners were:\nInga Osk\nOle Vint", "It rained."],
        ),
        ("Who won? Rovers\n\nAthletic 2. Who lost?\nNobody", ["Who won? Rovers\n\nAthletic", "2. Who lost?\nNobody"]),
        ("1.\nThe bridge is shut.\n2.\nThe ferry runs.", ["1.\nThe bridge is shut.", "2.\nThe ferry runs."]),
        ("•\nFlour for bread\n•\nEggs for cake", ["•\nFlour for bread", "•\nEggs for cake"]),
        ("Weather\nIt will rain.", ["Weather", "It will rain."]),
        ("The score was 4. They won.", ["The score was 4.", "They won."]),
        ("Why? He shrugged. She left.", ["Why?", "He shrugged.", "She left."]),
    ],
)
def test_lists_stand_with_what_introduces_them(text: str, units: list[str]) -> None:
    assert [text[start:end] for start, end in sentences_and_lists(text, 60)] == units


@pytest.mark.parametrize(
    ("text", "elsewhere"),
    [
        ("More: Ferry fares rise again", True),
        ("More on the ferries: Fares rise again", True),
        ("Read the whole story: Fares rise", True),
        ("___\n\nMore Tarn news: https://tarn.example/news and https://social.example/tarn", True),
        ("Winter storm:Ferries stay in port for another day", True),
        ("More than 40 dockers have a second job: the pay is low.", False),
        ("Apply at www.tarn.example/jobs before Friday, said the mayor of the town.", False),
        ("He said:“We are tired of all these promises.”", False),
        ("The winners were:Tarn United", False),
        ("At 10:30 the mayor spoke.", False),
    ],
)
def test_lines_that_lead_elsewhere(text: str, elsewhere: bool) -> None:
    assert points_elsewhere(text) == elsewhere


@given(st.text(alphabet=st.sampled_from("aB1 .,!?:;\n“”'é。•"), max_size=200), st.integers(3, 20))
def test_sentences_and_lists_lose_nothing_and_stay_short(text: str, most: int) -> None:
    spans = sentences_and_lists(text, most)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert all(len(text[start:end].split()) <= most for start, end in spans)
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())


def test_a_bare_line_is_no_quotation() -> None:
    pieces = evidence("Mayor Osk\nThe mayor of Tarn is Inga Osk.\nInga Osk", "Mayor of Tarn\nIt rained.")
    chosen = quotes("Who is the mayor of Tarn?", pieces, most=9)
    assert chosen[0] == "The mayor of Tarn is Inga Osk." and not {"Mayor Osk", "Inga Osk", "Mayor of Tarn"} & {*chosen}


@pytest.mark.parametrize("text", ["." * 200_000, '…"' * 100_000, "a." * 100_000], ids=["dots", "quoted", "letters"])
def test_a_run_of_full_stops_is_read_once(text: str) -> None:
    """Within the time of a test: tried from each of its stops it would take hours."""
    assert split_sentences(text) == [(0, len(text))]


@given(st.text(alphabet=st.sampled_from("aB1 .,!?;\n“”'é。"), max_size=200))
def test_sentences_cover_every_visible_character_once(text: str) -> None:
    spans = split_sentences(text)
    assert all(text[start:end].strip() == text[start:end] != "" for start, end in spans)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())


@given(st.integers(1, 300), st.integers(3, 60))
def test_long_sentences_are_cut_into_slices(number: int, most: int) -> None:
    text = " ".join(f"word{n}{',' if n % 7 == 0 else ''}" for n in range(number))
    slices = limit_words(text, 0, len(text), most)
    assert all(len(text[start:end].split()) <= most for start, end in slices)
    assert " ".join(text[start:end] for start, end in slices) == text


@pytest.mark.parametrize(
    ("question", "wanted"),
    [
        ("Who leads the dockers' union?", "Berta Osk has led the dockers' union since 2019."),
        ("How many dockers walked out?", "About 900 dockers walked out after talks broke down."),
        ("Which country lent the port money?", "The port was built with money that Finland lent."),
        ("What year was the union of the dockers founded?", "The dockers founded their union in 1911."),
    ],
)
def test_the_sentence_that_has_what_is_asked_for(question: str, wanted: str) -> None:
    text = (
        "The dockers of Tarn have a union, and the union has a hall. Berta Osk has led the dockers' union since 2019. "
        "The dockers founded their union in 1911. About 900 dockers walked out after talks broke down. "
        "The dockers walked out of the hall. The port was built with money that Finland lent. "
        "Who leads them is unclear."
    )
    assert wanted in quotes(question, evidence(text), most=2)


@pytest.mark.parametrize(
    ("question", "beside", "answers"),
    [
        (
            "Who runs the trams?",
            "The company runs the trams.",
            "Its director, Ansgar Perl, said that fares would rise.",
        ),
        ("Which minister shut the port?", "The port was shut by order.", "Mayor Ansgar Perl protested against it."),
        ("When will the new trams come?", "The trams come in 2 colours.", "They are expected in March."),
        ("How much funding do the trams get?", "The trams get no funding for 3 lines.", "Tarn got 12m crowns."),
    ],
)
def test_what_can_answer_counts_more_than_what_only_speaks_of_it(question: str, beside: str, answers: str) -> None:
    scored = {one.text: one for one in score_sentences(question, evidence(f"{beside} {answers}"), {})}
    fits = [FEATURES.index("unit_fits"), FEATURES.index("person_fits")]
    assert any(scored[answers].features[sign] for sign in fits)
    assert not any(scored[beside].features[sign] for sign in fits)


def test_not_three_versions_of_one() -> None:
    pieces = evidence(
        "About 900 dockers walked out in the port of Tarn on Monday.",
        "About 900 dockers walked out in the port of Tarn on Monday, police said.",
        "The harbour company counted 600 dockers on strike.",
    )
    chosen = quotes("How many dockers walked out in Tarn?", pieces)
    assert len(chosen) == 2 and "The harbour company counted 600 dockers on strike." in chosen


def test_a_pronoun_brings_the_sentence_before_along() -> None:
    pieces = evidence("Ole Vint has run the harbour of Tarn for ten years. He will retire from the harbour in June.")
    candidates = score_sentences("When will the harbour director retire?", pieces, {})
    chosen = [one for one in choose_quotes(candidates, 2) if one.text.startswith("He will")]
    assert len(chosen) == 1
    both = readable_order(with_lead_ins(chosen, candidates, 3), pieces)
    assert [quote.text[:8] for quote in both] == ["Ole Vint", "He will "]
    assert with_lead_ins(chosen, candidates, 1) == chosen


def test_where_the_latest_is_asked_for_older_articles_come_behind() -> None:
    pieces = evidence(
        "The bridge of Tarn was closed. The bridge of Tarn has a crack.", "The bridge of Tarn opened again."
    )
    days = (date(2024, 5, 1), date(2024, 6, 1))
    dated = [
        replace(piece, article=replace(piece.article, published=Timestamp(day)))
        for piece, day in zip(pieces, days, strict=True)
    ]
    candidates = score_sentences("the bridge of Tarn", dated, {})
    for one in candidates:  # the older article's fit a little better
        one.score = 11.0 if one.source == 0 else 10.0
    assert newest_first(candidates, dated)[0].text == "The bridge of Tarn opened again."


def test_the_sentence_before_a_pronoun_takes_the_place_of_the_last() -> None:
    pieces = evidence(
        "Ole Vint has run the harbour of Tarn for ten years. He will retire from the harbour in June.",
        "The harbour of Tarn will get a new crane in June. Gulls sat on it. The harbour was dredged in June, too.",
    )
    candidates = score_sentences("When will the harbour director retire?", pieces, {})
    by_text = {one.text: one for one in candidates}

    def quote(text: str, score: float) -> Quote:
        return Quote(by_text[text].source, by_text[text].start, by_text[text].end, text, score)

    retires = quote("He will retire from the harbour in June.", 3.0)
    crane = quote("The harbour of Tarn will get a new crane in June.", 2.0)
    dredged = quote("The harbour was dredged in June, too.", 1.0)
    led = with_lead_ins([retires, crane, dredged], candidates, 3)
    assert [one.text[:8] for one in led] == ["He will ", "The harb", "Ole Vint"] and dredged not in led
    weakest = quote("He will retire from the harbour in June.", 0.5)  # gives way to one that needs no other
    assert [one.text[:8] for one in with_lead_ins([crane, dredged, weakest], candidates, 3)][2] == "Ole Vint"
    assert with_lead_ins([weakest], candidates, 1) == [weakest]


def test_the_answer_is_verbatim_and_every_citation_resolves() -> None:
    pieces = evidence("Nobody came.", "The vote was on Thursday. It was lost by two votes.")
    candidates = score_sentences("When was the vote lost?", pieces, {})
    quoted = as_answer(readable_order(choose_quotes(candidates, 3), pieces), pieces)
    sources = {source.key: source for source in quoted.sources}
    for sentence in quoted.sentences:
        source = sources[sentence.citations[0]]
        assert sentence.text in [source.text[start:end] for start, end in source.highlights]
    assert "“The vote was on Thursday [14 March 2024].” – Tarn Courier, 15 March 2024 [1]" in quoted.text


def test_a_day_that_only_the_page_tells_is_said_to_be_the_pages() -> None:
    (piece,) = evidence("The vote was lost by two votes.")
    scraped = replace(piece, article=replace(piece.article, date_source=DateSource.PAGE_HEADER))
    quoted = as_answer([Quote(0, 0, 31, "The vote was lost by two votes.", 1.0)], [scraped])
    assert quoted.text.endswith("– Tarn Courier, page of 15 March 2024 [1]")


def test_the_best_quote_stands_first_and_only_neighbours_are_joined() -> None:
    pieces = evidence(
        "The council met late. Two members were ill. Inga Osk is the mayor of Tarn. She has held office since 2019.",
        "Tarn has a new bridge.",
    )
    candidates = {one.text: one for one in score_sentences("Who is the mayor of Tarn?", pieces, {})}
    scores = {"The council met late.": 1, "Inga Osk is the mayor of Tarn.": 9, "She has held office since 2019.": 3}
    scores["Tarn has a new bridge."] = 2
    chosen = [
        Quote(candidates[text].source, candidates[text].start, candidates[text].end, text, score)
        for text, score in scores.items()
    ]
    quoted = as_answer(readable_order(chosen, pieces), pieces)
    assert [(sentence.text, sentence.follows) for sentence in quoted.sentences] == [
        ("Inga Osk is the mayor of Tarn.", False),
        ("She has held office since 2019.", True),
        ("Tarn has a new bridge.", False),
        ("The council met late.", False),
    ]
    assert [source.key for source in quoted.sources] == ["1", "2"]


PUBLISHED = date(2024, 3, 15)  # a Friday


@pytest.mark.parametrize(
    ("sentence", "explained"),
    [
        ("The vote was on Thursday.", ["14 March 2024"]),
        ("The vote was on Friday.", ["15 March 2024"]),
        ("The vote will be held on Thursday.", ["21 March 2024"]),
        ("She would invite them as early as Monday.", ["18 March 2024"]),
        ("They met yesterday and meet again tomorrow.", ["14 March 2024", "16 March 2024"]),
        ("Sales fell last month.", ["February 2024"]),
        ("Sales fell last year.", ["2023"]),
        ("They met last week.", ["4–10 March 2024"]),
        ("Shops opened early on Black Friday.", []),
        ("She writes for the Sunday Times.", []),
        ("Since 2019 nothing has changed.", []),
    ],
)
def test_what_thursday_means(sentence: str, explained: list[str]) -> None:
    found = glosses(sentence, PUBLISHED)
    assert [gloss.text for gloss in found] == explained
    assert all(0 < gloss.offset <= len(sentence) for gloss in found)
    assert glosses(sentence, None) == ()
