"""The API of reports: the figures of one clause, for staff."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import msgspec
from litestar import get
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery

from firstline.kit.db import Db
from firstline.kit.errors import Invalid, Missing
from firstline.kit.i18n import current
from firstline.kit.i18n import gettext as _
from firstline.people import Who, operators
from firstline.people.web import requires_staff
from firstline.regulations import Policies
from firstline.reports.figures import Figures, Tally, count_views
from firstline.reports.model import views
from firstline.reports.periods import Period, own_period, period
from firstline.reports.reading import read_on
from firstline.reports.words import words

READ_AT_ONCE = 400


class TallyOut(msgspec.Struct):
    """How often: kept, broken, not decided yet, set aside; `rate` is per cent kept of judged."""

    name: str
    kept: int
    broken: int
    open: int
    aside: int
    rate: float | None


class MeasureOut(msgspec.Struct):
    """One measure of a clause. Operators are told to the management alone."""

    measure: str
    title: str
    definition: str
    whole: TallyOut
    months: list[TallyOut]
    weeks: list[TallyOut]
    hours: list[TallyOut]
    lines: list[TallyOut]
    parts: list[TallyOut]
    operators: list[TallyOut]


class ReportOut(msgspec.Struct):
    """A clause's figures from the day `since` to the day `until` of the policy's time zone."""

    clause: str
    since: date
    until: date
    timezone: str
    measures: list[MeasureOut]


def _period(since: date | None, until: date | None, zone: ZoneInfo, now: datetime) -> Period:
    if since is None and until is None:
        return period("days", "", "", zone=zone, now=now)
    last = until or now.astimezone(zone).date()
    if own := own_period(str(since or ""), str(last), zone):
        return own
    raise Invalid(
        _("Give since and until, the earlier day first, from 1970 on and five years at most."),
        field="since",
    )


@get("/reports/{name:str}", guards=[requires_staff], summary="How a clause was kept")
async def report(
    db: Given[Db],
    policies: Given[Policies],
    who: Given[Who],
    now: Given[datetime],
    name: FromPath[str],
    since: FromQuery[date | None] = None,
    until: FromQuery[date | None] = None,
) -> ReportOut:
    """`name` is a clause's id. Without days it is the last thirty."""
    policy = policies.current(now)[1]
    found = views(policy).get(name)
    if found is None:
        raise Missing(_("The log shows nothing about this clause; look through the list."))
    asked = _period(since, until, policy.zone, now)
    await read_on(db, policies, now, most=READ_AT_ONCE)
    async with db.connection() as conn:
        figures = await count_views(conn, found, asked, now)
        people = await operators(conn) if who.has("management") else []
    names = {str(one.id): one.name for one in people}
    pairs = [(one, words(one.view, policy, current())) for one in figures]
    return ReportOut(
        name, asked.first, asked.last, policy.zone.key,
        [_measure(one, its.title, its.definition, names) for one, its in pairs],
    )  # fmt: skip


def _measure(figures: Figures, title: str, definition: str, names: dict[str, str]) -> MeasureOut:
    def rows(by: str) -> list[TallyOut]:
        return [_tally(name, tally) for name, tally in figures.by.get(by, {}).items()]

    people = figures.by.get("person", {}) if names else {}
    return MeasureOut(
        figures.view.measure, title, definition, _tally("", figures.whole), rows("month"),
        rows("week"), rows("hour"), rows("line"), rows("part"),
        [_tally(names.get(person, ""), tally) for person, tally in people.items()],
    )  # fmt: skip


def _tally(name: str, tally: Tally) -> TallyOut:
    return TallyOut(name, tally.kept, tally.broken, tally.open, tally.aside, tally.rate)


routes = [report]
