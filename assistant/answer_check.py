"""Every sentence of a model's draft, checked against what it cites; those that fail are asked for again, once.

What then cites nothing is struck, what is not borne out stays with its verdict and its problems. All is counted.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from archive.errors import LanguageModelError
from assistant.answer import ModelChecks, Source, Usage, Verdict
from assistant.answer_prompt import repair_messages
from assistant.citations import CitedText, split_cited
from assistant.language_model import LanguageModel, Message
from assistant.plain_text import plain_text
from assistant.prompt import Keys, as_data
from assistant.structured_answer import repair_schema, repaired_lines
from assistant.verify import Check, CitedPassage, check_mentions, check_sentence

NO_SOURCE = "The sentence cites no source."
UNKNOWN_SOURCE = "The sentence cites a source that doesn't exist."
BREAKS_OFF = "The answer breaks off here."
_ABSENCE = re.compile(
    r"\b(?:archive|articles?|evidence|sources?|passages?|reports?|texts?)\b[^.,;]{0,40}?"
    r"\b(?:do|does|did|is|are)(?:n['’]t| not|\s+no)\b[^.,;]{0,30}?"
    r"\b(?:say|said|mention|mentioned|contain|include|provide|specify|state|give|report|tell|name|answer|cover|enough"
    r"|information)\b",
    re.IGNORECASE,
)
_ADDS_MORE = re.compile(r"[\"“”;:]|\b(?:but|however|although|though|while|yet)\b|\.\s", re.IGNORECASE)
_BLANKS = r"[^\S\n]*"
_REPAIRED_LINE = re.compile(
    rf"^{_BLANKS}(?:sentence{_BLANKS})?(\d{{1,2}}){_BLANKS}[:.)]{_BLANKS}\n?{_BLANKS}(.*\S){_BLANKS}$",
    re.IGNORECASE | re.MULTILINE,
)
_DROPPED = re.compile(r"\W*DROP\W*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Judged:
    """A sentence with what checking it found."""

    cited: CitedText
    check: Check
    kept: bool  # False: to be struck

    @property
    def needs_repair(self) -> bool:
        """Whether it is to be asked for again."""
        return not self.kept or bool(self.cited.unknown) or self.check.verdict in {
            Verdict.NOT_IN_SOURCE, Verdict.CONTRADICTED,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checked:
    """The sentences to keep, the text of those left out, what was counted, and what went wrong on the way."""

    kept: tuple[Judged, ...]
    struck: tuple[str, ...]
    counts: ModelChecks
    usage: Usage = field(default_factory=Usage)
    failure: str | None = None


def check_draft(draft: str, keys: Keys, evidence_text: str, *, breaks_off: bool) -> tuple[list[Judged], bool]:
    """The sentences of a whole draft, checked, and whether links or markup were left out of it.

    ``evidence_text`` is what the model was given. ``breaks_off``: the last sentence may be half a one.
    """
    text, left_out = plain_text(draft, evidence_text)
    judged = [
        judge(cited, keys, evidence_text) for cited in dict.fromkeys(split_cited(text, keys.sources))
    ]  # none is said twice
    if breaks_off and judged and not re.search(r"[.!?…][\"'”’)]*$", text.strip()):
        judged[-1] = Judged(judged[-1].cited, Check(Verdict.UNCHECKED, (BREAKS_OFF,)), True)
    return judged, left_out


def settle(
    judged: Sequence[Judged],
    keys: Keys,
    language_model: LanguageModel | None,
    messages: Sequence[Message],
    reply: str,
) -> Checked:
    """Ask once for the failing sentences again, if there is a model to ask, and sort out what is to be kept.

    ``messages`` and ``reply``: the conversation with the model so far.
    """
    failing = {number: one for number, one in enumerate(judged, 1) if one.needs_repair}
    unknown = sum(len(one.cited.unknown) for one in judged)
    usage, failure = Usage(), None
    withdrawn: list[str] = []
    settled, repaired = list(judged), 0
    if failing and language_model is not None:
        try:
            lines, usage = _asked_again(language_model, failing, keys, messages, reply)
            settled, withdrawn, repaired = _repaired(judged, failing, lines, keys, messages[-1].content)
        except LanguageModelError as error:
            failure = f"The problems found could not be put right: {error}"
    kept = tuple(one for one in settled if one.kept)
    struck = (*withdrawn, *(one.cited.text for one in settled if not one.kept))
    counts = ModelChecks(
        sentences=len(judged),
        asked_again=len(failing) if language_model is not None else 0,
        repaired=repaired,
        struck=len(struck),
        marked=sum(bool(one.check.problems) for one in kept),
        unknown_keys=unknown,
    )
    return Checked(kept, struck, counts, usage, failure)


def _asked_again(
    language_model: LanguageModel, failing: dict[int, Judged], keys: Keys, messages: Sequence[Message], reply: str
) -> tuple[dict[int, str], Usage]:
    """The lines that the model writes instead, by number. Raises LanguageModelError."""
    listed = "\n".join(
        f"{number}: {one.cited.text}\n   ({' '.join(one.check.problems)})" for number, one in failing.items()
    )
    as_json = language_model.takes_json
    again = [*messages, Message("assistant", reply), *repair_messages(listed, keys, as_json=as_json)]
    schema = repair_schema(list(keys.sources), list(failing)) if as_json else None
    answered = language_model.complete(again, json_schema=schema)
    lines = repaired_lines(answered.text, keys.sources)
    return {int(number): line for number, line in _REPAIRED_LINE.findall(lines)}, answered.usage


def _repaired(
    judged: Sequence[Judged], failing: dict[int, Judged], lines: dict[int, str], keys: Keys, evidence_text: str
) -> tuple[list[Judged], list[str], int]:
    """A new sentence is taken only if it passes. Gives also what was withdrawn, and how many were taken."""
    result: list[Judged] = []
    withdrawn: list[str] = []
    taken = 0
    for number, one in enumerate(judged, 1):
        line = lines.get(number, "") if number in failing else ""
        if line and _DROPPED.fullmatch(line):
            withdrawn.append(one.cited.text)
            continue
        text, _ = plain_text(line, evidence_text)
        better = [judge(cited, keys, evidence_text) for cited in split_cited(text, keys.sources)]
        passes = bool(better) and not any(new.needs_repair for new in better)
        result += better if passes else [one]
        taken += passes
    return result, withdrawn, taken


def is_absence(cited: CitedText) -> bool:
    """Whether it only says what is not there ("The archive doesn't say ..."): the one kind that needs no source."""
    return not cited.keys and _ABSENCE.search(cited.text) is not None and _ADDS_MORE.search(cited.text) is None


def judge(cited: CitedText, keys: Keys, evidence_text: str) -> Judged:
    """Check one sentence. What is said not to be there may name what question and evidence name, and nothing else."""
    if not cited.keys:
        if not cited.unknown and is_absence(cited):
            return Judged(cited, check_mentions(cited.text, [CitedPassage(evidence_text)]), True)
        return Judged(cited, Check(Verdict.UNCHECKED, (UNKNOWN_SOURCE if cited.unknown else NO_SOURCE,)), False)
    check = check_sentence(cited.text, [_passage(keys.sources[key]) for key in cited.keys])
    if cited.unknown:
        check = replace(check, problems=(*check.problems, UNKNOWN_SOURCE))
    return Judged(cited, check, True)


def _passage(source: Source) -> CitedPassage:
    try:
        published = date.fromisoformat(source.published[:10]) if source.published else None
    except ValueError:
        published = None
    return CitedPassage(as_data(source.text), published, as_data(source.title), source.outlet or "")


def struck_notice(struck: Sequence[str]) -> str:
    """The sentence that says what was left out."""
    what, told = ("A sentence", "was") if len(struck) == 1 else (f"{len(struck)} sentences", "were")
    quoted = "; ".join(f"“{text if len(text) <= 160 else text[:157] + '...'}”" for text in struck)
    return f"{what} of the model rested on no source and {told} left out: {quoted}"
