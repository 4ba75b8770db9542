"""Sentences of an article that speak to a machine instead of to its readers: instructions smuggled in (pure).

They stay in the article and in the passage, where a reader sees them; they are not chosen as quotes. A question that is
about such things gets them all the same, and so do words in quotation marks: that is how news reports them.
"""

from __future__ import annotations

import re

_QUOTED = re.compile(r"[\"“„«][^\"“”„«»\n]{2,600}[\"”»]")
_TO_A_MACHINE = re.compile(
    r"\byour (?:\w+ )?(?:response|reply|answer|output|summary) (?:with|in|by|as|so that|must|should)\b"
    r"|\b(?:in|to|into|of|from|with) your (?:\w+ )?(?:responses?|reply|replies|answers?|output|summary)\b"
    r"|^\W*\w+ your (?:\w+ )?(?:responses?|reply|replies|answers?|output)\b"
    r"|\b(?:ignore|disregard|forget|override)\b[^.]{0,40}\b(?:instructions?|prompts?|guidelines|the above)\b"
    r"|\b(?:system prompts?|as an ai|you are (?:now )?(?:an? )?(?:\w+ )?(?:ai|assistant|chatbot|language model))\b"
    r"|<\|\w+\|>|\[/?INST\]|^\W*(?:system|assistant)\s*:",
    re.IGNORECASE,
)


def speaks_to_a_machine(sentence: str) -> bool:
    """Whether a sentence, its quotations aside, gives orders on how to answer."""
    return _TO_A_MACHINE.search(_QUOTED.sub(" ", sentence)) is not None
