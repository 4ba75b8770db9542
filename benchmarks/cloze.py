"""Questions made from articles: a number, a date or a name is taken out of any sentence, and asked for in some style.

Pure and seeded. Readers ask about details with the topic's words and a few of the sentence's own, so that is what a
question here has: some words of the sentence (seldom all), often some of the headline, sometimes words of the
neighbouring sentences, in an order that may be the sentence's or may not. Made for fitting and checking what picks
sentences (benchmarks/quotes.py), because question sets written by hand ask mostly about the first lines.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from assistant.sentences import split_sentences
from assistant.words import MONTH_NAMES, STOPWORDS, content_stems, is_content, names, stem, words
from evaluation.question_set import TestQuestion

_MONTHS = "|".join(name.capitalize() for name in MONTH_NAMES)
_DATES = re.compile(
    rf"\b(?:(?:{_MONTHS}) \d{{1,2}}|\d{{1,2}} (?:{_MONTHS})|(?:19|20)\d\d|(?:{_MONTHS}) (?:19|20)\d\d)\b"
)
_NUMBERS = re.compile(
    r"(?P<money>[$£€]\s?)?\d+(?:,\d{3})*(?:\.\d+)?(?![\w,.]\d|\w)(?: (?:million|billion|trillion))?"
    r"(?P<percent>%| percent| per cent)?"
)
_PLACE_BEFORE = re.compile(r"\b(?:in|at|near|from|to|outside)\s+(?:the\s+)?$")
_FIGURES_FIRST = 0.85  # how often a number or a date is preferred to a name
_LEAST_SHARED = 1  # content words of the sentence that a question must keep to be answerable
_SAYS = re.compile(r"^,? (?:said|says|told|who|wrote|tweeted|has|had|will|was)\b")


@dataclass(frozen=True, slots=True)
class Blank:
    """What is taken out: ``sentence[start:end]``, and the words that ask for it."""

    start: int
    end: int
    asks: str  # "how many dockers", "who", "when"
    noun: str  # the same as a keyword searcher would put it: "number", "name", "date"


def cloze_questions(articles: Sequence[dict[str, Any]], most: int, seed: int) -> list[TestQuestion]:
    """``most`` questions on as many articles, one each. ``articles``: records with id, title, text, published."""
    random_source = random.Random(seed)
    order = list(articles)
    random_source.shuffle(order)
    made: list[TestQuestion] = []
    for article in order:
        question = _question(article, random_source)
        if question is not None:
            made.append(question)
        if len(made) == most:
            break
    return made


def _question(article: dict[str, Any], random_source: random.Random) -> TestQuestion | None:
    text, title = str(article["text"]), re.split(r"\s[|–-]\s|\.\.\.", str(article["title"]))[0]
    spans = [span for span in split_sentences(text) if _is_prose(text[slice(*span)])]
    if len(spans) < 5:
        return None
    place = random_source.randrange(len(spans))
    sentence = text[slice(*spans[place])]
    blanks = [blank for blank in find_blanks(sentence) if _is_rare(sentence[blank.start : blank.end], text, title)]
    if not blanks:
        return None
    figures = [blank for blank in blanks if blank.noun not in {"name", "place"}]
    blank = random_source.choice(figures if figures and random_source.random() < _FIGURES_FIRST else blanks)
    beside = " ".join(text[slice(*spans[n])] for n in (place - 1, place + 1) if 0 <= n < len(spans))
    question = _worded(sentence, blank, title, beside, random_source)
    if len(set(content_stems(question)) & set(content_stems(sentence))) < _LEAST_SHARED:
        return None
    asked = date.fromisoformat(str(article["published"])[:10]) + timedelta(days=random_source.randrange(1, 15))
    return TestQuestion(
        id=f"cloze-{article['id']}",
        question=question,
        asked_on=asked,
        answers=(sentence[blank.start : blank.end].removesuffix(" percent").removesuffix(" per cent"),),
        expect="answer",
        relevant=(str(article["id"]),),
        tags=(blank.noun, "lead" if place < 3 else "later"),
    )


def _is_prose(sentence: str) -> bool:
    tokens = sentence.split()
    small = sum(word[:1].islower() for word in tokens)
    return 9 <= len(tokens) <= 45 and sentence.rstrip('"”’)')[-1:] in {".", "!"} and small > len(tokens) / 2


def find_blanks(sentence: str) -> list[Blank]:
    """Everything in a sentence that a question could ask for."""
    blanks = [
        Blank(*match.span(), "what year" if match[0].isdigit() else "when", "date")
        for match in _DATES.finditer(sentence)
    ]
    dates = [(one.start, one.end) for one in blanks]
    for match in _NUMBERS.finditer(sentence):
        inside = any(start <= match.start() < end for start, end in dates)
        if not inside and len(match[0]) > 1 and sentence[max(0, match.start() - 1) : match.start()] in {"", " "}:
            asks, noun = _asking_for_number(sentence, match)
            blanks.append(Blank(*match.span(), asks, noun))
    for name in names(sentence):
        if name.start and len(name.text) > 3 and not re.search(r"[\d’']", name.text):
            where = bool(_PLACE_BEFORE.search(sentence[: name.start]))
            person = " " in name.text and bool(_SAYS.match(sentence[name.end :]))
            asks = "where" if where else "who" if person else "what"
            blanks.append(Blank(name.start, name.end, asks, "place" if where else "name"))
    return blanks


def _asking_for_number(sentence: str, match: re.Match[str]) -> tuple[str, str]:
    if match["money"]:
        return "how much", "money"
    if match["percent"]:
        return "what percentage", "percentage"
    following = [word.text for word in words(sentence[match.end() : match.end() + 60])][:2]
    while following and not (is_content(following[-1]) and following[-1].islower()):
        following.pop()
    return (f"how many {' '.join(following)}", "number") if following else ("what number", "number")


def _is_rare(answer: str, text: str, title: str) -> bool:
    """Whether an answer stands in the article once or twice and not in its headline: otherwise anything answers."""
    return answer not in title and len(re.findall(rf"(?<!\w){re.escape(answer)}(?!\w)", text)) <= 2


def _worded(sentence: str, blank: Blank, title: str, beside: str, random_source: random.Random) -> str:
    """The question in one of four styles: a clause, a question word and words, keywords, a topic and a clause."""
    style = random_source.choice(("clause", "words", "keywords", "topic"))
    asked = frozenset(content_stems(blank.asks))
    own = [word.text for word in words(sentence[: blank.start] + " " + sentence[blank.end :])]
    own = [word for word in dict.fromkeys(own) if is_content(word) and stem(word) not in asked]
    kept = _some(own, random_source.choice((1, 1, 2, 2, 3, 4)), random_source)
    topic = _some(content_words(title, kept), random_source.choice((1, 2, 2, 3, 3, 4)), random_source)
    near = _some(content_words(beside, kept + topic), random_source.choice((0, 0, 1, 1, 2)), random_source)
    if style == "keywords":
        picked = [*topic, *kept, *near, *(content_words(blank.asks.removeprefix("how many"), []) or [blank.noun])]
        return " ".join(picked).lower() if random_source.random() < 0.5 else " ".join(picked)
    if style == "words":
        return (
            f"{blank.asks.capitalize()} {' '.join([*kept, *near])} {' '.join(['in', *topic] if topic else [])}".strip()
            + "?"
        )
    clause = _clause(sentence, blank, random_source)
    if style == "topic" and topic:
        return f"{' '.join(topic)}: {blank.asks} {clause}?"
    return f"{blank.asks.capitalize()} {clause}{' in ' + ' '.join(topic) if topic else ''}?"


def _clause(sentence: str, blank: Blank, random_source: random.Random) -> str:
    """Words around the blank as they stand, function words too, some content words left out."""
    before, after = sentence[: blank.start].split(), sentence[blank.end :].split()
    share = random_source.uniform(0.25, 0.7)
    span = [*before[-random_source.randint(1, 7) :], *after[: random_source.randint(1, 7)]]
    return " ".join(
        word.strip('.,;:"“”') for word in span if word.lower() in STOPWORDS or random_source.random() < share
    )


def content_words(text: str, besides: Sequence[str]) -> list[str]:
    """The words of a text that carry meaning, as written, without those of ``besides``."""
    known = {stem(word) for word in besides}
    return [word.text for word in words(text) if is_content(word.text) and word.stem not in known]


def _some(choices: Sequence[str], number: int, random_source: random.Random) -> list[str]:
    """``number`` of them, in their order."""
    picked = sorted(random_source.sample(range(len(choices)), min(number, len(choices))))
    return [choices[index] for index in picked]
