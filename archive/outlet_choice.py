"""Which outlet somebody means who chooses one: by its name, by what somebody wrote down, by a short form of its name.

Pure. Questions, the command line, the chat's filters and programs all call outlets by the same names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from archive.errors import UsageError
from archive.outlet_names import OutletNames, one_line

_TAIL = re.compile(r"(?:\.(?:com|co\.uk|org|net|[a-z]{2}))$", re.IGNORECASE)
_NOT_TELLING = frozenset({"the", "of", "and", "a", "for", "in", "&"})


def chosen_outlets(chosen: Sequence[str], known: OutletNames, *, most_named: int = 20) -> tuple[str, ...]:
    """The outlets that a filter names, each once. Raises UsageError for one that the archive doesn't have."""
    found = {name: outlet_called(name, known) for name in chosen}
    for name, outlet in found.items():
        if outlet is None:
            listed = ", ".join(sorted(known.names)[:most_named]) or "none"
            more = f" and {len(known.names) - most_named:,} others" if len(known.names) > most_named else ""
            raise UsageError(f"The archive has no outlet {name!r}. It has: {listed}{more}.")
    return tuple(dict.fromkeys(outlet for outlet in found.values() if outlet))


def outlets_meant(chosen: Sequence[str], known: OutletNames) -> tuple[str, ...]:
    """The same for an address that was kept or sent: a name that the archive doesn't have stays, and finds nothing."""
    return tuple(dict.fromkeys(outlet_called(name, known) or name for name in chosen))


def outlet_called(text: str, known: OutletNames) -> str | None:
    """The outlet that is called so, in any case, with or without "the": a name before an alias before a short form."""
    wanted = one_line(text).casefold()
    forms = _folded_forms(known)
    return known.find(text) or forms.get(wanted) or forms.get(wanted.removeprefix("the "))


@lru_cache(maxsize=8)
def _folded_forms(known: OutletNames) -> dict[str, str]:
    return {form.casefold(): outlet for form, outlet in short_forms(known).items()}


def other_names(known: OutletNames) -> dict[str, str]:
    """What else an outlet is called, by hand or by a short form -> its name."""
    return dict(known.aliases) | short_forms(known)


def short_forms(outlets: OutletNames) -> dict[str, str]:
    """What else an outlet is called by itself -> its name: without "The" or ".com", its last words, its initials.

    A short form that fits two outlets is left out, and so is one that is another outlet's name or alias.
    """
    taken = {outlet.casefold() for outlet in outlets.names} | {alias.casefold() for alias, _ in outlets.aliases}
    forms: dict[str, set[str]] = {}
    for outlet in outlets.names:
        for form in _forms(outlet):
            if form.casefold() not in taken:
                forms.setdefault(form, set()).add(outlet)
    folded = Counter(form.casefold() for form in forms)
    return {form: next(iter(of)) for form, of in forms.items() if len(of) == 1 and folded[form.casefold()] == 1}


def _forms(outlet: str) -> set[str]:
    plain = _TAIL.sub("", outlet.strip())
    bare = without_the(plain)
    forms = {plain, bare} - {outlet}
    bracketed = re.search(r"^(?P<name>.+?)\s*\((?P<short>[^()]{2,20})\)$", bare)
    if bracketed is not None:  # "Marrow Press Agency (MPA)"
        forms |= {bracketed["short"], bracketed["name"]}
        bare = bracketed["name"]
    telling = [word for word in bare.split() if word.casefold() not in _NOT_TELLING]
    if len(telling) >= 2 and telling[0].isupper() and len(telling[0]) >= 3:  # "BBC News"
        forms.add(telling[0])
    if len(telling) >= 2:
        if len(telling[-1]) >= 4:
            forms.add(telling[-1])
        if len(telling) >= 3 and bare.endswith(" ".join(telling[-2:])):  # "Eastwick Evening Post"
            forms.add(" ".join(telling[-2:]))
        initials = "".join(word[0] for word in telling).upper()
        if len(initials) >= 2:
            forms.add(initials)
    return {form for form in forms if len(form) >= 2}


def without_the(name: str) -> str:
    """A name without the article before it: "The Sun" is "Sun"."""
    return re.sub(r"^the\s+", "", name, flags=re.IGNORECASE)
