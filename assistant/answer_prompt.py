"""What the model is told when it is asked for an answer: the rules, then evidence, conversation and question (pure).

Two forms of one request: as JSON where the endpoint can be held to it, else as text with the keys in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answer import Disagreement
from assistant.conversation import Turn
from assistant.language_model import Message
from assistant.prompt import Keys, as_data, difference_blocks, evidence_blocks, load_prompt, spoken_day
from assistant.search_plan import SearchPlan

REFUSAL = "NOT_IN_ARCHIVE"
TURNS_SHOWN = 4
LONGEST_TURN = 600  # characters


def answer_messages(
    plan: SearchPlan,
    keys: Keys,
    history: Sequence[Turn],
    *,
    differences: Sequence[Disagreement] = (),
    as_json: bool = False,
) -> tuple[Message, ...]:
    """The messages that ask for an answer. ``differences``: what the evidence was found to differ on."""
    values = {
        "nonce": keys.nonce,
        "example_key": keys.example,
        "asked_on": spoken_day(plan.asked_on),
        "evidence": evidence_blocks(keys),
        "differences": difference_blocks(keys, differences),
        "conversation": conversation_block(history, keys.nonce),
        "question": as_data(plan.standalone),
    }
    if as_json:
        return load_prompt("answer_json").render(**values)
    return load_prompt("answer").render(**values, refusal=REFUSAL)


def repair_messages(sentences: str, keys: Keys, *, as_json: bool) -> tuple[Message, ...]:
    """The messages that ask once more for what failed; ``sentences`` are numbered, each with its problems."""
    return load_prompt("repair_json" if as_json else "repair").render(sentences=sentences, example_key=keys.example)


def conversation_block(history: Sequence[Turn], nonce: str) -> str:
    """The last turns, marked as material; "" if there are none."""
    return f"<conversation-{nonce}>\n{as_lines(history)}\n</conversation-{nonce}>\n" if history else ""


def as_lines(history: Sequence[Turn]) -> str:
    """The last turns, shortened, without the printed citations of another answer."""
    lines = []
    for turn in history[-TURNS_SHOWN:]:
        said = " ".join(re.sub(r"\s?\[\d{1,3}\]", "", as_data(turn.content)).split())
        lines.append(f"{'Reader' if turn.role == 'user' else 'Answer'}: {said[:LONGEST_TURN]}")
    return "\n".join(lines)
