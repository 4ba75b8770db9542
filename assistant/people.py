"""Names of people, told by what newspapers put beside them, and whether a question asks for one.

Pure, and English. "Its director, Jane Doe, said", "Doe, 52," and "Mayor John Roe" are people; "Harbour Mutual" may be
anything. No list of names decides, so it holds for people of all countries, and what nothing marks is left out.
"""

from __future__ import annotations

import re

from assistant.words import MONTH_NAMES, WEEKDAY_NAMES

TITLES = frozenset(
    """admiral ambassador archbishop attorney bishop canon capt captain cardinal chairman chairwoman chancellor chief
    coach col colonel commander commissioner congressman congresswoman councillor dame dean deputy detective
    director doctor dr duke emperor father gen general gov governor imam inspector judge justice king lady
    lieutenant lord lt madam major mayor minister miss mr mrs ms officer pope premier president prince princess prof
    professor queen rabbi rep representative rev reverend secretary sen senator sergeant sgt sheriff sir sister
    speaker superintendent""".split()
)
# The last word of what is a place or a body and nobody.
PLACES_AND_BODIES = frozenset(
    """agency airport arena association authority avenue bank board bridge bureau centre center church club college
    commission committee company corp council county court department district federation force forces foundation
    fund group hall harbour harbor hospital house inc industries institute island islands lane league ltd ministry
    motors museum network office park parliament partners party police port province river road school service
    services society square stadium state states station street trust union united university valley""".split()
)
# What people are called by what they are or do, and the words that only look like it.
_NOUNS = (
    "man|woman|boy|girl|person|people|men|women|child|son|wife|husband|couple|victim|suspect|witness|official|chief|head"
    "|boss|king|queen|pope|star|champion|captain|coach|guard|judge|nurse|pilot|guide|hopeful|chair|bishop|priest"
    "|magistrate|colonel|general|detective|aide|athlete|chef|duke|duchess|millionaire|billionaire|prince|princess"
    "|[a-z]{2,}(?:man|woman|ist|ian|er|or|ress|tant|dent|gent)"
)
_NO_NOUNS = (
    "(?:news)?letter|(?:news)?paper|matter|water|winter|summer|quarter|theater|theatre|helicopter|computer|centre|center"
    "|character|register|poster|disaster|shelter|river|tower|power|flower|answer|cover|order|border|murder|number|steamer"
    "|tanker|cruiser|liner|trawler|freighter|factor|tractor|sector|reactor|motor|mirror|error|floor|door|interior|exterior"
    "|harbor|labor|color|for|nor|minor|major|prior|senior|junior|superior|incident|accident|precedent|important|urgent|career"
    "|after|over|under|whether|former|other|another|either|neither|rather|never|ever|however|together|later|earlier"
    "|larger|bigger|further|higher|lower|older|younger|better|longer|per|her|transfer|offer|dinner|danger|corner|press"
    "|dress|address|progress|fortress|distress|stress|container|list|mist|twist|human|\\w*maker|manufacturer|retailer"
    "|operator|broadcaster|publisher|lender|insurer|carrier|supplier|employer|developer|provider"
    "|cancer|weather|server|chapter|cluster|copper|silver|timber|rubber|filter|trailer|printer|semester|boiler|crater"
    "|fertili[sz]er|indicator|elevator|escalator|generator|processor|semiconductor|charger|charter|layer|barrier|glacier"
    "|chamber|pier|beer|sewer|tender|merger|takeover|meter"
)
# "Which Canadian bank ...?" asks for a bank, "which Canadian won ...?" for a Canadian.
_OF_A_COUNTRY = (
    r"(?-i:[A-Z])\w+ian (?!(?:\w+ed|won|was|is|has|had|will|would|did|who|beat|led|lost|made|took|said|ran|became)\b)"
    r"(?-i:[a-z])"
)
_PERSON = rf"(?!(?:{_NO_NOUNS})\b|{_OF_A_COUNTRY})(?:{_NOUNS})"
_CAPITAL = r"(?:[^\W\d_a-zß-öø-ÿ][\w’'-]*[^\W\d_]|[A-Z]\.)"
_NAME = re.compile(
    rf"(?<![\w-]){_CAPITAL}(?: (?:(?:de|la|van|von|der|den|bin|al|el|di|da|du|ten|ter) )*{_CAPITAL}){{1,4}}"
)
_TITLED = re.compile(rf"(?:[\w’'-]+ )*?(?:{'|'.join(sorted(TITLES))})\.? |{_PERSON} (?=\S+ )", re.IGNORECASE)
_BEFORE = re.compile(
    rf"(?:(?<![\w-]){_PERSON},?"
    rf"|\b(?:{'|'.join(sorted(title.capitalize() for title in TITLES))})\."
    r"|\b(?:named|called|elected|appointed|hired|identified as|succeeded by|replaced by|[a-z]+(?:ed|en) by)) $"
)
_AFTER = re.compile(
    rf", (?:aged? )?\d{{1,3}}[,.;]|, who\b| \(\d{{1,2}}\)|, (?!and\b)(?:[\w’'-]+ ){{0,3}}?{_PERSON}\b"
    r"|,? (?:said|says|told|tells|added|resigned|retired|died|leads|led|heads|headed|holds|ran|runs|beat|wins|won"
    r"|scored)\b"
)
_NEAR = 60  # characters in which stands what introduces a name
_THING = re.compile(r"\b(?:the|in|at) $", re.IGNORECASE)
# Words that no name of a person has beside others, in any place.
_NO_NAME = PLACES_AND_BODIES | frozenset(
    """lake sound bay city town house systems airlines airways shipping holdings energy works army navy press media
    times post courier news radio television tv tidings herald act bill award awards cup open championship
    championships games festival day week month year war north south east west new national international supreme
    federal super world olympic grand prix""".split()
)
_QUESTION_WORD = re.compile(r"\b(?:who|whom|whose|what|when|where|why|how|which)(?:['’]?s)?\b", re.IGNORECASE)
# Before a "who" that asks; behind a name or a noun another question word may: "the driver, who fled, had which car?".
_ASKS_HERE = re.compile(r"(?:^|[.?!;:]|\b(?:and|or|but|by|to|from|with|for|of|about|on|is|was))\W*$", re.IGNORECASE)
_NO_LINK = r"(?:did|do|does|is|was|were|are|has|have|had|will|would|can|could|should|the|an?|of|in|to)\b"
_NAMED = re.compile(
    rf"\bnames? of (?:[\w’'-]+ ){{0,4}}?(?:{_PERSON}\b|\w+ who\b)"
    rf"|\b(?:which|what) (?:(?!{_NO_LINK})[\w’'-]+ ){{0,2}}?{_PERSON}\b(?! of\b)",
    re.IGNORECASE,
)


def asks_for_person(question: str) -> bool:
    """Whether a person's name answers: "who ...?", "what was the name of the captain?", "which senator ...?"."""
    asking = list(_QUESTION_WORD.finditer(question))
    if asking and asking[0][0].lower().startswith("who"):
        if len(asking) == 1 or _ASKS_HERE.search(question[: asking[0].start()]):
            return True
    return bool(_NAMED.search(question))


def people(text: str) -> list[str]:
    """The full names in a text that something beside them marks as a person's, without their titles, in order."""
    found = []
    for match in _NAME.finditer(text):
        titled = _TITLED.match(match[0])
        name = match[0][titled.end() :] if titled else match[0]
        words = {re.sub(r"['’]s?$", "", word).rstrip(".").lower() for word in name.split()}
        if not name or words & (_NO_NAME | MONTH_NAMES | WEEKDAY_NAMES) or words <= TITLES:
            continue
        before = text[max(0, match.start() - _NEAR) : match.start()]
        if titled or _AFTER.match(text, match.end()) or (_BEFORE.search(before) and not _THING.search(before)):
            found.append(name)
    return found
