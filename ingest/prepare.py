"""One raw document all the way to what the archive takes in: pure, so that it can run in any process."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from hashlib import blake2b

from archive.records import IncomingArticle
from ingest import duplicates, split
from ingest.document import RawDocument, Rejected, UnreadableDocumentError
from ingest.normalize import normalize
from ingest.readers import FORMATS

# Raised whenever the same input would give another article: records read before are then read anew.
RECIPE = 3


@dataclass(frozen=True, slots=True)
class Recipe:
    """What preparing depends on besides the document."""

    passage_tokens: int
    today: date  # refuses dates to come


def prepare(raw: RawDocument, recipe: Recipe) -> IncomingArticle | Rejected:
    """Parse, clean, date, normalise, split, sign; Rejected where it can't be used. Never raises for bad input."""
    try:
        draft = FORMATS[raw.format_name].parse(raw, today=recipe.today)
        if raw.given is not None:
            draft = raw.given.filled(draft)
            draft = replace(draft, extra=dict(draft.extra) | {"given": raw.given.as_json()})
        article = normalize(draft, raw, today=recipe.today)
        if isinstance(article, Rejected):
            return article
        spans = split.split(article.text, recipe.passage_tokens)
        return IncomingArticle(article, spans, duplicates.signature(article.text), ledger_key(raw))
    except UnreadableDocumentError as error:
        return Rejected(raw.path, raw.line, str(error))
    except (MemoryError, RecursionError) as error:
        return Rejected(raw.path, raw.line, f"too large or too deeply nested to process ({type(error).__name__}).")
    except Exception as error:
        # A library failed on this document: recorded with the document, and the run goes on.
        return Rejected(raw.path, raw.line, f"could not be processed ({type(error).__name__}: {error})."[:300])


def ledger_key(raw: RawDocument) -> str:
    """Recognises a record read before, without parsing it: its bytes, where its identity may come from, and the recipe.

    A line's identity may come from its file's folder, a whole file's from its path (without ``.gz``).
    """
    scope = raw.unpacked_path if raw.line is None else raw.folder
    digest = blake2b(raw.content, digest_size=20)
    digest.update(f"\0{RECIPE}\0{raw.format_name}\0{raw.damaged}\0{scope}".encode("utf-8", "backslashreplace"))
    if raw.given is not None:
        digest.update(f"\0{raw.given!r}".encode("utf-8", "backslashreplace"))
    return digest.hexdigest()
