"""E-mail newsletters: a message per ``.eml`` file, or the messages of an ``.mbox``, streamed one by one.

The subject is the headline, the sender's name the outlet, the ``Date`` header the date. Of a message's parts the HTML
goes the way of all pages, and the plain text stands in where that finds nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from email import policy
from email.errors import MessageError
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr

from ingest.bytestreams import DamagedFileError, OpenFile, lines, whole
from ingest.clean import clean_text
from ingest.dates import given_date
from ingest.document import Draft, RawDocument, Rejected, UnreadableDocumentError
from ingest.fields import language_code
from ingest.htmltext import html_to_text
from ingest.hygiene import decode, one_line
from ingest.partial import is_partial

LARGEST_MESSAGE = 32_000_000  # bytes, with its attachments
_LARGE = 300_000  # bytes; attachments are taken off what is larger, as the raw document is kept
_FROM_LINE = re.compile(rb"From \S.*\d{4}\s*(?:[+-]\d{4})?\s*$")
_TIME_OF_DAY = re.compile(rb"\d:\d\d\b")
_NEXT_MESSAGE = b"\n"  # no line is one
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_HEADER = re.compile(rb"[A-Za-z][A-Za-z0-9-]{1,60}:[ \t]*\S?")
_TELLING = re.compile(
    rb"^(?:return-path|received|message-id|mime-version|delivered-to|from|subject|date|list-id|dkim-signature):",
    re.IGNORECASE | re.MULTILINE,
)
_PREFIX = re.compile(r"^(?:(?:fwd?|wg|tr|re|aw)\s*:\s*)+", re.IGNORECASE)
_LEAST_OF_PLAIN = 0.5  # the HTML's text must hold that part of the plain text, or it missed most of the letter
_LAYOUT = re.compile(r"<(/?)(?:table|thead|tbody|tfoot|tr|td|th)\b", re.IGNORECASE)  # of letters, never of figures
_ADDRESS = re.compile(r"<(https?://[^>\s]+)>")


def documents(file: OpenFile) -> Iterator[RawDocument | Rejected]:
    """The ``.eml`` file as one document; an mbox under that name, message by message."""
    if looks_like_mbox(file.head()):
        yield from mbox_documents(file)
        return
    content, damage = whole(file.chunks(), LARGEST_MESSAGE)
    if content is None:
        yield Rejected(file.source, None, f"the message is larger than {LARGEST_MESSAGE // 1_000_000} MB.")
        return
    if content.strip():
        yield RawDocument(_without_attachments(content), "eml", file.source, damaged=bool(damage))
    elif not damage:
        yield Rejected(file.source, None, "the file is empty.")
    if damage:
        yield Rejected(file.source, None, damage)


def mbox_documents(file: OpenFile) -> Iterator[RawDocument | Rejected]:
    """The messages of an mbox, numbered from 1; one that is too large is left out, the next goes on."""
    if not looks_like_mbox(file.head()):
        yield Rejected(
            file.source, None, 'no mbox: it doesn\'t begin with a "From " line; one message is an .eml file.'
        )
        return
    number, size = 0, 0
    message: list[bytes] = []
    try:
        for line in _marked(line for _, line in lines(file.chunks())):
            if line is _NEXT_MESSAGE:
                if number:
                    yield _message(file, number, message, size)
                number, size, message = number + 1, 0, []
                continue
            size += LARGEST_MESSAGE + 1 if line is None else len(line) + 1
            if size <= LARGEST_MESSAGE:
                message.append(line or b"")
            else:
                message.clear()
    except DamagedFileError as error:
        yield _message(file, number, message, size, damaged=True)
        yield Rejected(file.source, number, str(error))
        return
    yield _message(file, number, message, size)


def _marked(found: Iterator[bytes | None]) -> Iterator[bytes | None]:
    """The lines, with _NEXT_MESSAGE in the place of each "From " line that separates messages.

    A header stands under it, and an empty line above it, but with programs that leave that out: then it has a time of
    day. "From Monday on, trains run ... in 2024" is a letter's own line.
    """
    waiting: bytes | None = None
    after_empty = True
    for line in found:
        if waiting is not None:
            yield _NEXT_MESSAGE if line is not None and _HEADER.match(line) else waiting
            waiting = None
        if line is not None and _FROM_LINE.match(line) and (after_empty or _TIME_OF_DAY.search(line)):
            waiting = line
        else:
            yield line
        after_empty = not line
    if waiting is not None:
        yield waiting


def parse(raw: RawDocument, *, today: date) -> Draft:
    """The letter. Raises UnreadableDocumentError where it holds no text."""
    try:
        message = BytesParser(policy=policy.default).parsebytes(raw.content)
        markup, plain = _texts(message)
        headers = _headers(message)
    except (MessageError, ValueError, LookupError, AttributeError, IndexError, KeyError, TypeError) as error:
        # the standard library's parser fails in all these ways on headers that are no headers
        raise UnreadableDocumentError(f"the message can't be read ({type(error).__name__}); save it again.") from None
    if not markup.strip() and not plain.strip():
        raise UnreadableDocumentError(_why_nothing(message))
    page = _page(markup, plain, today)
    sender, address = parseaddr(headers.get("from", ""))
    return replace(
        page,
        title=_PREFIX.sub("", headers.get("subject", "")) or page.title,
        url=_archived_at(headers),
        external_id=headers.get("message-id", "").strip(" <>"),
        outlet=one_line(sender).strip("\"' ") or address.rpartition("@")[2],
        authors=(),  # what a letter's mark-up names as author is its software
        language=language_code(headers.get("content-language", "")) or page.language,
        published=given_date(headers.get("date", ""), today=today),
        modified=None,
        partial=page.partial or raw.damaged,
        extra={"from": address} if address else {},
        whole_file=raw.line is None,
    )


def looks_like_mbox(head: bytes) -> bool:
    """Whether a file begins with the line that separates messages, and a header after it."""
    first, _, rest = head.lstrip(b"\r\n").partition(b"\n")
    return _FROM_LINE.match(first) is not None and _HEADER.match(rest) is not None


def looks_like_message(head: bytes) -> bool:
    """Whether a file begins with the headers of an e-mail: several, and some that only e-mail has."""
    top = head.replace(b"\r\n", b"\n").partition(b"\n\n")[0]
    if _HEADER.match(top) is None:
        return False
    names = {found.lower() for found in _TELLING.findall(top)}
    return len(names) >= 3 and not names.isdisjoint({b"message-id:", b"mime-version:", b"received:"})


def _message(
    file: OpenFile, number: int, message: list[bytes], size: int, *, damaged: bool = False
) -> RawDocument | Rejected:
    if size > LARGEST_MESSAGE:
        return Rejected(file.source, number, f"the message is larger than {LARGEST_MESSAGE // 1_000_000} MB.")
    content = _QUOTED_FROM.sub(rb"\1", b"\n".join(message))
    return RawDocument(_without_attachments(content), "eml", file.source, number, damaged=damaged)


def _without_attachments(content: bytes) -> bytes:
    """A large message with its pictures and files emptied; the message as it is where it can't be taken apart."""
    if len(content) <= _LARGE:
        return content
    try:
        message = BytesParser(policy=policy.compat32).parsebytes(content)
        for part in message.walk():
            if not part.is_multipart() and part.get_content_maintype() != "text":
                part.set_payload("")
        return message.as_bytes(unixfrom=False)
    except (MessageError, ValueError, LookupError, AttributeError, KeyError, TypeError):
        return content


def _texts(message: EmailMessage) -> tuple[str, str]:
    """The HTML and the plain text of the letter, without attachments and enclosed messages."""
    markup, plain = list[str](), list[str]()
    for part in _parts(message):
        if part.get_content_maintype() != "text" or part.get_content_disposition() == "attachment":
            continue
        kind = part.get_content_subtype()
        if kind in {"html", "plain"}:
            (markup if kind == "html" else plain).append(_decoded(part))
    return max(markup, key=len, default=""), "\n\n".join(plain)


def _parts(message: EmailMessage) -> Iterator[EmailMessage]:
    if message.get_content_type() == "message/rfc822":
        return
    if not message.is_multipart():
        yield message
        return
    for part in message.iter_parts():
        if isinstance(part, EmailMessage):
            yield from _parts(part)


def _decoded(part: EmailMessage) -> str:
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    charset = part.get_content_charset() or ""
    try:
        return content.decode(charset) if charset not in {"", "us-ascii"} else decode(content)
    except (LookupError, UnicodeDecodeError):
        return decode(content)


def _page(markup: str, plain: str, today: date) -> Draft:
    """The letter's text: the HTML's article, all its text where that is too little, or the plain text."""
    from ingest.extract import extract_page

    story = clean_text(plain)
    if markup.strip():
        markup = _LAYOUT.sub(r"<\1div", markup)
        try:
            page = extract_page(markup.encode("utf-8", "replace"), today=today)
        except UnreadableDocumentError:
            page = Draft("")
        everything = html_to_text(re.sub(r"<head\b.*?</head\s*>", "", markup, flags=re.IGNORECASE | re.DOTALL)) or ""
        if len(page.text) >= _LEAST_OF_PLAIN * len(story or everything):
            return page
        return replace(page, text=story or everything, partial=is_partial(story or everything))
    return Draft(story, partial=is_partial(plain))


def _headers(message: EmailMessage) -> dict[str, str]:
    """The first of each header, decoded, by lower-case name."""
    headers: dict[str, str] = {}
    for name, value in message.items():
        headers.setdefault(name.casefold(), one_line(str(value)))
    return headers


def _archived_at(headers: dict[str, str]) -> str:
    """The letter's own page on the web, where a header names it (RFC 5064)."""
    found = _ADDRESS.search(headers.get("archived-at", ""))
    return found.group(1) if found else ""


def _why_nothing(message: EmailMessage) -> str:
    kind = message.get_content_type()
    if kind in {"multipart/encrypted", "application/pkcs7-mime"}:
        return "the message is encrypted; save it decrypted."
    return f"the message holds no text ({kind[:60]}), only attachments or nothing."
