"""What an editor starts and comes back to."""

from __future__ import annotations

from typing import Final

WORK_STAGES: Final = {
    "articles": "Reading articles",
    "embed": "Making search by meaning ready",
    "questions": "Asking questions",
    "remove": "Taking it out of every file, and looking through them all",
    "refill": "Writing search by meaning anew",
}
WORK_BEGINS: Final = "Starting…"
WORK_STOPPING: Final = "Stopping after what it has in hand…"
WORK_STOPPED: Final = "Stopped."
WORK_DONE: Final = "Done."
WORK_LOST: Final = (
    "Backissue doesn’t answer. It is asked again every second; the work itself goes on if the server does."
)
NO_WORK: Final = "No work of that kind has been started."
SHUTTING_DOWN: Final = "Backissue is being stopped; start it again, then this."


def already_under_way(title: str, by: str) -> str:
    """Why a second piece of long work isn't begun."""
    whose = f", started by {by}," if by else ""
    return f"“{title}”{whose} is still under way. Wait for it, or stop it first."


def started_by(name: str) -> str:
    """Who began long work."""
    return f"started by {name}"


def so_far(done: int, total: int | None) -> str:
    """How far long work is."""
    if total:
        return f"{done:,} of {max(done, total):,}"
    return f"{done:,} so far" if done else ""


def percent_done(percent: int) -> str:
    """How far long work is, roughly."""
    return f"{percent}%"


def lasted(seconds: float) -> str:
    """How long work has taken: ``12 s``, ``3 min 05 s``, ``2 h 10 min``."""
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02} min"


def about(seconds: float) -> str:
    """How long long work will still take, roughly: ``about 20 s left``."""
    whole = max(1, round(seconds))
    if whole < 60:
        return f"about {whole if whole < 10 else round(whole, -1)} s left"
    if whole < 5400:
        return f"about {round(whole / 60)} min left"
    return f"about {whole / 3600:.1f} h left"
