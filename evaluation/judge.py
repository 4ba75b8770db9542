"""What a judge, a language model pinned apart from the one under test, is asked; and reading what it says.

The scale of 1 to 5 with 4 as "correct" is that of LlamaIndex's CorrectnessEvaluator; citation recall and precision are
ALCE's (Gao et al. 2023) with the judge as the model of entailment: recall counts sentences that their passages
together support, precision citations of such sentences that support at least a part.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.language_model import LanguageModel, Message
from assistant.prompt import as_data, load_prompt
from evaluation.question_set import TestQuestion

Row = Mapping[str, Any]
Grade = TypeVar("Grade", bound=BaseModel)
CORRECT_FROM = 4  # of 5
PROMPTS = ("judge_answer", "judge_citations")


class _Reply(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class AnswerGrade(_Reply):
    """What the judge says of an answer as a whole."""

    score: int = Field(ge=1, le=5)
    assertions: tuple[bool, ...] = ()


class CitationGrade(_Reply):
    """How far one passage carries a sentence."""

    key: str
    support: Literal["full", "part", "none"]


class SentenceGrade(_Reply):
    """Whether a sentence's passages carry it."""

    supported: bool
    citations: tuple[CitationGrade, ...] = ()


class CitationGrades(_Reply):
    """What the judge says of every sentence."""

    sentences: tuple[SentenceGrade, ...]


class JudgeReplyError(ValueError):
    """The judge said something that isn't a grade."""


def grade_answer(judge: LanguageModel, question: TestQuestion, row: Row) -> AnswerGrade | None:
    """Grade an answer against what a right one holds; None where the set doesn't say what that is.

    Raises JudgeReplyError and LanguageModelError.
    """
    if not (question.answers or question.assertions or question.expect == "abstain"):
        return None
    if question.expect == "abstain":
        reference = "The archive cannot answer this question."
    else:
        reference = "\n".join(f"- {answer}" for answer in question.answers) or "(see the assertions)"
    numbered = "\n".join(f"{number}. {one}" for number, one in enumerate(question.assertions, 1))
    messages = load_prompt("judge_answer").render(
        nonce=_nonce(question.id),
        question=as_data(question.question),
        reference=as_data(reference),
        assertions=as_data(numbered or "(none)"),
        answer=as_data(row["answer"]),
    )
    grade = _asked(judge, messages, AnswerGrade)
    if len(grade.assertions) != len(question.assertions):
        raise JudgeReplyError(f"{len(grade.assertions)} verdicts on {len(question.assertions)} assertions")
    return grade


def grade_citations(judge: LanguageModel, question: TestQuestion, row: Row) -> CitationGrades | None:
    """Check every sentence against what it cites; None for an answer without sentences.

    Raises JudgeReplyError and LanguageModelError.
    """
    sentences: Sequence[Row] = row["sentences"]
    if row["refused"] or not sentences:
        return None
    nonce = _nonce(question.id)
    cited = {key for sentence in sentences for key in sentence["citations"]}
    listed = [
        f"<{nonce}-sentence number={number} cites={','.join(one['citations']) or 'nothing'}>\n"
        f"{as_data(one['text'])}\n</{nonce}-sentence>"
        for number, one in enumerate(sentences, 1)
    ]
    passages = [
        f"<{nonce}-passage key={source['key']} published={(source.get('published') or 'unknown')[:10]}>\n"
        f"{as_data(source['title'])}\n\n{as_data(source['text'])}\n</{nonce}-passage>"
        for source in row["sources"]
        if source["key"] in cited
    ]
    messages = load_prompt("judge_citations").render(
        nonce=nonce, sentences="\n".join(listed), passages="\n".join(passages) or "(no passages)"
    )
    grades = _asked(judge, messages, CitationGrades)
    if len(grades.sentences) != len(sentences):
        raise JudgeReplyError(f"{len(grades.sentences)} verdicts on {len(sentences)} sentences")
    for sentence, grade in zip(sentences, grades.sentences, strict=True):
        if {one.key for one in grade.citations} != set(sentence["citations"]):
            raise JudgeReplyError("verdicts on citations that aren't there, or not on all that are")
    return grades


def judge_scores(answer: AnswerGrade | None, citations: CitationGrades | None) -> dict[str, float]:
    """The scores that a judge's grades come to, each 0 to 1."""
    scores: dict[str, float] = {}
    if answer is not None:
        scores["judge_correct"] = float(answer.score >= CORRECT_FROM)
        scores["judge_score"] = (answer.score - 1) / 4
        if answer.assertions:
            scores["assertions_met"] = sum(answer.assertions) / len(answer.assertions)
    if citations is not None:
        supported = [grade.supported for grade in citations.sentences]
        scores["judge_citation_recall"] = sum(supported) / len(supported)
        needed = [grade.supported and one.support != "none" for grade in citations.sentences for one in grade.citations]
        if needed:
            scores["judge_citation_precision"] = sum(needed) / len(needed)
    return scores


def _asked(judge: LanguageModel, messages: Sequence[Message], form: type[Grade]) -> Grade:
    """Ask for JSON; a fence or words around it are forgiven."""
    text = judge.complete(messages, json_schema=_strict(form.model_json_schema())).text
    found = re.search(r"\{.*\}", text, flags=re.DOTALL)
    if found is None:
        raise JudgeReplyError(f"no JSON in {text[:80]!r}")
    try:
        return form.model_validate(json.loads(found.group()))
    except (json.JSONDecodeError, RecursionError) as error:
        raise JudgeReplyError(f"not JSON: {error}") from error
    except ValidationError as error:
        first = error.errors()[0]
        raise JudgeReplyError(f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}") from error


def _strict(schema: Any) -> Any:  # noqa: ANN401 (any JSON schema)
    """The schema as strict endpoints want it: every property required, none beside them."""
    if isinstance(schema, dict):
        dropped = ("default", "title", "description")
        strict = {key: _strict(value) for key, value in schema.items() if key not in dropped}
        if "properties" in strict:
            strict |= {"required": list(strict["properties"]), "additionalProperties": False}
        return strict
    return [_strict(one) for one in schema] if isinstance(schema, list) else schema


def _nonce(identity: str) -> str:
    """Marks that the text to grade can't know; the same for the same question, so that a cache finds the reply."""
    return "m" + hashlib.sha256(b"judge:" + identity.encode()).hexdigest()[:8]
