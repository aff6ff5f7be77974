"""What the index of requests keeps beside plain words: pure."""

from collections.abc import Sequence

from firstline.kit.search.query import PLAIN, quote

STAFF = "~"  # before a word that only staff may find


def prefixes(*, staff: bool) -> Sequence[str]:
    """Among which words somebody searches."""
    return (*PLAIN, STAFF) if staff else PLAIN


def mark(kind: str, value: object) -> str:
    """A lexeme that is no word of a text: "=" stands in none, so nobody can search for it.

    `s`: the block of the request's number; `c`: its client; `p`, `b`: a contact, and a member of
    staff, who wrote in it.
    """
    return quote(f"={kind}{value}")
