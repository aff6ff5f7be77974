"""A trial of a policy file: what the log would say if the file had been in force. Pure.

The log of each request is gone through twice (`obligations`): by the version that judged it, and by
the file on trial. Words and moves stay what they were; what was owed for them is computed anew.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from firstline.policy import Policy
from firstline.promises import Obligation, obligations
from firstline.timeline import Entry, Request

Log = tuple[Request, list[Entry]]
LISTED = 500


def late(promise: Obligation, now: datetime) -> bool:
    """Whether a promise was broken, as of `now`."""
    return (promise.ended_at or now) > promise.due_at


@dataclass(slots=True)
class PromiseCount:
    """Promises that began in the period, and how many of them were broken: now, and by the file."""

    promises: int = 0
    late: int = 0
    promises_then: int = 0
    late_then: int = 0

    def count(self, before: Obligation | None, after: Obligation | None, now: datetime) -> None:
        """Count a promise as it was made and as the file would make it."""
        self.promises += before is not None
        self.late += before is not None and late(before, now)
        self.promises_then += after is not None
        self.late_then += after is not None and late(after, now)


@dataclass(frozen=True, slots=True)
class TurnedLate:
    """An answer that was in time and would be late by the file. `due_before` is None where nothing
    was promised; `ended_at` is None while it is owed.
    """

    request: int
    title: str
    entry: int
    line: str
    topic: str
    since: datetime
    due_before: datetime | None
    due_after: datetime
    ended_at: datetime | None


@dataclass(slots=True)
class Trial:
    """What a file would have made of the log from `since` to `until`.

    `fallen` promises fall away, `arisen` ones come to be; `turned_late` ones were kept or not
    promised and would be broken (the first 500 are `listed`), `turned_kept` the other way round.
    `days` are those of the file's time zone, as 2026-03-07.
    """

    since: datetime
    until: datetime
    requests: int = 0
    whole: PromiseCount = field(default_factory=PromiseCount)
    lines: dict[str, PromiseCount] = field(default_factory=dict[str, PromiseCount])
    topics: dict[str, PromiseCount] = field(default_factory=dict[str, PromiseCount])
    days: dict[str, PromiseCount] = field(default_factory=dict[str, PromiseCount])
    fallen: int = 0
    arisen: int = 0
    turned_late: int = 0
    turned_kept: int = 0
    listed: list[TurnedLate] = field(default_factory=list[TurnedLate])

    def add_all(self, logs: Iterable[tuple[Log, Policy]], after: Policy) -> None:
        """`add` for each of these requests, with the versions of their arrival."""
        for (request, entries), before in logs:
            self.add(request, entries, before, after)

    def add(
        self, request: Request, entries: Sequence[Entry], before: Policy, after: Policy
    ) -> None:
        """Count one request, judged `before` by the version of its arrival, `after` by the file."""
        was = self._by_entry(before, request, entries)
        would = was if after is before else self._by_entry(after, request, entries)
        self.requests += bool(was or would)
        for no in sorted(was.keys() | would.keys()):
            self._count(request, was.get(no), would.get(no), after)

    def _by_entry(
        self, policy: Policy, request: Request, entries: Sequence[Entry]
    ) -> dict[int, Obligation]:
        """The promises of the period by the entries that began them."""
        made = obligations(policy, request, entries)
        return {one.no: one for one in made if self.since <= one.since <= self.until}

    def _count(
        self, request: Request, was: Obligation | None, would: Obligation | None, by: Policy
    ) -> None:
        one = would or was
        assert one is not None, "the entry is of one of the two"
        day = one.since.astimezone(by.zone).date().isoformat()
        for figure in (
            self.whole,
            self.lines.setdefault(one.line, PromiseCount()),
            self.topics.setdefault(request.topic, PromiseCount()),
            self.days.setdefault(day, PromiseCount()),
        ):
            figure.count(was, would, self.until)
        self.fallen += would is None
        self.arisen += was is None
        broken, broken_then = (o is not None and late(o, self.until) for o in (was, would))
        self.turned_kept += broken and not broken_then
        if would is not None and broken_then and not broken:
            self.turned_late += 1
            if len(self.listed) < LISTED:
                self.listed.append(_turned_late(request, was, would))


def _turned_late(request: Request, was: Obligation | None, would: Obligation) -> TurnedLate:
    return TurnedLate(
        request.no, request.title, would.no, would.line, request.topic, would.since,
        was.due_at if was else None, would.due_at, would.ended_at,
    )  # fmt: skip
