"""An agency is credited where print names it beside the story, not where a sentence speaks of one."""

from __future__ import annotations

import pytest

from ingest.agencies import agency_named, credited_agency

STORY = "The river rose above the wall on Tuesday. Nobody was hurt, the mayor of Brenk said."


@pytest.mark.parametrize(
    ("text", "authors", "agency"),
    [
        (f"BRENK (AP) — {STORY}", (), "Associated Press"),
        (f"BRENK, March 5 (Reuters) - {STORY}", (), "Reuters"),
        (f"A headline\nBRENK, Germany (AFP/Brenk Post) – {STORY}", (), "Agence France-Presse"),
        (f"{STORY} — PA", (), "PA Media"),
        (f"{STORY}\n– Reuters", (), "Reuters"),
        (f"{STORY}\nAFP", (), "Agence France-Presse"),
        (f"{STORY} (dpa)", (), "dpa"),
        (f"{STORY}\nThe Associated Press contributed to this report.", (), "Associated Press"),
        (f"{STORY}\nWith inputs from PTI", (), "Press Trust of India"),
        (f"{STORY}\nAdditional reporting by Reuters.", (), "Reuters"),
        (STORY, ("Reuters",), "Reuters"),
        (STORY, ("By The Associated Press",), "Associated Press"),
        (STORY, ("Anna Beck, Associated Press",), "Associated Press"),
        (STORY, ("Anna Beck and Agence France-Presse",), "Agence France-Presse"),
        (STORY, ("Reuters Staff",), "Reuters"),
        (STORY, (), None),
        (STORY, ("Anna Beck", "The Brenk Post"), None),
        (f"{STORY} The AP reported that the wall was old. He said so to Reuters.", (), None),
        (f"{STORY} He passed the AP (advanced placement) test, and moved to PA.", (), None),
        (f"{STORY} The agency (AP) was first. Others followed later with more of it.", (), None),
        ("", (), None),
    ],
)
def test_credit(text: str, authors: tuple[str, ...], agency: str | None) -> None:
    assert credited_agency(text, authors) == agency


def test_an_outlet_may_be_the_agency() -> None:
    assert agency_named("AP News") == agency_named("the associated press") == "Associated Press"
    assert agency_named("The Brenk Post") is None and agency_named(None) is None and agency_named("") is None
