"""``backissue search`` and ``backissue ask``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from textwrap import shorten
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from rich.text import Text

from archive.counts import plural
from archive.errors import LanguageModelError, UsageError
from archive.json_values import plain
from archive.store import ArchiveStore
from archive.terminal import (
    DONE,
    CommandParsers,
    add_command,
    add_filter_options,
    add_model_options,
    console,
    opened,
    positive,
    print_json,
    printable,
    settings_of,
    wall_of,
    words,
)
from assistant.answer import Answer, AnswerReady, Mode, Source, TextDelta
from assistant.conversation import Turn
from assistant.model_commands import NO_MODEL, add_models_command, say_offers
from assistant.outlet_commands import add_outlets_command
from assistant.question import Question
from assistant.reading_choices import Reading


class TurnRecord(BaseModel):
    """One entry of a history file."""

    model_config = ConfigDict(extra="ignore")

    role: Literal["user", "assistant"]
    content: str


def add_commands(commands: CommandParsers) -> None:
    """Register the commands that answer."""
    search = add_command(commands, "search", run_search, "find passages, without an answer")
    search.add_argument("query", type=words, metavar="QUERY")
    search.add_argument("-k", type=positive, default=10, metavar="N", help="how many passages (default: 10)")
    add_filter_options(search)
    _add_reading_options(search)

    ask = add_command(commands, "ask", run_ask, "answer a question from the archive, with citations")
    ask.add_argument("question", type=words, metavar="QUESTION")
    add_filter_options(ask)
    _add_reading_options(ask)
    ask.add_argument(
        "--standalone",
        type=words,
        metavar="TEXT",
        help="a follow-up in full: this is searched, not what --history says",
    )
    ask.add_argument("--history", type=Path, metavar="FILE", help="earlier turns: JSON list of {role, content}")
    ask.add_argument("--mode", type=Mode, choices=list(Mode), default=Mode.AUTO, help="who writes the answer")
    add_model_options(ask)
    ask.add_argument("--stream", action=argparse.BooleanOptionalAction, default=None, help="show text as it arrives")
    add_models_command(commands)
    add_outlets_command(commands)

    timeline = add_command(commands, "timeline", run_timeline, "how a topic developed: dated rows with citations")
    timeline.add_argument("topic", type=words, metavar="TOPIC")
    timeline.add_argument("--rows", type=positive, default=12, metavar="N", help="at most so many rows (default: 12)")
    add_filter_options(timeline)
    _add_reading_options(timeline)


def _add_reading_options(parser: argparse.ArgumentParser) -> None:
    """The options that keep what the words name from narrowing the search."""
    for named, instead in (("days", "--from and --to"), ("outlets", "--outlet"), ("bylines", "--byline")):
        parser.add_argument(
            f"--infer-{named}",
            action=argparse.BooleanOptionalAction,
            default=True,
            help=f"let {named} that the words name narrow the search; without it {instead} alone does",
        )


def run_timeline(arguments: argparse.Namespace) -> int:
    """Print how a topic developed, one dated sentence per development."""
    from assistant.answer_json import counted_as_json, source_as_json
    from assistant.planner import plan_timeline
    from assistant.timeline import answer_timeline

    _refuse_empty(arguments.topic)
    with opened(settings_of(arguments)) as store:
        plan, asked = plan_timeline(store, _question(arguments, arguments.topic, store))
        answer = answer_timeline(store, plan, asked, arguments.rows)
    if arguments.json:
        print_json(
            {
                "topic": arguments.topic,
                "rows": plain(answer.timeline),
                "sources": [source_as_json(source) for source in answer.sources],
                "counted": None if answer.counted is None else counted_as_json(answer.counted),
                "notices": list(answer.notices),
            }
        )
    else:
        _print_answer(answer, shown="")
    return DONE


def run_search(arguments: argparse.Namespace) -> int:
    """Print the passages that a question finds."""
    from assistant.answer_json import hit_as_json, plan_as_json, timings_as_json
    from assistant.pipeline import AnswerSettings
    from assistant.planner import plan_question
    from assistant.retriever import retrieve

    _refuse_empty(arguments.query)
    settings = settings_of(arguments)
    with opened(settings) as store:
        question = _question(arguments, arguments.query, store)
        plan = plan_question(store, question)
        retrieval = retrieve(store, plan, arguments.k, AnswerSettings.from_settings(settings).retrieval)
        results = [hit_as_json(hit, rank) for rank, hit in enumerate(retrieval.hits, start=1)]
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


def run_ask(arguments: argparse.Namespace) -> int:
    """Answer one question, streaming on a terminal."""
    from assistant.answer_json import answer_as_json
    from assistant.language_model import open_language_model
    from assistant.pipeline import AnswerSettings, answer_question

    _refuse_empty(arguments.question)
    settings = settings_of(arguments)
    mode: Mode = arguments.mode
    language_model = None if mode is Mode.QUOTES else open_language_model(settings)
    if mode is Mode.MODEL and language_model is None:
        raise UsageError(NO_MODEL)
    stream = arguments.stream if arguments.stream is not None else sys.stdout.isatty()
    answer: Answer | None = None
    shown = ""
    with opened(settings) as store:
        question = _question(arguments, arguments.question, store)
        for event in answer_question(
            store, question, settings=AnswerSettings.from_settings(settings), language_model=language_model
        ):
            if isinstance(event, TextDelta) and stream and not arguments.json:
                sys.stdout.write(printable(event.text))
                sys.stdout.flush()
                shown += event.text
            elif isinstance(event, AnswerReady):
                answer = event.answer
    if answer is None:
        raise LanguageModelError("The answer ended before it was complete. Ask again.")
    if arguments.json:
        print_json(answer_as_json(answer))
    else:
        _print_answer(answer, shown=shown)
        if language_model is None and mode is Mode.AUTO:
            say_offers()
    return DONE


def _question(arguments: argparse.Namespace, text: str, store: ArchiveStore) -> Question:
    history = read_history(arguments.history) if getattr(arguments, "history", None) else ()
    asked_on = arguments.asked_on or arguments.as_of or date.today()
    mode = getattr(arguments, "mode", Mode.AUTO)
    reading = Reading(
        standalone=_standalone(arguments),
        infer_days=arguments.infer_days,
        infer_outlets=arguments.infer_outlets,
        infer_authors=arguments.infer_bylines,
    )
    return Question(text, asked_on, history, wall_of(arguments, store), mode, reading)


def _standalone(arguments: argparse.Namespace) -> str:
    given: str | None = getattr(arguments, "standalone", None)
    if given is None:
        return ""
    if not given.strip():
        raise UsageError("--standalone is empty. Write the follow-up in full after it, or leave it out.")
    return given


def read_history(path: Path) -> tuple[Turn, ...]:
    """Read earlier turns from a JSON list of ``{"role": "user"|"assistant", "content": text}``.

    Raises UsageError naming the file and the entry.
    """
    try:
        records = TypeAdapter(list[TurnRecord]).validate_python(json.loads(path.read_text(encoding="utf-8-sig")))
    except OSError as error:
        raise UsageError(f"--history {path} cannot be read: {error.strerror}.") from None
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise UsageError(f"--history {path} is not JSON: {error}.") from None
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UsageError(
            f"--history {path}, entry {place}: {first['msg']}. It is a list of {{role: user|assistant, content: text}}."
        ) from None
    return tuple(Turn(record.role, record.content) for record in records)


def _refuse_empty(text: str) -> None:
    if not text.strip():
        raise UsageError("The question is empty. Write it in quotation marks after the command.")


def _print_hits(hits: Sequence[Mapping[str, Any]], notes: Sequence[str]) -> None:
    out = console()
    for note in notes:
        out.print(Text(printable(note), style="dim"))
    if not hits:
        out.print("Nothing found.")
    for hit in hits:
        name = hit["article_id"] + (f" ({hit['external_id']})" if hit["external_id"] else "")
        copies = (
            f"also in {', '.join(filter(None, (copy['outlet'] for copy in hit['also_in'])))}" if hit["also_in"] else ""
        )
        where = " · ".join(filter(None, [hit["outlet"], hit["published"] or "undated", copies, name, hit["url"]]))
        out.print(Text(f"{hit['rank']:>2}. {printable(hit['title'])}", style="bold"))
        out.print(Text(f"    {printable(where)}", style="dim"))
        out.print(Text(f"    {shorten(printable(hit['text']), 320, placeholder=' …')}\n"))


def _print_answer(answer: Answer, *, shown: str) -> None:
    """The answer, but for the part that was ``shown`` as it arrived; where checking changed that, the whole of it."""
    out = console()
    if shown.strip():
        out.print()
    if answer.answer.strip() != shown.strip():
        out.print(Text(printable(answer.answer.removeprefix(shown.rstrip()).lstrip("\n"))))
    for sentence in answer.sentences:
        for problem in sentence.problems:
            out.print(Text(f"! {printable(problem)}: {printable(sentence.text)}", style="yellow"))
    for notice in dict.fromkeys((*answer.plan.notes, *answer.notices)):
        out.print(Text(printable(notice), style="dim"))
    near = "Found" if answer.shown_to_model else "Nearest"
    for title, sources in (("Sources", answer.sources), (near, answer.near_misses)):
        if sources:
            out.print(Text(f"\n{title}", style="bold"))
        for source in sources:
            out.print(Text(printable(_source_line(source))))


def _source_line(source: Source) -> str:
    name = source.article_id + (f" ({source.external_id})" if source.external_id else "")
    copies = f"also in {plural(len(source.also_in), 'other')}" if source.also_in else ""
    parts = [source.outlet, source.published or "undated", source.title, copies, name, source.url]
    return f"[{source.key}] " + " · ".join(part for part in parts if part)
