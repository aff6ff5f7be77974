"""Addresses in people's words, found and made links: the same on pages, in Markdown, in letters."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, cast

from linkify_it import LinkifyIt  # pyright: ignore[reportMissingTypeStubs]
from markupsafe import escape

# Where an address in people's words ends though a browser would read on: closing quotes of other
# languages, and characters that nobody sees and that turn the order of what one reads.
URL_END = re.compile("[»”’…—]+$|[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff].*", re.DOTALL)
HOST = r"(?:\[[\da-fA-F:.]+\]|[\w.-]*\w)(?::\d{1,5})?"


def with_links(text: str, marks: str = "") -> str:
    """Text as HTML with its addresses as links that bear `marks`; all else is escaped."""
    if "://" not in text:
        return str(escape(text))
    parts: list[str] = []
    end = 0
    for start, stop in _addresses(text):
        url = URL_END.sub("", text[start:stop])
        safe = escape(url)
        parts.append(str(escape(text[end:start])))
        parts.append(f'<a href="{safe}"{marks}>{safe}</a>')
        end = start + len(url)
    parts.append(str(escape(text[end:])))
    return "".join(parts)


def _addresses(text: str) -> Iterator[tuple[int, int]]:
    """Where addresses begin and end."""
    found = cast(  # the library has no types
        "list[Any] | None",
        linkifier().match(text),  # pyright: ignore[reportUnknownMemberType]
    )
    for match in found or []:
        yield match.index, match.last_index


@cache
def linkifier() -> LinkifyIt:
    """Finds http and https addresses that are written out, and guesses at nothing.

    Hosts are taken as people write them: with underscores, without a dot, as IPv6.
    """
    its = LinkifyIt().re
    written_out = {"validate": f"^//{its['src_auth']}{HOST}{its['src_path']}"}
    only = {"http:": written_out, "ftp:": None, "//": None, "mailto:": None}
    guesses = {"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False}
    return LinkifyIt(only, guesses)
