"""Whether a question brings a subject of its own into a conversation: "the lighthouse", never spoken of before.

Pure but for `Talk.is_apart`. "The cause", "the captain", "the company" are new words too, but of what was talked of:
nouns that are always something's (a part, a person in it, what came of it) or take the place of a name. English.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from assistant.words import NUMBER_WORDS, content_stems, is_content, stem, words


def _always(thing: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Talk:
    """What a question comes after. ``said``: all of it, questions and answers.

    ``is_apart``: whether the archive speaks of a thing apart from what the last question was about.
    """

    said: str = ""
    is_apart: Callable[[str], bool] = _always


NO_TALK = Talk()


def _stems(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in text.split())


# Always of something, or in place of a name: without it nobody knows which one is meant.
_OF_SOMETHING = _stems(
    """accident account accused act action aftermath age agreement aim allegation amount announcement answer
    appeal area argument arrest attack attacker audience author authority award background ballot ban base
    beginning benefit bid bill blame board body boss boy budget building business buyer call campaign candidate
    captain case cause center centre chair chairman challenge chance change charge chief child children claim
    coach committee company compensation complaint conclusion condition consequence contract cost council count
    country court crash creator crew crime critic critics crowd culprit current customer damage danger date day
    dead deadline deal death debate decision defeat defence defendant delay demand deputy design details
    developer difference director disaster discussion dispute distance donor driver duration effect election
    employee employer end event evidence example executive experts explanation eyewitness fact family father
    fault fee figure final finale findings fine firm following founder friend fund funding future game girl goal
    goals government governor group guard guest head hearing height history holder home host hour house idea
    illness impact incident increase influence injured injury inquiry insurer investigation investigator issue
    item job judge judges jury killer king last lawyer lawyers leader length lesson level loser loss majority
    maker man manager manufacturer margin match material matter mayor measure meeting member men message method
    minister ministry minority moment money month mother motive move name nation nature need neighbour
    night number object objective offer office officer official officials one operator opinion opponent
    opposition option order organisation organiser organisers organization origin other others outcome owner
    owners parent parents part participant party passenger past patient payment people percentage performance
    period perpetrator person phase photo picture pilot place plan player point police policy population
    position price prime prize problem process producer product profit project proof proposal prosecution
    prosecutor protest public punishment purchase purpose quantity question race rate reaction reason recipient
    record reform rejection relative relatives report reporter request rescue rescuer rest result return reward
    right rise risk role route rule rules ruling safety salary sale scandal scene score scorer season secret
    seller sentence share sides sign site situation size solution source speaker speech speed sponsor staff
    stage start state statement status step stock story stranger strategy street subject success successor sum
    summary support supporter surface survivor suspect system target team temperature term terms theme theory
    thief thing threat ticket time timing title toll top total town trainer transfer treatment trend trial
    trigger truth turnout type union unions value verdict version victim victims victory view village visitor
    volume vote voter voters wages warning water way weapon week weight wife winner winners witness witnesses
    woman women word words work worker workers world worth wounded wreck wreckage writer year"""
)
_ADJECTIVES = _stems(
    """actual additional alleged average bad best better big biggest central certain chief common current dead
    different earlier early entire exact expected false federal fewer final first following foreign former full
    further general good great greatest high higher highest important initial key known large larger largest
    last late later latest least likely little local long longer longest low lower lowest main major missing
    more most national nearest necessary new newest next official old older oldest only original other overall
    own present previous private public real recent responsible right same second serious seventh sixth small
    smaller smallest social special state third total true usual various very whole worst wrong young younger
    youngest"""
)
_THE = re.compile(r"\bthe\s+", re.IGNORECASE)
_TURNED = re.compile(
    r"\b(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|must|may|might)\s+$", re.IGNORECASE
)
_LIGHT_VERB = re.compile(r"\s+(?:get|have|do|say|go|be|come|make|take|give)\b", re.IGNORECASE)
_GAP = re.compile(r"[ ’'-]*")
_LONGEST = 4  # words of a thing
_FEW = 4  # content words
_REACH = 120  # characters in which a thing ends


@dataclass(frozen=True, slots=True)
class Thing:
    """A definite thing that a question speaks of: ``text[start:end]``, its "the" included."""

    start: int
    words: tuple[str, ...]
    end: int = 0

    @property
    def telling(self) -> tuple[str, ...]:
        """Its words that don't merely say what it is of, or how it is."""
        return tuple(word for word in self.words if _is_telling(word))

    @property
    def is_compound(self) -> bool:
        """Whether it takes more than one noun: "the tram drivers", not "the old hall"."""
        return len([word for word in self.words if stem(word) not in _ADJECTIVES]) > 1


def own_subject(text: str, talk: Talk) -> Thing | None:
    """The first thing of which the question speaks by itself, None if it speaks of none."""
    return next((thing for thing in _new_things(text, talk.said) if talk.is_apart(" ".join(thing.telling))), None)


def is_bound_up(text: str, talk: Talk) -> bool:
    """Whether a short question speaks of something new that the archive knows only with the topic at hand."""
    new = list(_new_things(text, talk.said))
    return (
        bool(new) and len(content_stems(text)) <= _FEW and not any(talk.is_apart(" ".join(one.telling)) for one in new)
    )


def _new_things(text: str, said: str) -> Iterator[Thing]:
    """The things of which nothing was said, that are not merely something of others."""
    spoken = frozenset(content_stems(said))
    for thing in _things(text):
        if thing.telling and not spoken & {stem(word) for word in thing.telling}:
            yield thing


def definite_things(text: str) -> list[Thing]:
    """The definite things in a text ("the Kestrel bridge"), in order."""
    return list(_things(text))


def things_spoken_of(text: str) -> frozenset[str]:
    """Stems of the definite things in a question, without those that are always of something."""
    return frozenset(stem(word) for thing in _things(text) for word in thing.telling)


def speaks_only_of_parts(text: str) -> bool:
    """Whether all that a short question speaks of is part of something: "how did the judge explain the verdict?"."""
    things = list(_things(text))
    return bool(things) and not any(thing.telling for thing in things) and len(content_stems(text)) <= _FEW


def _is_telling(word: str) -> bool:
    lowered = word.lower()
    return stem(word) not in _OF_SOMETHING | _ADJECTIVES and lowered not in NUMBER_WORDS and not lowered.endswith("ly")


def _things(text: str) -> Iterator[Thing]:
    """The runs of content words after a "the"; where the verb stands before it, the run's last word is its rest."""
    for match in _THE.finditer(text):
        run: list[str] = []
        ends = [match.end()]
        for word in words(text[match.end() : match.end() + _REACH]):
            start = match.end() + word.start
            if not is_content(word.text) or not _GAP.fullmatch(text[ends[-1] : start]) or len(run) >= _LONGEST:
                break
            run.append(word.text)
            ends.append(match.end() + word.end)
        if len(run) > 1 and _TURNED.search(text[: match.start()]) and not _goes_on(text[ends[-1] :]):
            if not all(
                stem(word) in _ADJECTIVES - _OF_SOMETHING for word in run[:-1]
            ):  # "is the new tunnel": no verb follows
                run.pop()
        if run:
            yield Thing(match.start(), tuple(run), ends[len(run)])


def _goes_on(rest: str) -> bool:
    """Whether what follows shows that the run's last word is no verb: "(the bill) of ...", "(the tram drivers) get"."""
    return _ends_in_of(rest) or _LIGHT_VERB.match(rest) is not None


def _ends_in_of(rest: str) -> bool:
    return bool(re.match(r"\s+of\b", rest))
