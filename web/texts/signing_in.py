"""Signing in, and whose session it is."""

from __future__ import annotations

from typing import Final

from archive.counts import plural

SIGN_IN: Final = "Sign in"
SIGN_IN_TITLE: Final = "Sign in — Backissue"
SIGN_OUT: Final = "Sign out"
NAME: Final = "Name"
PASSWORD: Final = "Password"  # noqa: S105 (the field's label)
NOT_THAT: Final = "Name and password don’t belong together. Try again, or ask whoever runs this archive."

NOT_YOURS: Final = "This page belongs to somebody else’s session. Reload it."


def too_often(seconds: int) -> str:
    """Said after too many wrong passwords."""
    return f"Too many tries. Wait {plural(seconds, 'second', 'seconds')} and try again."


def signed_in_as(name: str) -> str:
    """Whose session it is."""
    return f"Signed in as {name}"
