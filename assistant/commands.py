"""``backissue search`` and ``backissue ask``."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from rich.text import Text

from archive.errors import LanguageModelError, UsageError
from archive.store import ArchiveStore
from archive.terminal import (
    DONE,
    CommandParsers,
    add_command,
    add_filter_options,
    console,
    opened,
    positive,
    print_json,
    say,
    settings_of,
    wall_of,
)
from assistant.answer import Answer, AnswerReady, Mode, Source, TextDelta
from assistant.conversation import Turn


class _TurnRecord(BaseModel):
    model_config = ConfigDict(extra="ignore")

    role: str
    content: str


def add_commands(commands: CommandParsers) -> None:
    """Register the commands that answer."""
    search = add_command(commands, "search", run_search, "find passages, without an answer")
    search.add_argument("query", metavar="QUERY")
    search.add_argument("-k", type=positive, default=10, metavar="N", help="how many passages (default: 10)")
    add_filter_options(search)

    ask = add_command(commands, "ask", run_ask, "answer a question from the archive, with citations")
    ask.add_argument("question", metavar="QUESTION")
    add_filter_options(ask)
    ask.add_argument("--history", type=Path, metavar="FILE", help="earlier turns: JSON list of {role, content}")
    ask.add_argument("--mode", type=Mode, choices=list(Mode), default=Mode.AUTO, help="who writes the answer")
    ask.add_argument("--model", metavar="NAME", help="the language model at the endpoint")
    ask.add_argument("--stream", action=argparse.BooleanOptionalAction, default=None, help="show text as it arrives")


def run_search(arguments: argparse.Namespace) -> int:
    """Print the passages that a question finds."""
    from assistant.answer_json import hit_as_json, plan_as_json, timings_as_json
    from assistant.planner import plan_question
    from assistant.retriever import retrieve

    _refuse_empty(arguments.query)
    with opened(settings_of(arguments)) as store:
        question = _question(arguments, arguments.query, store)
        plan = plan_question(store, question)
        retrieval = retrieve(store, plan, arguments.k)
        results = [hit_as_json(hit.hit, rank, hit.score) for rank, hit in enumerate(retrieval.hits, start=1)]
        if arguments.json:
            print_json(
                {
                    "query": arguments.query,
                    "plan": plan_as_json(retrieval.plan),
                    "results": results,
                    "timings_ms": timings_as_json(retrieval.timings_ms),
                }
            )
            return DONE
        _print_hits(results, [*retrieval.plan.notes])
    return DONE
