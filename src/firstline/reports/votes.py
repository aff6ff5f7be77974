"""Votes on articles as evidence of clause wiki.helpful: helpful is kept, not helpful broken."""

from collections.abc import Sequence
from datetime import datetime

from firstline import wiki
from firstline.kit.db import Conn
from firstline.reports.days import DayCount, DayCountsBy, counts_of_days
from firstline.reports.model import View
from firstline.reports.store import Count


async def vote_counts(
    conn: Conn,
    views: Sequence[View],
    since: datetime,
    until: datetime,
    zone: str,
    *,
    by: Sequence[DayCountsBy],
) -> list[Count]:
    """What the database would count, had it the votes among its evidence; `part` is an article."""
    places = [nr for nr, view in enumerate(views) if view.measure == "votes"]
    if not places:
        return []
    votes = [
        DayCount(one.day, one.slug, "kept" if one.helpful else "broken", one.count)
        for one in await wiki.votes_by_day(conn, since, until, zone)
    ]
    return counts_of_days(places, votes, by)
