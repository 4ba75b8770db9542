"""Which day an article means by "Thursday", "yesterday" or "last month": an explanation beside the quotation.

Pure. The words themselves stay as they are; a gloss stands after them. Counted from the article's own publication day.
What can be read in two ways ("next Thursday", said on a Wednesday) gets none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from archive.article import Article, DateSource
from assistant.answer import Gloss
from assistant.calendar_days import SEASONS, WEEKDAY, count_of, month_of, months_before, week_of
from assistant.time_periods import find_periods
from assistant.words import begins_sentence

_AHEAD = re.compile(
    r"\b(?:will|as (?:early|soon|late) as|won['’]t|next|coming|upcoming|until|till|by|tomorrow|due|set to|going to"
    r"|expected|planned|scheduled"
    r"|to (?:be|open|begin|start|meet|vote|decide|take|hold|travel|visit|appear|go)|(?:is|are) \w+ing)\b",
    re.IGNORECASE,
)
# "This Thursday, Norland will open ...", "Saturday through Sunday will bring ...": a day that begins a clause.
_OPENS_CLAUSE = re.compile(rf"^\W*(?:(?:and|but|so|on|then|this|come|or|to|through|{WEEKDAY})\s+)*$", re.IGNORECASE)
_WILL_FOLLOW = re.compile(
    rf"(?:\s*(?:,|and|or|to|through|[-–])\s*{WEEKDAY})*,?\s+(?:(?!said|says|told|\w+ed\b)[\w’'-]+\s+){{0,4}}?"
    r"(?:will|won['’]t|(?:is|are) (?:due|set|expected|scheduled|going))\b",
    re.IGNORECASE,
)
# A day four to six days ago is also three to one ahead: it is counted back only where the clause tells what is past.
_EITHER_WAY = 4
_PAST = re.compile(
    r"\b(?:was|were|had|did|said|told|came|went|won|lost|left|met|took|made|gave|got|saw|ran|fell|rose|struck|held|began"
    r"|broke|brought|sent|shot|found|led|kept|beat|wrote|sat|stood|spoke|became|grew|heard|paid|hit|flew|drew|sank|sold"
    r"|bought|sought|fought|taught|caught|swore|\w{2,}ed)\b",
    re.IGNORECASE,
)
_CLAUSES = re.compile(
    r"[,;:.!?“”\"—–]|\b(?:and|but|or|before|after|when|while|who|which|that|as|because|if|though|until)\b",
    re.IGNORECASE,
)
_WILL = re.compile(r"\b(?:will|won['’]t|(?:is|are) (?:due|set|going) to)(?P<then>(?:\s+\S+){0,10})$", re.IGNORECASE)
_OPENING, _FOLLOWING = 3, 8  # words: what has no verb yet, and where it is looked for then
_SUPPOSED = re.compile(r"\b(?:should|if|whether|would|could|might|may|unless)\b", re.IGNORECASE)
_TOMORROW = re.compile(r"\b(?P<after>(?:the )?day after )?tomorrow\b", re.IGNORECASE)
_UNIT = re.compile(
    r"\b(?:(?P<part>earlier|later) )?(?P<which>this|last|next) (?P<unit>week|month|quarter|year)\b(?!['’-])",
    re.IGNORECASE,
)
_AGO = re.compile(
    r"\b(?P<n>\d{1,2}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
    r" (?P<unit>week|month|year)s? ago\b",
    re.IGNORECASE,
)
_LAST_SEASON = re.compile(r"\blast (?P<season>spring|summer|autumn|fall)\b", re.IGNORECASE)
_WEEKEND = re.compile(r"\b(?:this|last|next|(?:this )?(?:past|coming)) weekend\b", re.IGNORECASE)
_LONG_AGO = 5  # days
_UNSURE = re.compile(
    r"the (?!day before yesterday)|\d\d?(?:st|nd|rd|th)\b"
)  # "on the 9th", "the previous day": of which month, of what?
_BEFORE_A_DAY = frozenset("on last next this early late since by until till from before after over and or".split())


def day_for_glosses(article: Article) -> date | None:
    """The day that "Thursday" may be counted from; None for one that may only be the day of scraping."""
    sure = article.published is not None and article.date_source is not DateSource.PAGE_HEADER
    return article.published.day if sure and article.published else None


def glosses(sentence: str, published: date | None) -> tuple[Gloss, ...]:
    """What the sentence's relative dates mean, at the offset where each ends. None for an undated article."""
    if published is None:
        return ()
    found = [_tomorrow(match, published) for match in _TOMORROW.finditer(sentence)]
    found += [Gloss(match.end(), _unit(match, published)) for match in _UNIT.finditer(sentence)]
    found += [Gloss(match.end(), _ago(match, published)) for match in _AGO.finditer(sentence)]
    found += [Gloss(match.end(), _season(match, published)) for match in _LAST_SEASON.finditer(sentence)]
    periods = find_periods(sentence, published)
    # "On Tuesday of last week", "two years ago today": one day, neither a Tuesday nor a week.
    days = [one for one in periods if one.period.relative and _is_told_in_two(sentence[one.start : one.end])]
    found = [gloss for gloss in found if not any(one.start < gloss.offset <= one.end for one in days)]
    found += [Gloss(one.end, spoken(one.period.start)) for one in days]
    taken = {gloss.offset for gloss in found} | {match.end() for match in _WEEKEND.finditer(sentence)}
    for match in periods:
        words = sentence[match.start : match.end].lower()
        if match.end in taken or not match.period.relative or _UNSURE.match(words):
            continue
        weekday = re.search(rf"\b{WEEKDAY}$", words)
        if not weekday and _is_in_a_name(sentence, match.start):
            continue
        if weekday and _is_a_day(sentence, match.start, match.end):
            owns = re.match(r"['’]s?(?!\w)", sentence[match.end :])
            if owns and (published - match.period.start).days >= _LONG_AGO:
                continue  # "Tuesday's election", said on Monday: tomorrow's or last week's
            found.append(
                Gloss(
                    match.end + (owns.end() if owns else 0),
                    _weekday(sentence, match.start, match.end, match.period.start, published),
                )
            )
        elif not weekday and (match.period.end - match.period.start).days < 3 and not _UNIT.search(words):
            found.append(Gloss(match.end, _span(match.period.start, match.period.end)))
    return tuple(sorted((gloss for gloss in found if gloss.text), key=lambda gloss: gloss.offset))


def explained(text: str, explanations: Sequence[Gloss]) -> str:
    """The text with each gloss after its words, in square brackets: the editor's words, not the article's."""
    shift = 0
    for gloss in explanations:
        inserted = f" [{gloss.text}]"
        text = text[: gloss.offset + shift] + inserted + text[gloss.offset + shift :]
        shift += len(inserted)
    return text


def _is_told_in_two(words: str) -> bool:
    """Whether the words tell a day by a weekday and its week, or by how long it is ago to the day."""
    week_or_ago = _UNIT.search(words) or _AGO.search(words)
    return bool(week_or_ago and re.search(rf"\b(?:{WEEKDAY}|today|yesterday)\b", words, re.IGNORECASE))


def _tomorrow(match: re.Match[str], published: date) -> Gloss:
    return Gloss(match.end(), spoken(published + timedelta(days=2 if match["after"] else 1)))


def _is_a_day(sentence: str, start: int, end: int) -> bool:
    """Not a name ("Black Friday", "Sunday Times") and not a habit ("Fridays")."""
    before = re.search(r"([\w’']+)\s+$", sentence[:start])
    after = re.match(r"['’]?s?\s+([A-Z]\w*)", sentence[end:])
    named = before and before[1][0].isupper() and before[1].lower() not in _BEFORE_A_DAY
    return not named and not (after and sentence[end : end + 1] not in {"'", "’"}) and sentence[end : end + 1] != "s"


def _is_in_a_name(sentence: str, start: int) -> bool:
    """Whether a capital stands there that no sentence begins with: "USA TODAY", "the Tonight Show"."""
    return sentence[start].isupper() and not begins_sentence(sentence, start)


def _weekday(sentence: str, start: int, end: int, latest: date, published: date) -> str:
    """The latest such weekday; the next one where the words before it in the clause, or after it, look ahead.

    "" where it can be either: what is only supposed ("should he win on Sunday").
    """
    clause = re.split(r"[;!?“”\"]|[,.:](?!\d)", sentence[:start])[-1]  # "at 5.40 on Thursday" is one
    last_words, words = " ".join(clause.split()[-6:]), sentence[start:end].lower()
    if re.search(r"\bnext\s+$", sentence[:start], re.IGNORECASE):
        ahead = latest + timedelta(days=7)
        return spoken(ahead) if ahead > week_of(published)[1] else ""
    if latest == published or words.startswith(("last", "this past")):
        return spoken(latest)
    following = _OPENS_CLAUSE.match(clause) and _WILL_FOLLOW.match(sentence, end)
    will = _WILL.search(clause.rstrip())  # "will ring fourteen times at 5.40 on", not "will say what he did on"
    if following or _AHEAD.search(last_words) or (will and not _PAST.search(will["then"])):
        return spoken(latest + timedelta(days=7))
    unsure = (published - latest).days >= _EITHER_WAY and not _tells_the_past(sentence, start, end)
    return "" if unsure or _SUPPOSED.search(last_words) else spoken(latest)


def _tells_the_past(sentence: str, start: int, end: int) -> bool:
    """Whether the clause that a weekday stands in has a verb in the past; where it opens one, what follows."""
    before = _CLAUSES.split(sentence[:start])[-1]
    if _PAST.search(before):
        return True
    following = " ".join(sentence[end:].split()[:_FOLLOWING])
    return len(before.split()) <= _OPENING and bool(_PAST.search(following))


def _unit(match: re.Match[str], published: date) -> str:
    """What "this week", "earlier this month", "next year" come to."""
    step = {"last": -1, "this": 0, "next": 1}[match["which"].lower()]
    unit, part = match["unit"].lower(), (match["part"] or "").lower()
    if unit == "week":
        start, end = week_of(published + timedelta(weeks=step))
        if part == "earlier" and start < published:
            end = published
        elif part == "later" and published < end:
            start = published + timedelta(days=1)
        return _span(start, end)
    if unit == "month":
        return f"{month_of(published.year, published.month + step)[0]:%B %Y}"
    if unit == "quarter":
        first = month_of(published.year, (published.month - 1) // 3 * 3 + 1 + 3 * step)[0]
        return f"{first:%B}–{month_of(first.year, first.month + 2)[0]:%B %Y}"
    return str(published.year + step)


def _ago(match: re.Match[str], published: date) -> str:
    count, unit = count_of(match["n"]), match["unit"].lower()
    if unit == "week":
        return f"about {spoken(published - timedelta(weeks=count))}"
    day = months_before(published, count * (12 if unit == "year" else 1))
    return f"about {day:%B %Y}" if unit == "month" or count == 1 else f"about {day.year}"


def _season(match: re.Match[str], published: date) -> str:
    month = SEASONS[match["season"].lower()]
    ended = month_of(published.year, month + 2)[1]
    return f"{match['season'].lower()} {published.year if ended < published else published.year - 1}"


def _span(start: date, end: date) -> str:
    if start == end:
        return spoken(start)
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.day}–{end.day} {end:%B %Y}"
    return f"{spoken(start)} – {spoken(end)}"


def spoken(day: date) -> str:
    """A day as a reader writes it: "14 March 2024"."""
    return f"{day.day} {day:%B %Y}"
