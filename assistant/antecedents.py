"""Whom "he" or "she" means in a conversation: a person named in it, of whom nothing was said that fits the other one.

Pure. That a name is a person's is told by what stands around it ("said Doe", "Doe, 34", "Captain Doe"), that it is none
too ("at Doe", "the coaster Doe"). Whether a person is a he or a she, only the conversation's own pronouns tell: never a
list of first names.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from assistant.people import PLACES_AND_BODIES, TITLES
from assistant.sentences import split_sentences
from assistant.words import is_content, names, words

_HE, _SHE = "he", "she"
_GENDER = {"he": _HE, "him": _HE, "his": _HE, "she": _SHE, "her": _SHE, "hers": _SHE}
PRONOUN = re.compile(r"\b(?P<word>he|she|him|her|his|hers)\b", re.IGNORECASE)
_SAY = (
    r"(?:said|says|say|told|tells|added|asked|replied|wrote|writes|called|argued|insisted|admitted|warned|promised"
    r"|resigned|denied|announced|confirmed|explained|thinks|thought|believes|hopes)"
)
_BECAME = (
    r"(?:was|is|were|has been|will be) (?:sworn|elected|re-elected|appointed|named|born|jailed|sentenced|arrested"
    r"|killed|charged|buried|convicted|acquitted|married|chosen|suspended|dismissed|sacked)"
)
_CHOSE = r"(?:named|appointed|nominated|picked|chose|chosen|hired|promoted)"
_AFTER_A_PERSON = re.compile(
    rf"^(?:,?\s+(?:who|whose)\b|,\s+\d\d?\b|\s+\(\d\d?\)|\s+(?:has |had |also )?{_SAY}\b|\s+{_BECAME}\b)"
)
_BEFORE_A_PERSON = re.compile(
    rf"\b(?:{_SAY}|by|minister|chairwoman|chairman|president|leader|director|mayor),?\s+$", re.IGNORECASE
)
_BEFORE_ANOTHER = re.compile(r"\b(?:in|at|on|off|near|from|aboard|through|across|the)\s+$", re.IGNORECASE)
_SHIP_OR_SO = re.compile(r"\bthe\s+(?:[a-z][\w’'-]*\s+){1,2}$")
_NEAR = 80  # characters on either side of a name that tell whose it is
_NO_PERSON = PLACES_AND_BODIES | {"weir", "works"}


def whom(
    pronoun: str, answer: str, topic_names: Sequence[str], previous: str, known: Mapping[str, str] | None = None
) -> str | None:
    """The name that ``pronoun`` stands for; None where the conversation has none that can be.

    ``topic_names``: those of the question before; of a question after somebody the ``answer``'s come first. ``known``:
    what the conversation has called people by their last name, ``he`` or ``she``.
    """
    asks_who = re.search(r"\b(?:who|whom|whose|which)\b", previous, re.IGNORECASE) is not None
    wanted, text = _GENDER[pronoun.lower()], f"{answer}\n{previous}"
    called = {**_called(answer), **(known or {})}
    in_answer = _fitting([name.text for name in names(answer)], text, called, wanted)
    in_question = _fitting(topic_names, text, called, wanted)
    asked = {_last(name) for name in topic_names}
    new = [name for name in in_answer if _last(name) not in asked]
    likeliest = [*new, *in_question, *in_answer] if asks_who else [*in_question, *in_answer]
    found = next(iter([*likeliest, *topic_names]), None)
    return _without_title(found) if found else None


def _fitting(found: Sequence[str], text: str, called: Mapping[str, str], wanted: str) -> list[str]:
    """The names that may be meant, the likeliest first: full names, persons, and not those who only chose another."""
    may_be = [name for name in dict.fromkeys(found) if called.get(_last(name), wanted) == wanted]
    full = [name for name in may_be if " " in name] or may_be
    signs = {name: _is_person(name, text) for name in full}
    first = full[:1] if full and full[0] == found[0] else []  # what an answer begins with it is mostly about
    order = [*(name for name in first if signs[name] == 0), *(name for name in full if signs[name] > 0), *full]
    kept = list(dict.fromkeys(name for name in order if signs[name] >= 0))
    if not kept or not _chose_another(kept[0], text):
        return kept
    return sorted(kept, key=lambda name: (_chose_another(name, text), not _was_chosen(name, text)))


def _chose_another(name: str, text: str) -> bool:
    return re.search(rf"{re.escape(name)}\s+(?:has |had |have )?{_CHOSE}\s+[A-Z]", text) is not None


def _was_chosen(name: str, text: str) -> bool:
    return re.search(rf"\b{_CHOSE}\s+{re.escape(name)}", text) is not None


def called_by(text: str, rewritten: str) -> dict[str, str]:
    """What a question calls the person whom its rewriting names: "did she win?" -> ``{"doe": "she"}``."""
    pronoun = PRONOUN.search(text)
    new = [name.text for name in names(rewritten) if name.text not in text]
    return {_last(new[0]): _GENDER[pronoun["word"].lower()]} if pronoun and new else {}


def is_possessive(pronoun: str, rest: str) -> bool:
    """Whether "her" is "whose" and not "whom": "her deputy", not "what happened to her at the election"."""
    if pronoun.lower() in {"his", "hers"}:
        return True
    following = re.match(r"\s+([\w’'-]+)", rest)
    return pronoun.lower() == "her" and following is not None and is_content(following[1])


def _called(text: str) -> dict[str, str]:
    """Whom the text calls he or she: in a sentence, after the only name that may be a person's."""
    called: dict[str, str] = {}
    for start, end in split_sentences(text):
        sentence = re.sub(r"^\W*?[“\"]", "", text[start:end])  # what quotes mode sets it in
        found = names(sentence)
        sign_of = {name: _is_person(name, sentence) for name in {one.text for one in found}}
        signs = [(one, sign_of[one.text]) for one in found]
        least = 1 if any(sign > 0 for _, sign in signs) else 0
        for pronoun in PRONOUN.finditer(sentence):
            if not _is_of_the_subject(pronoun["word"], sentence[pronoun.end() :]):
                continue
            sure = least if pronoun["word"].lower() in {"he", "she"} else 0  # "Doe named Roe as his successor"
            before = {_last(one.text) for one, sign in signs if sign >= sure and one.end <= pronoun.start()}
            if len(before) == 1 and _is_said_of(sentence, pronoun.start()):
                called.setdefault(before.pop(), _GENDER[pronoun["word"].lower()])
    return called


def _is_of_the_subject(pronoun: str, rest: str) -> bool:
    """Whether it can be whoever was named before: "Doe said that she", "Doe and her son"; "Doe hit her" is another."""
    return pronoun.lower() in {"he", "she"} or is_possessive(pronoun, rest)


def _is_said_of(sentence: str, place: int) -> bool:
    """Whether a pronoun stands outside of quotation marks: in them somebody speaks of somebody else."""
    return sentence.count("“", 0, place) == sentence.count("”", 0, place) and sentence.count('"', 0, place) % 2 == 0


def _is_person(name: str, text: str) -> int:
    """1 where the text tells that a name is a person's, -1 where that it is none, 0 where neither."""
    own = [word.text.lower() for word in words(name)]
    if not own or own[-1] in _NO_PERSON:
        return -1
    if len(own) > 1 and TITLES & set(own[:-1]):
        return 1
    signs = 0
    for place in _places(name, text):
        before, after = text[max(0, place[0] - _NEAR) : place[0]], text[place[1] : place[1] + _NEAR]
        if _AFTER_A_PERSON.match(after) or _BEFORE_A_PERSON.search(before):
            return 1
        if _BEFORE_ANOTHER.search(before) or _SHIP_OR_SO.search(before):
            signs = -1
    return signs


def _places(name: str, text: str) -> Iterable[tuple[int, int]]:
    """Where a name stands, in full or by its last word."""
    forms = {name, name.rsplit(maxsplit=1)[-1]} if " " in name else {name}
    for form in forms:
        for match in re.finditer(rf"(?<!\w){re.escape(form)}(?!\w)", text):
            start = match.start()
            if form != name and text.endswith(name[: -len(form)], 0, start):
                start -= len(name) - len(form)
            yield start, match.end()


def _last(name: str) -> str:
    return name.rsplit(maxsplit=1)[-1].casefold()


def _without_title(name: str) -> str:
    """The name as it is searched: "Ansel Doe" for "Works Minister Ansel Doe"; "Captain Doe" stays."""
    name = re.sub(r"['’]s?$", "", name)
    parts = name.split()
    titles = [index for index, part in enumerate(parts[:-1]) if part.strip(".").lower() in TITLES]
    rest = parts[titles[-1] + 1 :] if titles else parts
    return " ".join(rest) if len(rest) > 1 else name
