"""One raw document all the way to what the archive takes in: pure, so that it can run in any process."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

from archive.article import Article, article_id_for
from archive.records import IncomingArticle, Standing
from ingest import duplicates, split
from ingest.agencies import agency_named, credited_agency
from ingest.document import Draft, RawDocument, Rejected, UnreadableDocumentError
from ingest.hygiene import one_line
from ingest.normalize import identity_of, normalize
from ingest.readers import FORMATS, format_of_content
from ingest.repeated import Repeated, short_lines, without_repeated
from ingest.urls import canonical_url

# Raised whenever the same input would give another article: records read before are then read anew.
RECIPE = 4
# The format of a media type, unless something else is written beside it.
_USUAL = {
    "application/json": "jsonl",
    "text/plain": "text",
    "text/markdown": "markdown",
    "text/html": "html",
    "application/xml": "newsml",
    "message/rfc822": "eml",
    "application/pdf": "pdf",
    "application/warc": "warc",
}
_LIBRARIES = ("trafilatura", "htmldate", "lxml")  # whose versions change what a page gives


@dataclass(frozen=True, slots=True)
class Recipe:
    """What preparing depends on besides the document."""

    passage_tokens: int
    today: date  # refuses dates to come
    repeated: Repeated = field(default_factory=dict)  # lines known not to be the story
    lines: str = ""  # a name for these lines


def prepare(raw: RawDocument, recipe: Recipe) -> IncomingArticle | Rejected:
    """Parse, clean, date, normalise, split, sign; Rejected where it can't be used. Never raises for bad input."""
    try:
        draft = FORMATS[raw.format_name].parse(raw, today=recipe.today)
        if raw.given is not None:
            draft = raw.given.filled(draft)
            draft = replace(draft, extra=dict(draft.extra) | {"given": raw.given.as_json()})
        if draft.standing is Standing.CANCELED:
            return notice_of(draft, raw, ledger_key(raw))
        article = normalize(draft, raw, today=recipe.today)
        if isinstance(article, Rejected):
            withholds = draft.standing is Standing.WITHHELD and not draft.text.strip()
            return notice_of(draft, raw, ledger_key(raw)) if withholds else article
        article = replace(article, raw_media_type=media_type_of(raw))
        whole, article = article, replace(article, text=without_repeated(article, recipe.repeated))
        signature = duplicates.signature(article.text)
        own_print = agency_named(article.outlet)
        return IncomingArticle(
            article,
            split.split(article.text, recipe.passage_tokens),
            signature,
            ledger_key(raw),
            short_lines=short_lines(whole, signature),
            standing=draft.standing,
            embargoed_until=draft.embargoed_until,
            credit=own_print or credited_agency(article.text, article.authors),
            wire=own_print is not None,
            prepared_by=edition_of(recipe, readers_edition()),
        )
    except UnreadableDocumentError as error:
        return Rejected(raw.path, raw.line, str(error))
    except (MemoryError, RecursionError) as error:
        return Rejected(raw.path, raw.line, f"too large or too deeply nested to process ({type(error).__name__}).")
    except Exception as error:
        # A library failed on this document: recorded with the document, and the run goes on.
        return Rejected(raw.path, raw.line, f"could not be processed ({type(error).__name__}: {error})."[:300])


def notice_of(draft: Draft, raw: RawDocument, key: str) -> IncomingArticle | Rejected:
    """A message that takes an article back and needs no text for it: it must name the article."""
    if not (draft.url or draft.external_id):
        return Rejected(raw.path, raw.line, f"{draft.standing.value} by its sender, but it names no article.")
    url, outlet = canonical_url(draft.url), one_line(draft.outlet)
    identity = identity_of(draft, raw, outlet=outlet, text="")
    article = Article(
        article_id=article_id_for(identity),
        identity=identity,
        title=one_line(draft.title),
        text="",
        external_id=draft.external_id or None,
        url=url or None,
        outlet=outlet or None,
        published=draft.published.at if draft.published else None,
        modified=draft.modified,
        source=raw.source,
    )
    return IncomingArticle(article, (), ledger_key=key, standing=draft.standing)


def media_type_of(raw: RawDocument) -> str:
    """The media type of the raw input, with what else has to be known to read it again."""
    known = FORMATS[raw.format_name].media_type
    said = [("format", "" if _USUAL.get(known) == raw.format_name or raw.format_name == "json" else raw.format_name)]
    said += [("charset", raw.encoding), ("damaged", "yes" if raw.damaged else "")]
    return "; ".join([known, *(f"{name}={value}" for name, value in said if value)])


def raw_format_of(media_type: str | None, content: bytes) -> tuple[str, str, bool]:
    """(format name, encoding, damaged) as ``media_type_of`` wrote them; by content where nothing was written."""
    known, *rest = (part.strip() for part in (media_type or "").split(";"))
    said = dict(part.partition("=")[::2] for part in rest)
    format_name = said.get("format") or _USUAL.get(known) or format_of_content(content[:4096]) or "text"
    if format_name not in FORMATS:
        format_name = "text"
    if known == "application/xml" and "format" not in said and format_of_content(content[:4096]) == "nitf":
        format_name = "nitf"
    return format_name, said.get("charset", ""), said.get("damaged") == "yes"


def recipe_of(passage_tokens: int, today: date, repeated: Repeated) -> Recipe:
    """The recipe with the lines that are known to repeat (``store.repeated_lines()``), and a name for these."""
    digest = blake2b(digest_size=4)
    for outlet, lines in sorted(repeated.items()):
        digest.update(f"{outlet}\0{sorted(lines)}".encode("utf-8", "replace"))
    return Recipe(passage_tokens, today, repeated, digest.hexdigest() if repeated else "")


def edition_of(recipe: Recipe, readers: str) -> str:
    """The readers' edition and the lines known to repeat: when either has changed, a text may be made anew."""
    return f"{readers}-{recipe.lines}" if recipe.lines else readers


@lru_cache(maxsize=1)
def readers_edition() -> str:
    """Names the readers and the cleaning as they are now: what they made once, they would make again."""
    digest = blake2b(str(RECIPE).encode(), digest_size=6)
    for file in sorted(Path(__file__).parent.rglob("*.py")):
        digest.update(file.read_bytes())
    for library in _LIBRARIES:
        digest.update(version(library).encode())
    return digest.hexdigest()


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
