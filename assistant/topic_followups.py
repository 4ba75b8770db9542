"""What is asked about the articles on the topic at hand: "which papers?", "how many articles?", "any news?" (pure)."""

from __future__ import annotations

import re
from datetime import date

from archive.outlet_names import OutletNames
from assistant.coreference import ASKING
from assistant.elliptical_followups import lowered_start, only_thing
from assistant.outlets import find_outlets, without_outlets
from assistant.time_expressions import find_time_expressions, without_times
from assistant.words import content_stems, is_content, names, words

# How it is asked, and how it is asked in full.
_IN_FULL: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(rf"^\W*(?:(?:and|so|ok(?:ay)?|but)[\s,]+)?(?:{words})\W*$", re.IGNORECASE), full)
    for words, full in (
        (r"(?:which|what) (?:news )?(?:outlets|newspapers|papers|sources)"
         r"(?: (?:have |has )?(?:reported|covered|wrote about|had|carried|mentioned)(?: on)?(?: (?:it|this|that))?)?",
         "Which outlets reported on {topic}?"),
        (r"how many (?:articles|stories)(?: (?:are|were) there)?(?: (?:mention (?:it|this|that)"
         r"|(?:are |were )?(?:about|on) (?:it|this|that)))?",
         "How many articles mention {topic}?"),
        (r"(?:show me |give me |make )?(?:a |the )?(?:time ?line|chronology)(?: of (?:it|this|that))?"
         r"|how (?:did|has) (?:it|this|that) (?:develop(?:ed)?|unfold(?:ed)?|evolved?)(?: since(?: then)?)?",
         "Timeline of {topic}"),
        (r"(?:list|show|give)(?: me)?(?: all| the| them)*(?: articles| stories)?(?: (?:about|on) (?:it|this|that))?"
         r"|which articles(?: (?:are there|mention (?:it|this|that)))?",
         "List the articles about {topic}"),
        (r"who (?:(?:wrote|has written|writes) (?:about|on)|(?:has )?reported(?: on)?) (?:it|this|that)",
         "Who wrote about {topic}?"),
        (r"when was (?:it|this|that) first (?:mentioned|reported)|(?:the )?first (?:mention|report)",
         "What was the first mention of {topic}?"),
        (r"(?:tell me |say )?more(?: about (?:it|this|that))?|(?:please )?go on|details?|(?:what|anything) else"
         r"|what (?:more|else) (?:do you know|is known|was reported)(?: about (?:it|this|that))?",
         "What else was reported on {topic}?"),
        (r"(?:and )?now|(?:is there )?any(?:thing)? (?:updates?|news|newer|more recent|new)(?: on (?:it|this|that))?"
         r"|what(?:['’]s| is) (?:new|the latest)(?: on (?:it|this|that))?|the latest|updates?"
         r"|is (?:that|this|it) still (?:true|so|the case)|what (?:is|about) (?:it|the situation) now",
         "What is the latest on {topic}?"),
    )
)  # fmt: skip


def asked_of_topic(text: str) -> str | None:
    """The question in full, with ``{topic}`` where the topic belongs; None where it asks about something else."""
    return next((full for pattern, full in _IN_FULL if pattern.match(text)), None)


def topic_of(previous: str, asked_on: date, outlets: OutletNames) -> str:
    """What a question is about, in few words: its names, or else its telling words. No times, and no outlets asked."""
    catalog = re.match(
        r"(?:Which outlets reported on|How many articles mention|Timeline of|List the articles about|Who wrote about"
        r"|What was the first mention of|What else was reported on|What is the latest on) (?P<topic>.+?)\W*$",
        previous,
    )
    if catalog is not None:
        return catalog["topic"]
    expressions = find_time_expressions(previous, asked_on)
    plain = without_times(previous, expressions)
    bare = without_outlets(plain, find_outlets(plain, outlets))
    plain = bare if content_stems(bare) else plain
    named = [name.text for name in names(lowered_start(plain))]
    thing = only_thing(plain)
    if not named and thing is not None and thing.telling:
        return plain[thing.start : thing.end]
    telling = [word.text for word in words(plain) if is_content(word.text) and not ASKING.fullmatch(word.text)]
    return " ".join(dict.fromkeys(named or telling[:4])) or plain.strip(" ?.")
