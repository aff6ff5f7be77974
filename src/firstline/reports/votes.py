"""Votes on articles as evidence of clause wiki.helpful: helpful is kept, not helpful broken."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Literal

from firstline import wiki
from firstline.kit.db import Conn
from firstline.reports.model import Verdict, View
from firstline.reports.store import Count

VotesBy = Literal["all", "day", "part"]


async def vote_counts(
    conn: Conn,
    views: Sequence[View],
    since: datetime,
    until: datetime,
    zone: str,
    *,
    by: Sequence[VotesBy],
) -> list[Count]:
    """What the database would count, had it the votes among its evidence; `part` is an article."""
    places = [nr for nr, view in enumerate(views) if view.measure == "votes"]
    if not places:
        return []
    votes = await wiki.votes_by_day(conn, since, until, zone)
    return [count for nr in places for name in by for count in _counts(nr, name, votes)]


def _counts(nr: int, by: VotesBy, votes: Sequence[wiki.VoteCount]) -> Iterator[Count]:
    found = Counter[tuple[str, Verdict]]()
    for vote in votes:
        name = {"all": "", "day": vote.day, "part": vote.slug}[by]
        found[name, "kept" if vote.helpful else "broken"] += vote.count
    for (name, verdict), count in found.items():
        yield Count(nr, by, name, verdict, count, None, None)
