from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ingest.fetch import Fetched
from ingest.fetch_memory import Validators
from ingest.receipts import Receipts


def fetched(url: str) -> Fetched:
    validators = Validators(url, "", "", b"", datetime(2026, 3, 1, tzinfo=UTC))
    return Fetched(url, url, b"", "", "", validators, moved=False)


def settled(receipts: Receipts) -> list[str]:
    return [one.url for one in receipts.take_settled()]


def test_a_fetch_is_settled_when_it_is_read_and_all_its_documents_rest() -> None:
    receipts = Receipts()
    with receipts.opened(fetched("page")) as page:
        receipts.expect(page)
        receipts.expect(page)
        receipts.done(page)
    assert settled(receipts) == []
    receipts.done(page)
    assert settled(receipts) == ["page"]
    assert settled(receipts) == []


def test_what_named_a_page_waits_for_it() -> None:
    receipts = Receipts()
    with receipts.opened(fetched("feed")) as feed, receipts.opened(fetched("page"), feed) as page:
        receipts.expect(page)
    assert settled(receipts) == []
    receipts.done(page)
    assert settled(receipts) == ["page", "feed"]


def test_a_spoilt_page_spoils_what_named_it_and_not_what_stands_beside_it() -> None:
    receipts = Receipts()
    with receipts.opened(fetched("index")) as index, receipts.opened(fetched("feed"), index) as feed:
        with receipts.opened(fetched("good"), feed):
            pass
        with receipts.opened(fetched("bad"), feed) as bad:
            receipts.spoil(bad)
    assert settled(receipts) == ["good"]


@pytest.mark.parametrize("trouble", [RuntimeError, GeneratorExit, KeyboardInterrupt])
def test_what_breaks_off_is_never_settled(trouble: type[BaseException]) -> None:
    receipts = Receipts()
    with pytest.raises(trouble), receipts.opened(fetched("feed")) as feed:
        with receipts.opened(fetched("read"), feed):
            pass
        with receipts.opened(fetched("page"), feed) as page:
            receipts.expect(page)
            raise trouble
    receipts.done(page)
    assert settled(receipts) == ["read"]


def test_pages_that_lead_to_one_another_wait_for_the_last() -> None:
    receipts = Receipts()
    with receipts.opened(fetched("feed")) as feed:
        with receipts.opened_together() as open_receipt:
            second = open_receipt(fetched("second page"), feed)
            open_receipt(fetched("third page"), second)
            assert settled(receipts) == []
        assert settled(receipts) == ["third page", "second page"]
    assert settled(receipts) == ["feed"]


def test_pages_that_lead_to_one_another_are_spoilt_together() -> None:
    receipts = Receipts()
    with pytest.raises(RuntimeError), receipts.opened(fetched("feed")) as feed:
        with receipts.opened_together() as open_receipt:
            open_receipt(fetched("second page"), feed)
            raise RuntimeError
    assert settled(receipts) == []


def test_a_document_that_came_from_nowhere_has_no_receipt() -> None:
    receipts = Receipts()
    receipts.done(0)
    assert settled(receipts) == []
