"""Lines that are not the story: advertising, subscription, newsletter, share and "related" lines, photo credits.

A line goes only when the *whole* line is such a line, and in a form no sentence of a story has; where in doubt it
stays. The raw input stays with the article, so that this can be improved and run again. Cleaning is idempotent.
"""

from __future__ import annotations

import re

from ingest.hygiene import tidy

LONGEST_BOILERPLATE = 240  # characters; a longer line is a paragraph
_LONGEST_LINK = 140  # a headline in a list of links

_DASHES = r"[\s\-–—=*_•·|>\[\]()]*"
_PUBLICATION = r"(?:our|the|this|your|today['’]s|[A-Z][\w'’&.]*)(?:\s+[\w'’&.]+){0,6}?"
_MAILING = r"(?:newsletters?|e-?mails?|digests?|briefings?|bulletins?|alerts?|inbox|WhatsApp channel|Telegram channel)"
_WHOLE_LINES = {
    "advertising": (
        r"advertisements?",
        r"advertising",
        r"adverti[sz]ement",
        r"sponsored(?: content| by [\w'’&. ]{2,40})?",
        r"paid content",
        r"(?:video )?ad feedback",
        r"skip advertisement",
        r"(?:story|article|content) continues (?:below|after)(?: th(?:is|e))?(?: ad| advert| advertisement)?",
        r"continue reading below(?: th(?:is|e) (?:ad|advertisement))?",
        r"scroll (?:down )?(?:to|for) (?:continue|more|read on).{0,40}",
        r"how relevant is this ad to you\?",
        r"\d\. how relevant is this ad to you\?",
        r"remove ads",
        r"(?:anzeige|werbung|publicité|publicidad|pubblicità|publicidade|advertentie|annons|reklame?)",
    ),
    "subscription": (
        r"unlock the [\w'’ ]{2,40} for free",
        r"subscribe (?:now |today )?(?:to|and) (?:continue|keep|read|unlock|support)\b[^.]{0,80}\.?",
        r"subscribe(?: now| today| here| for free)?",
        r"(?:please )?(?:log|sign) ?in(?: or (?:register|subscribe|sign up|create an account))?"
        r"(?: to continue(?: reading)?)?",
        r"already (?:(?:a|have an?) (?:subscriber|subscription|account|member)|registered)"
        r"(?:\?.{0,60}|[,.:]? (?:log|sign) ?in\b.{0,60})?",
        r"(?:this (?:article|story|content) is (?:only )?(?:for|available to|reserved for|exclusive to) )"
        r"(?:our )?(?:\w+ )?(?:subscribers|members)(?: only)?",
        r"(?:for )?(?:subscribers|members) only",
        r"subscriber[- ]only (?:article|content|story)",
        r"(?:you have|you['’]ve) (?:read |reached |used |\d+ |one |two |three |no )[^.]{0,60}"
        r"(?:free )?articles?\b[^.]{0,40}",
        r"to (?:continue|keep) reading[^.]{0,40}(?:subscribe|register|sign (?:in|up)|log in)[^.]{0,40}",
        r"(?:register|create (?:a free|an) account|start your free trial)"
        r"(?: (?:now|today|to continue reading|for free))?",
        r"support (?:local|independent|quality|our) journalism\.? (?:subscribe|donate|become a member|join)\b.{0,60}",
        r"get unlimited (?:digital )?access\b.{0,60}",
        r"subscribe (?:from|for (?:only|just)) .{1,30}(?:week|month|year)",
    ),
    "newsletter": (
        rf"sign up (?:here )?(?:for|to) {_PUBLICATION}\s+(?:\w+ )?{_MAILING}\b.{{0,120}}",
        rf"(?:get|receive) {_PUBLICATION}\s+(?:[\w'’]+ ){{0,4}}"
        r"(?:in|delivered to|straight to|sent to) your (?:e-?mail )?inbox\b.{0,60}",
        rf"subscribe to {_PUBLICATION}\s+(?:\w+ )?{_MAILING}\b.{{0,80}}",
        r"subscribe to (?:the newsletter|our newsletter)\b.{0,60}",
        r"(?:thank you|thanks) for (?:signing up|subscribing)\b.{0,80}",
        r"(?:please )?(?:enter|provide) (?:your|a valid) e-?mail(?: address)?",
        r"(?:your )?e-?mail address",
        r"(?:thank you|thanks)(?: for signing up)?!",
        r"keep an eye on your inbox\b.{0,60}",
        r"(?:sorry[!,]? ?)?(?:there was )?an error (?:processing your .{1,40}|(?:has )?occurred)"
        r"(?:[.,!]? ?(?:please )?(?:try|reload|refresh|contact)\b.{0,60})?",
        rf"sign ?up: .{{0,80}}{_MAILING}\b.{{0,40}}",
        r"(?:click|tap) here to (?:subscribe|sign up|get|download|join)\b.{0,80}",
        r"(?:want|like) more (?:stories|news) like this\?.{0,100}",
    ),
    "sharing": (
        r"share (?:this|on|via|with) (?:article|story|post|page|video|friends"
        r"|facebook|twitter|x|linkedin|whatsapp|e-?mail)"
        r"(?: (?:article|story|post|page))?(?: (?:on|with|via) .{1,40})?",
        r"(?:share|tweet|print|copy link|link copied!?|save article|bookmark)",
        r"(?:(?:share|tweet|facebook|twitter|x|e-?mail|print|linkedin|whatsapp|reddit|pinterest|telegram|copy link"
        r"|save)"
        r"[\s,|/·•]+){2,}(?:share|tweet|facebook|twitter|x|e-?mail|print|linkedin|whatsapp|reddit|pinterest|telegram"
        r"|copy link|save)",
        r"(?:follow|like|join) us on (?:facebook|twitter|x|instagram|youtube|tiktok|telegram|whatsapp|google news"
        r"|social media)\b.{0,80}",
        r"follow [\w'’ ]{2,40} on (?:facebook|twitter|x|instagram|google news)(?: and (?:facebook|twitter|instagram))?"
        r"(?:[:\s]*@\w+)?",
        r"download (?:the|our) [\w'’ ]{0,30}app\b.{0,40}",
        r"(?:leave|post|add) a (?:comment|reply)",
        r"(?:view|show|read|hide) (?:all |the )?(?:\d+ )?comments",
        r"comments are closed",
        r"\d+ shares?",
        r"(?:like|enjoy(?:ed)?) this (?:story|article|post)\?.{0,60}",
        r"(?:tell us|let us know) what you think\b.{0,40}",
        r"(?:order reprints|print (?:this )?(?:article|page|story)|e-?mail (?:this )?(?:article|story|to a friend))",
        r"(?:teilen|partager|compartir|condividi|compartilhar|delen|dela)",
    ),
    "related": (
        r"(?:related|latest|recommended|trending|popular|more)"
        r" (?:articles?|stories|story|news|posts|topics|content|reading|coverage|videos?|links|headlines|now)",
        r"(?:you (?:may|might) also (?:like|be interested in)|recommended for you"
        r"|more (?:on this story|from (?!.*[.!?]$).{2,40}))",
        r"(?:most|editors?['’]?s?) (?:read|popular|viewed|shared|commented|picks?)",
        r"(?:read more|read next|up next|see also|also read|keep reading|continue reading|click here to read more)",
        r"(?:next|previous) (?:article|story|post)",
        r"(?:explore further|don['’]t miss|in this (?:article|story)|filed under|tags|topics)(?:\s*:.{0,120})?",
        r"(?:lesen sie auch|mehr zum thema|auch interessant|lire aussi|à lire aussi|lea también|lee también"
        r"|te puede interesar"
        r"|leggi anche|lees ook|leia também|veja também|læs også|les også|läs också|lue myös|читайте также"
        r"|czytaj też|zobacz też)"
        r"(?:\s*:.{0,140})?",
        r"back to top",
        r"related",
        r"(?:READ MORE|READ NEXT|READ ALSO|ALSO READ|RELATED|SEE ALSO|DON['’]T MISS|WATCH)\s*:\s*.{3,}",
    ),
    "site": (
        r"we use cookies\b.{0,180}",
        r"(?:accept|reject|manage) (?:all )?cookies",
        r"please enable javascript\b.{0,100}",
        r"(?:your browser does not support|this video (?:cannot|can not) be played).{0,100}",
        r"skip to (?:main )?content",
        r"(?:©|\(c\)|copyright\b).{0,120}all rights reserved\b.{0,120}",
        r"all rights reserved",
        r"this (?:material|copy|content) (?:is for your personal"
        r"|may not be (?:published|reproduced|broadcast|rewritten|redistributed|copied|re-?used|used|reprinted))\b"
        r".{0,160}",
        r"(?:terms of (?:use|service)|privacy policy|cookie policy)"
        r"(?:[\s|,·•]+(?:and )?(?:terms of (?:use|service)|privacy policy|cookie policy))*",
    ),
}
_CASED = re.compile(r"\(\?:READ MORE")  # patterns that hold for capitals only


def _lines(*kinds: str) -> re.Pattern[str]:
    patterns = [pattern for kind in kinds for pattern in _WHOLE_LINES[kind]]
    folded = [pattern if _CASED.match(pattern) else f"(?i:{pattern})" for pattern in patterns]
    return re.compile(rf"{_DASHES}(?:{'|'.join(folded)}){_DASHES}[.!:…]*{_DASHES}")


_LINKS = _lines("related")
_CALLS = _lines(*(kind for kind in _WHOLE_LINES if kind != "related"))
# What somebody is reported to have said is the story, however it begins; headlines behind "Read more:" report, too.
_REPORTED = re.compile(
    r"\b(?:said|says|told|warned|wrote|added|ruled|argued|promised|announced|according to)\b", re.IGNORECASE
)
# Every pattern above begins with one of these: a quick way past nearly every line.
_BEGINNING = re.compile(
    rf"{_DASHES}(?:\d|©|accept|ad |add|adverti|all |already|also|article|back|bookmark|click|comments|content|continue"
    r"|cookie|copy|create|don|download|editor|e-?mail|enter|facebook|follow|for |get|hide|how |join|keep|latest|leave"
    r"|like|link|log|manage|member|more|most|next|paid|pinterest|please|popular|post|previous|print|privacy|provide"
    r"|read|receive|recommended|reddit|register|reject|related|remove|save|scroll|see |share|show|sign|skip|sponsored"
    r"|start|story|subscri|support|telegram|terms|thank|this|to |trending|tweet|twitter|unlock|up next|video|view|watch"
    r"|we use|whatsapp|anzeige|auch|annons|an error|compart|condividi|czytaj|dela|enjoy|explore|filed|in this|keep"
    r"|les|lea|lee|leia|leggi|lire|lue|læs|läs|à lire|let us|mehr|order|partager|pub|reklam|sorry|tags|tap|te puede"
    r"|teilen|tell"
    r"|there was|topics|veja|want|werbung|zobacz|читайте|x[\s,|/·•]|you|c\))",
    re.IGNORECASE,
)
_LINK_HEADER = re.compile(
    rf"{_DASHES}(?:(?:related|latest|recommended|more|popular|trending)"
    r" (?:articles?|stories|news|posts|headlines|coverage)"
    rf"|most (?:read|popular|viewed)|you (?:may|might) also like|recommended for you){_DASHES}:?",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.!…][\"'”’)\]]*$")


# Photo credits: a label, or an agency before or behind a slash; what else there is, are names.
_CREDIT_LABEL = re.compile(
    r"(?:photo(?:graph|s)?|image|picture|pic|foto|bild|illustration|crédits? photo)(?: ?credits?)?"
    r"(?:\s*[:/]|\s+by\b|\s+courtesy(?: of)?:?)|(?:credit|file photo|handout|stock image)\s*[:/]"
    r"|(?:AP Photo|REUTERS|AFP|EPA|Getty Images?)\s*/",
    re.IGNORECASE,
)
_AGENCY = r"(?:getty images?|AFP|Reuters|AP|EPA|Shutterstock|Bloomberg|WireImage|Zuma|Alamy|iStock(?:photo)?)"
_CREDITED_AGENCY = re.compile(rf"/\s?{_AGENCY}(?:\s*(?:via|/)\s*[\w.’' ]{{2,40}})?$", re.IGNORECASE)
_BARE_CREDIT = re.compile(r"getty images?|shutterstock|istock(?:photo)?|(?:file|handout|ap) photo", re.IGNORECASE)
_BETWEEN_NAMES = re.compile(r"[\s/,|&–—-]+")
_NOT_A_NAME = re.compile(r"(?!(?:for|of|the|and|via|von|de|la|le)$)[a-zß-ÿ]|\d")
_LONGEST_CREDIT = 120


def is_photo_credit(line: str) -> bool:
    """Whether the whole line says only whose picture it is."""
    line = line.strip().strip("()[]").strip()
    if not line or len(line) > _LONGEST_CREDIT:
        return False
    if _BARE_CREDIT.fullmatch(line):
        return True
    if label := _CREDIT_LABEL.match(line):
        names = line[label.end() :].rstrip(".")
    elif agency := _CREDITED_AGENCY.search(line):
        names = line[: agency.start()]
    else:
        return False
    words = [word for word in _BETWEEN_NAMES.split(names) if word]
    return bool(words) and not any(_NOT_A_NAME.match(word) for word in words)


def is_boilerplate(line: str) -> bool:
    """Whether the whole line is something other than the story."""
    line = line.strip().replace("\xa0", " ")
    if not line or len(line) > LONGEST_BOILERPLATE:
        return False
    if _BEGINNING.match(line):
        if _LINKS.fullmatch(line) or (_CALLS.fullmatch(line) and not _REPORTED.search(line)):
            return True
    return is_photo_credit(line)


def clean_text(text: str) -> str:
    """The story: characters repaired, boilerplate lines gone, and a closing list of links under "Related Articles"."""
    text = tidy(text)
    lines = text.split("\n")
    kept = [line for line in lines[: _link_list_start(lines)] if not is_boilerplate(line)]
    return text if len(kept) == len(lines) else tidy("\n".join(kept))


def _link_list_start(lines: list[str]) -> int:
    """Where the closing list of links begins; ``len(lines)`` if there is none.

    It has a header such as "Related Articles", and nothing but short, unfinished lines after it.
    """
    start = len(lines)
    for number in range(len(lines) - 1, -1, -1):
        line = lines[number].strip()
        if _LINK_HEADER.fullmatch(line):
            start = number
        elif line and not is_boilerplate(line) and (len(line) > _LONGEST_LINK or _SENTENCE_END.search(line)):
            break
    return start if start > 0 else len(lines)
