r"""Characters: bytes to text whatever their encoding, and text without what breaks or deceives a reader.

The words stay as printed. What goes: NULs and other controls, lone surrogates, bidirectional overrides, zero-width
and tag characters that hide text; line ends become ``\n``. Every function is idempotent.
"""

from __future__ import annotations

import codecs
import re
import unicodedata

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16: its mark begins with UTF-16's
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([A-Za-z0-9_:.-]{2,40})""", re.IGNORECASE)

_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SURROGATES = re.compile("[\ud800-\udfff]")
# Invisible, without meaning in running text: C0 controls but tab and newline, DEL, soft hyphen, directional marks and
# overrides, zero-width space, word joiner and invisible operators, byte order mark, annotation marks, noncharacters.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\xad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
# Tag characters smuggle text past a reader; only behind a black flag (Scotland's, Wales's) do they belong.
_TAGS = re.compile("(\U0001f3f4[\U000e0020-\U000e007e]{1,8}\U000e007f)|[\U000e0000-\U000e007f]+")
# Joiners shape Persian, Indic scripts and emoji: kept between two visible characters beyond ASCII, once.
_JOINERS = re.compile("(?<=[^\\s\x00-\x7f])([\u200c\u200d])[\u200c\u200d]*(?=[^\\s\x00-\x7f])|[\u200c\u200d]+")
_C1 = re.compile("[\x80-\x84\x86-\x9f]")
# Base letter and marks typed apart ("e" + acute). Only these are composed: full NFC would also replace
# compatibility ideographs, which are distinct characters in names.
_COMPOSABLE = re.compile("[^\\W\\d_\u0300-\u036f][\u0300-\u036f]+")
_ANY_SUSPECT = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u0300-\u036f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)
# The first of two or three characters that UTF-8 becomes when it is read as Latin-1, Windows-1252 or -1251.
_SCRAMBLED = re.compile("[ÂÃÅÎÐÑ][\x80-\xbf‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€|Ð[°-ÿ]|Р[°±Іі]|С[€‚ѓ]")
_TRAILING_SPACE = re.compile(r"[ \t]+$", re.MULTILINE)
_EMPTY_LINES = re.compile(r"\n{3,}")
_CONTROLS = bytes(byte for byte in range(32) if byte not in b"\t\n\r\f\v\x1b")
_WHITESPACE = re.compile(r"\s+")


def decode(content: bytes, *, markup: bool = False) -> str:
    """Bytes to text: byte order mark, UTF-8, (for ``markup``) the declared charset, else the likeliest encoding.

    Never raises: what no encoding explains becomes U+FFFD.
    """
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, "replace")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start >= len(content) - 3 and error.reason == "unexpected end of data":  # cut in its last character
            return content.decode("utf-8", "replace")
    if markup and (declared := _META_CHARSET.search(content[:4096])):
        name = declared.group(1).decode("ascii")
        try:
            known = codecs.lookup(name).name
            # what declares itself byte by byte isn't in UTF-16, whatever it says
            if known not in {"ascii", "iso8859-1"} and not known.startswith("utf-"):
                return content.decode(name, "replace")
        except (LookupError, ValueError):  # an encoding nobody knows, or a codec that isn't one
            pass
    return content.decode(likely_encoding(content), "replace")


def likely_encoding(content: bytes) -> str:
    """The encoding of text that isn't UTF-8, guessed from its first 64 kB; else Windows-1252."""
    sample = content[:65536]
    damaged = sample.decode("utf-8", "replace").count("\ufffd")
    if damaged <= max(1, len(sample) // 2000):  # UTF-8 with a few broken bytes, not another encoding
        multibyte = sum(1 for byte in sample if byte >= 0xC0)
        if multibyte > 2 * damaged:
            return "utf-8"
    beyond_ascii = sum(byte >= 0x80 for byte in sample)
    if beyond_ascii < max(12, min(300, len(sample) * 0.15)):
        return "cp1252"  # accents here and there: too little for a guess, and Western by far most often
    from charset_normalizer import from_bytes

    best = from_bytes(sample).best()
    return "cp1252" if best is None or best.encoding in {"ascii", "latin_1", "iso8859_1"} else best.encoding


def is_binary(content: bytes) -> bool:
    """Whether bytes hold so many control characters that they are no text (UTF-16 and UTF-32 have a mark)."""
    if content.startswith(tuple(mark for mark, _ in _BOMS)):
        return False
    sample = content[:65536]
    return len(sample) - len(sample.translate(None, _CONTROLS)) > max(8, len(sample) // 50)


def repair(text: str) -> str:
    r"""The same words without control, invisible and direction-changing characters; line ends are ``\n``."""
    if _ANY_SUSPECT.search(text):
        text = _SURROGATES.sub("\ufffd", _join_surrogates(text))
        text = _LINE_ENDS.sub("\n", text)
        text = _C1.sub(_from_windows_1252, text)
        text = _INVISIBLE.sub("", text)
        text = _TAGS.sub(lambda match: match.group(1) or "", text)
        text = _JOINERS.sub(lambda match: match.group(1) or "", text)
        text = _COMPOSABLE.sub(lambda match: unicodedata.normalize("NFC", match.group()), text)
    return text


def unscrambled(text: str) -> str:
    """Text that was decoded wrongly on its way put right ("cafÃ©" is "café"), by ftfy, line by line; else as it is."""
    if not _SCRAMBLED.search(text):
        return text
    from ftfy import fix_encoding
    from ftfy.badness import is_bad

    return "\n".join(fix_encoding(line) if is_bad(line) else line for line in text.split("\n"))


def tidy(text: str) -> str:
    """``repair``, and no white space at line ends, at most one empty line between paragraphs, none around the text."""
    text = repair(text)
    if " \n" in text or "\t\n" in text:
        text = _TRAILING_SPACE.sub("", text)
    if "\n\n\n" in text:
        text = _EMPTY_LINES.sub("\n\n", text)
    return text.strip()


def one_line(text: str) -> str:
    """``repair``, and every run of white space one space: for headlines, names and other fields."""
    return _WHITESPACE.sub(" ", repair(text)).strip()


def _join_surrogates(text: str) -> str:
    """Halves of one character that came as two escapes are put together again."""
    if not _SURROGATES.search(text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _from_windows_1252(match: re.Match[str]) -> str:
    """Read as Latin-1 by mistake, bytes 0x80-0x9F are curly quotes and dashes of Windows-1252."""
    try:
        return match.group().encode("latin-1").decode("cp1252")
    except UnicodeDecodeError:
        return ""
