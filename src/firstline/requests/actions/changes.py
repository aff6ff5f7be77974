"""Smaller changes of a request: title, topic, service; mending what was said; links; mentions."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import UNSET, UnsetType

from firstline.kit.db import Tx
from firstline.kit.errors import Conflict, Forbidden, Invalid, Missing
from firstline.kit.i18n import gettext as _
from firstline.people import Who
from firstline.requests.actions import changes_store as store
from firstline.requests.actions import steps
from firstline.requests.actions.fields import Setter, check_fields, set_fields
from firstline.requests.actions.priorities import set_priority
from firstline.requests.entrance.conduct import refuse_banned
from firstline.requests.entrance.doors import known_topic
from firstline.requests.entrance.linked import articles_in
from firstline.requests.entrance.words import safe_text, safe_title, title_from
from firstline.timeline import (
    Call,
    Draft,
    Entry,
    Request,
    change,
    draft,
    entry_at,
    lock_seen_request,
    mend_entries,
)


async def amend(
    tx: Tx,
    call: Call,
    no: int,
    *,
    title: str | None = None,
    topic: str | None = None,
    service: UUID | UnsetType | None = UNSET,
    priority: str | None = None,
    fields: Mapping[str, str | None] | None = None,
    setter: Setter = "operator",
) -> Request:
    """Set title, topic, service, priority or fields; each change is an entry with the old value.

    `service` None takes the service away, and so does None of a field. Staff of other lines are
    refused, but for management.
    """
    request = await lock_seen_request(tx, call.who, no)
    steps.refuse_other_line(call.who, request, management=True)
    await refuse_banned(tx.conn, call)
    policy = call.policy_of(request)
    if title is not None:
        title = safe_title(title)
        if call.who.is_staff:
            await articles_in(tx.conn, title, "title")  # to refuse what the client could not open
    if topic is not None:
        topic = known_topic(policy, topic)
    values = check_fields(policy, fields or {})
    kind = "" if service is UNSET else await _kind_of(tx, call.who, request, service)
    if priority is not None:
        request = await set_priority(tx, policy, call.who, request, priority, now=call.now)
    if title is not None:
        request = await _replace(tx, call, request, "title", title=title)
    if topic is not None:
        request = await _replace(tx, call, request, "topic", topic=topic)
    if service is not UNSET:
        more = {"service_id": service, "service_kind": kind}
        request = await _replace(tx, call, request, "service", **more)
    return await set_fields(tx, call, request, values, setter) if values else request


async def _kind_of(tx: Tx, who: Who, request: Request, service: UUID | None) -> str:
    kind = await store.kind_of(tx.conn, request.client_id, service, who)
    if kind is None:
        raise Invalid(_("That service is not the client's; choose another."), field="service")
    return kind


async def _replace(tx: Tx, call: Call, request: Request, field: str, **values: Any) -> Request:
    """Set a field's columns, of which the first has its value, and write down the old one."""
    column, new = next(iter(values.items()))
    old = getattr(request, column)
    if old == new:
        return request
    # A service moves who may see the request, and a topic what its words are owed, so words
    # checked before it are checked again.
    request = await change(tx.conn, request, moved=field != "title", **values)
    body = "" if field == "service" else str(new)
    entry = draft(request, call.who, "edited", call.now, body=body)
    entry.data = {"field": field, "old": str(old or "")}
    return await steps.write_entry(tx, request, entry)


async def edit(tx: Tx, call: Call, no: int, entry_no: int, body: str) -> Request:
    """Mend one's own words within the policy's window; the old text stays in the log."""
    body, who, now = safe_text(body), call.who, call.now
    request = await lock_seen_request(tx, who, no)
    entry = await _words_at(tx, who, no, entry_no)
    await refuse_banned(tx.conn, call)
    if entry.by_id != who.id:
        raise Forbidden(
            _("Only its author can edit an entry."), status=None if who.is_staff else 404
        )
    if entry.salts is None:
        raise Conflict(
            _("This message was erased and can no longer be edited; write a new one below."),
            state=request.state,
        )
    window = call.policy_of(request).edit_window
    if now > entry.at + window or request.closed:
        raise Conflict(
            _("The time for editing is over; write a correction below."), state=request.state
        )
    mend = draft(request, who, "edited", now, body=body, audience=entry.audience)
    mend.data = {"of": entry_no}
    if who.is_staff and entry.audience == "all":
        mend.data |= await _links(tx, no, entry, body)
    request = await _renew_title(tx, request, entry, mend)
    return await steps.write_entry(tx, request, mend)


async def _links(tx: Tx, no: int, entry: Entry, body: str) -> dict[str, Any]:
    """The articles that an answer links after an edit; none, where it linked some before."""
    found = await articles_in(tx.conn, body)
    [before] = await mend_entries(tx.conn, no, [entry])
    return found or ({"articles": []} if before.data.get("articles") else {})


async def _renew_title(tx: Tx, request: Request, entry: Entry, mend: Draft) -> Request:
    """A title made of the first words follows them, lest it keep what was taken out of them; one
    that somebody chose stays.
    """
    [before] = await mend_entries(tx.conn, request.no, [entry])
    title = title_from(mend.body)
    if entry.kind != "opened" or request.title != title_from(before.body) or request.title == title:
        return request
    mend.data |= {"title": title, "old": request.title}
    return await change(tx.conn, request, moved=False, title=title)


async def _words_at(tx: Tx, who: Who, no: int, entry_no: int) -> Entry:
    entry = await entry_at(tx.conn, no, entry_no)
    if entry is None or (not who.is_staff and entry.audience != "all"):
        raise Missing(_("Request %(no)s has no entry %(entry)s.") % {"no": no, "entry": entry_no})
    if entry.kind not in ("opened", "said", "note", "delay_notice", "closed"):
        raise Conflict(_("Only messages can be edited, not actions."))
    return entry


async def link(tx: Tx, call: Call, no: int, other: int) -> Request:
    """Link two requests that belong together; both must be visible to the one who links."""
    who = call.who
    if not who.is_staff:
        raise Missing(_("There is no request %(no)s that you may link.") % {"no": no})
    if no == other:
        raise Invalid(_("A request cannot be linked to itself."), field="other")
    first, second = sorted((no, other))
    found = {n: await lock_seen_request(tx, who, n) for n in (first, second)}
    steps.refuse_other_line(who, found[no], management=True)
    if not await store.link(tx.conn, first, second, call.now):
        return found[no]
    for n, to in ((other, no), (no, other)):
        entry = draft(found[n], who, "linked", call.now, audience="staff", body=f"#{to}")
        entry.data = {"to": to}
        found[n] = await steps.write_entry(tx, found[n], entry)
    return found[no]


_MENTION = re.compile(r"(?<!\S)@([\w.+-]{2,64}(?:@[\w.-]{3,100})?)")


async def note_mentions(tx: Tx, note: Entry, *, now: datetime) -> list[UUID]:
    """Ask the colleagues whom a note mentions (@anna or @anna@firstline.example), by their e-mail.

    Returns whom it asked. A mention hands nothing over.
    """
    names = {name.lower().rstrip(".") for name in _MENTION.findall(note.body)}
    if not names:
        return []
    asked = await store.mention(tx.conn, note.matter, note.no, names, now)
    for person in asked:
        tx.tell(f"person/{person}")
    return asked
