from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from archive.records import Standing
from ingest.document import RawDocument
from tests.ingest.reading import documents, format_of, peak_memory, read
from tests.ingest.support import incoming_of, story

G2 = "http://iptc.org/std/nar/2006-10-01/"
PARAGRAPHS = "".join(f"<p>{part}</p>" for part in story(1).split("\n\n"))


def news_item(meta: str = "", content: str | None = None, *, number: int = 1, item_class: str = "ninat:text") -> str:
    content = content or (
        f'<inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title>'
        f"</head><body>{PARAGRAPHS}</body></html></inlineXML>"
    )
    return f"""<newsItem xmlns="{G2}" guid="urn:newsml:marrow.example:{number}" version="1" xml:lang="en-GB">
  <rightsInfo><copyrightNotice>Copyright Marrow</copyrightNotice></rightsInfo>
  <itemMeta><itemClass qcode="{item_class}"/><provider qcode="nprov:MPA"><name>Marrow Press Agency</name></provider>
    <versionCreated>2024-03-05T10:00:00+01:00</versionCreated>{meta}</itemMeta>
  <contentMeta><contentCreated>2024-03-04T23:30:00+01:00</contentCreated><by>By Ann Lee and Bo Ray</by>
    <dateline>DUNMARROW, March 4</dateline><language tag="en-GB"/><genre qcode="genre:x"><name>Analysis</name></genre>
    <subject qcode="medtop:1"><name>Harbours</name></subject>
    <headline>Crane falls &amp; nobody is hurt</headline><slugline>crane</slugline></contentMeta>
  <contentSet>{content}</contentSet></newsItem>"""


NITF = f"""<nitf><head><title>Page title</title><docdata management-status="usable"><doc-id id-string="n-1"/>
  <date.issue norm="20240304T233000+0100"/></docdata>
  <pubdata type="print" date.publication="20240305T000000" name="The Orrland Ledger" position.section="Harbour"
    ex-ref="https://ledger.example/crane"/></head>
  <body><body.head><hedline><hl1>Crane falls</hl1><hl2>Nobody hurt</hl2></hedline>
    <byline class="normalized_byline">LEE, ANN</byline><byline class="print_byline">By Ann Lee</byline>
    <dateline><location>Dunmarrow</location></dateline><abstract><p>Short.</p></abstract></body.head>
  <body.content><block class="lead_paragraph"><p>{story(1).split(chr(10))[0]}</p></block>
    <block class="full_text">{PARAGRAPHS}</block><media><media-caption>No</media-caption></media></body.content>
  </body></nitf>"""


def test_a_news_item(tmp_path: Path) -> None:
    item = news_item('<pubStatus qcode="stat:usable"/><edNote>Mind the name</edNote>')
    articles, rejected = read(tmp_path, "a.xml", item)
    assert rejected == []
    (article,) = articles
    assert article.title == "Crane falls & nobody is hurt" and article.text == story(1)
    assert article.outlet == "Marrow Press Agency" and article.authors == ("Ann Lee", "Bo Ray")
    assert article.language == "en" and article.kind == "analysis"
    assert article.external_id == "urn:newsml:marrow.example:1"
    assert article.published is not None and article.published.iso() == "2024-03-04T23:30:00+01:00"
    assert article.modified is not None and article.modified.iso() == "2024-03-05T10:00:00+01:00"
    assert article.extra == {
        "status": "usable",
        "version": "1",
        "slugline": "crane",
        "dateline": "DUNMARROW, March 4",
        "editorial note": "Mind the name",
        "copyright": "Copyright Marrow",
        "keywords": ["Harbours"],
    }


def test_nitf_plain_text_and_html_data_inside_an_item(tmp_path: Path) -> None:
    inside = NITF.replace("<nitf>", '<nitf xmlns="http://iptc.org/std/NITF/2006-10-18/">')
    nitf = f'<inlineXML contenttype="application/nitf+xml">{inside}</inlineXML>'
    data = f'<inlineData contenttype="text/plain">{story(1)}</inlineData>'
    html = f'<inlineData contenttype="text/html"><![CDATA[<div>{PARAGRAPHS}</div>]]></inlineData>'
    for content in (nitf, data, html):
        (article,), _ = read(tmp_path, "a.xml", news_item(content=content))
        assert article.text == story(1) and article.title == "Crane falls & nobody is hurt"


EMBARGO = datetime(2027, 1, 1, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("item", "standing", "until"),
    [
        (news_item('<pubStatus qcode="stat:canceled"/>'), Standing.CANCELED, None),
        (
            news_item('<pubStatus uri="http://cv.iptc.org/newscodes/pubstatusg2/withheld"/>'),
            Standing.WITHHELD,
            None,
        ),
        (news_item("<embargoed>2027-01-01T06:00:00Z</embargoed>"), Standing.USABLE, EMBARGO),
        (news_item("<embargoed/>"), Standing.WITHHELD, None),
        (news_item('<pubStatus qcode="stat:canceled"/>', content=""), Standing.CANCELED, None),
    ],
)
def test_what_its_sender_lets_be_done_with_it(
    tmp_path: Path, item: str, standing: Standing, until: datetime | None
) -> None:
    assert standing_of(tmp_path, item) == (standing, until)


def standing_of(folder: Path, content: str) -> tuple[Standing, datetime | None]:
    path = folder / "a.xml"
    path.write_text(content)
    (document,) = documents(path)
    assert isinstance(document, RawDocument)
    item = incoming_of(document)
    return item.standing, item.embargoed_until


@pytest.mark.parametrize(
    ("item", "reason"),
    [
        (news_item(item_class="ninat:picture"), 'of the class "picture", not an article'),
        (news_item(content='<remoteContent href="x.jpg"/>'), "no text"),
        (f'<packageItem xmlns="{G2}" guid="p"/>', "a NewsML-G2 package, which only lists other items"),
        (f'<planningItem xmlns="{G2}" guid="p"/>', "a NewsML-G2 planning item"),
        ("<?xml version='1.0'?><project><name>x</name></project>", "this kind of XML (<project>) isn't read"),
        (news_item()[:-40], "not well-formed XML"),
        (f'<newsMessage xmlns="{G2}"><header/></newsMessage>', "a news message without items"),
    ],
)
def test_what_is_not_to_be_shown_or_is_no_article(tmp_path: Path, item: str, reason: str) -> None:
    articles, rejected = read(tmp_path, "a.xml", item)
    assert articles == [] and len(rejected) == 1 and reason in rejected[0][1]


def message(count: int) -> str:
    items = "".join(news_item(number=number) for number in range(1, count + 1))
    package = f'<packageItem xmlns="{G2}" guid="p"/>'
    return f'<?xml version="1.0"?><newsMessage xmlns="{G2}"><header/><itemSet>{items}{package}</itemSet></newsMessage>'


def test_a_message_of_several_items(tmp_path: Path) -> None:
    articles, rejected = read(tmp_path, "a.xml", message(3))
    assert [article.external_id for article in articles] == [f"urn:newsml:marrow.example:{n}" for n in (1, 2, 3)]
    assert articles[2].source.endswith("a.xml#3")
    assert len(rejected) == 1 and rejected[0] == (
        4,
        "a NewsML-G2 package, which only lists other items, not an article.",
    )


def test_a_message_cut_short_keeps_the_items_before(tmp_path: Path) -> None:
    articles, rejected = read(tmp_path, "a.xml", message(4)[:-1500])
    assert len(articles) == 3
    assert len(rejected) == 1 and "3 items before it were read" in rejected[0][1]


def test_a_large_message_streams(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingest.readers.newsml.LARGEST_XML", 500_000)  # a large one is 16 MB; this is quicker
    path = tmp_path / "a.xml"
    path.write_text(message(2000), encoding="utf-8")
    assert path.stat().st_size > 2_000_000
    count, peak = peak_memory(path, "newsml")
    assert count == 2001 and peak < 1_500_000
    path.write_text(f'<!DOCTYPE x [<!ENTITY a "b">]>{message(2000)[21:]}', encoding="utf-8")
    (rejected,) = documents(path, "newsml")
    assert "XML entities" in str(rejected)


def newsml_one(status: str = '<Status FormalName="Usable"/>', items: int = 1) -> str:
    def item(number: int) -> str:
        return f"""<NewsItem><Identification><NewsIdentifier><ProviderId>wire.example</ProviderId>
        <DateId>20240305</DateId>
        <NewsItemId>{number}</NewsItemId><RevisionId>2</RevisionId></NewsIdentifier></Identification>
      <NewsManagement><NewsItemType FormalName="News"/><FirstCreated>20240304T233000+0100</FirstCreated>
        <ThisRevisionCreated>20240305T100000+0100</ThisRevisionCreated>{status}</NewsManagement>
      <NewsComponent><NewsLines><HeadLine>Crane falls</HeadLine><ByLine>By Ann Lee</ByLine></NewsLines>
        <DescriptiveMetadata><Language FormalName="en"/><Genre FormalName="Release"/></DescriptiveMetadata>
        <NewsComponent><Role FormalName="Contact"/><ContentItem><MimeType FormalName="text/plain"/>
          <DataContent>{story(9, 9)}</DataContent></ContentItem></NewsComponent>
        <NewsComponent><Role FormalName="Body"/><ContentItem><MimeType FormalName="text/xhtml"/><DataContent>
          <html xmlns="http://www.w3.org/1999/xhtml"><head><title/></head><body>{PARAGRAPHS}</body></html>
        </DataContent></ContentItem></NewsComponent></NewsComponent></NewsItem>"""

    every = "".join(map(item, range(1, items + 1)))
    return f"""<NewsML><NewsEnvelope><DateAndTime>20240305T100000+0100</DateAndTime>
      <NewsService FormalName="Marrow Wire"/></NewsEnvelope>{every}</NewsML>"""


def test_newsml_one(tmp_path: Path) -> None:
    articles, rejected = read(tmp_path, "a.xml", newsml_one(items=2))
    assert rejected == [] and len(articles) == 2
    article = articles[1]
    assert article.title == "Crane falls" and article.text == story(1) and article.authors == ("Ann Lee",)
    assert article.outlet == "Marrow Wire" and article.kind == "press release" and article.language == "en"
    assert article.external_id == "urn:newsml:wire.example:20240305:2"
    assert article.published is not None and article.published.iso() == "2024-03-04T23:30:00+01:00"
    later = (
        '<Status FormalName="Embargoed"/><StatusWillChange><FutureStatus FormalName="Usable"/>'
        "<DateAndTime>{}</DateAndTime></StatusWillChange>"
    )
    for status, standing, until in (
        ('<Status FormalName="Canceled"/>', Standing.CANCELED, None),
        (later.format("20270101T060000Z"), Standing.USABLE, EMBARGO),
        ('<Status FormalName="Embargoed"/>', Standing.WITHHELD, None),
    ):
        assert standing_of(tmp_path, newsml_one(status)) == (standing, until)
    articles, _ = read(tmp_path, "a.xml", newsml_one(later.format("20240306T060000Z")))
    assert articles[0].extra["embargoed"] == "2024-03-06T06:00:00+00:00"


def test_nitf(tmp_path: Path) -> None:
    (article,), _ = read(tmp_path, "a.xml", NITF)
    assert article.title == "Crane falls" and article.text == story(1)
    assert article.outlet == "The Orrland Ledger" and article.section == "Harbour"
    assert article.authors == ("Ann Lee",) and article.external_id == "n-1"
    assert article.url == "https://ledger.example/crane"
    assert article.published is not None and article.published.iso() == "2024-03-05"
    assert article.extra["subheadline"] == "Nobody hurt" and article.extra["status"] == "usable"
    for old, new, standing, until in (
        ("usable", "canceled", Standing.CANCELED, None),
        ("usable", "embargoed", Standing.WITHHELD, None),
        ("<date.issue", '<date.release norm="20270101T060000Z"/><date.issue', Standing.USABLE, EMBARGO),
    ):
        assert standing_of(tmp_path, NITF.replace(old, new, 1)) == (standing, until)


def test_letters_by_name_and_stray_ampersands(tmp_path: Path) -> None:
    doctype = '<!DOCTYPE nitf SYSTEM "nitf-3-2.dtd" [<!ENTITY paper "Ledger">]>'
    text = "The caf&eacute; of the &paper; &mdash; R&D & more &nosuch; &#8364;5 &lt;b&gt;."
    nitf = f"{doctype}<nitf><body><body.content><p>{text}</p></body.content></body></nitf>"
    (article,), _ = read(tmp_path, "a.nitf", nitf)
    assert article.text == "The café of the Ledger — R&D & more &nosuch; €5 <b>."


@pytest.mark.parametrize("name", ["a.xml", "a.nitf"])
def test_entity_bombs_are_refused(tmp_path: Path, name: str) -> None:
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    body = "<nitf><body><body.content><p>&l9;</p></body.content></body></nitf>"
    bombs = [
        f'<!DOCTYPE nitf [<!ENTITY l0 "ha">{laughs}]>{body}',
        f'<!DOCTYPE nitf [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>{body}',
        f'<!DOCTYPE nitf [<!ENTITY % p SYSTEM "http://127.0.0.1:1/x.dtd"> %p;]>{body}',
        f'<!DOCTYPE nitf [<!ENTITY l9 "{"x" * 100_000}">]>{body.replace("&l9;", "&l9;" * 10_000)}',
    ]
    for bomb in bombs:
        articles, rejected = read(tmp_path, name, bomb)
        assert articles == [] and "XML entity that could grow or read files" in rejected[0][1]


def test_deep_and_wide_xml_is_refused_in_time(tmp_path: Path) -> None:
    attributes = " ".join(f'a{number}="{number}"' for number in range(300_000))
    for bad in ("<nitf>" + "<p>" * 100_000, f"<nitf {attributes}/>"):
        articles, rejected = read(tmp_path, "a.xml", bad)
        assert articles == [] and len(rejected) == 1 and "could not be processed" not in rejected[0][1]


def test_xml_is_told_by_its_first_element(tmp_path: Path) -> None:
    path = tmp_path / "wire.txt"
    comment = '<?xml version="1.0"?><!-- <html> --><?xml-stylesheet href="a.css"?>'
    for content, expected in (
        (comment + news_item(), "newsml"),
        (comment + NITF, "nitf"),
        (f'{comment}<html xmlns="http://www.w3.org/1999/xhtml"><p/></html>', "html"),
        (f"{comment}<rss version='2.0'><channel/></rss>", "feed"),
        ("<p>A fragment", "text"),
    ):
        path.write_text(content, encoding="utf-8")
        assert format_of(path) == expected
    path.write_bytes(news_item().encode("utf-16"))
    (document,) = documents(path, format_of(path))
    assert isinstance(document, RawDocument)
    (article,), _ = read(tmp_path, "b.xml", news_item().encode("utf-16"))
    assert article.text == story(1)
