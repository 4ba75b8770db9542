"""What a number is a number of, where that is a unit: 10 miles are not 10 kilometres (pure).

Only whether two units are the same: nothing is converted, "a fortnight" for "14 days" has its own rule.
"""

from __future__ import annotations

import re

# Names of one unit in one line, singular; "m" and "pound" are left out, they are money and millions more often.
_UNITS = """
mile; kilometre kilometer km; metre meter; foot feet ft; inch inche; yard; centimetre centimeter cm
millimetre millimeter mm
acre; hectare ha; tonne ton; kilogram kilogramme kilo kg; gram gramme; ounce oz; litre liter; gallon; barrel; pint
second sec; minute min; hour hr; day; week; month; year; decade; century centurie
mph; kph kmh; degree; megawatt mw; gigawatt gw; kilowatt kw
"""
_NAMES = {
    name: line.split()[0] for part in _UNITS.strip().splitlines() for line in part.split(";") for name in line.split()
}
_AFTER = re.compile(r"(?:[ \u00a0-]|-? )?(?:square |cubic |metric |nautical |full |long |short )?([A-Za-z]+)\b")


def unit_after(text: str, end: int) -> str:
    """The unit that follows a number ending at ``end``: "mile" for " miles" and "-mile"; "" if none does."""
    match = _AFTER.match(text, end)
    if match is None:
        return ""
    word = match[1].lower()
    return _NAMES.get(word) or _NAMES.get(word.removesuffix("s")) or ""
