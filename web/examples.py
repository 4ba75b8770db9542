"""Example questions made from the headlines at hand, so that they can be answered here. Pure.

A topic is a run of one to three words that several headlines share; what headlines share is what the archive can
answer from more than one article.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from archive.article import Article
from assistant.calendar_days import MONTHS, WEEKDAYS
from web import texts
from web.days import day_of

MOST_HEADLINES = 600
LONGEST_TOPIC = 3
LONGEST_HEADLINE = 90

_WORD = re.compile(r"[^\W_]+(?:[’'\-][^\W_]+)*")
_DIGITS = re.compile(r"\d")

_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_TIMES = frozenset(MONTHS).union(
    WEEKDAYS,
    "today yesterday tomorrow tonight week weeks month months year years spring summer autumn winter".split(),
    "day days hour hours".split(),
)

# Words that a topic can't begin or end with; a language without them here only gets longer topics.
_LITTLE = frozenset(
    "a about after again all amid an and are as at back be before by can day days for from get gets has have he her his"
    " how if in into is it its more most new no not now of off on one or our out over own per say says said set she so"
    " than that the their they this to two under up us was we week were what when where who why will with would year"
    " years you your just first last three four five may could should against between during without plan plans call"
    " calls still most still top many some other others next make makes made take takes rise rises fall falls".split()
)


def examples(articles: Sequence[Article], most: int = 4) -> list[str]:
    """Up to ``most`` questions, each of another kind and about another topic, from articles newest first."""
    recent = [article for article in articles[:MOST_HEADLINES] if article.title.strip()]
    topics = shared_topics(recent)
    questions: list[str] = []
    for topic, about in topics:
        if len(questions) >= most:
            break
        question = _question(topic, about, kind=len(questions))
        if question not in questions:
            questions.append(question)
    told = {article.article_id for _, about in topics[: len(questions)] for article in about}
    for article in recent:
        if len(questions) >= most:
            break
        headline = article.title.strip().rstrip(".?!…")
        if article.article_id not in told and len(headline) <= LONGEST_HEADLINE and not _speaks_of_time(headline):
            questions.append(texts.example_headline(headline))
            told.add(article.article_id)
    return questions


def _speaks_of_time(headline: str) -> bool:
    """Whether a headline names a time of its own: as a question it would ask for articles of that time."""
    words = {word.casefold() for word in _WORD.findall(headline)}
    return bool(words & _TIMES) or bool(_YEAR.search(headline))


def _question(topic: str, about: Sequence[Article], kind: int) -> str:
    outlets = list(dict.fromkeys(article.outlet for article in about if article.outlet))
    day = day_of(about[0].published)
    topic = topic[0].upper() + topic[1:]
    if kind == 1 and len(outlets) > 1:
        return texts.example_outlets(topic, outlets[0], outlets[1])
    if kind == 2 and day is not None:
        return texts.example_month(topic, texts.month(day.year, day.month))
    return texts.example_topic(topic) if kind else texts.example_latest(topic)


def shared_topics(articles: Sequence[Article]) -> list[tuple[str, list[Article]]]:
    """Topics with the articles whose headlines hold them, the most telling first; no two share a word."""
    found: dict[str, list[Article]] = defaultdict(list)
    written: dict[str, str] = {}
    for article in articles:
        for words in _phrases(article.title):
            key = " ".join(words).casefold()
            if not found[key] or found[key][-1] is not article:
                found[key].append(article)
            # a name is capitalised wherever it stands; an ordinary word only where a headline begins
            written[key] = min(written.get(key, " ".join(words)), " ".join(words), key=_capitals)
    most = max(12, len(articles) // 10)  # what is in more headlines than this is a column's name, or says nothing
    rows = [(written[key], about) for key, about in found.items() if 1 < len(about) <= most]
    rows.sort(key=lambda row: (-_weight(row[0], row[1]), row[0]))
    chosen: list[tuple[str, list[Article]]] = []
    used: set[str] = set()
    for topic, about in rows:
        own = set(topic.casefold().split())
        if not own & used:
            chosen.append((topic, about))
            used |= own
        if len(chosen) >= 8:
            break
    return chosen


def _phrases(title: str) -> list[tuple[str, ...]]:
    """Runs of words that stand together without punctuation between them."""
    runs: list[tuple[str, ...]] = []
    for piece in re.split(r"[,:;.!?()\[\]“”\"|–—/]+|\s-\s", title):
        words = _WORD.findall(piece)
        for start in range(len(words)):
            for length in range(1, LONGEST_TOPIC + 1):
                run = tuple(words[start : start + length])
                if len(run) == length and _is_topic(run):
                    runs.append(run)
    return runs


def _is_topic(run: Sequence[str]) -> bool:
    ends = (run[0], run[-1])
    if any(word.casefold() in _LITTLE or len(word) < 3 or _DIGITS.search(word) for word in ends):
        return False
    if run[-1].endswith(("’s", "'s")):  # "St. Orla’s plans": half a name
        return False
    return len(run) > 1 or (len(run[0]) > 4 and run[0][0].isupper())


def _weight(topic: str, about: Sequence[Article]) -> float:
    words = topic.split()
    capitals = sum(word[0].isupper() for word in words)
    outlets = len({article.outlet for article in about})
    return min(len(about), 6) * (1.0 + 0.6 * (len(words) - 1)) * (1.0 + 0.4 * capitals) + min(outlets, 3)


def _capitals(text: str) -> tuple[int, str]:
    return sum(character.isupper() for character in text), text
