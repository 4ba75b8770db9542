"""Every file of the shared samples is read, or rejected with its reason: no crash, and none without end.

What takes long meets the time limit of every test (``pyproject.toml``): a clock here would judge the machine.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from archive.records import IncomingArticle, Standing
from ingest.document import Rejected
from ingest.prepare import prepare
from ingest.readers import FORMATS
from tests.ingest.reading import documents, format_of, read
from tests.ingest.support import DATA, RECIPE

FOLDERS = ("NITF-in-G2", "NewsML", "NewsML-G2", "feeds", "ninjs", "warc")
# Articles that must come out, at least: the samples are small, and most are about a single field.
ARTICLES = {"NITF-in-G2": 6, "NewsML": 4, "NewsML-G2": 2, "feeds": 40, "ninjs": 40, "warc": 12}
BEGINNINGS = [b"", b"\n", b"\0" * 5000, b"x", b"\xff\xfe", b"<", b"{", b'"', b"%PDF-", b"PAR1PAR1", b"WARC/1.0\r\n\r\n"]
BEGINNINGS += [b"filedesc://", b"From x 2024\n", b",,,,\n,,,,", b'text\n"', b"<nitf/>", b"<NewsML/>", b"[[[["]
BEGINNINGS += [b"\x1f\x8b", b"\x1f\x8b\x08\0"]


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_sample_is_read_or_rejected_with_its_reason(folder: str, capsys: pytest.CaptureFixture[str]) -> None:
    root = DATA / "formats" / folder
    if not root.is_dir():
        pytest.skip(f"{root} is not on this machine")
    counts: Counter[str] = Counter()
    for path in sorted(path for path in root.rglob("*") if path.is_file()):
        results = [
            found if isinstance(found, Rejected) else prepare(found, RECIPE)
            for found in documents(path, format_of(path))
        ]
        assert results, f"{path}: neither read nor rejected"
        for result in results:
            if isinstance(result, IncomingArticle):
                # what takes an article down or holds it back may come without one
                notice = result.standing is not Standing.USABLE and not result.article.text
                assert notice or (result.article.text.strip() and result.article.title)
                counts["notices" if notice else "articles"] += 1
            else:
                assert result.reason and "could not be processed" not in result.reason, (path, result.reason)
                counts["rejected"] += 1
        counts["files"] += 1
    with capsys.disabled():
        print(f"\n{folder}: " + ", ".join(f"{counts[name]} {name}" for name in ("files", "articles", "rejected")))  # noqa: T201
    assert counts["articles"] >= ARTICLES[folder]


def test_hostile_json_is_read_or_rejected() -> None:
    root = DATA / "hostile"
    if not root.is_dir():
        pytest.skip(f"{root} is not on this machine")
    for path in sorted(path for path in root.rglob("*.json") if path.is_file()):
        for found in documents(path, "json"):
            result = found if isinstance(found, Rejected) else prepare(found, RECIPE)
            assert isinstance(result, IncomingArticle) or "could not be processed" not in result.reason, path


@pytest.mark.parametrize("name", sorted(FORMATS))
@pytest.mark.parametrize("content", BEGINNINGS)
def test_no_beginning_breaks_a_reader(tmp_path: Path, name: str, content: bytes) -> None:
    articles, rejected = read(tmp_path, "a.bin", content, name)
    assert not any("could not be processed" in reason for _, reason in rejected), rejected
    assert len(articles) <= 1


def test_each_suffix_belongs_to_one_format() -> None:
    suffixes = [suffix for known in FORMATS.values() for suffix in known.suffixes]
    assert len(suffixes) == len(set(suffixes))
