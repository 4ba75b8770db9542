"""What has been found out on the way of one question, for the answer or the refusal at its end."""

from __future__ import annotations

from dataclasses import dataclass

from archive.embedder import Embedder
from assistant.answer import Usage
from assistant.evidence import Evidence
from assistant.question import Question
from assistant.retriever import Retrieval
from assistant.search_plan import SearchPlan
from assistant.stopwatch import Stopwatch
from assistant.weighing import Weighed


@dataclass(slots=True)
class PipelineState:
    """A question between its search and its answer; ``usage`` and ``notices`` grow on the way."""

    question: Question
    plan: SearchPlan
    retrieval: Retrieval
    evidence: tuple[Evidence, ...]
    weighed: Weighed
    embedder: Embedder | None
    watch: Stopwatch
    usage: Usage
    notices: list[str]
