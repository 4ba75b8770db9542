"""Pairs of a sentence and the passage it was taken from, some with one number, date, name or quotation changed.

Seeded, and written apart from the verifier: it shares no pattern with it. A changed value is sometimes one that stands
elsewhere in the same passage, which is what a language model gets wrong most.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

SMALL = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December"]  # fmt: skip
DIGITS = re.compile(r"(?<![\w.,:/-])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?![\w:/]|[.,]\d)")
SPELLED = re.compile(r"\b(" + "|".join(SMALL) + r")\b(?! (?:of the|another|or))")
LARGE = re.compile(r"\b(\d+(?:\.\d+)?) (million|billion|trillion)\b")
SHORT = {"million": "m", "billion": "bn", "trillion": "tn"}
QUOTED = re.compile(r"(?:“|(?<![^\s(])\")([^\s”\"“][^”\"“]{15,300})[”\"]")
DAY = re.compile(r"\bon (" + "|".join(DAYS) + r")\b")
MONTH_DAY = re.compile(r"\b(" + "|".join(MONTHS) + r") (\d{1,2})\b(?!,? \d{4}|-)")
YEAR = re.compile(r"\b(?:in|since|of) (20[012]\d)\b(?!-)")
PERSON = re.compile(r"(?<=[a-z,] )([A-Z][a-z]+ [A-Z][a-z]+)\b(?! [A-Z])")


@dataclass(frozen=True)
class Pair:
    kind: str  # what was done: "number", "quote", "date", "name" were changed; "same" and "respelled" are true
    sentence: str
    passage: str
    published: date | None
    title: str
    change: str = ""

    @property
    def is_true(self) -> bool:
        return self.kind in {"same", "respelled"}


def passages_of(text: str, longest: int = 180) -> list[str]:
    """Paragraphs joined to passages of about ``longest`` words."""
    passages: list[list[str]] = [[]]
    for paragraph in text.split("\n\n"):
        if passages[-1] and sum(len(one.split()) for one in passages[-1]) + len(paragraph.split()) > longest:
            passages.append([])
        passages[-1].append(paragraph)
    return ["\n\n".join(parts) for parts in passages if parts]


def sentences_of(passage: str) -> list[str]:
    found = []
    for paragraph in passage.split("\n"):
        found += re.split(r"(?<=[a-z0-9)][.!?])\s+(?=[A-Z])|(?<=[.!?][”\"])\s+(?=[A-Z])", paragraph)
    return [one.strip() for one in found if 8 <= len(one.split()) <= 50 and one.strip()[-1:] in '.!?”"']


def make_pairs(
    articles: list[tuple[str, str, date | None]], seed: int, per_passage: int = 1, people: list[str] | None = None
) -> Iterator[Pair]:
    """True and changed pairs of (title, text, published) articles."""
    chance = random.Random(seed)  # noqa: S311 - the same pairs every time
    names = people or [name for _, text, _ in articles for name in PERSON.findall(text)]
    for title, text, published in articles:
        for passage in passages_of(text):
            sentences = sentences_of(passage)
            for sentence in chance.sample(sentences, min(per_passage, len(sentences))):
                yield Pair("same", sentence, passage, published, title)
                for respelled in _respelled(sentence, published, chance):
                    yield Pair("respelled", respelled, passage, published, title, sentence)
                for kind, changed in _changed(sentence, passage, names, chance):
                    if changed not in passage:
                        yield Pair(kind, changed, passage, published, title, sentence)


def _swap(sentence: str, match: re.Match[str], new: str, group: int = 0) -> str:
    return sentence[: match.start(group)] + new + sentence[match.end(group) :]


def _respelled(  # noqa: C901, PLR0912 - a list, one spelling after another
    sentence: str, published: date | None, chance: random.Random
) -> Iterator[str]:
    if match := LARGE.search(sentence):
        amount, scale = match[1], match[2]
        yield _swap(sentence, match, f"{amount}{SHORT[scale]}")
        if scale == "million":
            yield _swap(sentence, match, f"{round(float(amount) * 1e6):,}")
    if match := SPELLED.search(sentence):
        yield _swap(sentence, match, str(SMALL.index(match[1]) + 2))
    for match in DIGITS.finditer(sentence):
        figure = match[0]
        if figure.isdigit() and 2 <= int(figure) <= 12 and not _is_dated(sentence, match):
            yield _swap(sentence, match, SMALL[int(figure) - 2])
        elif figure.isdigit() and 20 <= int(figure) <= 99 and not _is_dated(sentence, match):
            tens, ones = TENS[int(figure) // 10 - 2], int(figure) % 10
            yield _swap(sentence, match, tens if not ones else f"{tens}-{['one', *SMALL][ones - 1]}")
        elif re.fullmatch(r"\d{1,3},\d{3}", figure):
            yield _swap(sentence, match, figure.replace(",", ""))
            if figure.endswith(",000"):
                yield _swap(sentence, match, f"{figure[:-4]} thousand")
        break
    if "%" in sentence:
        yield sentence.replace("%", chance.choice([" per cent", " percent"]))
    elif re.search(r"\d (?:percent|per cent)\b", sentence):
        yield re.sub(r"(\d) (?:percent|per cent)\b", r"\1%", sentence)
    if '"' in sentence or "“" in sentence:
        quotes = iter("“”" * 20)
        yield re.sub(r"[\"“”]", lambda _: next(quotes), sentence)
    if re.search(r"[\"“”]", sentence):
        return  # a date inside a quotation must stay as it was said
    if (match := DAY.search(sentence)) and published is not None and "next" not in sentence and "will" not in sentence:
        day = published - timedelta(days=(published.weekday() - DAYS.index(match[1])) % 7)
        spoken = chance.choice([f"{day.day} {MONTHS[day.month - 1]} {day.year}", f"{MONTHS[day.month - 1]} {day.day}",
                                f"{match[1]}, {day.day} {MONTHS[day.month - 1]}", day.isoformat()])  # fmt: skip
        yield _swap(sentence, match, spoken, 1)
    if match := MONTH_DAY.search(sentence):
        yield _swap(sentence, match, chance.choice([f"{match[2]} {match[1]}", f"{match[1][:3]}. {match[2]}"]))


def _is_dated(sentence: str, match: re.Match[str]) -> bool:
    months = "(?:" + "|".join(month[:3] for month in MONTHS) + ")"
    before, after = sentence[: match.start()], sentence[match.end() :]
    return bool(re.search(months + r"\w*\.? $", before) or re.match(" " + months, after))


def _changed(sentence: str, passage: str, names: list[str], chance: random.Random) -> Iterator[tuple[str, str]]:
    if match := _any(DIGITS, sentence, chance):
        yield "number", _swap(sentence, match, _other_figure(match[0], passage, chance))
    if match := _any(SPELLED, sentence, chance):
        yield "number", _swap(sentence, match, chance.choice([word for word in SMALL if word != match[1]]))
    if match := _any(LARGE, sentence, chance):
        wrong = "million" if match[2] == "billion" else "billion"
        yield "number", _swap(sentence, match, wrong, 2)
    if match := _any(QUOTED, sentence, chance):
        yield "quote", _swap(sentence, match, _other_words(match[1], chance), 1)
    if match := _any(DAY, sentence, chance):
        yield "date", _swap(sentence, match, chance.choice([day for day in DAYS if day != match[1]]), 1)
    if match := _any(MONTH_DAY, sentence, chance):
        day = chance.choice([number for number in range(1, 29) if number != int(match[2])])
        yield "date", _swap(sentence, match, str(day), 2)
    if match := _any(YEAR, sentence, chance):
        yield "date", _swap(sentence, match, str(int(match[1]) - chance.randint(2, 9)), 1)
    if (match := _any(PERSON, sentence, chance)) and names:
        other = chance.choice(names)
        if not set(other.split()) & set(re.findall(r"\w+", passage)):
            yield "name", _swap(sentence, match, other)


def _any(pattern: re.Pattern[str], sentence: str, chance: random.Random) -> re.Match[str] | None:
    found = list(pattern.finditer(sentence))
    return chance.choice(found) if found else None


def _other_figure(figure: str, passage: str, chance: random.Random) -> str:
    elsewhere: list[str] = [other for other in DIGITS.findall(passage) if other != figure and len(other) < 8]
    if elsewhere and chance.random() < 0.3:
        return chance.choice(elsewhere)
    places = [place for place, letter in enumerate(figure) if letter.isdigit()]
    place = chance.choice(places)
    digit = chance.choice([str(number) for number in range(1, 10) if str(number) != figure[place]])
    return figure[:place] + digit + figure[place + 1 :]


def _other_words(quoted: str, chance: random.Random) -> str:
    words = quoted.split()
    place = chance.randrange(1, len(words)) if len(words) > 1 else 0
    way = chance.choice(["leave out", "put in", "replace"])
    if way == "leave out" and len(words) > 4:
        del words[place if place < len(words) - 1 else place - 1]
    elif way == "put in":
        words.insert(place, chance.choice(["not", "never", "always", "perhaps"]))
    else:
        words[place] = chance.choice(["something", "nobody", "elsewhere", "quickly"])
    return " ".join(words)
