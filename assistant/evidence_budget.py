"""How much evidence a model with a small context gets: the best pieces first, as far as they fit (pure).

Tokens are counted with cl100k_base, other models' tokenizers need more for the same text: ``MARGIN`` allows for that.
Where it isn't enough the endpoint says so, and the evidence is cut once more.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from assistant.answer import Source
from assistant.sentences import split_sentences

MARGIN = 1.25
BLOCK_TOKENS = 70  # the marks around a piece, its outlet, day and headline


def evidence_tokens(context: int, reply: int, rest: str, count_tokens: Callable[[str], int]) -> int:
    """How many tokens of evidence fit beside the reply and the ``rest`` of the prompt, as cl100k_base counts."""
    return max(0, int((context - reply) / MARGIN) - count_tokens(rest))


def fitting(evidence: Sequence[Source], budget: int, count_tokens: Callable[[str], int]) -> tuple[Source, ...]:
    """The pieces that fit, in their order; one that doesn't is passed over. The best is always kept, cut if need be."""
    kept: list[Source] = []
    spent = 0
    for source in evidence:
        cost = count_tokens(source.text) + BLOCK_TOKENS
        if spent + cost <= budget:
            kept.append(source)
            spent += cost
        elif not kept:
            kept.append(_cut(source, budget - BLOCK_TOKENS, count_tokens))
            spent = budget
    return tuple(kept)


def _cut(source: Source, budget: int, count_tokens: Callable[[str], int]) -> Source:
    """The first sentences of a piece that fit; at least one."""
    ends = [end for _, end in split_sentences(source.text)] or [len(source.text)]
    fit = [end for end in ends if count_tokens(source.text[:end]) <= budget]
    end = max(fit, default=ends[0])
    return replace(source, text=source.text[:end], end=source.start + end)
