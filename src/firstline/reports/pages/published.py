"""Proof for everybody: how often a clause was kept, month by month, and nothing about anybody."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

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
from firstline.people.web import Answer
from firstline.policy import Policy, clauses
from firstline.regulations.versions import Policies
from firstline.reports import Figure, Figures

MONTHS = 12
# Anybody may ask for these pages, so their figures may be a minute old.
KEPT_FOR = timedelta(minutes=1)


@dataclass(slots=True)
class PublicFigures:
    """What the public pages show of the log; counted just now, by version of the policy (and
    clause). One lives as long as the process.
    """

    counted: dict[tuple[int, str], tuple[datetime, list[Figures]]] = field(
        default_factory=dict[tuple[int, str], tuple[datetime, list[Figures]]]
    )
    published: dict[int, tuple[datetime, dict[str, Figure]]] = field(
        default_factory=dict[int, tuple[datetime, dict[str, Figure]]]
    )

    async def of_clause(
        self, db: Db, version: int, policy: Policy, clause: str, now: datetime
    ) -> list[Figures]:
        """The figures of a clause over the last months."""
        at, found = self.counted.get((version, clause), (None, []))
        if at is None or abs(now - at) > KEPT_FOR:
            views = reports.views(policy, published=True)[clause]
            months = reports.months(MONTHS, zone=policy.zone, now=now)
            async with db.connection() as conn:
                found = await reports.totalled(conn, views, months, now)
            self.counted[version, clause] = (now, found)
        return found

    async def of_page(
        self, db: Db, version: int, policy: Policy, now: datetime
    ) -> dict[str, Figure]:
        """What the regulations publish of figures, by the id of the stat."""
        at, found = self.published.get(version, (None, {}))
        if at is None or abs(now - at) > KEPT_FOR:
            async with db.connection() as conn:
                found = await reports.figures(conn, policy, now)
            self.published[version] = (now, found)
        return found

    def provable(self, policy: Policy) -> frozenset[str]:
        """Ids of the clauses that have a page of evidence."""
        return reports.provable(policy)

    async def sentences(
        self, db: Db, version: int, policy: Policy, lang: str, now: datetime
    ) -> dict[str, list[str]]:
        """What stands beside the claims on the published page, by clause: the figure as the log
        gives it, or that it is typed by hand (clause lines.85).
        """
        told = reports.stats_told(policy)
        found = await self.of_page(db, version, policy, now) if told else {}
        return {
            clause: [_sentence(found[name], policy, lang) for name in names if found[name].public]
            for clause, names in told.items()
        }


def _sentence(figure: Figure, policy: Policy, lang: str) -> str:
    if not figure.shown:
        return _("Typed by hand, not computed from the log.")
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
) -> Answer:
    """How often a clause of the regulations was kept and broken in each of the last months."""
    visit, lang = public_visit, public_visit.lang
    version, policy = policies.current(visit.now)
    if clause not in reports.provable(policy):
        raise Missing(_("The log proves nothing about this; read the regulations."))
    found = await public_figures.of_clause(visit.db, version, policy, clause, visit.now)
    words = [reports.words(one.view, policy, lang) for one in found]
    if wants_problem(visit.http):
        measures = [_to_json(one, its) for one, its in zip(found, words, strict=True)]
        answer = {"clause": clause, "timezone": policy.zone.key, "measures": measures}
        return Response(answer, headers={"vary": "accept"})
    title, text = next((c.title, c.words) for c in clauses(policy, lang) if c.id == clause)
    return visit.page(
        "reports/public.html",
        clause=clause,
        title=title or clause,
        text=text,
        found=list(zip(words, found, strict=True)),
        month=lambda name: reports.month_words(name, lang),
        zone_name=policy.zone.key,
        headers={"vary": "accept"},
    )


def _to_json(figures: Figures, words: reports.Words) -> dict[str, Any]:
    return {
        "measure": figures.view.measure,
        "title": words.title,
        "definition": words.definition,
        "whole": figures.whole.data(),
        "months": {name: tally.data() for name, tally in figures.by.get("month", {}).items()},
    }
