"""XML from strangers -> text that an XML parser can be given: decoded, without what XML forbids, without a DTD.

A document type declaration is where entity bombs and references to files live; feeds and sitemaps need none of it.
"""

from __future__ import annotations

import codecs
import re
from xml.parsers import expat

from ingest.document import UnreadableDocumentError
from ingest.hygiene import decode

_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,500}\?>")
_DECLARED = re.compile(rb"\s*<\?xml[^>]{0,400}?encoding\s*=\s*[\"']([A-Za-z0-9_.:-]{1,40})[\"']")
_EBCDIC = b"\x4c\x6f\xa7\x94"  # "<?xm" in EBCDIC
# Codecs that are no character sets of documents: slow, or with meanings of their own.
_NO_CHARSETS = frozenset(
    {"punycode", "idna", "unicode-escape", "raw-unicode-escape", "utf-7", "undefined", "mbcs", "oem"}
)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_SPACE = re.compile(r"\s*")
_DOCTYPE_PIECE = re.compile(r"<!--(?:(?!-->).){0,2000}-->|\"[^\"]*\"|'[^']*'|[\[\]>]", re.DOTALL)
_ENTITY = re.compile(r"<!ENTITY\s+(%\s+)?([\w.:-]+)\s+(?:\"([^\"]*)\"|'([^']*)'|(SYSTEM|PUBLIC)\b)")
_LONGEST_ENTITY = 64  # characters: a name for a letter, a word, an address
_MOST_ENTITIES = 300  # HTML has 253 names for letters


def xml_text(content: bytes, charset: str = "") -> str:
    """The document as text, without byte order mark and XML declaration. Never raises.

    ``charset`` is what the HTTP header says; the document's own declaration goes first where it isn't contradicted by
    the bytes themselves.
    """
    text = _decoded(content, charset).lstrip("\ufeff")
    declaration = _DECLARATION.match(text)
    return _FORBIDDEN.sub(" ", text[declaration.end() :] if declaration else text)


def without_doctype(text: str) -> tuple[str, dict[str, str]]:
    """The document without its DTD, and the harmless entities declared in it: names of a letter or a word.

    Raises UnreadableDocumentError for entities that grow or that point at other documents' parts.
    """
    start = after_prolog(text)
    if not text.startswith("<!DOCTYPE", start):
        return text, {}
    end, depth = len(text), 0
    for piece in _DOCTYPE_PIECE.finditer(text, start):
        mark = piece.group()
        if mark == ">" and depth == 0:
            end = piece.end()
            break
        depth += (mark == "[") - (mark == "]")
    return text[:start] + text[end:], _entities(text[start:end])


def is_well_formed(text: str) -> bool:
    """Whether an XML parser takes a document that has no DTD."""
    try:
        expat.ParserCreate("utf-8", " ").Parse(text.encode("utf-8"), True)
    except expat.ExpatError:
        return False
    return True


def after_prolog(text: str, start: int = 0) -> int:
    """Where white space, comments and processing instructions end: at the DTD or the first element."""
    while True:
        start = _SPACE.match(text, start).end()  # type: ignore[union-attr]  # it always matches
        for opening, closing in (("<!--", "-->"), ("<?", "?>")):
            if text.startswith(opening, start):
                end = text.find(closing, start + len(opening))
                start = len(text) if end < 0 else end + len(closing)
                break
        else:
            return start


def _entities(doctype: str) -> dict[str, str]:
    entities: dict[str, str] = {}
    for parameter, name, double, single, outside in _ENTITY.findall(doctype):
        value = double or single
        if parameter or outside or len(value) > _LONGEST_ENTITY or re.search(r"&(?!#)", value):
            raise UnreadableDocumentError(f"it declares an XML entity that could grow or read files (&{name[:20]};).")
        entities.setdefault(name, value)
    if len(entities) > _MOST_ENTITIES:
        raise UnreadableDocumentError("it declares hundreds of XML entities.")
    return entities


def _decoded(content: bytes, charset: str) -> str:
    if content.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):  # UTF-32-LE begins like UTF-16
        return decode(content)
    for start, name in (
        (b"<\0\0\0", "utf-32-le"),
        (b"\0\0\0<", "utf-32-be"),
        (b"<\0", "utf-16-le"),
        (b"\0<", "utf-16-be"),
    ):
        if content.startswith(start):
            return content.decode(name, "replace")
    if content.startswith(_EBCDIC):
        return content.decode("cp037", "replace")
    found = _DECLARED.match(content[:1000])
    declared = found.group(1).decode("ascii") if found else ""
    for name in (declared, charset):
        if (codec := _charset(name)) is not None:
            try:
                return content.decode(codec)
            except UnicodeDecodeError:
                continue
    return decode(content)


def _charset(name: str) -> str | None:
    try:
        codec = codecs.lookup(name)
        "".encode(codec.name)  # fails for what isn't about text: zlib, rot13
    except (LookupError, ValueError, UnicodeError):
        return None
    plain = codec.name.replace("_", "-")
    if plain in _NO_CHARSETS or plain.startswith(("utf-16", "utf-32")):  # the bytes would have told
        return None
    # What calls itself Latin-1 is Windows-1252 (as all browsers have it); gb2312 is its superset's first part.
    return {"iso8859-1": "cp1252", "ascii": "utf-8", "gb2312": "gb18030"}.get(plain, codec.name)
