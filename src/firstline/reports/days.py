"""Counts of what belongs to no request, by day and article, as the database gives evidence."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from firstline.reports.model import Verdict
from firstline.reports.store import Count

DayCountsBy = Literal["all", "day", "part"]


@dataclass(frozen=True, slots=True)
class DayCount:
    """How often a verdict was given on a day, of an article."""

    day: str
    slug: str
    verdict: Verdict
    count: int


def counts_of_days(
    places: Sequence[int], found: Sequence[DayCount], by: Sequence[DayCountsBy]
) -> list[Count]:
    """The same counts for each of the views at these places; `part` is an article."""
    return [count for nr in places for name in by for count in _counts(nr, name, found)]


def _counts(nr: int, by: DayCountsBy, days: Sequence[DayCount]) -> Iterator[Count]:
    found = Counter[tuple[str, Verdict]]()
    for one in days:
        name = {"all": "", "day": one.day, "part": one.slug}[by]
        found[name, one.verdict] += one.count
    for (name, verdict), count in found.items():
        yield Count(nr, by, name, verdict, count, None, None)
