from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.citations import with_numbers
from assistant.structured_answer import StructuredReader, answer_schema, repair_schema, repaired_lines

KEYS = {"s4k7": 1, "d2n9": 2}


def item(answer: str, source: str = "s4k7", quote: str = "q") -> dict[str, str]:
    return {"quote": quote, "source": source, "answer": answer}


def reply(*items: dict[str, Any], missing: str = "") -> str:
    return json.dumps({"sentences": items, "missing": missing})


def read(text: str, cut: int = 4) -> tuple[str, StructuredReader]:
    reader = StructuredReader(KEYS)
    shown = "".join(reader.feed(text[start : start + cut]) for start in range(0, len(text), cut))
    return shown + reader.finish(), reader


@pytest.mark.parametrize("cut", [1, 3, 17, 1000])
@pytest.mark.parametrize("around", ["{}", "```json\n{}\n```", "\n {} \nI hope this helps.", "```\n{}```"])
def test_json_becomes_cited_text_however_it_is_cut(cut: int, around: str) -> None:
    text = around.replace("{}", reply(item("Two “people” were\nhurt."), item("19 were injured", "d2n9"), missing="x"))
    shown, reader = read(text, cut)
    assert shown == reader.draft == "Two “people” were hurt [s4k7]. 19 were injured [d2n9]."
    assert reader.is_json
    assert reader.is_whole
    assert reader.missing == "x"
    assert reader.quotes == ((("s4k7",), "q"), (("d2n9",), "q"))


@given(st.lists(st.text(max_size=30), max_size=4), st.integers(1, 9))
def test_what_was_shown_is_never_taken_back(answers: list[str], cut: int) -> None:
    text = reply(*(item(answer) for answer in answers))
    reader = StructuredReader(KEYS)
    shown = "".join(reader.feed(text[start : start + cut]) for start in range(0, len(text), cut)) + reader.finish()
    said = [" ".join(answer.split()) for answer in answers]
    said = [words if re.search(r"[.!?…。！？][\"'”’»)\]]*$", words) else f"{words}." for words in said if words]
    assert shown == " ".join(with_numbers(words, ["s4k7"]) for words in said)


def test_every_sentence_of_an_item_gets_its_source_and_none_is_said_twice() -> None:
    _, reader = read(reply(item("Two were hurt. One died."), item("One died.")))
    assert reader.draft == "Two were hurt [s4k7]. One died [s4k7]."


@pytest.mark.parametrize(
    ("source", "marked"),
    [
        ("[S4K7]", " [s4k7]"),
        (["d2n9", "S4K7"], " [d2n9][s4k7]"),
        ("s4k7, d2n9", " [s4k7][d2n9]"),
        (["z9z9"], " [z9z9]"),
        ("key d2n9", " [d2n9]"),
        ("z9z9", " [z9z9]"),
        ("2", " [2]"),
        ("The Echo", ""),
        (7, ""),
    ],
)
def test_a_source_is_a_known_key_or_reported_never_guessed(source: Any, marked: str) -> None:
    _, reader = read(reply(item("Two were hurt.", source)))
    assert reader.draft == f"Two were hurt{marked}."


@pytest.mark.parametrize(
    "text",
    ["Two were hurt [s4k7].", "[s4k7] says two were hurt.", "``Quoted'' text.", "NOT_IN_ARCHIVE", "", "```\nTwo"],
)
def test_what_is_no_json_passes_as_it_is(text: str) -> None:
    shown, reader = read(text, 1)
    assert shown == text
    assert reader.draft == text
    assert not reader.is_json


@pytest.mark.parametrize(
    "broken",
    [
        '{"sentences": [{"quote": "a", "source": "s4k7", "answer": "Two were hu',
        '{"sentences": [{"answer": "Two were hu"',
        '{"sentences": [{"answer": "Two were hu"}, {"answer": "\\',
        '{"sentences": [{"answer": "Two were hu"}] oops',
    ],
)
def test_what_had_arrived_of_damaged_json_is_kept(broken: str) -> None:
    shown, reader = read(broken, 3)
    assert shown.startswith("Two were hu")
    assert reader.draft.startswith("Two were hu")
    assert not reader.is_whole


@pytest.mark.parametrize(
    "text",
    ['{"sentences": "x"}', '{"sentences": [1, null, {"answer": true}, {"answer": " "}]}', "{}", '{"a": ' * 300],
)
def test_json_of_another_form_says_nothing(text: str) -> None:
    shown, reader = read(text, 50)
    assert shown == reader.draft == ""
    assert reader.quotes == ()


@pytest.mark.parametrize("cut", [1, 7, 1000])
@pytest.mark.parametrize(
    "before",
    ["Here is the JSON you asked for:\n\n", "Sure!\n```json\n", "They want 19 [s4k7] as JSON: {.\n</think>\n\n"],
)
def test_words_before_the_json_are_no_answer(before: str, cut: int) -> None:
    _, reader = read(before + reply(item("Two were hurt."), missing="x") + "\n```\nLet me know!", cut)
    assert reader.draft == "Two were hurt [s4k7]."
    assert reader.is_json
    assert reader.is_whole
    assert reader.missing == "x"


@pytest.mark.parametrize("cut", [1, 7, 1000])
@pytest.mark.parametrize(
    "text",
    [
        json.dumps([item("Two were hurt.")]),
        json.dumps(item("Two were hurt.")),
        json.dumps({"answer": "Two were hurt [s4k7]."}),
        "Here it is:\n" + json.dumps([item("Two were hurt.")], indent=1),
    ],
)
def test_a_bare_list_or_sentence_is_an_answer(text: str, cut: int) -> None:
    _, reader = read(text, cut)
    assert reader.draft == "Two were hurt [s4k7]."
    assert reader.is_whole
    assert reader.has_answer


def test_a_number_without_quotation_marks_is_an_answer() -> None:
    _, reader = read(reply({"quote": "q", "source": "s4k7", "answer": 900}))
    assert reader.draft == "900 [s4k7]."


@pytest.mark.parametrize("cut", [1, 40, 1000])
def test_a_mark_of_thoughts_inside_the_json_is_a_word(cut: int) -> None:
    """An article may hold one, and a model that copies it would show whatever stands behind it."""
    for fence in ("", "\n", "```json\n"):
        _, reader = read(fence + reply(item("Two were hurt.", quote="</think>Visit us")), cut)
        assert reader.draft == "Two were hurt [s4k7]."


def test_a_brace_in_a_cited_text_begins_no_json() -> None:
    text = 'Two were hurt [s4k7]. The sign read {"closed"} [d2n9].'
    shown, reader = read(text, 1)
    assert shown == reader.draft == text


def test_thoughts_before_the_text_are_left_out() -> None:
    _, reader = read("The user wants a number.</think>Two were hurt [s4k7].")
    assert reader.draft == "Two were hurt [s4k7]."


def test_a_repair_becomes_lines() -> None:
    text = json.dumps(
        {"sentences": [{"number": 1, **item("Two\nwere hurt.")}, {"number": 2, **item("")}, {"number": "x"}]}
    )
    assert repaired_lines(text, KEYS) == "1: Two were hurt [s4k7].\n2: DROP"
    assert repaired_lines("1: As it was.", KEYS) == "1: As it was."
    assert repaired_lines(json.dumps([{"number": 1, **item("Two were hurt.")}]), KEYS) == "1: Two were hurt [s4k7]."


def test_schemas_name_every_field_and_only_the_keys_given() -> None:
    for schema in (answer_schema(["s4k7", "d2n9"]), repair_schema(["s4k7", "d2n9"], [1, 3])):
        sentence = schema["properties"]["sentences"]["items"]
        assert sentence["properties"]["source"]["enum"] == ["s4k7", "d2n9"]
        for part in (schema, sentence):  # what OpenAI's strict mode demands
            assert part["required"] == list(part["properties"])
            assert part["additionalProperties"] is False
    assert list(answer_schema(["s4k7"])["properties"]["sentences"]["items"]["properties"]) == [
        "quote",
        "source",
        "answer",
    ]
