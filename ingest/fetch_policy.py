"""What fetching may cost, us and the other side, and by what name we come."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from archive.errors import UsageError

ROBOT_NAME = "Backissue"  # what a robots.txt calls us


@dataclass(frozen=True, slots=True)
class FetchPolicy:
    """What a fetch may cost, us and the other side. Times in seconds.

    ``contact`` (an address or a mailbox) goes into the user agent, so that a site can complain before it blocks.
    """

    contact: str = ""
    allow_private: bool = False
    obey_robots: bool = True  # off for one's own sites only
    largest_bytes: int = 20_000_000  # unpacked
    seconds: float = 30.0  # for one request, redirects included, pauses not
    most_redirects: int = 5
    delay_seconds: float = 1.0  # between two requests to one host
    longest_delay_seconds: float = 30.0  # a crawl-delay beyond it is cut to it
    retries: int = 2  # after 429, 5xx or a lost connection
    first_pause_seconds: float = 2.0  # before the first of them; doubled each time
    longest_pause_seconds: float = 120.0  # a Retry-After beyond it ends the matter for this run
    certificates: Path | None = None  # an intranet's own authorities, in PEM, in place of the public ones

    def __post_init__(self) -> None:
        if any(not " " <= letter <= "~" for letter in self.contact):
            raise UsageError("contact: a web or mail address in plain ASCII, such as desk@paper.example.")

    @property
    def user_agent(self) -> str:
        """``Backissue/1.2 (+contact)``."""
        name = f"{ROBOT_NAME}/{metadata.version('backissue')}"
        return f"{name} (+{self.contact})" if self.contact else name
