"""Texts that try to become markup."""

from __future__ import annotations

from pathlib import Path

OWN_ATTACKS = (
    '<img src=x onerror="window.pwned=1">',
    "<script>window.pwned=1</script>",
    '"><svg onload=window.pwned=1>',
    "' onmouseover='window.pwned=1",
    "javascript:window.pwned=1",
    "JaVaScRiPt:window.pwned=1//https://example.org",
    "data:text/html,<script>window.pwned=1</script>",
    "${window.pwned=1}",
    "{{constructor.constructor('window.pwned=1')()}}",
    "`${window.pwned=1}`",
    "</textarea></article><iframe srcdoc='<script>parent.pwned=1</script>'>",
    "<!--><img src=http://192.0.2.1/x.png>-->",
    "<style>@import 'http://192.0.2.1/x.css';</style>",
    "<base href=http://192.0.2.1/>",
    "<link rel=stylesheet href=http://192.0.2.1/x.css>",
    "&lt;img src=x onerror=window.pwned=1&gt;",
    "<a href='javascript:window.pwned=1'>click</a>",
    "[1](javascript:window.pwned=1) [1] ![x](http://192.0.2.1/x.png)",
    "\u202e\u0000\ud800<b>",
)

PAYLOADS = Path(__file__).parents[2] / ".." / "shared" / "data" / "hostile" / "xss_payloads.txt"


def payloads() -> list[str]:
    """The collected payloads, or none where they aren't there."""
    if not PAYLOADS.is_file():
        return []
    return [line for line in PAYLOADS.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]
