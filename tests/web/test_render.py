from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from html import unescape
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.article import ArticleVersion
from archive.filters import SearchFilter
from assistant.answer import AnswerSentence, Copy, Counted, Coverage, Gloss, Mode, Verdict
from assistant.search_plan import TimeWindow
from tests.web.allowed_markup import assert_ours
from tests.web.attacks import OWN_ATTACKS, PAYLOADS, payloads
from tests.web.examples_of_answers import (
    ASKED_ON,
    TEXT,
    answer,
    article,
    hostile_article,
    hostile_view,
    plan,
    source,
    view,
)
from web import frontpage, render, texts
from web.frontpage import ArchiveAtHand, Privacy
from web.markup import escape, highlighted, merge_ranges, outside_link, paragraphs, web_address
from web.render_source import ArticlePage, article_address, source_card, source_rows, whole_article
from web.turn_view import Phase

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
ANY_TEXT = st.text(max_size=60) | st.sampled_from(OWN_ATTACKS)


def all_pages(attack: str) -> list[str]:
    pages = [render.turn(hostile_view(attack, mode)) for mode in (Mode.QUOTES, Mode.MODEL)]
    pages.append(render.turn(hostile_view(attack, Mode.QUOTES, refused=True)))
    for phase in (Phase.PLANNING, Phase.SEARCHING, Phase.WRITING, Phase.STOPPED, Phase.FAILED):
        pages.append(render.turn(replace(hostile_view(attack, Mode.MODEL), phase=phase, answer=None)))
    made = hostile_article(attack)
    pages.append(
        whole_article(ArticlePage(made, ASKED_ON, ((0, 3),), copies=(Copy(attack, attack, None, attack, ""),)))
    )
    at_hand = ArchiveAtHand(
        Coverage(3, ((attack, 3),), ASKED_ON, ASKED_ON, 0), ASKED_ON, attack, (made,), (attack, attack)
    )
    pages += [frontpage.start(at_hand), frontpage.panel_front(at_hand), frontpage.masthead(at_hand)]
    pages.append(frontpage.composer(at_hand, Privacy(attack, attack)))
    return pages


@UNHURRIED
@given(ANY_TEXT)
def test_no_text_of_others_becomes_markup(text: str) -> None:
    for page in all_pages(text):
        assert_ours(page)
        page.encode("utf-8")


@pytest.mark.skipif(not PAYLOADS.is_file(), reason="../shared/data/hostile isn't on this machine")
def test_no_known_payload_becomes_markup() -> None:
    for attack in payloads()[::41]:
        for page in all_pages(attack):
            assert_ours(page)


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.skipif(not PAYLOADS.is_file(), reason="../shared/data/hostile isn't on this machine")
def test_none_of_all_known_payloads_becomes_markup() -> None:
    for attack in payloads():
        for page in all_pages(attack):
            assert_ours(page)


@UNHURRIED
@given(st.text(max_size=80), st.lists(st.tuples(st.integers(-5, 90), st.integers(-5, 90)), max_size=6))
def test_highlighting_changes_no_character(text: str, ranges: list[tuple[int, int]]) -> None:
    clean = escape(text)
    assert re.sub(r'<mark data-at="\d+">', "", highlighted(text, ranges)).replace("</mark>", "") == clean
    merged = merge_ranges(ranges, len(text))
    assert all(a < b for a, b in merged) and all(one[1] <= two[0] for one, two in pairwise(merged))
    assert {i for a, b in merged for i in range(a, b)} == {
        i for a, b in ranges for i in range(max(0, a), min(len(text), b))
    }


def test_paragraphs_mark_ranges_that_cross_lines() -> None:
    text = "One two.\n\nThree four."
    start, end = text.index("two"), text.index("four")
    assert paragraphs(text, [(start, end)]) == (
        '<p dir="auto">One <mark data-at="4">two.</mark></p><p dir="auto"><mark data-at="4">Three </mark>four.</p>'
    )


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "//example.org", "/x", "http://", "https://a b", "ftp://example.org",
     "http://[::1", "ht\ntp://example.org", "https://example.org/\u0000", "", None],
)  # fmt: skip
def test_only_web_addresses_become_links(url: str | None) -> None:
    assert web_address(url) is None
    assert outside_link(url, "there") == ""


def test_a_link_out_tells_nothing_of_where_it_was_clicked() -> None:
    link = outside_link('https://example.org/?q="<x>', "there")
    assert 'rel="noopener noreferrer nofollow"' in link and 'target="_blank"' in link
    assert 'href="https://example.org/?q=&quot;&lt;x&gt;"' in link


def test_a_quotation_is_verbatim_with_its_gloss_apart() -> None:
    html = render.turn(view(answer()))
    assert (
        'on Thursday <span class="gloss" title="Added by Backissue; not part of the quotation">[14 March 2024]</span>.'
        in html
    )
    markup = assert_ours(html)
    assert "The bridge will reopen on Thursday [14 March 2024]." in markup.text


@UNHURRIED
@given(st.text("ab .", min_size=1, max_size=30), st.lists(st.integers(0, 40), max_size=3))
def test_taking_the_glosses_out_leaves_the_quotation(text: str, offsets: list[int]) -> None:
    glosses = tuple(Gloss(offset, "#") for offset in offsets)
    said = AnswerSentence(text, ("1",), Verdict.SUPPORTED, (), glosses)
    html = render.turn(view(answer(said)))
    assert html.count('<span class="gloss"') == len(glosses)
    shown = html.split('class="sentence supported">')[1].split('<span class="after">')[0]
    for part in ('<span class="gloss" title="Added by Backissue; not part of the quotation">', "[#]", "</span>"):
        shown = shown.replace(part, "")
    assert shown.replace(" ", "") == text.replace(" ", "")


def test_a_mark_leads_to_the_card_of_its_source() -> None:
    markup = assert_ours(render.turn(view(answer())))
    ids = {value for _, name, value in markup.attributes if name == "id"}
    marks = [value for tag, name, value in markup.attributes if tag == "a" and name == "href" and value[0] == "#"]
    assert marks and {mark[1:] for mark in marks} <= ids
    assert "Source 1: Bridge to reopen after repair, Varnholm Courier, 14 Mar 2024" in [
        value for _, name, value in markup.attributes if name == "aria-label"
    ]


def test_a_mark_knows_its_sentence_among_several() -> None:
    cited = source()
    second = cited.text.index("The repair")
    cited = replace(cited, highlights=((0, second - 1), (second, len(cited.text))))
    said = (
        AnswerSentence("The bridge will reopen on Thursday.", ("1",), Verdict.SUPPORTED),
        AnswerSentence("The repair cost 4.2 million crowns.", ("1",), Verdict.SUPPORTED),
        AnswerSentence("Something in other words.", ("1",), Verdict.SUPPORTED),
    )
    html = render.turn(view(answer(*said, sources=(cited,))))
    links = re.findall(r'<a class="mark" href="#a3-s1"( data-at="\d+")?', html)
    assert links == [' data-at="0"', f' data-at="{second}"', ""]
    assert f'<mark data-at="{second}">The repair' in html


def test_quotes_stand_together_only_where_they_do_in_their_article() -> None:
    said = (
        AnswerSentence("One.", ("1",), Verdict.SUPPORTED),
        AnswerSentence("Two.", ("1",), Verdict.SUPPORTED, follows=True),
        AnswerSentence("Much later.", ("1",), Verdict.SUPPORTED),
        AnswerSentence("Elsewhere.", ("2",), Verdict.SUPPORTED),
    )
    html = render.turn(view(answer(*said, sources=(source("1"), source("2", outlet="Sund Gazette")))))
    blocks = re.findall(r'<blockquote class="quote">.*?</blockquote>', html)
    told = [[word for word in ("One.", "Two.", "Much later.", "Elsewhere.") if word in block] for block in blocks]
    assert told == [["One.", "Two."], ["Much later."], ["Elsewhere."]]


def test_a_quotation_dated_by_its_page_alone_says_so() -> None:
    for date_source, day in (("page date", "page of 14 Mar 2024"), ("meta", "14 Mar 2024")):
        html = render.turn(view(answer(sources=(source(date_source=date_source),))))
        assert f"</span> {day}</footer>" in html


@pytest.mark.parametrize("verdict", list(Verdict))
def test_each_verdict_says_what_it_means(verdict: Verdict) -> None:
    said = AnswerSentence("The bridge is open.", ("1",), verdict, ("“open” is not in the source.",))
    html = render.turn(view(answer(said, mode=Mode.MODEL)))
    doubted = " doubted" if verdict is Verdict.UNCHECKED else ""  # a name wasn't found: seen, not only told
    assert f'class="verdict {verdict.value}{doubted}" role="note" tabindex="0" aria-label="' in html
    assert f'class="sentence {verdict.value}{doubted}"' in html
    assert html.count("“open” is not in the source.") == 2  # for hovering and for a screen reader


def test_what_could_not_be_checked_is_no_doubt_by_itself() -> None:
    html = render.turn(view(answer(AnswerSentence("It is open.", ("1",), Verdict.UNCHECKED), mode=Mode.MODEL)))
    assert 'class="verdict unchecked"' in html and "doubted" not in html


def test_a_models_text_keeps_its_paragraphs_and_gets_its_marks_once() -> None:
    said = (
        AnswerSentence("It reopened [1].", ("1",), Verdict.SUPPORTED),
        AnswerSentence("It cost 4.2 million crowns.", ("1", "2"), Verdict.SUPPORTED),
    )
    made = answer(*said, mode=Mode.MODEL, sources=(source("1"), source("2")))
    made = replace(made, answer="It reopened [1].\n\nIt cost 4.2 million crowns. [1][2]")
    html = render.turn(view(made))
    words = html.split('class="words model">')[1].split("</div>")[0]
    assert words.count("<p ") == 2
    assert words.count(">[1]</a>") == 2 and words.count(">[2]</a>") == 1
    assert "It reopened." in words


def test_quotations_below_a_models_words_look_like_quotations() -> None:
    """What the model wrote and what the archive says are told apart, and why both are there is said between them."""
    said = (
        AnswerSentence("It is closed.", ("1",), Verdict.CONTRADICTED),
        AnswerSentence("The bridge will reopen on Thursday.", ("2",), Verdict.SUPPORTED, quoted=True),
    )
    made = answer(*said, mode=Mode.MODEL, sources=(source("1"), source("2", outlet="Sund Gazette")))
    html = render.turn(view(replace(made, notices=("Quotations follow it.",), incomplete=True)))
    words, below = html.split('class="words model">')[1].split('<div class="words quotes">')
    below = below.split("</div>")[0]
    assert "It is closed." in words and "will reopen on" not in words
    assert "Quotations follow it." in words and texts.INCOMPLETE in words
    assert '<blockquote class="quote">' in below and "Sund Gazette</span>" in below and "closed" not in below


def test_streamed_text_has_marks_that_lead_nowhere_yet() -> None:
    html = render.turn(view(None, Phase.WRITING, text="It reopened [1]. It"))
    assert '<span class="mark waiting">[1]</span>' in html and "<a " not in html
    assert 'aria-busy="true"' in html


def test_a_refusal_says_what_there_is_and_offers_the_search_without_filters() -> None:
    made = answer(
        refused=True,
        sentences=(),
        sources=(),
        coverage=Coverage(60, (("A", 40), ("B", 20)), date(2023, 1, 3), date(2024, 12, 20), 2),
        near_misses=(source(),),
    )
    html = render.turn(view(made))
    assert texts.REFUSED in html
    assert "It holds 60 articles from 2 outlets, from 3 Jan 2023 to 20 Dec 2024." in html
    assert texts.WITHOUT_FILTERS not in html
    narrowed = replace(view(made).asked, wall=SearchFilter(outlets=("A",)))
    html = render.turn(view(made, asked=narrowed))
    assert texts.REFUSED_FILTERED in html and 'data-clear="1"' in html
    assert 'href="#a3-n1"' in html and 'id="a3-n1"' in html


def test_a_models_refusal_is_no_word_on_the_archive() -> None:
    held = Coverage(60, (("A", 60),), date(2023, 1, 3), date(2024, 12, 20), 2)
    made = answer(
        refused=True,
        sentences=(),
        sources=(),
        mode=Mode.MODEL,
        coverage=held,
        near_misses=(source(),),
        shown_to_model=4,
    )
    html = render.turn(view(made))
    assert texts.REFUSED_BY_MODEL in html and texts.REFUSED not in html and "60 articles" not in html
    assert texts.FOUND in html and texts.NEAREST not in html and 'id="a3-n1"' in html
    assert f'data-again="{{&quot;mode&quot;: &quot;quotes&quot;}}">{texts.ANSWER_IN_QUOTES}</button>' in html
    narrowed = replace(view(made).asked, wall=SearchFilter(outlets=("A",)))
    assert texts.REFUSED_BY_MODEL in render.turn(view(made, asked=narrowed))


def test_a_refusal_offers_each_wider_search_that_may_help() -> None:
    def buttons(asked_within: SearchFilter, **part: Any) -> list[str]:
        made = answer(refused=True, sentences=(), sources=(), plan=plan(parts=(replace(plan().parts[0], **part),)))
        html = render.turn(view(made, asked=replace(view(made).asked, wall=asked_within)))
        return re.findall(r'data-again="[^"]*"(?: data-clear="1")?>([^<]*)</button>', html)

    window = TimeWindow(date(2024, 3, 1), date(2024, 3, 31), "in March")
    assert buttons(SearchFilter()) == []
    assert buttons(SearchFilter(), window=window) == [texts.ALL_DAYS]
    searched = replace(plan(parts=(replace(plan().parts[0], window=window),)), widened=(0,))
    html = render.turn(view(answer(refused=True, sentences=(), sources=(), plan=searched)))
    assert texts.ALL_DAYS not in html, "all days were searched already"
    assert texts.OTHER_DAYS_TOO in html and 'class="chip window widened"' in html
    assert buttons(SearchFilter(), outlets=("A",), authors=("B",)) == [
        texts.SEARCH_ALL_OUTLETS,
        texts.SEARCH_ALL_BYLINES,
    ]
    walled = SearchFilter(published_to=ASKED_ON, outlets=("A",), as_of=ASKED_ON)
    assert buttons(walled, window=window) == [
        texts.ALL_DAYS, texts.SEARCH_ALL_OUTLETS, texts.AS_IT_IS_TODAY, texts.WITHOUT_FILTERS,
    ]  # fmt: skip


def test_how_many_sources_say_a_sentence_stands_by_it_and_is_explained() -> None:
    def html(count: int) -> str:
        return render.turn(view(answer(AnswerSentence("It is open.", ("1",), Verdict.SUPPORTED, independent=count))))

    assert "3×" in assert_ours(html(3)).text and 'class="independent several"' in html(3)
    assert html(3).count("3 sources say so independently of each other") == 2  # for hovering and for a screen reader
    assert "1×" in assert_ours(html(1)).text and "One source says so" in html(1)
    assert "independent" not in html(0)
    for verdict in (Verdict.UNCHECKED, Verdict.NOT_IN_SOURCE, Verdict.CONTRADICTED):
        doubtful = AnswerSentence("It is open.", ("1",), verdict, independent=2)
        assert "2×" not in render.turn(view(answer(doubtful))), "nobody knows whether they say this"


def test_small_talk_gets_its_sentence_and_no_claim_of_quotations() -> None:
    made = answer(sentences=(), sources=(), statement="Ask <b>a question.", small_talk=True)
    html = render.answered(view(made), made)
    assert html == '<p class="statement">Ask &lt;b&gt;a question.</p>'


def test_more_than_is_listed_is_found_in_the_search() -> None:
    counted = Counted(
        ("tug", "R&D"),
        ("in fog",),
        date(2024, 5, 1),
        None,
        ("The <Post>",),
        ("Ines Okafor",),
        1234,
        3,
        0,
        None,
        None,
        (),
        (),
    )
    made = answer(counted=counted)
    html = render.answered(view(made), made)
    address = (
        "/?view=search&amp;q=tug+R%26D+%22in+fog%22&amp;from=2024-05-01&amp;outlet=The+%3CPost%3E"
        "&amp;author=Ines+Okafor&amp;order=newest"
    )
    assert f'data-go href="{address}">See all 1,234 in Search</a>' in html
    for listed in (replace(counted, stories=len(made.sources)), None):
        assert "in Search" not in render.answered(view(made), replace(made, counted=listed))
    earlier = replace(made, plan=replace(made.plan, wall=SearchFilter(as_of=ASKED_ON)))
    assert "in Search" not in render.answered(view(earlier), earlier)


def test_what_failed_or_was_stopped_can_be_asked_again() -> None:
    for phase in (Phase.FAILED, Phase.STOPPED):
        assert f'data-again="{{}}">{texts.ASK_AGAIN}</button>' in render.turn(view(None, phase))
    assert texts.ASKED_AGAIN in render.turn(view(answer(), asked=replace(view().asked, again=2)))


def test_an_answer_that_is_kept_can_be_saved_by_itself() -> None:
    assert "/export" not in render.turn(view(answer()))
    html = render.turn(view(answer(), conversation="c1"))
    assert_ours(html)
    for form in ("markdown", "html", "json"):
        assert f'href="/api/v1/conversations/c1/export?turn=3&amp;form={form}" download' in html


def test_how_it_was_understood_is_shown() -> None:
    part = replace(plan().parts[0], window=TimeWindow(date(2024, 3, 1), date(2024, 3, 31), "in March"))
    made = answer(plan=plan(standalone="When does the Harbour Bridge reopen?", parts=(part,), notes=("A note.",)))
    text = assert_ours(render.turn(view(made))).text
    assert "When does the Harbour Bridge reopen?" in text
    assert "1 – 31 Mar 2024" in text and "A note." in text


def test_what_is_said_under_the_question_is_not_said_again() -> None:
    html = render.turn(view(answer(plan=plan(notes=("A note.",)), notices=("A note.", "Another.", "Another."))))
    assert html.count("A note.") == 1 and html.count("Another.") == 1


def test_what_had_arrived_before_a_failure_is_marked() -> None:
    html = render.turn(view(None, Phase.FAILED, text="It reop", error="The model's endpoint answered 429."))
    text = assert_ours(html).text
    assert "It reop" in text and texts.UNCHECKED_PARTIAL in text and "answered 429" in text


def test_a_source_tells_what_to_beware_of() -> None:
    shown = source(
        partial=True,
        superseded=True,
        correction="Correction: it was 4.2 million.",
        modified="2024-03-16T10:00:00+01:00",
        date_source="page date",
        also_in=(Copy("x", "Gazette", "2024-03-14", None, ""), Copy("y", "Wire", None, None, "")),
    )
    text = assert_ours(source_card(shown, "a1-s1", ASKED_ON)).text
    for said in (texts.PARTIAL, texts.SUPERSEDED, "it was 4.2 million", "Updated 16 Mar 2024", texts.PAGE_DATE):
        assert said in text
    assert "Also in 2 outlets" in text and "Also in 2 outlets" in assert_ours(source_rows([shown], 1)).text
    assert "Also in" not in assert_ours(source_rows([source()], 1)).text
    assert "14 Mar 2024 · 9 months old" in text and "on the day asked, 20 Dec 2024" in text


def test_the_passage_is_marked_in_the_whole_article_too() -> None:
    cited = source()
    address = article_address(cited.article_id, cited.passage_id, cited, ASKED_ON)
    start = TEXT.index("The bridge")
    assert f"mark={start}-{start + 35}" in address
    page = ArticlePage(article(), ASKED_ON, ((start, start + 35),))
    assert f'<mark data-at="{start}">The bridge will reopen on Thursday.</mark>' in whole_article(page)


def test_an_older_version_is_marked_as_such() -> None:
    from datetime import UTC, datetime

    seen = datetime(2024, 3, 15, tzinfo=UTC)
    old, new = article(), article(text=TEXT + " More.")
    versions = (ArticleVersion(1, old, None, seen, False), ArticleVersion(2, new, None, seen, True))
    assert texts.SUPERSEDED in whole_article(ArticlePage(old, ASKED_ON, versions=versions))
    current = whole_article(ArticlePage(new, ASKED_ON, versions=versions))
    assert texts.SUPERSEDED not in current and "Version 2 of 2" in current


def test_an_empty_archive_has_its_own_page() -> None:
    empty = ArchiveAtHand(Coverage(0, (), None, None, 0), ASKED_ON)
    assert texts.EMPTY_COMMAND in frontpage.start(empty)
    assert " disabled" in frontpage.composer(empty, Privacy("stays"))


def test_the_switch_between_quotes_and_model_is_there_only_with_a_model() -> None:
    some = ArchiveAtHand(Coverage(1, (("A", 1),), ASKED_ON, ASKED_ON, 0), ASKED_ON)
    assert 'type="radio"' not in frontpage.filters(some, Privacy("stays"))
    assert 'type="radio"' in frontpage.filters(some, Privacy("stays", "goes"))


def test_an_outlet_is_found_by_what_else_it_is_called_in_any_letters() -> None:
    coverage = Coverage(1, (("L'Événement", 1),), ASKED_ON, ASKED_ON, 0)
    some = ArchiveAtHand(coverage, ASKED_ON, aliases={"L'Événement": ('Évé"n', "Œil")})
    (also,) = re.findall(r'data-also="([^"]*)"', frontpage.filters(some, Privacy("stays")))
    assert "Œil" in also  # as chat.js searches it
    assert json.loads(unescape(also)) == ['Évé"n', "Œil"]


def test_a_section_that_is_the_kind_is_named_once() -> None:
    html = source_card(source(kind="news", section="News"), "a1-s1", date(2024, 6, 1))
    assert html.count('class="kind"') == 1
    html = source_card(source(kind="opinion", section="Politics"), "a1-s1", date(2024, 6, 1))
    assert html.index("opinion") < html.index("Politics")
