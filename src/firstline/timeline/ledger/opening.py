"""Opening requests in batches: the order of their numbers is the order of arrival."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from firstline.kit.db import Conn, Tx
from firstline.kit.errors import Conflict, Invalid, Refused
from firstline.kit.i18n import gettext as _
from firstline.kit.i18n import ngettext, speaking
from firstline.kit.ids import uuid7
from firstline.matters import Entry, EntryDraft, prove
from firstline.policy import Situation
from firstline.policy.rules.promises import ClientWord, Debt, Promise, step
from firstline.timeline.ledger import opening_store as store
from firstline.timeline.model import Opening, OpeningLimit, Terms
from firstline.timeline.turns import Turn, turn_after


@dataclass(frozen=True, slots=True)
class Opened:
    """An opened request: its number, its place in its line (from 1), when the answer is due, and
    whether its key was known (then only the number is told)."""

    no: int
    position: int
    due_at: datetime | None
    known: bool


async def open_requests(tx: Tx, openings: list[Opening]) -> list[Opened | Exception]:
    """Number and write a batch of openings; a known key gets the request that it made.

    A client at the policy's limit of open requests is refused with `Conflict`, and whatever the
    policy's terms refuse; the others go on.
    """
    conn = tx.conn
    last = await store.lock_counter(conn)
    numbers_by_key = await store.known_keys(conn, openings)
    room = await _room(conn, openings)
    ahead = await store.waiting(conn, {o.line for o in openings})
    owners = await store.owners(conn, openings)
    results: list[Opened | Exception] = []
    rows: list[dict[str, Any]] = []
    for opening in openings:
        key = (opening.opened_by, opening.key)
        if opening.key and key in numbers_by_key:
            results.append(Opened(numbers_by_key[key], 0, None, True))
            continue
        owner = owners.get((opening.client_id, opening.service_id))
        terms = _terms(opening, owner, room[opening.client_id])
        if isinstance(terms, Terms) and terms.quota is not None:
            terms = await _within(conn, opening, terms, terms.quota, rows)
        if owner is None or isinstance(terms, Refused):
            assert isinstance(terms, Refused), "terms are given to owners only"
            results.append(terms)
            continue
        last += 1
        room[opening.client_id] -= 1
        ahead[opening.line] += 1
        if opening.key:
            numbers_by_key[key] = last
        rows.append(_row(opening, last, owner, terms))
        results.append(Opened(last, ahead[opening.line], rows[-1]["due_at"], False))
    if rows:
        await store.insert(conn, last, msgspec.json.encode(rows).decode(), uuid7())
        _note_news(tx, rows)
    return results


async def open_together(tx: Tx, openings: list[Opening]) -> list[Opened]:
    """The same for requests that one act makes, all or none: each tells of all (`data.together`).

    Raises what would refuse one of them.
    """
    last = await store.lock_counter(tx.conn)
    numbers = [last + place for place in range(1, len(openings) + 1)]
    for opening in openings:
        opening.data["together"] = numbers
    found: list[Opened] = []
    for result in await open_requests(tx, openings):
        if isinstance(result, Exception):
            raise result
        found.append(result)
    return found


def _terms(opening: Opening, owner: store.Owner | None, room: int) -> Terms | Refused:
    """What the policy says of an opening, or why there is none; in its opener's language."""
    with speaking(opening.spoken):
        if owner is None:
            return Invalid(_("There is no such client; look it up in the list."), field="client")
        beyond = opening.limited is not None and opening.service_id not in (None, *opening.limited)
        if not owner.owns_service or beyond:
            sentence = _("That service is not the client's; choose another.")
            return Invalid(sentence, field="service")
        if room <= 0:
            return _full(opening.open_limit)
        terms = opening.terms(owner.plan)
    return terms.refusal or terms


async def _within(
    conn: Conn, opening: Opening, terms: Terms, quota: OpeningLimit, rows: list[dict[str, Any]]
) -> Terms | Refused:
    """The terms, or what stands beyond the quota; openings of the same batch count too."""
    used = await store.count_arrivals(conn, opening, quota)
    used += sum(
        row["client_id"] == opening.client_id
        and (not quota.per_service or row["service_id"] == opening.service_id)
        for row in rows
    )
    return terms.beyond or terms if used >= quota.amount else terms


async def _room(conn: Conn, openings: list[Opening]) -> dict[UUID, int]:
    held = await store.open_counts(conn, {o.client_id for o in openings})
    return {o.client_id: o.open_limit - held.get(o.client_id, 0) for o in openings}


async def refuse_full(conn: Conn, client: UUID, limit: int) -> None:
    """Raise `Conflict` for a client who holds as many open requests as they may.

    Holds the counter as openings do: two at once must not both find the last place.
    """
    await store.lock_counter(conn)
    held = await store.open_counts(conn, {client})
    if held.get(client, 0) >= limit:
        raise _full(limit)


def _full(limit: int) -> Conflict:
    sentence = ngettext(
        "There is %(num)d open request already; close it, or write in it.",
        "There are %(num)d open requests already; close one, or write in one.",
        limit,
    )
    return Conflict(sentence % {"num": limit}, title="too-many-open")


def _row(o: Opening, no: int, owner: store.Owner, terms: Terms) -> dict[str, Any]:
    promise, turn = _first_promise(o, owner, terms)
    first = EntryDraft(
        no, "opened", o.opened_by, o.by_name, o.side, o.at, o.body, "all", o.channel, o.data
    )
    return {
        "no": no,
        "client_id": o.client_id,
        "opened_by": o.opened_by,
        "by_name": o.by_name,
        "side": o.side,
        "open_key": o.key,
        "service_id": o.service_id,
        "topic": o.topic,
        "title": o.title,
        "body": o.body,
        "language": o.language or owner.language,
        "plan": owner.plan,
        "priority": terms.priority,
        "service_kind": owner.kind,
        "channel": o.channel,
        "line": o.line,
        "at": o.at,
        "policy_version": o.policy_version,
        "due_at": promise and promise.due_at,
        "line_due_at": o.line_due_at,
        "turn_at": turn and turn.at,
        "turn": turn and turn.stage,
        "data": o.data,
        **prove(first, no, 1)._asdict(),
    }


def _first_promise(
    o: Opening, owner: store.Owner, terms: Terms
) -> tuple[Promise | None, Turn | None]:
    """What the first words are owed; staff who open it (abuse, overload) are owed nothing."""
    if o.side != "client":
        return None, None
    situation = Situation(
        plan=owner.plan or None, priority=terms.priority, channel=o.channel, topic=o.topic,
        line=o.line, service=owner.kind or None, mode="chat",
    )  # fmt: skip
    event = ClientWord(o.at, situation)
    debt = step(Debt(), event, o.policy)
    return debt.promise, turn_after(event, Debt(), debt, o.policy)


def _note_news(tx: Tx, rows: list[dict[str, Any]]) -> None:
    for line in {row["line"] for row in rows}:
        tx.tell(f"line/{line}")
    for row in rows:
        entry = Entry(
            row["no"], 1, "opened", row["opened_by"], row["by_name"], row["side"], "all",
            row["channel"], row["body"], row["data"], row["open_key"], row["at"],
            row["salts"], row["digests"], row["sha"],
        )  # fmt: skip
        tx.tell(f"request/{row['no']}", 1, (entry,))
