"""What a piece of text without spaces is, by its shape alone: an address, a path, a name …"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache, lru_cache
from typing import Literal

from firstline.coach.words import word_set

Shape = Literal[
    "url", "email", "host", "ip", "path", "date", "clock", "version", "number", "code", "name"
]

_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_HOST = re.compile(rf"(?:_?{_LABEL}\.)+{_LABEL}\.?")
_LOCAL = re.compile(r"[\w.+%&'-]{1,64}")
_IP4 = re.compile(r"(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?::\d{1,5}|/\d{1,2})?")
_IP6 = re.compile(
    r"(?=[0-9a-f:]{3,39}(?:/\d{1,3})?$)(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}", re.IGNORECASE
)
_ANY_HOST = re.compile(rf"{_IP4.pattern}|(?:{_LABEL}\.)+[^\W\d_]{{2,}}")
_DATE = re.compile(
    r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:T[\d:.]+(?:Z|[+-][\d:]+)?)?"
    r"|\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d"
    r"|[0-3]\d[./-][01]\d[./-]\d\d|[0-3]?\d[./-][IVX]{1,4}"
    r"|(?:[0-2]?\d|3[01])[./](?:0[1-9]|1[0-2])"
)
_CLOCK = re.compile(
    r"(?:[01]?\d|2[0-3])[:.][0-5]\d(?::[0-5]\d)?(?:am|pm)?|(?:1[0-2]|\d)(?:am|pm|ish)",
    re.IGNORECASE,
)
_VERSION = re.compile(r"v?\d+(?:\.\d+)+(?:\.x)?[a-z]?", re.IGNORECASE)
_PATH = re.compile(r"(?:~|\.{1,2})?/[\w.~%@+:=&?#/-]*[\w/]|[\w.-]+(?:/[\w.~%+-]+)+/?")
_FILE = re.compile(r"\.?[\w-]+(?:\.[\w-]+)*")
_CODE = re.compile(
    r"0x[0-9a-f]{4,16}|[245]\d\d-[245]\.\d{1,3}\.\d{1,3}"
    r"|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+|[A-Z]{1,4}\d{4,6}",
    re.IGNORECASE,
)
_NAME = re.compile(r"[^\W_][\w-]*(?:[/.][\w-]+)*", re.IGNORECASE)
_DRIVE = re.compile(r"[a-z]:\\[\w.\\ -]+", re.IGNORECASE)


@lru_cache(20_000)
def shape_of(piece: str) -> Shape | None:
    """The shape of a piece, None where it is a plain word or a jumble."""
    return next((shape for shape, fits in _SHAPES if fits(piece)), None)


def host_of(address: str) -> str:
    """The host in an address of any kind, small, without `www.`; nothing where there is none."""
    rest = address.partition("://")[2] or address
    rest = re.split(r"[/?#]", rest, maxsplit=1)[0].rpartition("@")[2].partition(":")[0]
    return rest.lower().rstrip(".").removeprefix("www.")


@cache
def _endings() -> frozenset[str]:
    return word_set("domains")


@cache
def _files() -> frozenset[str]:
    return word_set("files")


def is_host(piece: str) -> bool:
    """Whether it is the name of a host: its last label is a known one, or has two letters."""
    bare = piece.partition(":")[0] if re.search(r":\d{1,5}$", piece) else piece
    if "." not in bare or len(bare) > 253 or not _HOST.fullmatch(bare):
        return False
    before, _, last = bare.rstrip(".").lower().rpartition(".")
    if last in _files() or not any(sign.isalpha() for sign in before):
        return False
    return last in _endings() or last.startswith("xn--") or _is_country(before, last)


def _is_country(before: str, last: str) -> bool:
    return len(last) == 2 and last.isascii() and last.isalpha() and before.isascii()


def _is_email(piece: str) -> bool:
    local, at, host = piece.removeprefix("mailto:").rpartition("@")
    if not at or not _LOCAL.fullmatch(local):
        return False
    return is_host(host) or bool(_ANY_HOST.fullmatch(host)) or host == "localhost"


def _is_ip(piece: str) -> bool:
    match = _IP4.fullmatch(piece)
    if match:
        return all(int(part) < 256 for part in match.groups())
    return (
        piece.count(":") > 1
        and any(s.isalnum() for s in piece)
        and bool(_IP6.match(piece))
        and not _CLOCK.fullmatch(piece)
    )


def _is_path(piece: str) -> bool:
    if "/" in piece:
        host, _, rest = piece.partition("/")
        if is_host(host):
            return False
        return bool(_PATH.fullmatch(piece)) and _is_path_in_earnest(host, rest)
    ending = piece.rpartition(".")[2].lower()
    return ("." in piece and ending in _files() and bool(_FILE.fullmatch(piece))) or bool(
        _DRIVE.fullmatch(piece)
    )


def _is_path_in_earnest(first: str, rest: str) -> bool:
    """`/cart` and `public_html/css` are, `and/or`, `24/7` and `TCP/IP` are not."""
    if first.upper() == "HTTP":
        return False
    if first in ("", "~", ".", ".."):
        return rest.count("/") > 0 or not rest.isdigit()
    return "_" in first or "." in rest or rest.endswith("/")


def _is_url(piece: str) -> bool:
    host, slash, _ = piece.partition("/")
    return bool(slash) and is_host(host)


def _is_code(piece: str) -> bool:
    return bool(_CODE.fullmatch(piece)) and (
        piece.isupper() or piece[:2].lower() == "0x" or piece[0].isdigit()
    )


def _is_name(piece: str) -> bool:
    """A name somebody gave: letters with digits or strokes below, or capitals with a number."""
    if not _NAME.fullmatch(piece):
        return False
    if not any(sign.isalpha() for sign in piece):
        return "." not in piece and len(piece) > 6 and not piece.isdigit()
    if "." in piece:
        return "_" in piece
    return "_" in piece or any(sign.isdigit() for sign in piece)


_SHAPES: tuple[tuple[Shape, Callable[[str], bool]], ...] = (
    ("number", str.isdecimal),
    ("code", _is_code),
    ("email", _is_email),
    ("ip", _is_ip),
    ("date", lambda piece: bool(_DATE.fullmatch(piece))),
    ("clock", lambda piece: bool(_CLOCK.fullmatch(piece))),
    ("version", lambda piece: bool(_VERSION.fullmatch(piece))),
    ("url", _is_url),
    ("host", is_host),
    ("path", _is_path),
    ("name", _is_name),
)
