from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer_stream import AnswerStream
from assistant.citations import split_cited, with_numbers
from assistant.plain_text import plain_text, running_text

KNOWN = {"s4k7", "d2n9", "c3c3"}


@pytest.mark.parametrize(
    ("text", "plain", "keys", "unknown"),
    [
        ("Two were hurt [s4k7].", "Two were hurt.", ("s4k7",), ()),
        ("Two were hurt. [s4k7]", "Two were hurt.", ("s4k7",), ()),
        ("Two were hurt [s4k7, d2n9].", "Two were hurt.", ("s4k7", "d2n9"), ()),
        ("Two were hurt [s4k7][d2n9].", "Two were hurt.", ("s4k7", "d2n9"), ()),
        ("Two were hurt 【S4K7†source】.", "Two were hurt.", ("s4k7",), ()),
        ("Two were hurt (s4k7; d2n9).", "Two were hurt.", ("s4k7", "d2n9"), ()),
        ("Two were hurt [source: s4k7 and d2n9].", "Two were hurt.", ("s4k7", "d2n9"), ()),
        ("Two were hurt [^s4k7].", "Two were hurt.", ("s4k7",), ()),
        ("Two were hurt s4k7.", "Two were hurt.", ("s4k7",), ()),
        ("Two were hurt [z9z9].", "Two were hurt.", (), ("z9z9",)),
        ("Two were hurt [1].", "Two were hurt.", (), ("1",)),
        ("Two were hurt [1-3, s4k7].", "Two were hurt.", ("s4k7",), ("1-3",)),
        ("Ann (12) was hurt [].", "Ann (12) was hurt.", (), ()),
        ("“It [the ferry] sank [sic]” [s4k7].", "“It [the ferry] sank [sic]”.", ("s4k7",), ()),
        ("In [2024] two were hurt.", "In [2024] two were hurt.", (), ()),
        ("Route b2b2 and (d2) stay.", "Route b2b2 and (d2) stay.", (), ()),
        ("Two were hurt (Source 1).", "Two were hurt.", (), ("1",)),
        ("Two were hurt [S1].", "Two were hurt.", (), ("s1",)),
        ("Two were hurt (Article 5, S1).", "Two were hurt (Article 5, S1).", (), ()),
    ],
)
def test_only_the_keys_handed_out_are_citations(
    text: str, plain: str, keys: tuple[str, ...], unknown: tuple[str, ...]
) -> None:
    sentences = split_cited(text, KNOWN)
    assert " ".join(one.text for one in sentences) == plain
    assert tuple(dict.fromkeys(key for one in sentences for key in one.keys)) == keys
    assert tuple(dict.fromkeys(token for one in sentences for token in one.unknown)) == unknown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One [s4k7]. Two [d2n9].", [("One.", "s4k7"), ("Two.", "d2n9")]),
        ("According to s4k7, two died.", [("Two died.", "s4k7")]),
        ("One died [s4k7]. According to [d2n9], two died.", [("One died.", "s4k7"), ("Two died.", "d2n9")]),
        ("One died [s4k7]. In [d2n9], two died.", [("One died.", "s4k7"), ("Two died.", "d2n9")]),
        ("[s4k7] says that two died. [d2n9] reports one death.", [("Two died.", "s4k7"), ("One death.", "d2n9")]),
        ("Two died, according to [s4k7].", [("Two died.", "s4k7")]),
        ("Two, as reported by [s4k7], died.", [("Two died.", "s4k7")]),
        ("Two died (see [s4k7]).", [("Two died.", "s4k7")]),
        ("Ann (aged 12 [s4k7]) died.", [("Ann (aged 12) died.", "s4k7")]),
        ("According to the Echo [s4k7], two died.", [("According to the Echo, two died.", "s4k7")]),
        ("Two died in [s4k7] the harbour.", [("Two died in the harbour.", "s4k7")]),
        ("Two died. [s4k7] Reports say so [d2n9].", [("Two died.", "s4k7"), ("Reports say so.", "d2n9")]),
        ("One. [s4k7] Two. [d2n9]", [("One.", "s4k7"), ("Two.", "d2n9")]),
        ("He said “no.” [s4k7]. Then two [d2n9]!", [("He said “no.”", "s4k7"), ("Then two!", "d2n9")]),
        ("One at 3.5% [s4k7]. U.S. troops left [d2n9].", [("One at 3.5%.", "s4k7"), ("U.S. troops left.", "d2n9")]),
        ("One [s4k7]\n\nTwo [d2n9]", [("One", "s4k7"), ("Two", "d2n9")]),
        ("One.\n[d2n9] Two.", [("One.", ""), ("Two.", "d2n9")]),
        ("One. Two [s4k7] and more [d2n9].", [("One.", ""), ("Two and more.", "s4k7 d2n9")]),
        ("[s4k7]", []),
    ],
)  # fmt: skip
def test_each_sentence_gets_its_own_citations(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(one.text, " ".join(one.keys)) for one in split_cited(text, KNOWN)] == expected


@given(
    st.lists(
        st.sampled_from(["Two were hurt", "[s4k7]", "[d2n9]", "[q8q8]", ". ", "\n", " ", "“no.”", "[sic]"]), max_size=14
    )
)
def test_no_citation_is_lost_or_invented(parts: list[str]) -> None:
    text = "Start " + "".join(parts)
    sentences = split_cited(text, KNOWN)
    assert {key for one in sentences for key in one.keys} == {key for key in KNOWN if f"[{key}]" in parts}
    assert any(one.unknown for one in sentences) == ("[q8q8]" in parts)
    assert not any(key in one.text for one in sentences for key in [*KNOWN, "q8q8"])


def test_printed_numbers_stand_before_the_full_stop() -> None:
    assert with_numbers("Two were hurt.", ["1", "2"]) == "Two were hurt [1][2]."
    assert with_numbers("He said “no.”", ["1"]) == "He said “no.” [1]"
    assert with_numbers("Two", []) == "Two"


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("See [the report](https://evil.example/x?q=1) now", "See the report now"),
        ("![pixel](http://evil.example/p.png) Two", " Two"),
        ("![pixel][ref] Two\n[ref]: http://evil.example/p.png", " Two\n"),
        ("Go to https://evil.example/a(b)c today (https://evil.example/a)", "Go to  today ()"),
        ("Go to <https://evil.example> or www.evil.example now", "Go to  or  now"),
        ("Mail assist@evil.com or visit evil.com/join", "Mail  or visit "),
        ("<img src=x onerror=alert(1)>Two <b>hurt</b>", "Two hurt"),
        ("<scr<script>ipt>alert(1)</script>", "alert(1)"),
        ("javascript:alert(1) data:text/html;base64,AAA", " "),
        ("## Answer\n\n- **Two** were `hurt`\n1. one\n> quote\n---", "Answer\n\nTwo were hurt\none\nquote\n"),
        ("It cost 5 * 3 - 2 < 4, see bbc.com.", "It cost 5  3 - 2 < 4, see bbc.com."),
        ("Zero\u200bwidth\u202e", "Zerowidth"),
    ],
)
def test_nothing_but_plain_text_comes_in(written: str, shown: str) -> None:
    assert plain_text(written, "as BBC.com reports")[0] == shown


def test_leaving_an_address_out_is_reported() -> None:
    assert plain_text("at evil.com", "evidence")[1]
    assert not plain_text("**bold** at U.S. Steel", "evidence")[1]


def test_a_list_of_sources_of_the_models_own_is_dropped() -> None:
    assert running_text("Two were hurt [s4k7].\n\nSources:\n[s4k7] BBC, 3 May") == "Two were hurt [s4k7]."


def test_a_model_that_writes_nothing_but_line_ends_holds_nobody_up() -> None:
    """It took minutes for 2,000 of them: the test's time limit would tell."""
    written = "Two were hurt [s4k7]." + "\n" * 20_000
    assert running_text(f"{written}It sank [d2n9].").split() == "Two were hurt [s4k7]. It sank [d2n9].".split()
    assert running_text(f"{written}Sources: \n[s4k7] BBC") == "Two were hurt [s4k7]."


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("## Answer\n\nTwo were hurt [s4k7].", "\n\nTwo were hurt [s4k7]."),
        ("**Answer:**\nTwo were hurt [s4k7].", "\nTwo were hurt [s4k7]."),
        ("# Two were hurt [s4k7]", "# Two were hurt [s4k7]"),
        ("**Two were hurt.**\n**One died [s4k7]**", "**Two were hurt.**\n**One died [s4k7]**"),
        (
            "The reports differ:\n\n- Two died [s4k7].\n- One [d2n9].",
            "The reports differ: Two died [s4k7].\n- One [d2n9].",
        ),
        ("| what | how many |\n|---|:---:|\n| hurt | two [s4k7] |", "\nhurt, two [s4k7]"),
        ("It sank at 3:\n45 were hurt.", "It sank at 3: 45 were hurt."),
        ("A | B stays, and 3 - 2 too.", "A | B stays, and 3 - 2 too."),
    ],
)
def test_what_only_lays_an_answer_out_is_no_sentence(written: str, read: str) -> None:
    assert running_text(written) == read


STREAMED = (
    "**Two** people, see [a link](http://evil.example), were hurt [s4k7]. It [sic] sank [d2n9, s4k7][q8q8]. "
    "<img src=x> (aged 12) ended (c3c3).\n- A list [d2n9].\nOpen [bracket that never"
)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13, 1000])
def test_what_is_shown_while_streaming_does_not_depend_on_the_pieces(size: int) -> None:
    stream = AnswerStream(KNOWN, "evidence", "NOT_IN_ARCHIVE")
    shown = [stream.feed(STREAMED[start : start + size]) for start in range(0, len(STREAMED), size)]
    text = "".join([*shown, stream.finish()])
    assert text == (
        "Two people, see a link, were hurt [1]. It [sic] sank [2][1]. "
        " (aged 12) ended [3].\nA list [2].\nOpen [bracket that never"
    )


def test_words_are_shown_as_soon_as_they_are_whole() -> None:
    stream = AnswerStream(KNOWN, "", "NOT_IN_ARCHIVE")
    assert stream.feed("Two peo") == "Two"
    assert stream.feed("ple were [s4") == " people were"
    assert stream.feed("k7]. ") == " [1]."


@pytest.mark.parametrize("size", [1, 4, 100])
@pytest.mark.parametrize("refusal", ["NOT_IN_ARCHIVE", "**NOT_IN_ARCHIVE**", " NOT_IN_ARCHIVE.\nSorry"])
def test_a_refusal_is_never_shown(refusal: str, size: int) -> None:
    stream = AnswerStream(KNOWN, "", "NOT_IN_ARCHIVE")
    shown = [stream.feed(refusal[start : start + size]) for start in range(0, len(refusal), size)]
    assert "".join([*shown, stream.finish()]) == ""


@given(st.text(alphabet="ab [](){}<>!.\n*#-s4k7", max_size=60), st.integers(1, 9))
def test_streaming_never_fails_and_never_shows_a_key(text: str, size: int) -> None:
    stream = AnswerStream(KNOWN, "", "NOT_IN_ARCHIVE")
    pieces = [stream.feed(text[start : start + size]) for start in range(0, len(text), size)]
    shown = "".join([*pieces, stream.finish()])
    assert "[s4k7]" not in shown
