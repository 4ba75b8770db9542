"""The spellings of one address: a reader, a feed and the catalog rarely write it alike. Pure."""

from __future__ import annotations


def spellings(name: str) -> list[str]:
    """How else a URL may have been written: http or https, with or without www, final slash and fragment."""
    scheme, separator, rest = name.partition("://")
    if scheme.lower() not in ("http", "https") or not separator:
        return [name]
    rest = rest.partition("#")[0].rstrip("/").removeprefix("www.")
    return list(
        dict.fromkeys(
            [
                name,
                *(f"{s}://{host}{rest}{end}" for s in ("https", "http") for host in ("", "www.") for end in ("", "/")),
            ]
        )
    )
