"""``backissue models``, and the hint that a language model runs on this machine."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from archive.errors import UsageError
from archive.terminal import (
    DONE,
    CommandParsers,
    add_command,
    add_model_options,
    console,
    print_json,
    printable,
    say,
    settings_of,
)
from assistant.model_servers import USUAL_PORTS, RunningServer, running_servers

if TYPE_CHECKING:
    from assistant.model_listing import ListedModel
    from assistant.openai_model import OpenAILanguageModel

NO_MODEL = (
    "--mode model needs a language model: set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own, "
    "or name a file with --local-model."
)
_NONE_SET = "No language model is set: answers are made of quotations."


def add_models_command(commands: CommandParsers) -> None:
    """Register the command that lists models."""
    models = add_command(commands, "models", run_models, "list the language models that can write answers")
    add_model_options(models)


def run_models(arguments: argparse.Namespace) -> int:
    """Print what the endpoint offers and which one would be used; without one, what runs on this machine."""
    from assistant.language_model import open_language_model
    from assistant.openai_model import OpenAILanguageModel, no_such_model

    settings = settings_of(arguments)
    language_model = open_language_model(settings)
    if not isinstance(language_model, OpenAILanguageModel):
        servers = running_servers()
        if arguments.json:
            print_json({"endpoint": None, "models": [], "running": [_as_json(server) for server in servers]})
        else:
            say(_NONE_SET)
            _say(servers)
        return DONE
    listed = language_model.models()
    names = [model.name for model in listed]
    if settings.model and settings.local_model is None and settings.model not in names:
        raise UsageError(no_such_model(settings.model, language_model.host, names))
    used = language_model.model_name()
    if arguments.json:
        rows = [
            {"name": model.name, "context_tokens": model.context_tokens, "chat": model.is_for_chat,
             "used": model.name == used} for model in listed
        ]  # fmt: skip
        print_json({"endpoint": language_model.host, "models": rows, "running": []})
    else:
        _print_models(language_model, listed, used)
    return DONE


def _print_models(language_model: OpenAILanguageModel, listed: tuple[ListedModel, ...], used: str) -> None:
    table = Table("model", "context", "", title=f"Offered at {language_model.host}", title_justify="left")
    for model in listed:
        note = "used" if model.name == used else "" if model.is_for_chat else "not for chat"
        context = f"{model.context_tokens:,} tokens" if model.context_tokens else ""
        table.add_row(Text(printable(model.name)), context, note)
    console().print(table)
    if used not in {model.name for model in listed}:
        say(f"{used} would be used, which is not in the list. Choose with --model NAME.")


def say_offers(ports: Mapping[str, int] = USUAL_PORTS) -> None:
    """Say on standard error which servers run on this machine; nothing where there is none."""
    _say(running_servers(ports))


def _say(servers: tuple[RunningServer, ...]) -> None:
    for server in servers:
        say(printable(server.offer()))


def _as_json(server: RunningServer) -> dict[str, Any]:
    return {"name": server.name, "base_url": server.base_url, "models": list(server.models)}
