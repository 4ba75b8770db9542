"""What kind of article it is, where the source says so: its own field or type, the headline's label, section, address.

"" where nothing says it: an article isn't called news because nobody called it opinion.
"""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

KINDS = frozenset({"news", "opinion", "live", "analysis", "satire", "press release", "review", "interview", "obituary"})

_OF_TYPE = {
    "OpinionNewsArticle": "opinion", "AnalysisNewsArticle": "analysis", "LiveBlogPosting": "live",
    "SatiricalArticle": "satire", "ReviewNewsArticle": "review", "Review": "review", "ReportageNewsArticle": "news",
    "AdvertiserContentArticle": "press release",
}  # fmt: skip
# A word of the section or of the address -> the kind, in the languages of the larger newspapers.
_WORDS = {
    "opinion": "opinion opinions op-ed op-eds oped editorial editorials commentisfree columns columnists columnist"
    " letters letters-to-the-editor commentary comment leader leaders viewpoint viewpoints perspectives meinung"
    " kommentar"
    " kommentare"
    " leitartikel kolumne gastbeitrag opinión opinion-columns columnas tribune tribunes éditorial éditoriaux editoriali"
    " commenti opinioni opinie columnas-de-opinion opinião opiniao ledare debatt mening leder kronik",
    "analysis": "analysis analyses news-analysis analyse analysen análisis analisi análise analys",
    "live": "live liveblog live-blog live-updates live-news livestory liveticker en-vivo en-direct direct diretta",
    "review": "review reviews film-review book-review restaurant-review rezension rezensionen critique reseñas",
    "interview": "interview interviews entrevista entrevistas intervista interviste",
    "obituary": "obituary obituaries obits nachruf nachrufe nécrologie obituarios",
    "satire": "satire satira humor-satire the-borowitz-report satirisches",
    "press release": "press-release press-releases pressrelease pressreleases press release news-release news-releases"
    " pressemitteilung pressemitteilungen communiqué communiqués comunicado comunicados comunicati-stampa prnewswire"
    " businesswire globenewswire sponsored sponsored-content partner-content paid-content advertorial brandvoice",
    "news": "news-report",
}
_AMBIGUOUS = frozenset({"press", "release", "direct", "comment", "leader", "leaders", "mening", "tribune", "live"})
_KIND_OF_WORD = {word: kind for kind, words in _WORDS.items() for word in words.split()}
_LABEL = re.compile(
    r"(?:(?P<opinion>opinion|op-ed|editorial|comment(?:ary)?|column|letters?(?: to the editor)?|guest essay"
    r"|guest column"
    r"|our view|meinung|kommentar|leitartikel|opinión|tribune|opinione|opinie)"
    r"|(?P<analysis>(?:news )?analysis|analyse|análisis|analisi)"
    r"|(?P<live>live(?: updates?| blog)?|liveblog|liveticker|en vivo|en direct)"
    r"|(?P<review>(?:film |book |album |theatre |tv |concert |restaurant )?review|rezension)"
    r"|(?P<interview>interview|q&a|entrevista)|(?P<obituary>obituary|nachruf)|(?P<satire>satire)"
    r"|(?P<press_release>press release|pressemitteilung|sponsored|paid post|advertorial))\s*(?:[:|]|\s[–—-]\s)",
    re.IGNORECASE,
)
_LIVE_HEADLINE = re.compile(r"[–—-]\s*live(?: updates)?\s*$|^live updates\b|\blive (?:updates|blog)\b", re.IGNORECASE)
_PRESS_LINE = re.compile(
    r"(?:for immediate release|/PRNewswire/|\(?business wire\)?\s*--|globe newswire)", re.IGNORECASE
)
_WORD_BREAK = re.compile(r"[\s/&,_]+")


def kind_named(value: str) -> str:
    """The kind that a field names ("Opinion", "op-ed", "LiveBlogPosting"); "" if it names none."""
    name = value.strip()
    if name in _OF_TYPE:
        return _OF_TYPE[name]
    plain = name.casefold()
    if plain in KINDS:
        return plain
    return _KIND_OF_WORD.get(plain.replace(" ", "-"), "")


def kind_told(*, title: str = "", section: str = "", url: str = "", text: str = "") -> str:
    """The kind told by the headline's label, the section or the address; "" if none tells it."""
    if label := _LABEL.match(title):
        return (label.lastgroup or "").replace("_", " ")
    if _LIVE_HEADLINE.search(title):
        return "live"
    if kind := kind_named(section) or _of_words(_WORD_BREAK.split(section.casefold())):
        return kind
    if kind := _of_words(_folders(url)):
        return kind
    return "press release" if _PRESS_LINE.search(text[:400]) else ""


def _of_words(words: list[str]) -> str:
    """The kind of the first telling word; words that also mean something else tell nothing."""
    return next((_KIND_OF_WORD[word] for word in words if word in _KIND_OF_WORD and word not in _AMBIGUOUS), "")


def _folders(url: str) -> list[str]:
    """The folders of an address, without its last part, which is the article's own name: "/opinion/2024/a-review"."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return []
    folders = [unquote(part).casefold() for part in path.split("/") if part][:-1]
    return ["live-blog" if folder == "live" else folder for folder in folders]
