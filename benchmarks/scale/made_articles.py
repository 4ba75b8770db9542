"""Articles in any number, made by recombining the sample's sentences; for measuring size and speed, not quality.

A sentence taken as it is would stand in hundreds of articles, and they would all be near copies. So every seventh
longer word is replaced by one of a made-up vocabulary with the frequencies of real text (Zipf), which also lets the
index's dictionary grow as it does with news.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from sample import ARTICLES

SENTENCES_AN_ARTICLE = 21
PASSAGES_AN_ARTICLE = 3  # about; what really came out is reported
FIRST_DAY = date(2022, 1, 1)
DAYS = 730
_SYLLABLES = ("ba", "den", "fir", "gol", "ham", "ister", "jor", "kel", "lun", "mar", "nev", "or", "pel", "quin", "ros",
              "sel", "tor", "ul", "ven", "wes", "yar", "zan")  # fmt: skip


def sample_sentences() -> list[str]:
    """Every sentence of the sample's JSON lines articles."""
    texts: list[str] = []
    for file in sorted(ARTICLES.glob("*.jsonl")):
        texts += [json.loads(line).get("text", "") for line in file.read_text(encoding="utf-8").splitlines() if line]
    sentences = [one.strip() for text in texts for one in re.split(r"(?<=[.!?])\s+", text)]
    return [one for one in sentences if len(one.split()) >= 6]


def made_articles(count: int, seed: int = 7) -> Iterator[dict[str, str]]:
    """So many records as ingestion reads them."""
    chance = random.Random(seed)
    sentences = sample_sentences()
    names = ["".join(chance.choice(_SYLLABLES) for _ in range(chance.randint(2, 4))) for _ in range(40_000)]
    for number in range(count):
        chosen = [_varied(sentence, names, chance) for sentence in chance.sample(sentences, SENTENCES_AN_ARTICLE)]
        paragraphs = [" ".join(chosen[start : start + 3]) for start in range(0, len(chosen), 3)]
        yield {
            "id": f"made-{number}",
            "url": f"https://made.example/{number}",
            "title": " ".join(chosen[0].split()[:9]),
            "text": "\n\n".join(paragraphs),
            "outlet": f"Made Outlet {number % 9}",
            "published": (FIRST_DAY + timedelta(days=chance.randrange(DAYS))).isoformat(),
        }


def write_articles(path: Path, passages: int) -> int:
    """Write enough articles for about so many passages; returns how many."""
    count = max(1, passages // PASSAGES_AN_ARTICLE)
    with path.open("w", encoding="utf-8") as file:
        for record in made_articles(count):
            file.write(json.dumps(record) + "\n")
    return count


def _varied(sentence: str, names: list[str], chance: random.Random) -> str:
    def other(word: re.Match[str]) -> str:
        if chance.random() > 1 / 7:
            return word.group()
        name = names[min(len(names) - 1, int(chance.paretovariate(0.6)) - 1)]
        return name.capitalize() if word.group()[0].isupper() else name

    return re.sub(r"[A-Za-z]{5,}", other, sentence)
