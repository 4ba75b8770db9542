from __future__ import annotations

from datetime import date

import pytest

from archive.outlet_names import OutletNames
from assistant.conversation import Turn
from assistant.outlets import find_outlets
from assistant.planner import Known, plan_text
from assistant.question import Kind, Question, core_of, kind_of, quoted_phrases
from assistant.rewrite import leans_on_history, stand_alone
from assistant.words import names, stem

ASKED = date(2024, 5, 15)
OUTLETS = OutletNames(("The Norland Ledger", "Tarn Courier", "Eastwick Evening Post", "Financial Times", "The Week"))
KNOWN = Known(OUTLETS)


def history(*turns: str) -> tuple[Turn, ...]:
    return tuple(Turn("user" if index % 2 == 0 else "assistant", text) for index, text in enumerate(turns))


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Who replaced her?", Kind.NAME),
        ("Where was the bridge?", Kind.NAME),
        ("How many dockers walked out?", Kind.NUMBER),
        ("What percentage did they get?", Kind.NUMBER),
        ("When did the strike end?", Kind.DATE),
        ("What year was the port dug?", Kind.DATE),
        ("Which airline announced it?", Kind.WHICH),
        ("Why was it closed?", Kind.REASON),
        ("wreck depth", Kind.NUMBER),
        ("new bridge opening date", Kind.DATE),
        ("reason the ferry stopped", Kind.REASON),
        ("What is the cause they fight for, and who leads them?", Kind.NAME),
        ("date night at the pier", Kind.OTHER),
        ("Who left, and when?", Kind.DATE),
        ("Back in May, when was it due?", Kind.DATE),
        ("How many died when the dam broke?", Kind.NUMBER),
        ("When the dam broke, who was on duty?", Kind.NAME),
        ("What did the minister say?", Kind.OTHER),
    ],
)
def test_kind(question: str, kind: Kind) -> None:
    assert kind_of(question) is kind


def test_the_sentence_that_asks() -> None:
    assert core_of("The ferry sank off Tarn on Monday. Who was its captain?") == "Who was its captain?"
    assert core_of("Who won?") == "Who won?"


def test_white_space_in_a_question_is_one_blank() -> None:
    put = "Was it in\n the flood" + " " * 900 + "or\ton the ship? "
    assert Question(put, date(2024, 3, 1)).text == "Was it in the flood or on the ship?"


def test_quoted_phrases_in_either_kind_of_quotes() -> None:
    assert quoted_phrases('Who said "tired of promises" or “no ships”?') == ("tired of promises", "no ships")


def test_names_and_stems() -> None:
    text = "Did Luiz da Silva meet NASA's chief at the Bank of England in May?"
    assert [one.text for one in names(text)] == ["Luiz da Silva", "NASA's", "Bank of England"]
    polite = "Hello, I'd like to know what I’ve missed, and who's Berta Osk? He’d gone."
    assert [one.text for one in names(polite)] == ["Berta Osk"]
    assert [stem(one) for one in ("Łucja", "Brønnøysund", "Hægvik", "São", "Strauß")] == [
        stem(one) for one in ("lucja", "bronnoysund", "haegvik", "sao", "strauss")
    ]
    assert stem("policies") == stem("policy") and stem("Ford’s") == stem("ford") and stem("1,500") == "1500"


@pytest.mark.parametrize(
    ("text", "outlets"),
    [
        ("What did the Norland Ledger write about the strike?", ["The Norland Ledger"]),
        ("What did the Ledger report on the strike?", ["The Norland Ledger"]),
        ("According to the Tarn courier, how many walked out?", ["Tarn Courier"]),
        ("What did the FT say about the port?", ["Financial Times"]),
        ("How did the Ledger and the Courier differ on the count?", ["The Norland Ledger", "Tarn Courier"]),
        ("Which Ledger reporter was sued?", []),
        ("What happened this week in Tarn?", []),
        ("Who was taken by courier to the post office?", []),
    ],
)
def test_outlets_named_as_sources(text: str, outlets: list[str]) -> None:
    assert [one.outlet for one in find_outlets(text, OUTLETS)] == outlets


COMMON = OutletNames(
    (
        "Tarn Courier",
        "Eastwick Evening Post",
        "The Norland Ledger",
        "Radio Sund",
        "NBB News",
        "Tarn Press Agency",
        "Daily Star",
        "New Scientist",
        "The Norland Observer",
        "Sund Herald Echo",
        "Eastwick Skibladet",
    )
)


@pytest.mark.parametrize(
    ("text", "outlets"),
    [
        ("what did the courier say about the ferry", ["Tarn Courier"]),
        ("What did the courier report?", ["Tarn Courier"]),
        ("according to the evening post how many drowned", ["Eastwick Evening Post"]),
        ("how did the courier and the ledger differ on the count", ["Tarn Courier", "The Norland Ledger"]),
        ("how did the courier and radio sund report the count", ["Tarn Courier", "Radio Sund"]),
        ("how many articles in the ledger mention the ferry", ["The Norland Ledger"]),
        ("the courier's coverage of the strike", ["Tarn Courier"]),
        ("what did nbb say about the strike", ["NBB News"]),
        ("what did the skibladet write about the lake", ["Eastwick Skibladet"]),
        ("what did the press agency say about the storm", ["Tarn Press Agency"]),
        ("radio sund on the strike", ["Radio Sund"]),
        ("radio sund on strike", []),
        ("The Ledger about the strike", []),  # a short form of a name begins many headlines
        ("the courier was attacked", []),
        ("Why was the courier attacked?", []),
        ("did the courier carry a parcel for the post", []),
        ("What happened after the courier said that he had been robbed?", []),
        ("the courier and the ledger were stolen", []),
        ("the courier's story of the robbery", []),
        ("who was taken by courier to the evening post office", []),
        ("radio sund on the brink of closure", []),
        ("What did the agency say about the reactor?", []),
        ("what did the star say about her divorce", []),
        ("what did the scientist say", []),
        ("according to the observer the vote was fair", []),
        ("what did she say about the strike", []),  # the initials of an outlet, too
        ("what did the post say", []),
    ],
)
def test_outlets_in_small_letters_count_where_nothing_but_a_source_stands(text: str, outlets: list[str]) -> None:
    assert [one.outlet for one in find_outlets(text, COMMON)] == outlets


@pytest.mark.parametrize(
    ("text", "outlets"),
    [
        ("which birds in the sky are counted", []),
        ("what grows in the sun", []),
        ("What grows best in the shade, the sun or the sky?", []),
        ("what did sky report on the strike", ["Sky"]),
        ("according to sky, who won", ["Sky"]),
        ("What did the Sun print about it?", ["The Sun"]),
        ("what did the sun say about it", ["The Sun"]),
        ("Who said so in the Sun?", ["The Sun"]),
        ("How did Sky and the Sun differ?", ["Sky", "The Sun"]),
    ],
)
def test_an_outlet_called_by_a_word_is_that_word_in_small_letters(text: str, outlets: list[str]) -> None:
    assert [one.outlet for one in find_outlets(text, OutletNames(("Sky", "The Sun")))] == outlets


def test_an_alias_that_fits_two_outlets_is_left_out() -> None:
    found = find_outlets("What did the Post report?", OutletNames(("Eastwick Post", "Tarn Post")))
    assert found == []


def test_a_comparison_of_outlets_is_split() -> None:
    plan = plan_text(Question("How did the Ledger and the Courier differ on the dockers' strike?", ASKED), KNOWN)
    assert [part.outlets for part in plan.parts] == [("The Norland Ledger",), ("Tarn Courier",)]
    assert all("strike" in part.question and "Ledger" not in part.question for part in plan.parts)


def test_a_second_question_gets_the_words_it_points_back_to() -> None:
    plan = plan_text(Question("Who won the Norland Cup and when did they win it first?", ASKED), KNOWN)
    assert len(plan.parts) == 2
    assert "Norland" in plan.parts[1].question


def test_context_before_a_question_is_not_split_off() -> None:
    plan = plan_text(Question("Police arrested 31 men at a parade. Where was the parade?", ASKED), KNOWN)
    assert len(plan.parts) == 1


def test_time_belongs_to_the_plan_and_not_to_the_search_words() -> None:
    plan = plan_text(Question("How many dockers walked out in March 2024?", ASKED), KNOWN)
    part = plan.parts[0]
    assert part.question == "How many dockers walked out?"
    assert part.window is not None and (part.window.start, part.window.end) == (date(2024, 3, 1), date(2024, 3, 31))


STRIKE = history("Who leads the dockers' union in Tarn?", "Berta Osk, since 2019.")


@pytest.mark.parametrize(
    ("turns", "text", "wanted"),
    [
        (STRIKE, "Who replaced her?", ["Berta Osk", "replaced", "Tarn"]),
        (
            history("What did Ford announce in March 2024?", "A new plant."),
            "What about Volvo?",
            ["Volvo", "announce", "March 2024"],
        ),
        (
            history("Who won the Norland Cup in 2024?", "Tarn United."),
            "And the year before that?",
            ["Norland Cup", "2023"],
        ),
        (
            history("What happened in Tarn in April 2024?", "The strike ended."),
            "and before that?",
            ["Tarn", "before 2024-04-01"],
        ),
        (history("What happened in Tarn in April 2024?", "The strike ended."), "and in May?", ["Tarn", "in May"]),
        (history("What is new in Tarn?", "Did you mean the dockers' strike?"), "yes", ["dockers' strike"]),
        (
            history("How large was the crack in the bridge of Eastwick?", "40 centimetres."),
            "why?",
            ["crack", "Eastwick"],
        ),
    ],
)
def test_follow_ups_stand_alone(turns: tuple[Turn, ...], text: str, wanted: list[str]) -> None:
    plan = plan_text(Question(text, ASKED, turns), KNOWN)
    assert all(words in plan.standalone for words in wanted), plan.standalone
    assert plan.question == text
    assert any(plan.standalone in note for note in plan.notes)


def test_a_new_subject_is_left_alone() -> None:
    text = "How long is the crack in the Eastwick bridge?"
    assert not leans_on_history(text)
    assert stand_alone(text, STRIKE, ASKED).text == text


def test_a_model_may_rewrite_and_the_plan_shows_it() -> None:
    def rewrite(turns: tuple[Turn, ...], text: str) -> str:
        assert turns == STRIKE
        return f"{text} [rewritten]"

    assert (
        plan_text(Question("Who replaced her?", ASKED, STRIKE), KNOWN, rewrite).standalone
        == "Who replaced her? [rewritten]"
    )
