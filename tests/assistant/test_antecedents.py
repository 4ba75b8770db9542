from __future__ import annotations

import pytest

from assistant.antecedents import called_by, is_possessive, whom

MEMO = (
    "“Works Minister Ole Brandt told the council that he had never been shown a memo on the cracks in Merrin bridge.”"
    "\n\n“The memo was written by Ruta Ambleside, an engineer of the contractor, Corvin Steel.”"
)
SHIP = "“The coaster Anna Lund sank off Tarn.”\n\n“Among the dead is Captain Piet Osk, whose body was found.”"


@pytest.mark.parametrize(
    ("pronoun", "answer", "topic", "previous", "meant"),
    [
        ("him", MEMO, [], "Who lied about the memo?", "Ole Brandt"),
        ("her", MEMO, [], "Who wrote the memo?", "Ruta Ambleside"),  # the other one is a he
        ("he", SHIP, ["Anna Lund"], "What happened to the crew of the Anna Lund?", "Piet Osk"),  # no ship
        ("she", "“Tarn Weir was shut, said Ines Vint, 40.”", [], "Who shut the gate?", "Ines Vint"),
        ("she", "“Ole Vint named Lucia Ferrante as his successor.”", [], "Who succeeded Ole Vint?", "Lucia Ferrante"),
        ("she", "“Mayor Ada Vint named Ines Karp, a pilot, as his successor.”\n\n“It was told by Lucia Ferrante.”", [],
         "Who succeeded Piet Osk?", "Ines Karp"),
        ("he", "“Lucia Ferrante took over from Ole Vint.”", ["Lucia Ferrante"], "When did Lucia Ferrante come?",
         "Lucia Ferrante"),
        ("he", "Piet Osk Jr., 55, from Tarn, pleaded guilty to threatening to kill her.", ["Ines Vint's"],
         "Who threatened Ines Vint's life?", "Piet Osk Jr"),
        ("she", "The strike began in May.", [], "When did it begin?", None),
    ],
)  # fmt: skip
def test_whom_a_pronoun_means(pronoun: str, answer: str, topic: list[str], previous: str, meant: str | None) -> None:
    assert whom(pronoun, answer, topic, previous) == meant


def test_a_long_list_of_names_holds_nobody_up() -> None:
    """A conversation sent to the API may hold any text; 200 names took half a minute."""
    answer = f"{'Ole Vint, ' * 1_000}and Ines Karp said that she would come."
    assert whom("she", answer, [], "Who comes?") in {"Ole Vint", "Ines Karp"}


def test_whom_the_conversation_has_called_she_is_no_he() -> None:
    known = called_by("whom did she replace?", "Whom did Lucia Ferrante replace?")
    answer = "“Lucia Ferrante replaced Ole Vint.”"
    assert known == {"ferrante": "she"}
    assert whom("he", answer, ["Lucia Ferrante"], "Whom did Lucia Ferrante replace?", known) == "Ole Vint"


def test_what_a_quoted_speaker_says_of_another_is_not_said_of_the_speaker() -> None:
    answer = "““I saw him,” said Ines Vint, 40, of the man, “and he ran.””"
    assert whom("she", answer, [], "Who saw it?") == "Ines Vint"


@pytest.mark.parametrize(
    ("pronoun", "rest", "possessive"),
    [("her", " deputy?", True), ("her", " at the election?", False), ("his", " at all", True), ("she", " ran", False)],
)
def test_whose_and_whom(pronoun: str, rest: str, possessive: bool) -> None:
    assert is_possessive(pronoun, rest) is possessive
