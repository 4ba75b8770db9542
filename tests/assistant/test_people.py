"""Names of people are told by what stands beside them, and looked for where only a person's name answers."""

from __future__ import annotations

import pytest

from assistant.people import asks_for_person, people
from assistant.question_features import take_apart


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Its director, Ansgar Perlhuhn, said the works would close.", ["Ansgar Perlhuhn"]),
        ("First Minister Maud Ilvers named Pia Sorrel as his successor.", ["Maud Ilvers", "Pia Sorrel"]),
        ("The man, whom the radio identified as Filip Carl, survived.", ["Filip Carl"]),
        ("Goalkeeper Tarek Ålund saved three.", ["Tarek Ålund"]),
        ("It was confirmed by Olek Danil, the secretary.", ["Olek Danil"]),
        ("Łucja Żur, who wrote it, and Jean-Luc van der Meer, 57, left.", ["Łucja Żur", "Jean-Luc van der Meer"]),
        ("Dr. J. K. Rowe spoke.", ["J. K. Rowe"]),
        ("The Harbour Bridge Company said Kestrel Sound was closed.", []),
        ("The steamer Maren Lys sank after Kestrel Sound froze.", []),
        ("It was bought by Harbour Mutual Bank.", []),
        ("captain of the Maren Lys", []),
        ("In March Friday Street was shut.", []),
        (
            "Anna Bonde holds the record, and Bernd Arn, the chairman of the works, the cup.",
            ["Anna Bonde", "Bernd Arn"],
        ),
        ("Connor Weir, a striker, beat the keeper.", ["Connor Weir"]),
        ("The prize of Best Manager of the Year went to nobody.", []),
        ("", []),
    ],
)
def test_people_are_told_by_what_stands_beside_their_names(text: str, names: list[str]) -> None:
    assert people(text) == names


@pytest.mark.parametrize(
    ("question", "asks"),
    [
        ("Who runs the tramways?", True),
        ("who's behind the offer", True),
        ("Whose painting was stolen?", True),
        ("which opposition senator resigned", True),
        ("name of the goalkeeper who saved it", True),
        ("What was the name of the Norwegian who fell?", True),
        ("What is the name of the bank where it was kept?", False),
        ("names of the two ferries", False),
        ("Where did the man who fell live?", False),
        ("When did the minister who resigned speak?", False),
        ("What did the mayor say?", False),
        ("Which newspaper reported it?", False),
        ("What number of people came?", False),
        ("Which party won?", False),
        ("Which retailer cut its prices?", False),
        ("Which Canadian bank bought the insurer?", False),
        ("What is the name of the Italian steelworks?", False),
        ("Which Norwegian won the race?", True),
        ("Which Norwegian skier won?", True),
        ("Which cancer drug was approved?", False),
        ("Which merger was called off?", False),
        ("Ansgar Perl, who left the works, is to lead which club?", False),
        ("The ferry sank. Who was its captain, and where is he?", True),
        ("storm at tarn who named it", True),
    ],
)
def test_what_asks_for_a_person(question: str, asks: bool) -> None:
    assert asks_for_person(question) is asks
    assert take_apart(question, {}).person is asks
