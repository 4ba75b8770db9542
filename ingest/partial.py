"""Texts that are only the beginning of an article, or a wall in front of it: paywalls, log-in and cookie walls.

They are kept, marked as partial, and never quoted as whole. A phrase alone proves little, as articles are written about
subscriptions and cookies too: it counts where the text is short or ends with it.
"""

from __future__ import annotations

import re

_STUB = 1200  # characters; a wall's phrase in a shorter text means that what follows was not delivered
_CLOSING = 500  # characters at the end of a longer one
_WALL_PAGE = 1500  # characters; a page of notices about cookies or robots is no longer
_ANNOUNCED = 3000  # characters; of an article that says it isn't free, more is the article

_READ_ON = (
    r"(?:(?:continue|keep) reading|read (?:on|more(?! stories| articles| news| like| of our| from)|the (?:full|rest"
    r"|whole|entire|complete))|(?:see|view|access|unlock) (?:the |this )?(?:full|rest|whole|article|story|content)"
    r"|full access)"
)
_JOIN = (
    r"(?:subscri(?:be|ption)|register|registration|sign[ -]?(?:in|up)|log[ -]?in|create (?:a free |an )?account"
    r"|become a (?:member|subscriber)|start your (?:free )?trial)"
)
_PAYWALL = re.compile(
    rf"{_JOIN}\b[^.\n]{{0,60}}\b(?:to|and) {_READ_ON}"
    rf"|(?:to|want to) {_READ_ON}\b[^.\n]{{0,60}}[,:?]?\s*(?:please )?{_JOIN}"
    r"|this (?:article|story|content|page|post|video|newsletter) is (?:only )?(?:for|available (?:only )?(?:to|for)"
    r"|reserved for"
    r"|exclusive to|exclusively for|limited to) (?:our )?(?:\w+ )?(?:subscribers|members|registered users)"
    r"|(?:premium|exclusive|subscriber[- ]only) (?:article|story|content) for (?:\w+ )?(?:subscribers|members)"
    r"|you(?:['’]ve| have) (?:reached|hit|used|read)[^.\n]{0,50}(?:limit|free articles?|last free"
    r"|remaining)[^.\n]{0,40}"
    r"|you have \w+ free articles? (?:left|remaining)"
    r"|already (?:a|have a|have an) (?:subscriber|subscription|member)\??[^.\n]{0,12}(?:sign|log) in"
    r"|(?:lesen sie weiter|weiterlesen)[^.\n]{0,40}(?:abo|plus|registrier)|(?:jetzt|hier) (?:abonnieren"
    r"|testen)[^.\n]{0,40}weiterlesen"
    r"|(?:article|contenu) réservé (?:à nos|aux) abonnés|il vous reste \d+\s?% de cet article"
    r"|(?:contenido|artículo) exclusivo para (?:suscriptores|socios)|suscríbe(?:te|se) para (?:seguir"
    r"|continuar) leyendo"
    r"|contenuto riservato agli abbonati|abbonati per continuare a leggere|conteúdo exclusivo para assinantes",
    re.IGNORECASE,
)
_CUT_OFF = re.compile(
    r"(?:\[\s*(?:…|\.\.\.)\s*\]|…|\.\.\.)\s*(?:\(?(?:read|continue|view|see) more[^\n]{0,30})?$|\[\+\d+ chars\]$",
    re.IGNORECASE,
)
_WALL_LINE = re.compile(
    r"\b(?:cookies?|consent|your privacy|privacy (?:settings|preferences|policy)|personal data|legitimate interest"
    r"|our (?:\d+ )?partners|ad[- ]?blocker|enable javascript|javascript (?:is )?(?:disabled|required)|captcha"
    r"|are (?:you )?(?:a )?"
    r"(?:robot|human)|not a robot|unusual (?:traffic|activity)|access (?:denied|to this page)|verify (?:you"
    r"|that you)|log in to your account"
    r"|sign in to your account|forgot(?:ten)? (?:your )?password|datenschutz|einwilligung|zustimmung|accept all"
    r"|reject all|accepter|akzeptieren)\b",
    re.IGNORECASE,
)
_MOST_OF_A_WALL = 0.6  # of the characters of a page that is a wall stand in such sentences
_FINISHED = re.compile(r"(?<![.…])[.!?][\"'”’»)\]]*$")
_SENTENCES = re.compile(r"[^.!?\n]+[.!?]*")


def is_partial(text: str, *, said_free: bool | None = None) -> bool:
    """Whether an uncleaned text is only the beginning of an article, or a wall in its place.

    ``said_free`` is what the page itself says (``isAccessibleForFree``); None where it says nothing.
    """
    text = text.strip()
    if is_wall(text) or _stops_at_paywall(text):
        return True
    if _CUT_OFF.search(text) and (said_free is False or len(text) < _STUB // 2):
        return True
    return said_free is False and len(text) < _ANNOUNCED and (len(text) < 800 or _PAYWALL.search(text) is not None)


def is_wall(text: str) -> bool:
    """Whether the text is a notice about cookies, robots, or logging in, instead of an article."""
    if not 0 < len(text) <= _WALL_PAGE:
        return False
    sentences = [sentence for sentence in _SENTENCES.findall(text) if sentence.strip()]
    about = sum(len(sentence) for sentence in sentences if _WALL_LINE.search(sentence))
    return len(sentences) >= 2 and about > _MOST_OF_A_WALL * sum(map(len, sentences))


def _stops_at_paywall(text: str) -> bool:
    """Whether a wall's phrase stands in a short text, or behind a sentence that breaks off, with no story after it."""
    short = len(text) < _STUB
    found = _PAYWALL.search(text, 0 if short else len(text) - _CLOSING)
    if found is None or text[found.end() :].count(". ") > 3:
        return False
    before = text[: found.start()].rpartition("\n")[0].rstrip()
    return short or (bool(before) and _FINISHED.search(before) is None)
