"""Opening a request: a hot path, through the ledger's batches."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from itertools import combinations
from uuid import UUID

from firstline import lines
from firstline.kit.db import Tx
from firstline.kit.errors import Invalid, Refused
from firstline.kit.i18n import gettext as _
from firstline.kit.i18n import ngettext
from firstline.kit.keys import check_key
from firstline.people import Who
from firstline.policy import Policy
from firstline.requests import store
from firstline.requests.actions.changes_store import link
from firstline.requests.entrance.conduct import find_ban
from firstline.requests.entrance.doors import Arrival, known_topic, terms
from firstline.requests.entrance.linked import linked_articles
from firstline.requests.entrance.words import safe_text, safe_title, title_from
from firstline.requests.letters.plan import answer_letter
from firstline.requests.model import NewRequest
from firstline.timeline import Call, Opened, Opening, Terms, get_request, open_together

MOST_TOGETHER = 10


async def open_request(call: Call, new: NewRequest) -> tuple[Opening, Opened]:
    """Open a request on the first line, as a chat (clauses lines.first, lines.chat-first).

    A known key answers with the request it made; with other words it is `Invalid`. Raises
    `Invalid`, `TooLarge`, `TooMany`, `Conflict`, `Missing`, and what the policy's terms refuse
    (`entrance`).
    """
    opening = _opening(call, replace(new, body=safe_text(new.body)), await find_ban(call))
    if call.who.is_staff:
        await _refuse_links(call, opening)
    call.db.volume.spend(call.who.id, opening.title + opening.body, call.now)
    opened = await call.ledger.openings.put(opening)
    if opened.known:
        await _refuse_other(call, opened.no, opening, new.priority)
        return opening, opened
    if not call.order.by_arrival:
        opened = await _with_place(call, opened)
    if call.who.is_staff:
        await call.db.run(_send_letter, opened.no, now=call.now)
    return opening, opened


async def _refuse_links(call: Call, opening: Opening) -> None:
    """Refuse what the client, for whom it is opened, could not open."""
    await linked_articles(call.db, opening.title, "title")
    await linked_articles(call.db, opening.body)


async def open_several(call: Call, several: Sequence[NewRequest]) -> tuple[list[int], bool]:
    """Open requests about several matters of one message, all or none; returns their numbers, in
    order of arrival, and whether the key of the first, which makes all of them once, was known.

    Raises `Invalid` for none and for too many of them, and what `open_request` raises.
    """
    _check_number(several)
    ban = await find_ban(call)
    openings = [
        _opening(call, replace(new, body=safe_text(new.body), key=_key_of(several, place)), ban)
        for place, new in enumerate(several)
    ]
    words = "".join(opening.title + opening.body for opening in openings)
    call.db.volume.spend(call.who.id, words, call.now)
    opened = await call.db.run(_open_all, openings, now=call.now)
    for opening, new, one in zip(openings, several, opened, strict=True):
        if one.known:
            await _refuse_other(call, one.no, opening, new.priority)
    return [one.no for one in opened], opened[0].known


def _check_number(several: Sequence[NewRequest]) -> None:
    if not several:
        raise Invalid(_("Write what is happening."), field="body-1")
    if len(several) > MOST_TOGETHER:
        sentence = ngettext(
            "At most %(most)d request can be sent together; send the others afterwards.",
            "At most %(most)d requests can be sent together; send the others afterwards.",
            MOST_TOGETHER,
        )
        raise Invalid(sentence % {"most": MOST_TOGETHER}, field="pieces")


def _key_of(several: Sequence[NewRequest], place: int) -> str | None:
    """The key of the first as it is; the others' tell how many there are."""
    key = several[0].key
    return key if key is None or place == 0 else f"{key[:180]} {place + 1}/{len(several)}"


async def _open_all(tx: Tx, openings: list[Opening], *, now: datetime) -> list[Opened]:
    opened = await open_together(tx, openings)
    numbers = [one.no for one in opened]
    if len({one.known for one in opened}) > 1:
        no = next(one.no for one in opened if one.known)
        raise Invalid(_other_words(no), field="key")
    for low, high in combinations(numbers, 2):
        await link(tx.conn, low, high, now)
    return opened


async def _with_place(call: Call, opened: Opened) -> Opened:
    """With its place in an order of work that looks at more than arrival."""
    async with call.db.connection() as conn:
        request = await get_request(conn, opened.no)
        place = await lines.place(conn, call.order, request) if request else None
    return replace(opened, position=place or opened.position)


def _opening(call: Call, new: NewRequest, ban: Refused | None) -> Opening:
    who, (version, policy) = call.who, call.policies.current(call.now)
    line = policy.entry_line(new.channel, call.now)
    topic = known_topic(policy, new.topic)
    arrival = Arrival(who, new.channel, topic, new.priority, line, call.now)
    return Opening(
        client_id=_owner(who, new.client),
        opened_by=who.id,
        by_name=who.name,
        side=who.side,
        key=check_key(new.key),
        service_id=new.service,
        topic=topic,
        title=_title(new),
        body=new.body,
        language=None if who.is_staff else who.language,
        channel=new.channel,
        line=line,
        at=call.now,
        policy_version=version,
        policy=policy,
        open_limit=policy.open_requests_per_client,
        terms=partial(_terms, policy, arrival, ban),
        line_due_at=policy.line_share(call.now, line=line),
        limited=who.services if who.access == "limited" else None,
    )


def _terms(policy: Policy, arrival: Arrival, ban: Refused | None, plan: str) -> Terms:
    """What the policy says of the request, unless its client is kept out."""
    return Terms(refusal=ban) if ban else terms(policy, arrival, plan)


def _title(new: NewRequest) -> str:
    if not new.title:
        return title_from(new.body)
    return safe_title(new.title)


async def _send_letter(tx: Tx, no: int, *, now: datetime) -> None:
    """The client's people learn of what staff opened for them."""
    request = await get_request(tx.conn, no)
    if request is not None:
        await answer_letter(tx, request, now=now)


def _owner(who: Who, client: UUID | None) -> UUID:
    """The client the request is for: a contact's own, or the one that staff name."""
    if not who.is_staff and client not in (None, who.client_id):
        raise Invalid(_("Leave client out: only staff open requests for others."), field="client")
    wanted = client or who.client_id
    if wanted is None:
        raise Invalid(_("Say which client you are opening it for."), field="client")
    return wanted


async def _refuse_other(call: Call, no: int, opening: Opening, priority: str | None) -> None:
    """Refuse a key that opened a request with something else."""
    if not await store.opened_alike(call.db, no, opening, priority):
        raise Invalid(_other_words(no), field="key")


def _other_words(no: int) -> str:
    said = _("This key opened request %(no)s with another text; use a new key for a new request.")
    return said % {"no": no}
