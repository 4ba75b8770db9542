from __future__ import annotations

import pytest

from ingest.kinds import kind_named, kind_told
from ingest.language import corrected, language_of
from ingest.partial import is_partial

ENGLISH = (
    "The harbour crane fell at noon on Thursday, the port authority said in a short statement. Nobody was hurt,"
    " although"
    " two men had stood under it a minute before. The basin stays closed until Monday, and three ships have been"
    " sent to"
    " the northern quay instead. The authority will say next week whether the other cranes are safe to be used again."
    " Traders say that the closure costs them a day for every ship, and ask who will pay for the fish that spoils."
)
GERMAN = (
    "Der Kran im Hafen stürzte am Donnerstagmittag um, teilte die Hafenbehörde in einer kurzen Erklärung mit. Verletzt"
    " wurde niemand, obwohl kurz zuvor noch zwei Männer darunter gestanden hatten. Das Becken bleibt bis Montag"
    " gesperrt."
    " Drei Schiffe wurden an den nördlichen Kai geschickt. In der nächsten Woche will die Behörde sagen, ob die anderen"
    " Kräne sicher sind. Händler sagen, dass sie die Sperrung für jedes Schiff einen Tag kostet, und fragen, wer zahlt."
)


@pytest.mark.parametrize(
    ("told", "kind"),
    [
        ({"title": "Opinion: Close the harbour"}, "opinion"),
        ({"title": "Opinion | Close the harbour"}, "opinion"),
        ({"title": "Analysis: What the crane tells us"}, "analysis"),
        ({"title": "Crane falls – live updates"}, "live"),
        ({"title": "Press release: New cranes ordered"}, "press release"),
        ({"title": "Opinions differ: what now?"}, ""),
        ({"title": "Live music returns to the harbour"}, ""),
        ({"section": "Op-Ed"}, "opinion"),
        ({"section": "Meinung"}, "opinion"),
        ({"section": "Port"}, ""),
        ({"url": "https://post.example/opinion/2024/close-the-harbour"}, "opinion"),
        ({"url": "https://post.example/live/2024/crane"}, "live"),
        ({"url": "https://post.example/news/opinion"}, ""),
        ({"url": "https://post.example/press/2024/crane"}, ""),
        ({"text": "FOR IMMEDIATE RELEASE\n\nCranes are ordered."}, "press release"),
        ({"title": "Crane falls", "url": "http://[broken"}, ""),
    ],
)
def test_the_kind_is_what_the_source_says(told: dict[str, str], kind: str) -> None:
    assert kind_told(**told) == kind


def test_a_field_or_type_names_the_kind() -> None:
    assert [kind_named(name) for name in ("LiveBlogPosting", "Editorial", "news", "Press Release", "NewsArticle")] == [
        "live",
        "opinion",
        "news",
        "press release",
        "",
    ]


def test_the_language_is_told_of_enough_text_only() -> None:
    assert (language_of(ENGLISH), language_of(GERMAN)) == ("en", "de")
    assert language_of("Crane falls") == ""


def test_a_template_does_not_overrule_the_text() -> None:
    assert corrected("en", GERMAN) == "de"
    assert corrected("de", GERMAN[:100]) == "de"
    assert corrected("no", GERMAN[:20]) == "no"
    assert corrected("", ENGLISH) == "en"


@pytest.mark.parametrize(
    "stub",
    [
        ENGLISH[:300] + "\n\nSubscribe to continue reading",
        ENGLISH[:300] + "\n\nTo read the full story, subscribe or log in.",
        ENGLISH[:200] + "\n\nThis article is only available to subscribers.",
        ENGLISH[:200] + "\n\nAlready a subscriber? Log in",
        GERMAN[:200] + "\n\nLesen Sie weiter mit einem Abo.",
        ENGLISH[:200] + " …",
        ENGLISH * 6 + " The authority would not\n\nSubscribe now to read the full article.",
        "We value your privacy. We and our 214 partners store cookies on your device. Accept all. Reject all.",
        "Please enable JavaScript. Verify that you are not a robot. Access denied.",
    ],
)
def test_beginnings_and_walls_are_partial(stub: str) -> None:
    assert is_partial(stub)


@pytest.mark.parametrize(
    "whole",
    [
        ENGLISH,
        ENGLISH * 6 + "\n\nReaders could subscribe to read the full report. " + ENGLISH,
        "The paper asked readers to subscribe to continue reading. Few did. It closed. Its staff left. Its press was"
        " sold.",
        ENGLISH * 6 + "\n\nSubscribe now to read the full article.",
        ENGLISH + "\n\nWant to read more stories like this? Subscribe to our paper.",
        "The regulator fined the firm for its cookies. The firm said it would appeal. Its shares fell by a tenth on"
        " Monday."
        " A court will hear the case in May. The minister welcomed the fine. Rivals did not comment on it.",
        "",
    ],
)
def test_whole_articles_about_such_things_are_not(whole: str) -> None:
    assert not is_partial(whole)


def test_what_a_page_says_about_itself_counts_where_its_text_is_short() -> None:
    assert is_partial(ENGLISH, said_free=False)
    assert not is_partial(ENGLISH * 8, said_free=False)
    assert not is_partial(ENGLISH, said_free=True)
