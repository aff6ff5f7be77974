"""SQL of paid help: offers, consent, time."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from psycopg.rows import class_row

from firstline.kit.db import Conn
from firstline.paid.model import Offer, OfferState, TimeRecord
from firstline.timeline import Request

_OFFERS = (
    "select o.id, o.request_no, o.client_id, o.entry_no, o.purpose, o.item, o.minutes, o.rule,"
    " o.model, o.amount, o.currency, o.vat, o.state, o.by_id, b.name as by_name, o.at,"
    " d.name as decided_by, o.decided_at from paid_offers o join people b on b.id = o.by_id"
    " left join people d on d.id = o.decided_by"
)
_TIMES = (
    "select t.id, t.offer_id, o.request_no, t.operator_id, p.name as operator, t.started_at,"
    " t.stopped_at, t.corrects, t.void, t.entry_no, t.at from paid_times t"
    " join paid_offers o on o.id = t.offer_id join people p on p.id = t.operator_id"
)
# Records that stand: nothing corrected them.
_STANDING = "not exists (select from paid_times c where c.corrects = t.id)"


async def add_offer(conn: Conn, offer: Offer) -> None:
    """Keep an offer that an answer has just made."""
    await conn.execute(
        "insert into paid_offers (id, request_no, client_id, entry_no, purpose, item, minutes,"
        " rule, model, amount, currency, vat, state, by_id, at, decided_at)"
        " values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            *(offer.id, offer.request_no, offer.client_id, offer.entry_no),
            *(offer.purpose, offer.item, offer.minutes, offer.rule, offer.model),
            *(offer.amount, offer.currency, offer.vat, offer.state),
            *(offer.by_id, offer.at, offer.decided_at),
        ),
    )


async def offers_of(conn: Conn, no: int) -> list[Offer]:
    """The offers in a request, the oldest first."""
    async with conn.cursor(row_factory=class_row(Offer)) as cursor:
        await cursor.execute(
            f"{_OFFERS} where o.request_no = %s order by o.entry_no", (no,), prepare=True
        )
        return await cursor.fetchall()


async def offer_at(conn: Conn, no: int, entry_no: int) -> Offer | None:
    """The offer that an entry made."""
    async with conn.cursor(row_factory=class_row(Offer)) as cursor:
        await cursor.execute(
            f"{_OFFERS} where o.request_no = %s and o.entry_no = %s", (no, entry_no)
        )
        return await cursor.fetchone()


async def lock_offer(conn: Conn, no: int, id: UUID) -> Offer | None:
    """An offer of this request, held for a change."""
    async with conn.cursor(row_factory=class_row(Offer)) as cursor:
        await cursor.execute(
            f"{_OFFERS} where o.request_no = %s and o.id = %s for update of o", (no, id)
        )
        return await cursor.fetchone()


async def set_state(conn: Conn, id: UUID, state: OfferState, person: UUID, now: datetime) -> None:
    """What became of an offer, by whom."""
    await conn.execute(
        "update paid_offers set state = %s, decided_by = %s, decided_at = %s where id = %s",
        (state, person, now, id),
    )


async def is_worked_on(conn: Conn, id: UUID) -> bool:
    """Whether time stands against an offer, or a clock runs."""
    cursor = await conn.execute(
        f"select from paid_times t where t.offer_id = %s and not t.void and {_STANDING} limit 1",
        (id,),
    )
    return await cursor.fetchone() is not None


async def has_offers(conn: Conn, client_id: UUID) -> bool:
    """Whether help was ever offered to a client."""
    cursor = await conn.execute(
        "select from paid_offers where client_id = %s limit 1", (client_id,)
    )
    return await cursor.fetchone() is not None


async def agreed_offers(conn: Conn, client_id: UUID) -> list[Offer]:
    """Everything that a client ever agreed to, in order of time."""
    async with conn.cursor(row_factory=class_row(Offer)) as cursor:
        await cursor.execute(
            f"{_OFFERS} where o.client_id = %s and o.state = 'agreed' order by o.decided_at, o.id",
            (client_id,),
        )
        return await cursor.fetchall()


async def requests_of(conn: Conn, numbers: Sequence[int]) -> dict[int, tuple[str, UUID | None]]:
    """Title and service of these requests."""
    cursor = await conn.execute(
        "select no, title, service_id from requests where no = any(%s)", (list(numbers),)
    )
    return {no: (title, service) for no, title, service in await cursor.fetchall()}


async def incidents_before(
    conn: Conn, request: Request, since: datetime, *, per_service: bool
) -> int:
    """How many requests the client, or this service, had opened in a period before this one."""
    cursor = await conn.execute(
        "select count(*) from requests where client_id = %s and no < %s and arrived_at >= %s"
        " and (not %s or service_id is not distinct from %s)",
        (request.client_id, request.no, since, per_service, request.service_id),
    )
    row = await cursor.fetchone()
    return row[0] if row else 0


# -- time -------------------------------------------------------------------------------------


async def add_time(conn: Conn, record: TimeRecord, by_id: UUID) -> bool:
    """Keep a record; False where the operator is at something else, or it was corrected before."""
    cursor = await conn.execute(
        "insert into paid_times (id, offer_id, operator_id, started_at, stopped_at, corrects, void,"
        " entry_no, by_id, at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
        " on conflict do nothing returning id",
        (
            *(record.id, record.offer_id, record.operator_id, record.started_at),
            *(record.stopped_at, record.corrects, record.void, record.entry_no, by_id, record.at),
        ),
    )
    return await cursor.fetchone() is not None


async def end_time(conn: Conn, id: UUID, entry_no: int, now: datetime) -> None:
    """The operator has stopped."""
    await conn.execute(
        "update paid_times set stopped_at = %s, entry_no = %s where id = %s", (now, entry_no, id)
    )


async def times_of(conn: Conn, no: int) -> list[TimeRecord]:
    """The records of a request that stand, in order of time."""
    async with conn.cursor(row_factory=class_row(TimeRecord)) as cursor:
        await cursor.execute(
            f"{_TIMES} where o.request_no = %s and not t.void and {_STANDING}"
            " order by t.started_at, t.id",
            (no,),
            prepare=True,
        )
        return await cursor.fetchall()


async def times_of_client(conn: Conn, client_id: UUID, until: datetime) -> list[TimeRecord]:
    """The ended records of a client that stand and began before a moment, in order of time."""
    async with conn.cursor(row_factory=class_row(TimeRecord)) as cursor:
        await cursor.execute(
            f"{_TIMES} where o.client_id = %s and t.started_at < %s and t.stopped_at is not null"
            f" and not t.void and {_STANDING} order by t.started_at, t.id",
            (client_id, until),
        )
        return await cursor.fetchall()


async def forgotten_times(conn: Conn) -> list[tuple[int, UUID]]:
    """Clocks that run on in requests which are closed: request and record."""
    cursor = await conn.execute(
        "select o.request_no, t.id from paid_times t join paid_offers o on o.id = t.offer_id"
        " join requests r on r.no = o.request_no"
        " where t.stopped_at is null and r.closed_at > t.started_at order by t.id limit 100"
    )
    return list(await cursor.fetchall())


async def lock_time(conn: Conn, no: int, id: UUID) -> TimeRecord | None:
    """A record of this request that stands, held for its correction."""
    async with conn.cursor(row_factory=class_row(TimeRecord)) as cursor:
        await cursor.execute(
            f"{_TIMES} where o.request_no = %s and t.id = %s and not t.void and {_STANDING}"
            " for update of t",
            (no, id),
        )
        return await cursor.fetchone()


async def running_time(conn: Conn, operator: UUID) -> TimeRecord | None:
    """What an operator is at."""
    async with conn.cursor(row_factory=class_row(TimeRecord)) as cursor:
        await cursor.execute(
            f"{_TIMES} where t.operator_id = %s and t.stopped_at is null", (operator,)
        )
        return await cursor.fetchone()
