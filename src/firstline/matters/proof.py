"""The proof of an entry: salted digests of what clients and staff see of it, and the seal of both.

Decision 12 tells the format. Erasing words destroys them with their salts; the digests stay, and so
the seal holds. What is left of an erased entry is sealed by the redaction that erased it.
"""

import hashlib
import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, Protocol
from uuid import UUID

import msgspec

# Steps that the client may know of, while the words in them are between members of staff.
INTERNAL_WORDS = frozenset(
    {"taken", "given_back", "transferred", "taken_over", "handed_over", "sent_back", "linked"}
)
# What clients may read of an entry's data; everything else in it is the staff's. What stands here
# decides which digest covers it: a name may join before it is first written, and none ever leaves.
CLIENT_DATA = frozenset(
    "until reason outcome code files article score line line_from secret "
    "of edited redacted field old turn title offer agreed moved moved_to conduct together".split()
)
LINES = frozenset({"line", "line_from"})
ENTRY, REST = b"firstline/entry/1\0", b"firstline/rest/1\0"
SALT, DIGEST = 16, 32  # bytes
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)
_encode = msgspec.json.Encoder(order="deterministic").encode
Data = dict[str, Any]


class Content(Protocol):
    """What an entry says, written already or not."""

    @property
    def kind(self) -> str: ...
    @property
    def by_id(self) -> UUID | None: ...
    @property
    def by_name(self) -> str: ...
    @property
    def side(self) -> str: ...
    @property
    def audience(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def body(self) -> str: ...
    @property
    def data(self) -> Data: ...
    @property
    def at(self) -> datetime: ...


class Sealed(Content, Protocol):
    """An entry with its proof. `salts` is None once its words were erased."""

    @property
    def matter(self) -> int: ...
    @property
    def no(self) -> int: ...
    @property
    def salts(self) -> bytes | None: ...
    @property
    def digests(self) -> bytes: ...
    @property
    def sha(self) -> bytes: ...


class Proof(NamedTuple):
    """Two salts of 16 bytes and two digests of 32, of the clients' part and of the staff's; and
    the seal, 32 bytes.
    """

    salts: bytes
    digests: bytes
    sha: bytes


def prove(content: Content, matter: int, no: int) -> Proof:
    """The proof of an entry to be, with new salts."""
    salts = os.urandom(2 * SALT)
    digests = digest_parts(content, salts)
    return Proof(salts, digests, seal_of(matter, no, digests))


def digest_parts(content: Content, salts: bytes) -> bytes:
    """The digests of both parts: SHA-256 over the salt and the part as JSON."""
    clients, staff = _parts(content)
    return (
        hashlib.sha256(salts[:SALT] + _encode(clients)).digest()
        + hashlib.sha256(salts[SALT:] + _encode(staff)).digest()
    )


def seal_of(matter: int, no: int, digests: bytes) -> bytes:
    """The seal over an entry's place in the log and its digests."""
    place = matter.to_bytes(8, "big", signed=True) + no.to_bytes(4, "big")
    return hashlib.sha256(ENTRY + place + digests).digest()


def holds_seal(entry: Sealed, erased: Mapping[int, str]) -> bool:
    """Whether an entry says what it said when it was written.

    `erased` is what redactions of its matter tell of what they left of entries (`rest_of`), by
    number: an entry without salts is whole when one of them names it.
    """
    if entry.sha != seal_of(entry.matter, entry.no, entry.digests):
        return False
    if entry.salts is None:
        return erased.get(entry.no) == rest_of(entry)
    return entry.digests == digest_parts(entry, entry.salts)


def rest_of(content: Content) -> str:
    """SHA-256, in hexadecimal, of what is left of an entry whose words are erased."""
    return hashlib.sha256(REST + _encode(_parts(content))).hexdigest()


def read_erasures(redactions: list[Data]) -> dict[int, str]:
    """What the data of a matter's redactions tell of the entries they erased, by number."""
    return {int(no): rest for data in redactions for no, rest in data.get("erased", {}).items()}


def client_view(kind: str, body: str, data: Data) -> tuple[str, Data]:
    """The words and data that clients may read of an entry of theirs."""
    if kind in INTERNAL_WORDS:
        return "", {name: value for name, value in data.items() if name in LINES}
    if not data:
        return body, data
    return body, {name: value for name, value in data.items() if name in CLIENT_DATA}


def _parts(c: Content) -> tuple[tuple[Any, ...] | None, tuple[Any, ...]]:
    """What clients see, null where they see nothing; and what staff see beyond it."""
    at = (c.at - EPOCH) // MICROSECOND
    words, facts = client_view(c.kind, c.body, c.data) if c.audience == "all" else ("", {})
    body = "" if words else c.body
    data = c.data if not facts else {n: v for n, v in c.data.items() if n not in facts}
    staff = (c.kind, c.by_id, c.by_name, c.side, c.audience, c.channel, at, body, data)
    if c.audience != "all":
        return None, staff
    return (c.kind, c.by_name, c.side, c.channel, at, words, facts), staff
