"""Articles that were named before a request was sent, as evidence of clause request.wiki-first:
kept is a request that an article made needless, broken one that came all the same.
"""

from collections.abc import Sequence
from datetime import datetime

from firstline.kit.db import Conn
from firstline.reports.days import DayCount, DayCountsBy, counts_of_days
from firstline.reports.model import View
from firstline.reports.store import Count
from firstline.requests import suggestions_by_day


async def suggestion_counts(
    conn: Conn,
    views: Sequence[View],
    since: datetime,
    until: datetime,
    zone: str,
    now: datetime,
    *,
    by: Sequence[DayCountsBy],
) -> list[Count]:
    """What the database would count, had it these drafts among its evidence."""
    places = [nr for nr, view in enumerate(views) if view.measure == "needless"]
    if not places:
        return []
    found = [
        DayCount(one.day, one.slug, one.verdict, one.count)
        for one in await suggestions_by_day(conn, since, until, zone, now)
    ]
    return counts_of_days(places, found, by)
