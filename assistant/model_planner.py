"""The language model's part of the plan: it names parts and times and puts follow-ups in full; code does the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from archive.errors import LanguageModelError
from assistant.answer import Usage
from assistant.answer_prompt import as_lines
from assistant.conversation import Turn
from assistant.language_model import LanguageModel
from assistant.plain_text import plain_text
from assistant.prompt import as_data, load_prompt, make_keys, spoken_day


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A follow-up as a stand-alone question; ``failure`` says why it is unchanged, None if all went well."""

    text: str
    usage: Usage
    failure: str | None = None


def rewrite_followup(
    language_model: LanguageModel, history: Sequence[Turn], text: str, asked_on: date, *, seed: str | None = None
) -> FollowUp:
    """The question, made independent of the conversation by one short call; unchanged, with why, if that fails."""
    keys = make_keys((), " ".join([text, *(turn.content for turn in history)]), seed=seed)
    messages = load_prompt("followup").render(
        nonce=keys.nonce, asked_on=spoken_day(asked_on), conversation=as_lines(history), question=as_data(text)
    )
    try:
        reply = language_model.complete(messages)
    except LanguageModelError as error:
        return FollowUp(text, Usage(), f"The follow-up was searched as it stands: {error}")
    lines = [line for line in plain_text(reply.text, messages[-1].content)[0].strip().splitlines() if line.strip()]
    rewritten = (
        re.sub(r"^(?:rewritten|stand-?alone)?\s*question:\s*", "", lines[0], flags=re.IGNORECASE) if lines else ""
    )
    rewritten = rewritten.strip(' "“”')
    if not rewritten or len(rewritten) > len(text) + 300:
        return FollowUp(
            text, reply.usage, "The follow-up was searched as it stands: the model gave no usable rewriting."
        )
    return FollowUp(rewritten, reply.usage)
