"""Questions about the archive's articles themselves: how many, which, by whom, the first, how it developed.

Pure. Such a question is answered by counting every article that matches, so it is taken for one only where its words
leave no doubt: "how many articles mention the dam?" is one, "how many stories does the tower have?" is none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from archive.outlet_names import OutletNames
from assistant.bylines import BylineMention, find_bylines
from assistant.outlets import OutletMention, aliases, find_outlets, without_outlets
from assistant.question import quoted_phrases
from assistant.search_plan import CatalogKind, CatalogQuestion
from assistant.time_expressions import find_time_expressions, window_of, without_times
from assistant.unknown_bylines import find_unknown_bylines
from assistant.words import content_stems

_WORDS = {
    "ARTICLES": r"(?:news )?(?:articles?|stories|news items|headlines|columns|editorials|op-eds|write-ups)",
    "PIECES": r"(?:news )?(?:articles?|stor(?:y|ies)|items?|reports?|pieces?|headlines?|columns?|editorials?|op-eds?)",
    "OUTLETS": r"(?:news |media )?(?:outlets|newspapers|papers|publications|sources|news organi[sz]ations"
    r"|broadcasters|media)",
    "REPORTER": r"(?:reporter|journalist|author|writer|correspondent|columnist)",
    "REPORTERS": r"(?:reporters|journalists|authors|writers|correspondents|columnists)",
    "ABOUT": r"(?:about|on|concerning|regarding|cover(?:s|ed|ing)?|mention(?:s|ed|ing)?|contain(?:s|ed|ing)?"
    r"|(?:refer|deal)(?:s|red|t|ring|ing)? (?:to|with)|discuss(?:es|ed|ing)?|to do with|with the words?)",
    "SAY": r"(?:(?:that|which) )?ABOUT",
    "REPORTED": r"(?:report(?:ed)?(?: on)?|cover(?:ed)?|mention(?:ed)?|(?:wrote|written|write) (?:about|on)"
    r"|carr(?:ied|y)|ran|run|publish(?:ed)?|print(?:ed)?|picked up|discussed)",
    "MENTIONED": r"(?:mentioned|in the (?:news|papers|archive)|written about)",
    "HAVE": r"(?:(?:are|were|is|was|have|has|do|does|did)\b[^?]{0,40}?\s)?",
    "WAS": r"(?:was|were|is|are|has|have|did)",
    "IN_ARCHIVE": r"(?:in|from) (?:the|this|your|our) (?:archive|collection|database|corpus)",
    "THERE": r"(?:(?:that )?(?:are|were) there|there are|(?:that )?(?:do )?you have(?: got)?|are IN_ARCHIVE|IN_ARCHIVE"
    r"|(?:does )?(?:the|this|your) (?:archive|collection) (?:have|has|holds?|contains?)|in total|in all|altogether)",
    "SHOW": r"(?:please |can you )*(?:list|show|give|find|get)(?: me| us)?",
    "TOPIC": r"(?P<topic>.+)",
    "SOME": r"(?P<topic>.+?)",
    "REST": r"(?P<rest>.*)",
}
_SHAPES: tuple[tuple[CatalogKind, tuple[str, ...]], ...] = (
    (
        CatalogKind.TIMELINE,
        (
            r"(?:SHOW )?(?:a |the )?(?:time ?line|chronology|chronicle) (?:of|for|on) TOPIC",
            r"how (?:did|has|have|had) SOME (?:develop(?:ed)?|evolved?|unfold(?:ed)?|progress(?:ed)?|come about)\b"
            r"(?: over time| so far)?REST",
            r"how (?:did|has|have|had) SOME changed? (?:over (?:time|the \w+)|since|from\b.+\bto\b)REST",
            r"(?:can you |please )*(?:walk|take|talk) (?:me|us) through how SOME"
            r" (?:grew|rose|fell|changed|developed|evolved|unfolded|came about|climbed|shrank|went)\bREST",
            r"(?:can you |please )*(?:walk|take|talk) (?:me|us) through TOPIC",
            r"(?:can you |please )*(?:tell|give) (?:me|us) (?:everything|all)"
            r"(?: (?:that )?(?:you (?:know|have|can)|there is))? (?:about|on) TOPIC",
            r"SHOW (?:an? |the )?overview (?:of|on) TOPIC",
            r"(?:trace|retrace|chart) (?:the )?(?:course|history|development|rise|fall|growth) of TOPIC",
        ),
    ),
    (
        CatalogKind.FIRST,
        (
            r"(?:(?:what|which|when|where) )?(?:was |is |were |SHOW )?(?:the )?(?:very )?(?:first|earliest)"
            r" (?:mention|PIECES|coverage)(?: published| written)? (?:of|SAY) TOPIC",
            r"when WAS SOME (?:first|initially) MENTIONEDREST",
            r"(?:who|which \w+|what \w+) (?:was )?(?:the )?first (?:to )?REPORTED TOPIC",
        ),
    ),
    (
        CatalogKind.LAST,
        (
            r"(?:(?:what|which|when|where) )?(?:was |is |were |SHOW )?(?:the )?(?:very )?(?:last|latest|newest"
            r"|most recent) (?:mention|ARTICLES|coverage)(?: published| written)? (?:of|SAY) TOPIC",
            r"when WAS SOME (?:last|most recently) MENTIONEDREST",
        ),
    ),
    (
        CatalogKind.AUTHORS,
        (
            r"(?:who|(?:which|what) REPORTERS) (?:has |have )?(?:wrote|written|reported|covers?|covered)"
            r" (?:the )?(?:most |more )?(?:PIECES )?(?:about|on) TOPIC",
            r"(?:how many|which|what) REPORTERS (?:has |have )?REPORTED TOPIC",
            r"(?:which|what) REPORTER (?:has |have )?(?:wrote|written|reported|covered|covers) (?:the )?most"
            r"(?: PIECES)?(?: (?:about|on))? TOPIC",
            r"(?:who|(?:which|what) (?:REPORTER|REPORTERS)) (?:has |have )?(?:covered|covers|reported on|wrote about"
            r"|written about) SOME (?:the )?most(?: often)?",
        ),
    ),
    (
        CatalogKind.OUTLETS,
        (
            r"(?:which|what|how many|list (?:the|all(?: the)?)) OUTLETS (?:has |have |had |that |which )?REPORTED"
            r"(?: (?:the )?most(?: PIECES)?(?: about| on)?)? TOPIC",
            r"(?:which|what) (?:outlet|newspaper|paper|publication) (?:has |have )?(?:wrote|written|reported|covered"
            r"|published)(?: the)? most(?: PIECES)?(?: about| on)? TOPIC",
        ),
    ),
    (
        CatalogKind.COUNT,
        (
            r"(?:how many|(?:what(?:['’]s| is| was) )?(?:the )?(?:total )?number of|count (?:the|all(?: the)?)?)"
            r" ARTICLES HAVESAY TOPIC",
            r"(?:how many|(?:what(?:['’]s| is| was) )?(?:the )?(?:total )?number of) (?:reports|pieces|items) HAVE"
            r"(?:about|mentioning|mention|(?:that|which) mention) TOPIC",
            r"how (?:often|many times) WAS SOME (?:been )?(?:MENTIONED|reported on|appear in the (?:news|archive))REST",
            r"how (?:often|many times) (?:has|have|did|does) (?P<rest>.+?) (?:mention(?:ed)?|writ(?:e|ten) about"
            r"|report(?:ed)? on|cover(?:ed)?) TOPIC",
            r"(?P<everything>(?:how many|count|(?:what(?:['’]s| is) )?the (?:total )?number of)(?: all| the)* ARTICLES"
            r"(?: THERE)*)",
            r"how many (?:reports|pieces|items) (?P<of_outlet>(?:did|has|have) .+? (?:run|publish(?:ed)?|print(?:ed)?"
            r"|carr(?:y|ied)|writ(?:e|ten)|do|done|have|had)) (?:about|on) TOPIC",
            r"how many ARTICLES (?P<rest>(?:did|has|have|were|was|are|does|do|by|from|IN_ARCHIVE)\b.*)",
        ),
    ),
    (
        CatalogKind.LIST,
        (
            r"(?:SHOW|which|what)(?: are| were)?(?: all| every| the| any)* PIECES(?: (?:are|were) there)?"
            r"(?: published| written| from[^?]{0,40}?)? SAY TOPIC",
            r"(?P<everything>(?:SHOW|which|what|all|every)(?: all| every| of| the| your| latest| newest| most recent)*"
            r" ARTICLES(?: THERE)*)",
            r"SHOW(?: all| every| the| any)* PIECES (?P<rest>(?:by|from|in|of|published|written|since|between)\b.*)",
            r"(?:all|every) ARTICLES SAY TOPIC",
            r"(?:all |every |the )?ARTICLES (?P<rest>(?:by|from) .+)",
        ),
    ),
)


def _compiled(shape: str) -> re.Pattern[str]:
    """A shape as a pattern: its capitals stand for kinds of words, a space for any white space."""
    for _ in range(2):  # SAY holds ABOUT, THERE holds IN_ARCHIVE
        shape = re.sub("|".join(sorted(_WORDS, key=len, reverse=True)), lambda match: _WORDS[match[0]], shape)
    return re.compile(rf"\W*(?:{shape})\W*$", re.IGNORECASE)


_COMPILED = tuple((kind, _compiled(shape)) for kind, shapes in _SHAPES for shape in shapes)
_NOT_TOPIC = re.compile(
    rf"\b(?:{_WORDS['IN_ARCHIVE']}|in (?:the )?(?:total|all|news)|altogether|so far|overall|at all"
    r"|(?:were )?(?:published|written)|are there|do you have|does the archive (?:have|hold)|exactly|please)\b",
    re.IGNORECASE,
)
# "How many articles about the flood did each outlet publish?": how many each has is told with every count.
_OF_EACH = re.compile(
    r",?\s*\b(?:(?:did|do|does|has|have|had)\s+(?:each|every)(?:\s+(?:single|of the))?\s+(?:news\s+)?"
    r"(?:outlets?|newspapers?|papers?|publications?|sources?)"
    r"(?:\s+(?:run|publish(?:ed)?|print(?:ed)?|carr(?:y|ied)|writ(?:e|ten)|have|had|do|done))?"
    r"|(?:per|by|for each|in each|from each)\s+(?:outlet|newspaper|paper|publication|source))"
    r"(?=\s+(?:about|on|in)\b|\W*$)",
    re.IGNORECASE,
)
# "... besides the Courier": what follows is looked up among the archive's outlets.
_BESIDES = re.compile(
    r",?\s*\b(?:besides|other than|apart from|aside from|except(?: for)?|excluding)\s+(?:the\s+)?", re.IGNORECASE
)
# "the agency's story on the tugs": theirs, whoever printed it.
_THEIR_STORY = re.compile(
    r"^(?:['’]s?)?\s+(?:stor(?:y|ies)|report|article|piece|dispatch|copy|scoop|exclusive)\b", re.IGNORECASE
)
_STORY_ON = re.compile(
    r"^(?:the\s+)?(?:stor(?:y|ies)|report|article|piece|dispatch|copy|scoop|exclusive)\s+(?:about|on|that|of)\s+(?=\w)",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s+(?:did|has|have|had|were|was|are|is)\b(?:\s+the)?\s*(?:(?:been )?(?:publish(?:ed)?|run|ran|print(?:ed)?"
    r"|carr(?:y|ied)|written|write|wrote|appear(?:ed)?|there))?\W*$",
    re.IGNORECASE,
)
_SECOND = re.compile(
    r"(?:[,;]?\s+and\s+|[?;]\s+(?:and\s+)?)(?P<second>(?:(?:who|what|when|where|why|which)\b"
    r"|how\s+(?:did|do|does|is|was|were|are|has|have|many|much|often|long)\b).+)$",
    re.IGNORECASE,
)
_NEWS = re.compile(
    r"(?:(?:so|and|ok(?:ay)?|please|can you|could you|tell me|show me|give me|list|summari[sz]e|sum up|recap)[\s,]+)*"
    r"(?:(?:what|anything|everything|all)(?:['’]s)?(?: else)?(?: that)?(?: (?:has|have|had|is|was|were|did))?(?: been)?"
    r"(?: (?:important|interesting|new))?(?: happen(?:ed|ing|s)?| happend| occurred| going(?: on)?| went on| new"
    r"| report(?:ed)?| write| written| publish(?:ed)?| say| print(?:ed)?| in the (?:news|papers|headlines)"
    r"| (?:i|we) miss(?:ed)?)"
    r"|(?:what (?:is|was|were|are) |what['’]s |is there |was there )?(?:the |any )?"
    r"(?:(?:main|top|big|biggest|most important|new|important) )?(?:news|headlines|stories|events))"
    r"(?: (?:in the (?:news|papers|world)|of|from|for|in))?(?:,? please)?",
    re.IGNORECASE,
)
_LONGEST = 400  # characters: nobody asks for a count at more length


def read_catalog_question(
    text: str, asked_on: date, outlets: OutletNames, authors: Sequence[str]
) -> CatalogQuestion | None:
    """The question as one to be counted; None where it asks for what articles say."""
    if len(text) > _LONGEST:
        return None
    text = _OF_EACH.sub("", without_second_question(text.strip())[0])
    text, besides = _without_those_besides(text, outlets)
    if (news := _news_of_days(text, asked_on, outlets)) is not None:
        return news
    for kind, pattern in _COMPILED:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        named = find_outlets(text, outlets)
        bylines = _bylines(text, authors, named)
        groups = match.groupdict()
        if groups.get("of_outlet") and not named:
            continue  # "how many pieces did the museum have on show?"
        printings = kind is CatalogKind.OUTLETS and any(_THEIR_STORY.match(text[one.end :]) for one in named)
        # of a byline that the archive doesn't have there is nothing to count, and that is the answer; but the topic may
        # be what somebody else has written: "which outlets mention the report by Lord Hutton?"
        begin, end = match.span("topic") if groups.get("topic") else (0, 0)
        unknown = find_unknown_bylines(text, authors, outlets) if authors else []
        unknown = [one for one in unknown if not begin <= one.start < end]
        rest = groups.get("rest") or ""
        about = re.search(rf"\b(?:that |which )?{_WORDS['ABOUT']} (.+)", rest, re.IGNORECASE)
        topic = _topic(groups.get("topic") or (about[1] if about else ""), asked_on, outlets, authors)
        topic = _STORY_ON.sub("", topic) if printings else topic
        expressions = find_time_expressions(text, asked_on)
        enough = groups.get("everything") or unknown
        if (
            not enough
            and not content_stems(topic)
            and not _says_enough(rest, named, bylines, bool(window_of(expressions)))
        ):
            continue
        return CatalogQuestion(
            kind,
            topic,
            quoted_phrases(text),
            window_of(expressions),
            tuple(dict.fromkeys(one.outlet for one in named)),
            tuple(
                dict.fromkeys([*(author for one in bylines for author in one.authors), *(one.name for one in unknown)])
            ),
            besides=besides,
            printings=printings,
        )
    return None


def _without_those_besides(text: str, outlets: OutletNames) -> tuple[str, tuple[str, ...]]:
    """The text without "besides the Courier", and the outlet that is not asked about; unchanged where none is named."""
    for match in _BESIDES.finditer(text):
        rest = text[match.end() :]
        for form, outlet in sorted(aliases(outlets).items(), key=lambda one: -len(one[0])):
            plain = re.sub(r"^the\s+", "", form, flags=re.IGNORECASE)
            if re.match(rf"{re.escape(plain)}(?!\w)", rest, re.IGNORECASE):
                return f"{text[: match.start()]}{rest[len(plain) :]}", (outlet,)
    return text, ()


def _news_of_days(text: str, asked_on: date, outlets: OutletNames) -> CatalogQuestion | None:
    """A question for the news of some days and nothing else: "what happened in May 2024?", "headlines of last week"."""
    expressions = find_time_expressions(text, asked_on)
    window = window_of(expressions)
    if window is None or window.start is None:
        return None
    bare = text
    for one in sorted(expressions, key=lambda one: -one.start):
        bare = f"{bare[: one.start]} {bare[one.end :]}"
    named = find_outlets(bare, outlets)
    if not _NEWS.fullmatch(re.sub(r"\s+", " ", without_outlets(bare, named)).strip(" ?.!,;:")):
        return None
    asked = tuple(dict.fromkeys(one.outlet for one in named))
    if window.start == window.end and window.end is not None:  # what happened on a Tuesday is in Wednesday's paper
        window = replace(window, end=max(window.end, min(window.end + timedelta(days=1), asked_on)))
    return CatalogQuestion(CatalogKind.LIST, "", (), window, asked, is_news=True)


def without_second_question(text: str) -> tuple[str, str]:
    """The question up to ", and how did they differ?", and that rest; "" where nothing more is asked."""
    match = _SECOND.search(text)
    return (text[: match.start()], match["second"].strip()) if match else (text, "")


def asks_for_timeline(text: str) -> bool:
    """Whether it says so outright: "timeline of ...", "chronology"."""
    return bool(re.search(r"\b(?:time ?line|chronology|chronicle)\b", text, re.IGNORECASE))


def _bylines(text: str, authors: Sequence[str], named: Sequence[OutletMention]) -> list[BylineMention]:
    """The bylines named; an agency that stands where authors do is an outlet where it is named as one."""
    found = find_bylines(text, authors)
    return [one for one in found if not any(outlet.start < one.end and one.start < outlet.end for outlet in named)]


def _topic(text: str, asked_on: date, outlets: OutletNames, authors: Sequence[str]) -> str:
    """The words that an article must hold: without times, outlets, bylines and the archive itself."""
    for one in reversed(_bylines(text, authors, find_outlets(text, outlets))):
        text = re.sub(r"\b(?:written )?(?:by|from)\s+$", "", text[: one.start]) + text[one.end :]
    text = without_outlets(text, find_outlets(text, outlets))
    text = without_times(text, find_time_expressions(text, asked_on))
    text = re.sub(r"[\"“”]", " ", _NOT_TOPIC.sub(" ", text))
    text = _TAIL.sub("", re.sub(r"\s+", " ", text).strip(" ?.!,;:"))
    text = re.sub(
        r"^(?:the )?(?:story|history|saga|affair|news|coverage|subject|topic) of ", "", text, flags=re.IGNORECASE
    )
    return text.strip(" ?.!,;:")


def _says_enough(rest: str, named: list[OutletMention], bylines: list[BylineMention], has_window: bool) -> bool:
    """Whether a question without a topic is about the archive: it names an outlet, an author, days, or the archive."""
    of_archive = re.search(rf"{_WORDS['IN_ARCHIVE']}|\b(?:do you|does it) (?:have|hold)\b", rest, re.IGNORECASE)
    return bool(of_archive or named or bylines or has_window)
