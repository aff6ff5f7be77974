"""Proof: for each clause that can be kept or broken its evidence, every figure opening its list."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from urllib.parse import urlencode

from litestar import Response, get
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from firstline import people, reports, wiki
from firstline.kit import web
from firstline.kit.db import Conn
from firstline.kit.errors import Missing
from firstline.kit.i18n import gettext as _
from firstline.kit.ids import uuid_or_none
from firstline.kit.typed import number_or_none
from firstline.people.visit import Visit
from firstline.policy import Clause, clauses
from firstline.regulations import Policies
from firstline.reports import EvidenceFilters, Figures, Period, View
from firstline.requests import SuggestionRow, list_suggestions

# As much of the log as a page reads itself before it counts; the worker reads the rest.
READ_AT_ONCE = 400
Titles = dict[str, str]
COLUMNS: tuple[str, ...] = ("clause", "measure", "by", "name", *reports.VERDICTS, "rate")
BREAKDOWNS = ("month", "week", "line", "part", "hour", "person")


@dataclass(frozen=True, slots=True)
class ProofQuery:
    """What a page of figures was asked for, as it came: the period, and what narrows a list."""

    period: str = ""
    since: str = ""
    until: str = ""
    view: str = ""
    what: str = ""
    month: str = ""
    week: str = ""
    line: str = ""
    part: str = ""
    hour: str = ""
    rule: str = ""
    person: str = ""
    page: str = ""

    def whole(self, visit: Visit) -> Period:
        """The period that was chosen."""
        return reports.period(
            self.period, self.since, self.until, zone=visit.policy.zone, now=visit.now
        )

    def part_period(self, visit: Visit) -> Period:
        """What of it falls into the chosen month or week."""
        whole = self.whole(visit)
        part = whole.month(self.month) if self.month else None
        part = whole.week(self.week) if self.week else part
        return part or whole

    def filters(self, visit: Visit) -> EvidenceFilters:
        """What narrows the list. A colleague's evidence is for the management to choose."""
        what = self.what if self.what in reports.VERDICTS else None
        person = self.person if visit.who.has("management") else ""
        return EvidenceFilters(
            what,
            self.line or None,
            uuid_or_none(person),
            self.part or None,
            self.hour or None,
            rule=self.rule or None,
        )

    @property
    def skip(self) -> int:
        """How many rows of a list came before this page of it."""
        return (number_or_none(self.page, most=10_000) or 0) * reports.PAGE

    def address(self, **changes: str) -> str:
        """The query of the same page with some of it changed."""
        by_clause = asdict(replace(self, **changes))
        return "?" + urlencode({name: value for name, value in by_clause.items() if value})


@dataclass(frozen=True, slots=True)
class WordedFigures:
    """A view of a clause with its words and figures, ready for a template."""

    words: reports.MeasureWords
    figures: Figures

    @property
    def view(self) -> View:
        return self.figures.view


async def _read_on(visit: Visit, policies: Policies) -> int:
    """Read the log on; how many requests are left for the worker."""
    read = await reports.read_on(visit.db, policies, visit.now, most=READ_AT_ONCE)
    if read < READ_AT_ONCE:
        return 0
    async with visit.db.connection() as conn:
        return await reports.count_unread(conn)


def _clauses(visit: Visit) -> dict[str, Clause]:
    return {clause.id: clause for clause in clauses(visit.policy, visit.lang)}


def _with_words(visit: Visit, found: list[Figures]) -> list[WordedFigures]:
    return [WordedFigures(reports.words(one.view, visit.policy, visit.lang), one) for one in found]


@get("/regulations/proof")
async def overview(visit: Given[Visit], policies: Given[Policies]) -> web.Page:
    """Every clause that the log can prove, with how often it was kept and broken."""
    asked = web.from_query(ProofQuery, visit.http)
    period = asked.whole(visit)
    unread = await _read_on(visit, policies)
    views = reports.views(visit.policy)
    flat = [view for several in views.values() for view in several]
    async with visit.db.connection() as conn:
        found = _with_words(visit, await reports.total_views(conn, flat, period, visit.now))
        published = await reports.figures(conn, visit.policy, visit.now)
    rows = iter(found)
    by_clause = {name: [next(rows) for _view in several] for name, several in views.items()}
    return visit.page(
        "reports/overview.html", asked=asked, period=period, periods=reports.PERIODS,
        by_clause=by_clause, clauses=_clauses(visit), published=published, unread=unread,
        **_helpers(visit),
    )  # fmt: skip


@get("/regulations/proof/{clause:str}")
async def proof(visit: Given[Visit], policies: Given[Policies], clause: FromPath[str]) -> web.Page:
    """The evidence of one clause; with `what` or another filter, the list behind a figure."""
    views = _views(visit, clause)
    asked = web.from_query(ProofQuery, visit.http)
    unread = await _read_on(visit, policies)
    around = {"asked": asked, "clause": _clauses(visit)[clause], "unread": unread}
    if asked.view:
        return await _list(visit, views, asked, around)
    period = asked.whole(visit)
    async with visit.db.connection() as conn:
        found = _with_words(visit, await reports.count_views(conn, views, period, visit.now))
        again = await _again(conn, views, period)
        names = await _names(conn, visit)
        parts = {name for one in found for name in one.figures.by.get("part", {})}
        titles = await _titles(conn, visit, views, parts)
    return visit.page(
        "reports/clause.html", period=period, periods=reports.PERIODS, found=found, again=again,
        names=names, breakdowns=BREAKDOWNS, **around, **_helpers(visit, titles),
    )  # fmt: skip


def _views(visit: Visit, clause: str) -> tuple[View, ...]:
    views = reports.views(visit.policy).get(clause)
    if views is None:
        raise Missing(_("The log shows nothing about this clause; look through the list."))
    return views


async def _again(
    conn: Conn, views: tuple[View, ...], period: Period
) -> tuple[int, list[int]] | None:
    """For the clause of the history some requests are read once more, here and now."""
    if not any(view.measure == "whole" for view in views):
        return None
    return await reports.read_sample_again(conn, period.since, period.until)


async def _names(conn: Conn, visit: Visit) -> dict[str, str]:
    """Names of operators by id, for the management alone."""
    if not visit.who.has("management"):
        return {}
    return {str(one.id): one.name for one in await people.operators(conn)}


async def _list(
    visit: Visit, views: tuple[View, ...], asked: ProofQuery, around: web.Values
) -> web.Page:
    view = next((view for view in views if view.measure == asked.view), views[0])
    filters, period = asked.filters(visit), asked.part_period(visit)
    if view.measure in ("votes", "needless"):
        return await _beside_the_log(visit, view, asked, around)
    async with visit.db.connection() as conn:
        rows = await reports.list_items(conn, view, period, filters, visit.now, skip=asked.skip)
        names = await _names(conn, visit)
        titles = await _titles(conn, visit, [view], {row.part for row in rows})
    more = asked.skip // reports.PAGE + 1 if len(rows) > reports.PAGE else None
    words = reports.words(view, visit.policy, visit.lang)
    return visit.page(
        "reports/list.html", view=view, words=words, period=period, filters=filters, names=names,
        rows=rows[: reports.PAGE], more=more, **around, **_helpers(visit, titles),
    )  # fmt: skip


async def _list_votes(
    conn: Conn, _visit: Visit, period: Period, filters: EvidenceFilters, skip: int
) -> Sequence[wiki.VoteRow]:
    return await wiki.list_votes(
        conn, period.since, period.until, slug=filters.part,
        helpful={"kept": True, "broken": False}.get(filters.what or ""),
        limit=reports.PAGE + 1, offset=skip,
    )  # fmt: skip


async def _list_suggestions(
    conn: Conn, visit: Visit, period: Period, filters: EvidenceFilters, skip: int
) -> Sequence[SuggestionRow]:
    return await list_suggestions(
        conn, period.since, period.until, visit.now, verdict=filters.what,
        slugs=[filters.part] if filters.part else None, limit=reports.PAGE + 1, offset=skip,
    )  # fmt: skip


async def _beside_the_log(
    visit: Visit, view: View, asked: ProofQuery, around: web.Values
) -> web.Page:
    """The votes, or the drafts, behind a figure: they belong to no request."""
    filters, period = asked.filters(visit), asked.part_period(visit)
    list_rows = _list_votes if view.measure == "votes" else _list_suggestions
    async with visit.db.connection() as conn:
        rows = await list_rows(conn, visit, period, filters, asked.skip)
        titles = await _titles(conn, visit, [view], {row.slug for row in rows})
    more = asked.skip // reports.PAGE + 1 if len(rows) > reports.PAGE else None
    words = reports.words(view, visit.policy, visit.lang)
    return visit.page(
        "reports/list.html", view=view, words=words, period=period, filters=filters, names={},
        rows=rows[: reports.PAGE], more=more, **around, **_helpers(visit, titles),
    )  # fmt: skip


async def _titles(conn: Conn, visit: Visit, views: Sequence[View], parts: Iterable[str]) -> Titles:
    """Titles of the articles among the parts; nothing is asked where no view speaks of any."""
    if not any(view.by_article for view in views):
        return {}
    every = wiki.audiences_of("staff")
    found = await wiki.best_articles(conn, visit.lang, every, slugs=list(parts))
    return {one.slug: one.title for one in found}


def _helpers(visit: Visit, titles: Titles | None = None) -> web.Values:
    """What templates call for words in the reader's language; articles bear their titles."""
    policy, lang = visit.policy, visit.lang
    return {
        "length": partial(reports.length, lang=lang),
        "part": partial(reports.part_words, policy=policy, lang=lang, titles=titles or {}),
        "month": partial(reports.month_words, lang=lang),
        "figure": partial(reports.figure_words, lang=lang),
        "claim": partial(reports.claim_words, lang=lang),
    }


@get("/regulations/proof.csv")
async def as_csv(visit: Given[Visit], policies: Given[Policies]) -> Response[str]:
    """Every figure of the period as a table; operators for the management alone."""
    table = io.StringIO()
    writer = csv.DictWriter(table, COLUMNS)
    writer.writeheader()
    for row in await _table(visit, policies):
        writer.writerow({name: _plain(cell) for name, cell in row.items()})
    return Response(
        table.getvalue(),
        media_type="text/csv",
        headers=_download_headers(visit, "csv"),
    )


@get("/regulations/proof.json")
async def as_json(
    visit: Given[Visit], policies: Given[Policies]
) -> Response[list[dict[str, object]]]:
    """The same table as JSON."""
    return Response(await _table(visit, policies), headers=_download_headers(visit, "json"))


def _download_headers(visit: Visit, kind: str) -> dict[str, str]:
    period = web.from_query(ProofQuery, visit.http).whole(visit)
    name = f"proof-{period.first}-{period.last}.{kind}"
    return {"content-disposition": f'attachment; filename="{name}"'}


async def _table(visit: Visit, policies: Policies) -> list[dict[str, object]]:
    period = web.from_query(ProofQuery, visit.http).whole(visit)
    views = reports.views(visit.policy)
    flat = [(clause, view) for clause, several in views.items() for view in several]
    await _read_on(visit, policies)
    async with visit.db.connection() as conn:
        found = await reports.count_views(conn, [view for _, view in flat], period, visit.now)
        names = await _names(conn, visit)
    return [
        dict(zip(COLUMNS, (clause, view.measure, *row), strict=True))
        for (clause, view), figures in zip(flat, found, strict=True)
        for row in _rows(figures, names)
    ]


def _rows(figures: Figures, names: dict[str, str]) -> list[tuple[object, ...]]:
    tallies = [("all", "", figures.whole)]
    for by in BREAKDOWNS:
        if by == "person" and not names:
            continue
        tallies += [
            (by, names.get(name, name), tally) for name, tally in figures.by.get(by, {}).items()
        ]
    return [(by, name, t.kept, t.broken, t.open, t.aside, t.rate) for by, name, t in tallies]


def _plain(cell: object) -> object:
    """A text that a spreadsheet would take for a formula is marked as text."""
    if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return f"'{cell}"
    return cell
