"""The page before the first question, and who receives text."""

from __future__ import annotations

from typing import Final

from web.texts.numbers import articles, outlets

WELCOME: Final = "Ask the archive"
WELCOME_LEAD: Final = "Every sentence of an answer shows the passage, the outlet and the date it rests on."
EXAMPLES: Final = "For example"
LATEST: Final = "Latest in the archive"
PANEL_HINT: Final = "Click a [1] in an answer and its source opens here, at the sentence it rests on."

EMPTY_TITLE: Final = "Nothing is filed yet"
EMPTY_LEAD: Final = "This archive holds no articles. Put some in, and ask again; this page notices by itself."
EMPTY_COMMAND: Final = "backissue ingest YOUR-ARTICLES"
EMPTY_BY_COMMAND: Final = "Or, on the command line:"
EMPTY_FORMATS: Final = "A file, a folder or a pattern: JSON lines, saved web pages, plain text or Markdown."

MEANING_OFF: Final = "Keywords only: no embedder is set up"


def embedding(percent: int) -> str:
    """How far the meaning search is."""
    return f"Keywords only until meaning search is ready ({percent}%)"


def stays_here() -> str:
    """The line in quotes mode."""
    return "Nothing leaves this machine: answers are verbatim quotations."


def goes_to(who: str) -> str:
    """The line when a language model writes; ``who`` is "model X at host Y"."""
    return f"Questions and the passages found go to {who}."


def stays_with(who: str) -> str:
    """The line when the language model’s endpoint is this machine."""
    return f"Answers are written by {who}: nothing leaves this machine."


def embeds_at(model: str, host: str) -> str:
    """The line when texts are embedded elsewhere."""
    return f"Questions and articles go to {model} at {host} to be searched by meaning."


def coverage(count: int, of_outlets: int, first: str, last: str) -> str:
    """What the archive holds; ``first`` and ``last`` are readable days or empty."""
    parts = [articles(count), outlets(of_outlets)]
    if first and last:
        parts.append(first if first == last else f"{first} – {last}")
    return " · ".join(parts)


def example_topic(topic: str) -> str:
    """About something several headlines speak of."""
    return f"{topic}: what has been reported?"


def example_latest(topic: str) -> str:
    """The newest about something."""
    return f"{topic}: what is the latest?"


def example_outlets(topic: str, one: str, other: str) -> str:
    """How two outlets reported something."""
    return f"{topic}: how did {one} and {other} report it?"


def example_month(topic: str, month: str) -> str:
    """What was said in a month."""
    return f"{topic}: what was said in {month}?"


def example_headline(headline: str) -> str:
    """When no two headlines share a topic."""
    return f"{headline}: what is known?"
