"""Command-line options on language models in an evaluation: what they may cost, what is known already, who judges."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from archive.errors import UsageError
from archive.settings import Settings

if TYPE_CHECKING:
    from assistant.language_model import LanguageModel
    from evaluation.prices import Budget


def spending_options(parser: argparse.ArgumentParser) -> None:
    """What asking a language model may cost, and how to pay for nothing twice."""
    parser.add_argument(
        "--budget", type=_budget, metavar="AMOUNT", help="stop when it is spent: 2.50 (money), or 200000tokens"
    )
    parser.add_argument("--prices", type=Path, metavar="FILE", help="what models cost (TOML)")
    cache = parser.add_mutually_exclusive_group()
    cache.add_argument(
        "--cache", type=Path, metavar="DIR", help="replies known already (default: model-cache beside the run's folder)"
    )
    cache.add_argument("--no-cache", action="store_true", help="ask the model again, whatever is known")


def _budget(text: str) -> Budget:
    from evaluation.prices import Budget

    try:
        return Budget.parse(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no budget; write money as 2.50, tokens as 200000tokens (or 200ktokens)"
        ) from None


def cache_of(arguments: argparse.Namespace, run_folder: Path) -> Path | None:
    """The folder of replies that are known already; None where everything is to be asked again."""
    if arguments.no_cache:
        return None
    chosen: Path | None = arguments.cache
    return chosen or run_folder.absolute().parent / "model-cache"


def judge_options(parser: argparse.ArgumentParser) -> None:
    """The options that name a judge, apart from the model under test."""
    parser.add_argument("--judge-model", metavar="NAME", help="the language model that judges the answers")
    parser.add_argument(
        "--judge-base-url", metavar="URL", help="its OpenAI-compatible endpoint (default: OpenAI, or OPENAI_BASE_URL)"
    )


def judge_of(arguments: argparse.Namespace, settings: Settings, *, needed: bool) -> LanguageModel | None:
    """The judge that the command line names. Raises UsageError where it can't be one."""
    from assistant.language_model import open_language_model

    if arguments.judge_model is None:
        if needed or arguments.judge_base_url is not None:
            raise UsageError("Name the model that judges: --judge-model NAME (and --judge-base-url URL).")
        return None
    own: dict[str, Any] = {"model": arguments.judge_model}
    if arguments.judge_base_url is not None and arguments.judge_base_url != settings.openai_base_url:
        # Another host: it must not see the key of the model under test.
        own |= {"openai_base_url": arguments.judge_base_url, "openai_api_key": settings.judge_api_key}
    judge = open_language_model(settings.model_copy(update=own))
    if judge is None:
        raise UsageError("A judge needs an endpoint: --judge-base-url URL, OPENAI_API_KEY or OPENAI_BASE_URL.")
    return judge
