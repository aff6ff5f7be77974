"""Proof for everybody: how often a clause was kept, month by month, and nothing about anybody."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Generic, TypeVar

from litestar import Response, get
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from firstline import reports
from firstline.kit.db import Db
from firstline.kit.errors import Missing
from firstline.kit.html import day_of
from firstline.kit.i18n import gettext as _
from firstline.kit.problems import wants_problem
from firstline.people.visit import PublicVisit
from firstline.people.web import HttpAnswer
from firstline.policy import Policy, clauses
from firstline.regulations import Policies
from firstline.reports import Figure, Figures

MONTHS = 12
# Anybody may ask for these pages, so their figures may be a minute old.
KEPT_FOR = timedelta(minutes=1)


Key = TypeVar("Key")
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """What was counted less than `KEPT_FOR` ago."""

    def __init__(self) -> None:
        self._found: dict[Key, tuple[datetime, Value]] = {}

    async def get(self, key: Key, count: Callable[[], Awaitable[Value]], now: datetime) -> Value:
        """What is remembered of `key`, else what `count` counts now."""
        remembered = self._found.get(key)
        if remembered is not None and abs(now - remembered[0]) <= KEPT_FOR:
            return remembered[1]
        value = await count()
        self._found[key] = (now, value)
        return value


class PublicFigures:
    """What the public pages show of the log, by version of the policy (and clause). One lives as
    long as the process.
    """

    def __init__(self) -> None:
        self._clauses = Recent[tuple[int, str], list[Figures]]()
        self._pages = Recent[int, dict[str, Figure]]()

    async def of_clause(
        self, db: Db, version: int, policy: Policy, clause: str, now: datetime
    ) -> list[Figures]:
        """The figures of a clause over the last months."""

        async def count() -> list[Figures]:
            views = reports.views(policy, published=True)[clause]
            months = reports.months(MONTHS, zone=policy.zone, now=now)
            async with db.connection() as conn:
                return await reports.total_views(conn, views, months, now)

        return await self._clauses.get((version, clause), count, now)

    async def of_page(
        self, db: Db, version: int, policy: Policy, now: datetime
    ) -> dict[str, Figure]:
        """What the regulations publish of figures, by the id of the stat."""

        async def count() -> dict[str, Figure]:
            async with db.connection() as conn:
                return await reports.figures(conn, policy, now)

        return await self._pages.get(version, count, now)

    def provable(self, policy: Policy) -> frozenset[str]:
        """Ids of the clauses that have a page of evidence."""
        return reports.provable(policy)

    async def sentences(
        self, db: Db, version: int, policy: Policy, lang: str, now: datetime
    ) -> dict[str, list[str]]:
        """What stands beside the claims on the published page, by clause: the figure as the log
        gives it, or that it is typed by hand (clause lines.85).
        """
        by_clause = reports.stats_of_clauses(policy)
        found = await self.of_page(db, version, policy, now) if by_clause else {}
        return {
            clause: [_sentence(found[name], policy, lang) for name in names if found[name].public]
            for clause, names in by_clause.items()
        }


def _sentence(figure: Figure, policy: Policy, lang: str) -> str:
    if not figure.shown:
        return _("Entered by hand, not computed from the log.")
    since, until = (at.astimezone(policy.zone) for at in (figure.since, figure.until))
    return _("Computed from the log, %(since)s – %(until)s: %(value)s.") % {
        "since": day_of(since, lang, figure.until),
        "until": day_of(until, lang, None),
        "value": reports.figure_words(figure, lang),
    }


@get("/regulations/proof/{clause:str}", opt={"public": True}, include_in_schema=False)
async def public_proof(
    public_visit: Given[PublicVisit],
    policies: Given[Policies],
    public_figures: Given[PublicFigures],
    clause: FromPath[str],
) -> HttpAnswer:
    """How often a clause of the regulations was kept and broken in each of the last months."""
    visit, lang = public_visit, public_visit.lang
    version, policy = policies.current(visit.now)
    if clause not in reports.provable(policy):
        raise Missing(_("The log shows nothing about this; read the regulations."))
    found = await public_figures.of_clause(visit.db, version, policy, clause, visit.now)
    words = [reports.words(one.view, policy, lang) for one in found]
    if wants_problem(visit.http):
        measures = [_to_json(one, its) for one, its in zip(found, words, strict=True)]
        answer = {"clause": clause, "timezone": policy.zone.key, "measures": measures}
        return Response(answer, headers={"vary": "accept"})
    published = next(one for one in clauses(policy, lang) if one.id == clause)
    return visit.page(
        "reports/public.html",
        clause=clause,
        title=published.label,
        text=published.words,
        found=list(zip(words, found, strict=True)),
        month=partial(reports.month_words, lang=lang),
        zone_name=policy.zone.key,
        headers={"vary": "accept"},
    )


def _to_json(figures: Figures, words: reports.MeasureWords) -> dict[str, Any]:
    return {
        "measure": figures.view.measure,
        "title": words.title,
        "definition": words.definition,
        "whole": figures.whole.to_json(),
        "months": {name: tally.to_json() for name, tally in figures.by.get("month", {}).items()},
    }
