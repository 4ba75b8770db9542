"""How telling each word of a question is in this archive: its inverse document frequency, by stem."""

from __future__ import annotations

import math

from archive.store import ArchiveStore
from assistant.words import begins_sentence, is_content, words

_UNUSED = 0.5  # of the average weight: what a common word counts that the archive never uses


def rarities(store: ArchiveStore, question: str) -> dict[str, float]:
    """How telling each content word (stem) of a question is in this archive: log(1 + passages / (1 + those with it)).

    A common noun or verb that no article uses is most likely another word for the same thing, so it tells no more than
    the question's other words do on average; a name or a number that is nowhere tells a lot.
    """
    tokens = [word for word in words(question) if is_content(word.text)]
    frequency = store.document_frequency(list({word.text.lower() for word in tokens}))
    total = max(store.passage_count, 1)
    weights, unused = dict[str, float](), set[str]()
    for word in tokens:
        count = frequency.get(word.text.lower(), 0)
        weights[word.stem] = max(weights.get(word.stem, 0.0), math.log(1 + total / (1 + count)))
        if not count and not word.is_number and not (word.is_capital and not begins_sentence(question, word.start)):
            unused.add(word.stem)
    used = [weight for one, weight in weights.items() if one not in unused]
    usual = _UNUSED * sum(used) / len(used) if used else 1.0
    return {one: min(weight, usual) if one in unused else weight for one, weight in weights.items()}
