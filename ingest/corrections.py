"""The correction notice of an article: the paragraph in which the newspaper says what it had got wrong."""

from __future__ import annotations

import re

_MONTH = r"[^\W\d_]{3,10}\.?"
_DATED = rf"(?:\s*\([^)\n]{{1,40}}\)|,?\s+(?:on\s+)?(?:{_MONTH}\s+\d{{1,2}}|\d{{1,2}}\.?\s+{_MONTH})(?:,?\s+\d{{4}})?)?"
_PIECE = r"(?:article|story|report|headline|post|piece|column|caption|graphic|item|page|version)"
_NOTICE = re.compile(
    r"^\W{0,3}(?:(?:editor['’]s note|note|update|ed\. note)\s*[/:—–-]\s*)?(?:"
    # a label: "Correction, 15 March: ..."
    rf"(?:corrections?(?: and clarifications?)?|clarifications?|corrected|erratum|errata"
    rf"|corrigendum){_DATED}\s*[:—–-]\s*\S.*"
    # "An earlier version of this article ...", also after what caused it
    rf"|(?:(?:because of|due to|owing to) (?:an?|editing|some) [^.\n]{{0,60}}, )?(?:an?|the) (?:earlier|previous"
    rf"|initial|original)"
    rf" version of (?:this|the|our) {_PIECE}\b.*"
    # "This article was amended on ...", "This story has been updated to correct ..."
    rf"|this {_PIECE} (?:was|has been|had been) (?:amended|corrected)\b.*"
    rf"|this (?:[^\W\d_]+ \d{{1,2}} |\d{{1,2}} [^\W\d_]+ )?{_PIECE} (?:was|has been) (?:updated|edited|refiled"
    rf"|revised|changed)"
    r"[^.\n]{0,60}\bto (?:correct|clarify|fix|remove|reflect that|say)\b.*"
    rf"|this {_PIECE} (?:originally|initially|previously|incorrectly|mistakenly|wrongly)"
    r" (?:stated|said|reported|misstated|named|identified|gave|described)\b.*"
    # the agencies' form: "(This story corrects paragraph 3 to say ...)", "(Corrects spelling of ...)"
    rf"|(?:this (?:\d{{1,2}} \w+ |\w+ \d{{1,2}} )?{_PIECE} )?corrects (?:the |spelling|paragraph|headline|to |name"
    rf"|day|date|figure|typo)[^\n]*"
    # other languages
    rf"|(?:korrektur|berichtigung|richtigstellung|rectificatif|rectification|erratum|corrección|fe de errores"
    rf"|rettifica|errata corrige"
    rf"|correctie|rectificatie|correção|rättelse|rettelse){_DATED}\s*[:—–-]\s*\S.*"
    r"|(?:anmerkung(?: der redaktion)?:\s*)?in einer (?:früheren|ersten|vorherigen) (?:version|fassung)\b.*"
    r"|une (?:version précédente|première version) de cet article\b.*"
    r"|una versión anterior de (?:este artículo|esta nota|esta noticia)\b.*"
    r"|uma versão anterior d(?:este texto|esta reportagem)\b.*"
    r")$",
    re.IGNORECASE | re.MULTILINE,
)
_LONGEST = 1500  # characters; a longer paragraph is the story
_HINT = re.compile(
    r"correct|clarif|errat|amend|version|updated|refiled|revised|stated|korrekt|berichtig|richtigst|rectif|corr"
    r"|fe de|rett|fassung"
    r"|versi|rätt|originally|initially|previously|mistakenly|wrongly|edited|changed",
    re.IGNORECASE,
)


# How a notice begins: a quick way past nearly every line.
_BEGINNING = re.compile(
    r"\W{0,3}(?:editor|note|update|ed\.|correct|clarif|errat|corrig|because|due|owing|an? |the |this |korr|berich"
    r"|richtig|rectif|corre[cç]|fe de|rett|in einer|anmerk|une |una |uma |rätt)",
    re.IGNORECASE,
)


def correction_notice(text: str) -> str:
    """The first notice, as printed, without space around it; "" where there is none."""
    for line in text.split("\n"):
        if (
            len(line) <= _LONGEST
            and _BEGINNING.match(line)
            and _HINT.search(line)
            and (found := _NOTICE.match(line.strip()))
        ):
            return found.group().strip()
    return ""
