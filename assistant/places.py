"""Names of countries and of the states of the United States: what "which country" and "which state" ask for.

Pure data and one question: which of the two a text asks for, and whether a text names one. General knowledge,
independent of any archive; names as newspapers write them.
"""

from __future__ import annotations

import re
from functools import lru_cache

COUNTRIES = (
    "Afghanistan|Albania|Algeria|Andorra|Angola|Antigua and Barbuda|Argentina|Armenia|Australia|Austria"
    "|Azerbaijan|Bahamas|Bahrain|Bangladesh|Barbados|Belarus|Belgium|Belize|Benin|Bhutan|Bolivia|Bosnia|Botswana"
    "|Brazil|Britain|Brunei|Bulgaria|Burkina Faso|Burma|Burundi|Cambodia|Cameroon|Canada|Cape Verde"
    "|Central African Republic|Chad|Chile|China|Colombia|Comoros|Congo|Costa Rica|Croatia|Cuba|Cyprus"
    "|Czech Republic|Czechia|Denmark|Djibouti|Dominica|Dominican Republic|East Timor|Ecuador|Egypt|El Salvador"
    "|England|Equatorial Guinea|Eritrea|Estonia|Eswatini|Ethiopia|Fiji|Finland|France|Gabon|Gambia|Georgia"
    "|Germany|Ghana|Greece|Greenland|Grenada|Guatemala|Guinea|Guinea-Bissau|Guyana|Haiti|Honduras|Hong Kong"
    "|Hungary|Iceland|India|Indonesia|Iran|Iraq|Ireland|Israel|Italy|Ivory Coast|Jamaica|Japan|Jordan|Kazakhstan"
    "|Kenya|Kiribati|Kosovo|Kuwait|Kyrgyzstan|Laos|Latvia|Lebanon|Lesotho|Liberia|Libya|Liechtenstein|Lithuania"
    "|Luxembourg|Madagascar|Malawi|Malaysia|Maldives|Mali|Malta|Marshall Islands|Mauritania|Mauritius|Mexico"
    "|Micronesia|Moldova|Monaco|Mongolia|Montenegro|Morocco|Mozambique|Myanmar|Namibia|Nauru|Nepal|Netherlands"
    "|New Zealand|Nicaragua|Niger|Nigeria|North Korea|North Macedonia|Northern Ireland|Norway|Oman|Pakistan|Palau"
    "|Palestine|Panama|Papua New Guinea|Paraguay|Peru|Philippines|Poland|Portugal|Qatar|Romania|Russia|Rwanda"
    "|Samoa|San Marino|Saudi Arabia|Scotland|Senegal|Serbia|Seychelles|Sierra Leone|Singapore|Slovakia|Slovenia"
    "|Solomon Islands|Somalia|South Africa|South Korea|South Sudan|Spain|Sri Lanka|Sudan|Suriname|Sweden"
    "|Switzerland|Syria|Taiwan|Tajikistan|Tanzania|Thailand|Togo|Tonga|Trinidad and Tobago|Tunisia|Turkey"
    "|Turkmenistan|Türkiye|Tuvalu|Uganda|UK|U\\.K\\.|Ukraine|United Arab Emirates|UAE|United Kingdom"
    "|United States|Uruguay|US|U\\.S\\.|USA|Uzbekistan|Vanuatu|Vatican|Venezuela|Vietnam|Wales|Yemen|Zambia"
    "|Zimbabwe"
)
STATES = (
    "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho"
    "|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|Maryland|Massachusetts|Michigan|Minnesota|Mississippi"
    "|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota"
    "|Ohio|Oklahoma|Oregon|Pennsylvania|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont"
    "|Virginia|Washington|West Virginia|Wisconsin|Wyoming"
)
_ASKS = re.compile(
    r"\b(?:which|what)\s+(?:[\w’'-]+\s+){0,3}?(?P<kind>countr(?:y|ies)|nations?|states?)\b", re.IGNORECASE
)


def kind_of_place(question: str) -> str:
    """What kind of place the question asks for by name: "country", "state" or ""."""
    match = _ASKS.search(question)
    if match is None:
        return ""
    return "state" if match["kind"].lower().startswith("state") else "country"


def named_places(text: str, kind: str) -> frozenset[str]:
    """The places of that kind that a text names, as it writes them."""
    return frozenset(match[0] for match in _pattern(kind).finditer(text))


@lru_cache(maxsize=2)
def _pattern(kind: str) -> re.Pattern[str]:
    names = STATES if kind == "state" else COUNTRIES
    longest_first = "|".join(sorted(names.split("|"), key=lambda name: -len(name)))
    return re.compile(rf"(?<![\w-])(?:{longest_first})(?!\w)")
