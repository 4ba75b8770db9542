from __future__ import annotations

import gzip
import json

import pytest

from ingest.clean import clean_text, is_boilerplate
from ingest.headline import split_headline
from ingest.partial import is_partial
from tests.ingest.support import SCRAPE, article_of, data_file

NOT_THE_STORY = [
    "- Advertisement -",
    "ADVERTISEMENT",
    "Story continues below advertisement",
    "Unlock the Editor’s Digest for free",
    "Subscribe to continue reading",
    "Subscribe now to unlock this article.",
    "Already a subscriber? Log in",
    "This article is for subscribers only",
    "You have 2 free articles left this month.",
    "You have read 2 of your 3 free articles this month.",
    "Sign up for our daily newsletter to get the top stories in your inbox.",
    "Sign up to the Morning Briefing newsletter",
    "Get the day's top stories delivered to your inbox",
    "Share this article on Facebook",
    "Facebook | Twitter | Email | Print",
    "Follow us on Twitter and Instagram",
    "Related Articles",
    "Latest Articles",
    "Most read",
    "READ MORE: Minister resigns over harbour bill",
    "Read more",
    "Back to top",
    "We use cookies to improve your experience. By continuing you accept them.",
    "Please enable JavaScript to view this page",
    "© 2024 The Post. All rights reserved.",
    "Support local journalism. Subscribe to The Post today.",
    "Photograph: Ann Lee/The Post",
    "(Photo by Ann Lee/Getty Images)",
    "Photo: Reuters",
    "Image credit: NASA",
    "AP Photo/Ann Lee",
    "Ann Lee/AFP via Getty Images",
    "Getty Images",
    "Foto: Ann Lee",
    "Anzeige",
    "Lesen Sie auch: Der Kran von Pier vier",
    "À lire aussi",
    "Thanks for signing up!",
    "An error has occurred, please try again later.",
    "Sorry! There was an error processing your request. Please try again.",
    "Already have an account? Sign in",
    "More from the Harbour Post",
    "Related",
    "Related:",
    "READ MORE: Minister says he will resign, his office announced",
    "Click here to get the Harbour Post app",
    "Like this story? Share it with a friend!",
    "DON'T MISS",
    "Filed under: Port",
    "This material may not be published, broadcast, rewritten or redistributed.",
]
THE_STORY = [
    "An error occurred when the pilot switched off the wrong engine.",
    "An error occurred in the count, officials said on Monday.",
    "This material may not be suitable for schools, the judge ruled.",
    "This content may not be true.",
    "Already a member of parliament, she ran for president in 2020.",
    "Download the Harbour app, the mayor told residents.",
    "More from the flooded villages arrived on Tuesday.",
    "We use cookies as bait, the ranger said.",
    "Like this story? No, said the minister.",
    "Copyright law, passed in 1976, says all rights reserved to authors end after 70 years.",
    "Share this story with your children, she said.",
    "Sign up for Medicare by March 31, officials said.",
    "“Subscribe to our view or leave,” the chairman told members.",
    "Advertisement spending fell by a third, the agency said.",
    "Related articles of clothing were found near the river.",
    "Share prices fell on Monday.",
    "Share this burden, the bishop asked, and the town did.",
    "Follow the money, said the prosecutor.",
    "More stories like hers are told every day in the camp.",
    "The newsletter said the ferry would sail.",
    "Read more slowly, the teacher told them.",
    "Cookies were sold for 3 crowns.",
    "Correction: an earlier version of this article gave a wrong date.",
    "Watch the harbour, she said.",
    "Photo booths were set up along the pier.",
    "Photographs by the police show the crane before it fell.",
    "Image is everything, the minister said.",
    "Reuters reported the fall first.",
    "Credit: the bank gave too much of it, the report said.",
    "In this story, nobody wins.",
    "Tags were found on the whales.",
    "Thanks for nothing, said the mayor.",
    "Picture the harbour at noon.",
    "Auch der Hafen war gesperrt.",
    "Mehr als hundert Schiffe warten.",
    "AP/Ipsos polled 1,000 adults.",
    "Most popular names were Anna and Jon.",
    "Registered voters: 4,200",
    "Print is dead, the editor said; long live print.",
    "You have won, she told him.",
    "To continue, the team needs a win on Sunday.",
]


@pytest.mark.parametrize("line", NOT_THE_STORY)
def test_a_line_that_is_not_the_story_goes(line: str) -> None:
    assert is_boilerplate(line)
    assert clean_text(f"First.\n\n{line}\n\nSecond.") == "First.\n\nSecond."


@pytest.mark.parametrize("line", THE_STORY)
def test_a_line_of_the_story_stays(line: str) -> None:
    assert not is_boilerplate(line)


def test_links_under_a_closing_header_go_with_it_but_sentences_never() -> None:
    story = "The bridge opened on Monday.\n\nIt will close again in May."
    assert clean_text(f"{story}\n\nRelated Stories\n\nBridge bill climbs to 3.4bn\n\nWeekend reading: bees") == story
    followed = f"Related Stories\n\nA headline\n\n{story}"
    assert clean_text(f"{story}\n\n{followed}").endswith(f"A headline\n\n{story}")
    assert clean_text("Related Articles") == ""


def test_paywall_stubs_are_told_from_whole_articles() -> None:
    stub = "The minister resigned on Monday after weeks of pressure.\n\nSubscribe to continue reading"
    assert is_partial(stub)
    assert article_of({"text": stub}).partial
    assert not is_partial("The minister resigned. " * 80 + "\n\nSubscribe to continue reading")
    assert not article_of({"text": "He told them to subscribe."}).partial


def test_the_scrape_keeps_its_story_and_loses_five_lines() -> None:
    article = article_of(SCRAPE, "text")
    assert article.title == "Harbour crane collapses on pier four, nobody hurt"
    assert article.outlet == "Dlight Bay News"
    assert article.text.split("\n\n") == [
        "A crane of 40 tonnes fell into the basin at noon, the port authority said.",
        "“Sign up for the newsletter,” the harbour master joked. “It has more news than we do.”",
        "Thursday’s storm had loosened its bolts.",
    ]
    assert article.date_source == "page date"
    assert article.date_confidence < 0.5
    assert article.published is not None and article.published.iso() == "2024-03-15"


def test_the_real_scrape() -> None:
    path = data_file("scrape", "page_text_2024-04-23.txt")
    page = path.read_text(encoding="utf-8")
    article = article_of(page, "text")
    lines = [line.strip() for line in page.split("\n") if line.strip()]
    headline, outlet = lines[1].rsplit(" -", 1)  # other people's text: read where it lies, not copied here
    assert (article.title, article.outlet) == (headline, outlet)
    gone = [line for line in lines[2:] if line not in article.text]
    assert gone == [
        "Unlock the Editor’s Digest for free",
        "Related Articles",
        "- Advertisement -",
        "Latest Articles",
        "- Advertisement -",
    ]
    story = [line for line in lines[2:] if line not in gone]
    assert article.text.startswith(story[0]) and article.text.endswith(story[-1])
    assert (article.date_source, article.date_confidence) == ("page date", 0.2)


def test_real_articles_lose_next_to_nothing() -> None:
    with gzip.open(data_file("quiz", "articles.jsonl.gz"), "rt", encoding="utf-8") as file:
        lines = file.readlines()[::24]
    for line in lines:
        text = json.loads(line)["text"]
        cleaned = clean_text(text)
        assert len(cleaned) > 0.9 * len(text) or len(text) < 1500
        assert clean_text(cleaned) == cleaned


@pytest.mark.parametrize(
    ("title", "outlet", "url", "expected"),
    [
        ("Fed raises rates | CNN", "CNN", "", ("Fed raises rates", "CNN")),
        ("Fed raises rates | CNN Business", "CNN", "", ("Fed raises rates", "CNN")),
        ("Fed raises rates | The ...", "The Week UK", "", ("Fed raises rates", "The Week UK")),
        ("Fed raises rates - The Week", "The Week UK", "", ("Fed raises rates", "The Week UK")),
        ("Fed raises rates - Dunmore Herald", "", "", ("Fed raises rates", "Dunmore Herald")),
        ("Fed raises rates | Vistula", "", "https://www.vistula.example/a", ("Fed raises rates", "Vistula")),
        ("Biden ahead - CNN poll shows", "CNN", "", ("Biden ahead - CNN poll shows", "CNN")),
        ("Nadal wins men's final - Djokovic out", "", "", ("Nadal wins men's final - Djokovic out", "")),
        ("Storm hits coast - Live Updates", "", "", ("Storm hits coast - Live Updates", "")),
        ("Why X matters | Album Review", "", "", ("Why X matters | Album Review", "")),
        ("Rocket explodes - NASA", "", "", ("Rocket explodes - NASA", "")),
        ("Trade war: US-China Times", "", "", ("Trade war: US-China Times", "")),
        ("Fed raises rates | CNN", "The Post", "", ("Fed raises rates | CNN", "The Post")),
    ],
)
def test_headlines_and_the_site_behind_them(title: str, outlet: str, url: str, expected: tuple[str, str]) -> None:
    assert split_headline(title, outlet, url) == expected
