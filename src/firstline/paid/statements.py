"""What a client owes for a month, from the records that stand and the policy; as JSON or CSV.

Nothing of it is stored: a correction of a record changes the statement, and the log tells why.
"""

import asyncio
import csv
import io
from collections import defaultdict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import msgspec

from firstline.kit.db import Conn
from firstline.kit.errors import Invalid
from firstline.kit.i18n import gettext as _
from firstline.kit.typed import day_or_none
from firstline.paid import store
from firstline.paid.model import Offer, TimeRecord, about
from firstline.people import Who
from firstline.policy import Policy
from firstline.policy.rules.quotas import fitting_quotas, period_start
from firstline.policy.rules.work import NOTHING, Charge, HelpAccount, Purchase, Work, charges
from firstline.regulations import Policies
from firstline.timeline import Request, get_request, situation_of


class StatementLine(msgspec.Struct, kw_only=True):
    """A charge: a piece of work (`time`), time bought in advance (`prepaid`), or a `fixed` price of
    what is done. Minutes are decimal numbers; of them so many were `included` in the plan,
    `prepaid`, or `beyond` what was agreed, and are not charged; nor is the `waived` part of the
    price, above the sum that was agreed.
    """

    kind: str
    request: int
    title: str
    offer: UUID
    purpose: str
    item: str
    rule: str
    operator: str | None
    started_at: datetime
    stopped_at: datetime | None
    minutes: float
    included: float
    prepaid: float
    beyond: float
    amount: Decimal | None
    currency: str
    vat: str | None
    agreed_by: str | None
    agreed_at: datetime | None
    remark: str | None = None
    waived: Decimal = NOTHING


class Total(msgspec.Struct):
    currency: str
    vat: str | None
    amount: Decimal


class Statement(msgspec.Struct):
    """A client's month (YYYY-MM, in the time zone of the regulations in force)."""

    client: UUID
    month: str
    timezone: str
    lines: list[StatementLine]
    totals: list[Total]


@dataclass(frozen=True, slots=True)
class _Facts:
    """What was read of a client: nothing more is asked of the database."""

    offers: dict[UUID, Offer]
    records: list[TimeRecord]
    requests: dict[int, Request]
    incidents: dict[int, int]
    policies: Policies

    def policy_of(self, no: int) -> Policy:
        return self.policies.version(self.requests[no].policy_version)


async def statement(
    conn: Conn, policies: Policies, client_id: UUID, month: date, now: datetime
) -> Statement:
    """The statement of the month that begins with this day."""
    zone = policies.current(now)[1].zone
    begin = datetime.combine(month.replace(day=1), time(), zone)
    end = datetime.combine(_next_month(month), time(), zone)
    facts = await _read(conn, policies, client_id, end)
    lines = await asyncio.to_thread(_lines, facts, begin, end)
    return Statement(client_id, f"{month:%Y-%m}", zone.key, lines, _totals(lines))


def _next_month(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


async def _read(conn: Conn, policies: Policies, client_id: UUID, end: datetime) -> _Facts:
    offers = await store.agreed_offers(conn, client_id)
    records = await store.times_of_client(conn, client_id, end)
    requests: dict[int, Request] = {}
    incidents: dict[int, int] = {}
    for no in dict.fromkeys(one.request_no for one in offers):
        request = await get_request(conn, no)
        assert request is not None, "requests are never deleted"
        requests[no] = request
        await policies.with_versions([request.policy_version], conn)
        incidents |= await _count_incidents(conn, policies, request)
    return _Facts({one.id: one for one in offers}, records, requests, incidents, policies)


async def _count_incidents(conn: Conn, policies: Policies, request: Request) -> dict[int, int]:
    """How many requests of a quota the client had used before this one, where there is one."""
    policy = policies.version(request.policy_version)
    asked = situation_of(request)._replace(received=request.arrived_at)
    row = next((q for q in fitting_quotas(policy, asked) if q.amount is not None), None)
    if row is None:
        return {}
    since = period_start(row, request.arrived_at, policy.zone)
    count = await store.incidents_before(conn, request, since, per_service=row.per_service)
    return {request.no: count}


def _lines(facts: _Facts, begin: datetime, end: datetime) -> list[StatementLine]:
    priced, _account = _charged(facts)
    lines = [_bought_line(facts, one) for one in facts.offers.values() if one.is_prepaid]
    lines += _done_lines(facts)
    for record in facts.records:
        lines += [_work_line(facts, record, charge) for charge in priced[record.id]]
    return sorted(
        (line for line in lines if begin <= line.started_at < end),
        key=lambda line: (line.started_at, line.request),
    )


def _charged(facts: _Facts) -> tuple[dict[Hashable, list[Charge]], HelpAccount]:
    """The charges of all records, and what is used up by them."""
    bought = [one for one in facts.offers.values() if one.is_prepaid]
    account = HelpAccount([_purchase(facts, one) for one in bought])
    works = [_work(facts, record) for record in facts.records]
    return charges(lambda work: facts.policy_of(_no_of(facts, work)), works, account), account


async def minutes_left(
    conn: Conn, policies: Policies, request: Request, now: datetime
) -> tuple[Fraction, Fraction]:
    """Minutes that the client has still included in its plan, and paid in advance."""
    facts = await _read(conn, policies, request.client_id, now)
    _charges, account = await asyncio.to_thread(_charged, facts)
    work = Work(None, None, situation_of(request), now, now, service=request.service_id)
    return account.minutes_left(policies.version(request.policy_version), work)


def _done_lines(facts: _Facts) -> Iterator[StatementLine]:
    """Fixed prices of what was done without a clock: owed when its request is closed."""
    worked = {record.offer_id for record in facts.records}
    for offer in facts.offers.values():
        request = facts.requests[offer.request_no]
        done = request.closed_at is not None and request.outcome not in UNDONE
        if done and not (offer.is_timed or offer.is_prepaid or offer.id in worked):
            yield _line(
                facts,
                offer,
                "fixed",
                started_at=request.closed_at,
                minutes=0.0,
                amount=offer.amount,
            )


def _no_of(facts: _Facts, work: Work) -> int:
    return next(record.request_no for record in facts.records if record.id == work.id)


def _work(facts: _Facts, record: TimeRecord) -> Work:
    offer, request = facts.offers[record.offer_id], facts.requests[record.request_no]
    assert record.stopped_at is not None, "only ended records are read"
    return Work(
        id=record.id,
        tally=offer.id,
        situation=about(situation_of(request), offer),
        begin=record.started_at,
        end=record.stopped_at,
        limit=None if offer.minutes is None else Fraction(offer.minutes),
        most=offer.amount,
        incidents=facts.incidents.get(request.no),
        service=request.service_id,
    )


def _purchase(facts: _Facts, offer: Offer) -> Purchase:
    rows = facts.policy_of(offer.request_no).source.paid
    row = next(row for i, row in enumerate(rows) if f"paid.{row.id or i}" == offer.rule)
    minutes = Fraction(row.time.rough_seconds, 60) if row.time else Fraction(0)
    assert offer.decided_at is not None, "it was agreed to"
    return Purchase(offer.decided_at, minutes)


def _bought_line(facts: _Facts, offer: Offer) -> StatementLine:
    minutes = float(_purchase(facts, offer).left)
    return _line(facts, offer, "prepaid", minutes=minutes, amount=offer.amount)


def _work_line(facts: _Facts, record: TimeRecord, charge: Charge) -> StatementLine:
    return _line(
        facts,
        facts.offers[record.offer_id],
        "time",
        operator=record.operator,
        started_at=charge.begin,
        stopped_at=charge.end,
        minutes=_number(charge.minutes),
        included=_number(charge.included),
        prepaid=_number(charge.prepaid),
        beyond=_number(charge.beyond),
        amount=charge.amount,
        currency=charge.currency or facts.offers[record.offer_id].currency,
        remark=charge.why,
        rule=charge.rule or facts.offers[record.offer_id].rule,
        waived=charge.waived,
    )


def _line(facts: _Facts, offer: Offer, kind: str, **more: object) -> StatementLine:
    values: dict[str, object] = {
        "operator": None,
        "started_at": offer.decided_at,
        "stopped_at": None,
        "included": 0.0,
        "prepaid": 0.0,
        "beyond": 0.0,
        "currency": offer.currency,
        "rule": offer.rule,
        **more,
    }
    return StatementLine(
        kind=kind,
        request=offer.request_no,
        title=facts.requests[offer.request_no].title,
        offer=offer.id,
        purpose=offer.purpose,
        item=offer.item,
        vat=offer.vat,
        agreed_by=offer.decided_by,
        agreed_at=offer.decided_at,
        **values,  # type: ignore[arg-type]
    )


def _number(minutes: Fraction) -> float:
    return round(float(minutes), 2)


def _totals(lines: list[StatementLine]) -> list[Total]:
    sums: defaultdict[tuple[str, str | None], Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.amount is not None:
            sums[line.currency, line.vat] += line.amount
    return [
        Total(currency, vat, amount)
        for (currency, vat), amount in sorted(sums.items(), key=_by_name)
    ]


def _by_name(row: tuple[tuple[str, str | None], Decimal]) -> tuple[str, str]:
    currency, vat = row[0]
    return currency, vat or ""


def may_read(who: Who, client_id: UUID) -> bool:
    """Whether somebody may read this client's statement: staff, and contacts who see all of it."""
    return who.is_staff or (who.client_id == client_id and who.access != "limited")


def month_of(policy: Policy, text: str | None, now: datetime) -> date:
    """The first day of the month that was asked for as YYYY-MM. Raises `Invalid`."""
    today = now.astimezone(policy.zone).date()
    found = day_or_none(f"{text}-01") if text else today.replace(day=1)
    if found is None or found > today:
        raise Invalid(_("Write the month as YYYY-MM, up to the present one."), field="month")
    return found


# Outcomes of requests in which nothing was done.
UNDONE = ("refused", "duplicate", "withdrawn")
COLUMNS = StatementLine.__struct_fields__
# What a spreadsheet takes for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


STATEMENT_TYPES = {"json": "application/json", "csv": "text/csv; charset=utf-8"}


def statement_bytes(found: Statement, kind: str) -> bytes:
    """The statement as a file of this kind."""
    return _csv(found).encode() if kind == "csv" else msgspec.json.encode(found)


def download(name: str) -> dict[str, str]:
    """Headers by which a browser keeps an answer as a file."""
    return {"content-disposition": f'attachment; filename="{name}"'}


def _csv(found: Statement) -> str:
    """A line a charge, with a head; what a spreadsheet would take for a formula begins with '."""
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(["month", "client", *COLUMNS])
    for line in found.lines:
        cells = [_cell(getattr(line, name)) for name in COLUMNS]
        writer.writerow([found.month, found.client, *cells])
    return table.getvalue()


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    text = str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(FORMULA) else text
