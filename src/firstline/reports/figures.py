"""The figures: of clauses, by what one looks at them; and those that the regulations publish."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from firstline.kit.db import Conn
from firstline.policy import Policy
from firstline.policy.file.record import Stat
from firstline.policy.text.values import Span, parse_span
from firstline.reports import store
from firstline.reports.days import DayCountsBy
from firstline.reports.model import AVERAGE, VERDICTS, View, view_of
from firstline.reports.periods import Period
from firstline.reports.store import Count, EvidenceFilters, EvidenceRow
from firstline.reports.suggestions import suggestion_counts
from firstline.reports.votes import vote_counts

# Fewer than these say nothing about a share.
ENOUGH = 20
# Rows of a list that are shown at a time.
PAGE = 50
USUAL = parse_span("30d")


@dataclass(slots=True)
class Tally:
    """How often each verdict was given. Of the whole also how many `seconds` on average, and the
    `worst`, by verdict, as in `Count`.
    """

    kept: int = 0
    broken: int = 0
    open: int = 0
    aside: int = 0
    seconds: dict[str, float] = field(default_factory=dict[str, float])
    worst: dict[str, float] = field(default_factory=dict[str, float])

    @property
    def judged(self) -> int:
        return self.kept + self.broken

    @property
    def applied(self) -> int:
        return self.judged + self.open + self.aside

    @property
    def rate(self) -> float | None:
        """Per cent that was kept of what is judged, rounded down so that 100 means all."""
        return int(1000 * self.kept / self.judged) / 10 if self.judged else None

    def join(self, other: "Tally") -> None:
        """Count in what another tally has."""
        for verdict in VERDICTS:
            setattr(self, verdict, getattr(self, verdict) + getattr(other, verdict))

    def add(self, count: Count) -> None:
        """Count in what one verdict says."""
        setattr(self, count.verdict, getattr(self, count.verdict) + count.count)
        if count.by == "all" and count.seconds is not None:
            self.seconds[count.verdict] = count.seconds
            self.worst[count.verdict] = count.worst or 0

    def to_json(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "applied": self.applied,
            "kept": self.kept,
            "broken": self.broken,
            "open": self.open,
            "aside": self.aside,
            "rate": self.rate,
        }


@dataclass(slots=True)
class Figures:
    """A view with its tallies: of the whole, and by month, week, hour, line, part and person."""

    view: View
    whole: Tally = field(default_factory=Tally)
    by: dict[str, dict[str, Tally]] = field(default_factory=dict[str, dict[str, Tally]])

    def add(self, count: Count) -> None:
        """Count in what the database counted: days as weeks and months."""
        if count.by == "all":
            self.whole.add(count)
        elif count.by == "day":
            year, week, _ = date.fromisoformat(count.name).isocalendar()
            self._tally("month", count.name[:7]).add(count)
            self._tally("week", f"{year}-W{week:02}").add(count)
        elif self.view.measure != "solved" or count.by not in ("line", "person"):
            # What was passed on is closed by the lines above, and that is no failure of theirs.
            self._tally(count.by, count.name).add(count)

    def _tally(self, by: str, name: str) -> Tally:
        return self.by.setdefault(by, {}).setdefault(name, Tally())


def _by_view(views: Sequence[View], counted: list[Count]) -> list[Figures]:
    found = [Figures(view) for view in views]
    for count in counted:
        found[count.nr].add(count)
    return found


async def count_views(
    conn: Conn, views: Sequence[View], period: Period, now: datetime
) -> list[Figures]:
    """Each of the views with every tally, in one query, and one of votes where they are asked."""
    since, until, zone = period.since, period.until, str(period.zone)
    counts = await store.counts(conn, store.query_values(views, since, until, now, zone))
    counts += await _beside_the_log(conn, views, since, until, now, zone, ("all", "day", "part"))
    return _by_view(views, counts)


async def total_views(
    conn: Conn, views: Sequence[View], period: Period, now: datetime
) -> list[Figures]:
    """The same with the whole and its months alone."""
    return await _total_views(conn, views, period.since, period.until, now, str(period.zone))


async def _total_views(
    conn: Conn, views: Sequence[View], since: datetime, until: datetime, now: datetime, zone: str
) -> list[Figures]:
    counts = await store.totals(conn, store.query_values(views, since, until, now, zone))
    counts += await _beside_the_log(conn, views, since, until, now, zone, ("day",))
    found = _by_view(views, counts)
    for count in counts:
        found[count.nr].whole.add(count)
    return found


async def _beside_the_log(
    conn: Conn,
    views: Sequence[View],
    since: datetime,
    until: datetime,
    now: datetime,
    zone: str,
    by: Sequence[DayCountsBy],
) -> list[Count]:
    """What is counted of no request: votes of readers, and articles that were named in time."""
    return [
        *await vote_counts(conn, views, since, until, zone, by=by),
        *await suggestion_counts(conn, views, since, until, zone, now, by=by),
    ]


async def list_items(
    conn: Conn,
    view: View,
    period: Period,
    filters: EvidenceFilters,
    now: datetime,
    *,
    skip: int = 0,
) -> list[EvidenceRow]:
    """The evidence behind a figure after the first `skip`, and one more than `PAGE` of it: the
    latest broken first, then the newest.
    """
    values = store.query_values([view], period.since, period.until, now, str(period.zone))
    return await store.list_items(conn, values, filters, limit=PAGE + 1, offset=skip)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that the regulations publish, computed beside what is claimed.

    `kind` is share (`value` in per cent), time (`value` in seconds) or typed: what is claimed is
    typed by hand, for the log does not know it. `value` is None as well when `count` is too small
    to tell. `publish` is the policy's word: computed, claim, both or no.
    """

    id: str
    measure: str
    kind: str
    value: float | None
    count: int
    claim: float | str | None
    publish: str
    since: datetime
    until: datetime
    days: int

    @property
    def public(self) -> bool:
        """Whether it stands on the published page at all."""
        return self.publish != "no"

    @property
    def shown(self) -> bool:
        """Whether the computed figure stands on the published page."""
        return self.publish in ("computed", "both") and self.kind != "typed"


async def figures(conn: Conn, policy: Policy, now: datetime) -> dict[str, Figure]:
    """The figures of a policy by the id of the stat, each over its own period up to `now`."""
    stats = {stat.id or str(i): stat for i, stat in enumerate(policy.source.stats)}
    return {name: await _figure(conn, policy, name, stat, now) for name, stat in stats.items()}


async def _figure(conn: Conn, policy: Policy, name: str, stat: Stat, now: datetime) -> Figure:
    since = now - timedelta(seconds=(stat.period or USUAL).rough_seconds)
    view, kind, value, count = view_of(policy, stat.measure, stat.within_days), "typed", None, 0
    if view is not None:
        (found,) = await _total_views(conn, [view], since, now, now, policy.zone.key)
        kind, value, count = "share", found.whole.rate, found.whole.judged
    elif AVERAGE.fullmatch(stat.measure) and not _working(stat.claim):
        kind = "time"
        count, value = await store.average(conn, since, now)
    return Figure(
        name, stat.measure, kind, value if count >= ENOUGH else None, count, stat.claim,
        stat.publish, since, now, view.within.days if view and view.within else 0,
    )  # fmt: skip


def _working(claim: float | str | None) -> bool:
    """Whether a claimed time counts working hours or days, which an average of the clock is not."""
    try:
        span: Span | None = parse_span(claim) if isinstance(claim, str) else None
    except ValueError:
        return True
    return span is not None and span.working
