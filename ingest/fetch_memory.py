"""What is remembered of an address between two nights, so that the second asks only "anything new?".

Validators are handed out with what was fetched and remembered by the caller once that is safely in the archive. Were
they remembered at once, a run that dies in between would be told "nothing new" for ever after.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from archive.fetch_log import FetchLog, FetchRecord


@dataclass(frozen=True, slots=True)
class Validators:
    """What proves to a server, or to us, that an address holds nothing new.

    ``url`` is where the content finally came from: validators mean nothing at another address. ``etag`` and
    ``last_modified`` are the server's words, verbatim; empty where it gave none. ``digest`` is the content's SHA-256.
    """

    url: str
    etag: str
    last_modified: str
    digest: bytes
    fetched_at: datetime  # UTC


class FetchMemory(Protocol):
    """Where validators are kept, by the address that was asked for."""

    def recall(self, url: str) -> Validators | None:
        """What is known of an address, or None."""

    def remember(self, url: str, validators: Validators) -> None:
        """Keep it, in place of what was known."""


class ArchiveFetchMemory:
    """The memory that is kept with the archive, from one night to the next."""

    def __init__(self, log: FetchLog) -> None:
        self._log = log

    def recall(self, url: str) -> Validators | None:
        """What is known of an address, or None."""
        known = self._log.recall(url)
        if known is None:
            return None
        return Validators(known.final_url, known.etag, known.last_modified, known.digest, known.fetched_at)

    def remember(self, url: str, validators: Validators) -> None:
        """Keep it, in place of what was known."""
        self._log.remember(
            FetchRecord(
                url,
                validators.url,
                validators.etag,
                validators.last_modified,
                validators.digest,
                validators.fetched_at,
            )
        )


class VolatileFetchMemory:
    """A memory that ends with the process: for tests, dry runs, and addresses fetched once."""

    def __init__(self) -> None:
        self._known: dict[str, Validators] = {}

    def recall(self, url: str) -> Validators | None:
        """What is known of an address, or None."""
        return self._known.get(url)

    def remember(self, url: str, validators: Validators) -> None:
        """Keep it, in place of what was known."""
        self._known[url] = validators
