"""Addresses in people's words, found and made links: the same rule on pages, in letters, in
transcripts. Where an address does not read as what it leads to, its host stands beside it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from markupsafe import escape

from firstline.kit.addresses import ascii_host

HOST = r"(?:\[[\da-fA-F:.]+\]|[\w.-]*\w)(?::\d{1,5})?"
# Quotation marks and the punctuation of scripts without spaces end an address wherever they stand,
# as do characters that nobody sees.
_UNSEEN = "\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_ENDS = f'"`<>«»“”„‟‹›‚，。、；：？！（）［］【】《》〈〉「」『』〔〕・～{_UNSEEN}'
_ADDRESS = re.compile(
    rf"(?i)(?<![a-z0-9_])https?://(?P<before>[^\s/?#@{_ENDS}]{{0,200}}@)?(?P<host>{HOST})"
    rf"(?P<path>[/?#][^\s{_ENDS}]*)?"
)
LONGEST_ADDRESS = 4_000
# What reads as a host in the words of a link.
_HOST_LIKE = re.compile(
    r"(?i)(?<![\w@.-])(?:https?://)?(?P<host>[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,})"
)
_CLOSERS = {")": "(", "]": "[", "}": "{"}
_TRAILING = ".,;:!?'*‘’…—–([{|\\"
# What turns the order of what one reads, and controls beside line ends and tabs.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class FoundAddress:
    """An address and where it stands; `leads_to` is its host where that is not what one reads."""

    start: int
    end: int
    url: str
    leads_to: str


def visible(text: str) -> str:
    """The text without what makes it read as another: directional overrides and controls."""
    return _TURNING.sub("", text)


def one_line(text: str) -> str:
    """The text as a single line, whatever counts as a line break anywhere."""
    return " ".join(visible(" ".join(text.split())).split())


def with_links(text: str, marks: str = "", way: Callable[[str], str] = str) -> str:
    """Text as HTML with its addresses as links that bear `marks`; all else is escaped. What one
    reads is the address, what is opened is the `way` to it.
    """
    parts: list[str] = []
    end = 0
    for found in find_addresses(text):
        safe = escape(found.url)
        host = f' <span class="fl-host">({escape(found.leads_to)})</span>' if found.leads_to else ""
        parts.append(str(escape(text[end : found.start])))
        parts.append(f'<a href="{escape(way(found.url))}"{marks}>{safe}</a>{host}')
        end = found.end
    parts.append(str(escape(text[end:])))
    return "".join(parts)


def with_hosts(text: str) -> str:
    """Plain text, with the host in brackets after an address that does not read as its host."""
    return _with_addresses(text, _with_host)


def _with_host(found: FoundAddress) -> str:
    return f"{found.url} ({found.leads_to})" if found.leads_to else found.url


def with_ways(text: str, way: Callable[[str], str]) -> str:
    """Plain text with the `way` to each address in its place."""
    return _with_addresses(text, lambda found: way(found.url))


def _with_addresses(text: str, word: Callable[[FoundAddress], str]) -> str:
    parts: list[str] = []
    end = 0
    for found in find_addresses(text):
        parts.append(text[end : found.start] + word(found))
        end = found.end
    return "".join([*parts, text[end:]])


def leads_to(url: str, read: str) -> str:
    """The host of a link, where it is not what its words read as; else nothing.

    Words mislead that name another host, and so does an address with somebody before its host, or
    with letters that look like others.
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    if not host:
        return ""
    hosts = {ascii_host(match["host"]) for match in _HOST_LIKE.finditer(read)}
    misread = parts.username is not None or "xn--" in host or not host.isascii()
    return ascii_host(host) if misread or hosts - {host, ascii_host(host)} else ""


def is_safe_target(url: str) -> bool:
    """Whether a link of Markdown may lead there: to a page of ours, a place of this one, or an
    address with its scheme written out. `//host` and what browsers read as it (`/\\host`) is none.
    """
    plain = re.sub(r"[\s\0-\x1f]", "", unquote(url)).replace("\\", "/")
    if plain.startswith("//"):
        return False
    scheme = re.match(r"(?i)[a-z][a-z0-9+.-]*:", plain)
    return scheme is None or re.match(r"(?i)(https?://[^/]|mailto:.)", plain) is not None


def find_addresses(text: str) -> Iterator[FoundAddress]:
    """The http and https addresses that are written out, and nothing that is guessed at.

    A closing bracket belongs to an address that has opened it; what closes the sentence does not.
    """
    if "://" in text:
        yield from map(_found_address, _ADDRESS.finditer(text))


def address_at(text: str, start: int) -> FoundAddress | None:
    """The address that begins at a place; None where none does, or one that is too long to be
    looked at from each place where one may begin.
    """
    match = _ADDRESS.match(text, start, start + LONGEST_ADDRESS)
    return _found_address(match) if match and match.end() < start + LONGEST_ADDRESS else None


def _found_address(match: re.Match[str]) -> FoundAddress:
    path = match["path"] or ""
    end = match.end() - len(path) + _end_of(path)
    host = match["host"]
    misread = match["before"] or not host.isascii()
    leads = ascii_host(host) if misread else ""
    return FoundAddress(match.start(), end, match.string[match.start() : end], leads)


def _end_of(path: str) -> int:
    """How much of what follows a host belongs to the address."""
    opened: list[str] = []
    end = len(path)
    for at, char in enumerate(path):
        if char in "([{":
            opened.append(char)
        elif char in _CLOSERS and (not opened or opened.pop() != _CLOSERS[char]):
            end = at
            break
    return len(path[:end].rstrip(_TRAILING))
