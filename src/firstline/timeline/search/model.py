"""What a search can be narrowed by, and what it finds."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from firstline.kit.search.query import Segment
from firstline.matters import INTERNAL_WORDS
from firstline.timeline.model import Request


@dataclass(frozen=True, slots=True)
class Filters:
    """Narrowing of a list of requests; None does not narrow.

    `operator` has written in the request or holds it (for staff only); `since` and `until` bound
    the arrival, the first inclusive, the second not.
    """

    state: str | None = None
    line: str | None = None
    mode: str | None = None
    topic: str | None = None
    operator: UUID | None = None
    client: UUID | None = None
    since: datetime | None = None
    until: datetime | None = None


ANY = Filters()


@dataclass(frozen=True, slots=True)
class Passage:
    """Words that were said, as they stand after their mending: of an entry what search needs."""

    matter: int
    no: int
    kind: str
    by_id: UUID | None
    by_name: str
    side: str
    audience: str
    at: datetime
    body: str

    @property
    def noted(self) -> bool:
        """Whether the words are between members of staff."""
        return self.audience != "all" or self.kind in INTERNAL_WORDS


@dataclass(frozen=True, slots=True)
class Hit:
    """A request that has all the words, and one entry that shows why.

    `entry_no` is None where only the title or the number has them, or the words stand in several
    entries none of which could be read; `jump`: its number was searched for.
    """

    request: Request
    title: tuple[Segment, ...]
    entry_no: int | None
    by_name: str
    side: str
    at: datetime
    snippet: tuple[Segment, ...]
    jump: bool = False


@dataclass(frozen=True, slots=True)
class SearchPage:
    """Hits, newest request first; `after` asks for the next page, None: there is none.

    `unused` are words of the query that cannot be looked for; in place of those in `guessed`, which
    stand nowhere, words that differ by a letter were found.
    """

    items: list[Hit]
    after: int | None
    unused: tuple[str, ...] = ()
    guessed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Requests, newest first; the rest as in `SearchPage`."""

    items: list[Request]
    after: int | None
    unused: tuple[str, ...] = ()
    guessed: tuple[str, ...] = ()
