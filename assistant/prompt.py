"""The prompts: loading, exact rendering, and the marking of what comes from outside as data.

A prompt is a Markdown file in prompts/ with a ``# system`` and a ``# user`` section and ``$variables``. A missing or a
surplus variable raises: a prompt with a hole in it must not reach a model.
"""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib import resources
from string import Template
from typing import Literal

from assistant.answer import Disagreement, Source
from assistant.differences import as_told
from assistant.language_model import Message

_SECTION = re.compile(r"^# (system|user)\s*$", flags=re.MULTILINE)

# What a model's chat template or our own marks are made of. llama.cpp and others read such marks in any text as real
# ones, so an article could end its own block and speak with the system's voice.
_FORGED_MARKS = re.compile(
    r"<(?=\|)|(?<=\|)>"  # <|im_start|>, <|eot_id|>
    r"|<(?=\s*/?\s*(?:evidence|difference|conversation|system|user|assistant|instructions?|s|start_of_turn|end_of_turn|think|tool_\w+"
    r"|bos|eos|pad|unk|seq|SYS|<SYS)\b)"
    r"|(?<=<)<(?=/?SYS)|\[(?=/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_\w+)\])",
    flags=re.IGNORECASE,
)
_STAND_INS = {"<": "‹", ">": "›", "[": "⟦"}
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\U000e0000-\U000e007f]")


class PromptError(ValueError):
    """A prompt file that doesn't exist or is malformed, or variables that don't fit it."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt file. ``digest`` identifies its text: an evaluation records it."""

    name: str
    sections: tuple[tuple[Literal["system", "user"], str], ...]
    digest: str

    @property
    def variables(self) -> frozenset[str]:
        """The names that ``render`` wants, exactly."""
        return frozenset(name for _, text in self.sections for name in Template(text).get_identifiers())

    def render(self, **values: str) -> tuple[Message, ...]:
        """Fill in the variables. Raises PromptError if one is missing or unknown.

        Values are inserted as they are: a ``$name`` inside a value stays what it is.
        """
        if values.keys() != self.variables:
            missing = ", ".join(sorted(self.variables - values.keys())) or "none"
            unknown = ", ".join(sorted(values.keys() - self.variables)) or "none"
            raise PromptError(f"prompts/{self.name}.md: missing variables: {missing}; unknown ones: {unknown}")
        return tuple(Message(role, Template(text).substitute(values)) for role, text in self.sections)


def load_prompt(name: str) -> Prompt:
    """Read ``prompts/<name>.md``. Raises PromptError."""
    file = resources.files("prompts") / f"{name}.md"
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise PromptError(f"there is no prompts/{name}.md") from error
    parts = _SECTION.split(text)
    if len(parts) < 3 or parts[0].strip():
        raise PromptError(f"prompts/{name}.md must begin with a line '# system' or '# user'")
    sections: list[tuple[Literal["system", "user"], str]] = []
    for role, body in zip(parts[1::2], parts[2::2], strict=True):
        if not Template(body).is_valid():
            raise PromptError(f"prompts/{name}.md has a '$' that begins no variable; write '$$' for a dollar sign")
        sections.append(("system" if role == "system" else "user", body.strip()))
    return Prompt(name, tuple(sections), hashlib.sha256(text.encode()).hexdigest()[:12])


@dataclass(frozen=True, slots=True)
class Keys:
    """The opaque keys of one request: ``sources[key]`` is what a key stands for. ``nonce`` names the data blocks.

    ``example`` is a key of the same make that stands for nothing, for the instructions.
    """

    nonce: str
    sources: dict[str, Source]
    example: str


def make_keys(evidence: Sequence[Source], outside_text: str = "", *, seed: str | None = None) -> Keys:
    """Draw a nonce and a key such as ``s4k7`` per source, none of which occurs in any text from outside.

    ``seed`` makes them the same every time (tests); otherwise nobody can know them in advance.
    """
    source_of_chance = random.Random(seed) if seed is not None else random.SystemRandom()  # noqa: S311 - tests only
    taken = " ".join((outside_text, *(f"{source.title} {source.text}" for source in evidence))).lower()

    def draw(length: int) -> str:
        while True:
            letters = [source_of_chance.choice("bcdfghjkmnpqrstvwxz") for _ in range(length)]
            digits = [source_of_chance.choice("23456789") for _ in range(length)]
            drawn = "".join(letter + digit for letter, digit in zip(letters, digits, strict=True))
            if drawn not in taken and drawn not in sources:
                return drawn

    sources: dict[str, Source] = {}
    for source in evidence:
        sources[draw(2)] = source
    return Keys(draw(5), sources, draw(2))


def as_data(text: str) -> str:
    """Text from outside, so that it can't pass for a mark of ours or of a chat template, or hide letters.

    Length is kept but for invisible characters; the stand-ins look alike, and verify.py reads them as the originals.
    """
    visible = _INVISIBLE.sub("", text)
    return _FORGED_MARKS.sub(lambda mark: _STAND_INS[mark.group()[0]], visible)


def evidence_blocks(keys: Keys) -> str:
    """The evidence as the model reads it: a marked block per source, in the given order."""
    blocks = []
    for key, source in keys.sources.items():
        older = ' note="older version of this article"' if source.superseded else ""
        blocks.append(
            f'<evidence-{keys.nonce} key="{key}" outlet="{_attribute(source.outlet or "unknown")}" '
            f'published="{_day_with_weekday(source.published)}" headline="{_attribute(source.title)}"{older}>\n'
            f"{as_data(source.text).strip()}\n"
            f"</evidence-{keys.nonce}>\n"
        )
    return "\n".join(blocks)


def difference_blocks(keys: Keys, differences: Sequence[Disagreement]) -> str:
    """What the evidence was found to differ on, as the model reads it: a marked block each; "" if there is nothing.

    ``citation`` of each figure is the number of its source. A version whose source isn't given to the model is left
    out, and so is a difference of which fewer than two versions are left.
    """
    key_of = {source.key: key for key, source in keys.sources.items()}
    blocks = []
    for found in differences:
        versions = [
            f'<version key="{key_of[one.citation]}" outlet="{_attribute(one.outlet or "unknown")}" '
            f'published="{_day_with_weekday(one.published)}" says="{_attribute(as_told(one))}">'
            for one in found.figures
            if one.citation in key_of
        ]
        if len(versions) > 1:
            listed = "\n".join(versions)
            blocks.append(
                f'<difference-{keys.nonce} kind="{found.difference.value}">\n{listed}\n</difference-{keys.nonce}>\n'
            )
    return "\n".join(blocks)


def spoken_day(day: date) -> str:
    """``Friday, 3 May 2024``."""
    return f"{day:%A}, {day.day} {day:%B} {day.year}"


def _day_with_weekday(published: str | None) -> str:
    if not published:
        return "unknown"
    try:
        return spoken_day(date.fromisoformat(published[:10]))
    except ValueError:
        return "unknown"


def _attribute(text: str) -> str:
    return " ".join(as_data(text).replace('"', "'").replace("<", "‹").replace(">", "›").split())
