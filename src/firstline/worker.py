"""What happens without a call: due times fire, letters leave, the index reads, the broom sweeps.

A process of its own: beside the servers of `demo` and `serve`, or alone as `firstline work`; any
number of them may run at once.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from firstline.app import Desk
from firstline.coaching import read_facts
from firstline.kit import outbox
from firstline.kit.db import Tx
from firstline.kit.due import DueRunner
from firstline.kit.errors import Unavailable
from firstline.kit.i18n import gettext as _
from firstline.kit.i18n import speaking
from firstline.kit.keys import forget_answers
from firstline.kit.mail import FolderMail, send_payload
from firstline.kit.outbox import OutboxRunner
from firstline.kit.tasks import goes_on, pause
from firstline.paid import stop_forgotten
from firstline.people import respell_hosts
from firstline.people import sweep as sweep_people
from firstline.reports import read_on
from firstline.requests import due, sweep_drafts
from firstline.requests.actions.presence import sweep as sweep_presence
from firstline.requests.files import uploads
from firstline.requests.letters import erasing
from firstline.requests.letters import plan as letters
from firstline.timeline import index_again, index_unread, lock_request, tidy_index
from firstline.wiki.writing.drafts import forget_left, publish_due

log = logging.getLogger(__name__)
INDEX_PAUSE = FACTS_PAUSE = 0.5
INDEX_SHARE = 7
TROUBLE_PAUSE = 5.0
# Requests whose evidence is read in one go; after a release it may be every one there is. Each is
# read from its first entry to its last, and nobody is answered while that is judged: two by two.
EVIDENCE_MOST = 100_000
EVIDENCE_BATCH = 2
# How long letters and what became of them can be looked up.
LETTERS_KEPT = timedelta(days=30)
# How long a repeated key gets its answer: longer than any browser or program tries again.
ANSWERS_KEPT = timedelta(days=30)
ANSWERS_AT_ONCE = 5_000


async def run(desk: Desk) -> None:
    """Work until cancelled. `desk` is open already."""
    async with asyncio.TaskGroup() as group:
        group.create_task(due_runner(desk).run())
        group.create_task(outbox_runner(desk).run())
        group.create_task(_index(desk))
        group.create_task(_read_facts(desk))
        for chore in chores(desk):
            group.create_task(_repeat(desk, chore))


def due_runner(desk: Desk) -> DueRunner:
    """Fires the due times of requests."""
    return DueRunner(
        desk.db, due.handlers(desk.policies, automatic_words), desk.clock, lock=lock_request
    )


def outbox_runner(desk: Desk) -> OutboxRunner:
    """Sends ready-made mail (`mail`) and letters about requests (`letter`)."""

    async def mail(payload: dict[str, Any], parcel_id: UUID) -> dict[str, Any]:
        return await send_payload(desk.mail, payload, parcel_id)

    letter = letters.handler(
        desk.db, desk.mail, desk.policies, desk.settings.public_url, desk.clock
    )
    handlers = {"mail": mail, letters.KIND: letter}
    handlers[erasing.KIND] = erasing.handler(desk.db, partial(_drop_letters, desk))
    return OutboxRunner(desk.db, handlers, clock=desk.clock)


async def _drop_letters(desk: Desk, ids: list[UUID]) -> None:
    """Only a folder still holds what was sent."""
    if isinstance(desk.mail, FolderMail):
        await desk.mail.drop(ids)


def automatic_words(what: str, language: str) -> str:
    """What the desk itself says to a client who keeps silent: `remind`, then `close`."""
    with speaking(language):
        if what == "remind":
            return _("We are waiting for your answer. Without one, this request will be closed.")
        return _(
            "We have not heard from you, so we are closing this request. To continue, write here."
        )


async def _tidy_people(desk: Desk, now: datetime) -> None:
    """Sweep what has run out, and bring hosts of before to one spelling, some at a time."""
    async with desk.db.transaction() as tx:
        await sweep_people(tx.conn, now)
    left = True
    while left and goes_on():
        async with desk.db.transaction() as tx:
            left = await respell_hosts(tx.conn) > 0


@dataclass(frozen=True, slots=True)
class Chore:
    """Something to be done now and then; doing it twice does no harm."""

    name: str
    every: timedelta
    do: Callable[[datetime], Awaitable[object]]


def chores(desk: Desk) -> list[Chore]:
    """What is swept: chats of holders who are gone, clocks of closed requests, run-out sessions,
    drafts, old letters and answers of keys; and evidence of the clauses is read from the log.
    """

    async def files(now: datetime) -> None:
        await uploads.sweep(desk.db, desk.files, now=now)
        await desk.files.tidy(before=now - uploads.DRAFT_LIFE)

    async def parcels(now: datetime) -> None:
        await desk.db.run(_forget, before=now - LETTERS_KEPT)
        if isinstance(desk.mail, FolderMail):
            await desk.mail.tidy(before=now - LETTERS_KEPT)

    async def drafts(now: datetime) -> None:
        await desk.db.run(sweep_drafts, now=now)
        await desk.db.run(forget_left, now=now)

    async def answers(now: datetime) -> None:
        while await desk.db.run(_forget_answers, before=now - ANSWERS_KEPT) == ANSWERS_AT_ONCE:
            pass

    async def evidence(now: datetime) -> None:
        await read_on(
            desk.db, desk.policies, now, most=EVIDENCE_MOST, batch=EVIDENCE_BATCH, rest=INDEX_SHARE
        )

    async def presence(now: datetime) -> None:
        await desk.policies.fresh(now)
        await sweep_presence(desk.db, desk.policies, now=now)

    return [
        Chore("clocks", timedelta(seconds=15), partial(_stop_clocks, desk)),
        Chore("editions", timedelta(seconds=15), partial(_publish_editions, desk)),
        Chore("openings", timedelta(seconds=30), partial(_open_letters, desk)),
        Chore("presence", timedelta(seconds=15), presence),
        Chore("evidence", timedelta(seconds=20), evidence),
        Chore("people", timedelta(minutes=5), partial(_tidy_people, desk)),
        Chore("files", timedelta(hours=1), files),
        Chore("parcels", timedelta(hours=6), parcels),
        Chore("drafts", timedelta(hours=6), drafts),
        Chore("answers", timedelta(hours=6), answers),
    ]


async def _open_letters(desk: Desk, now: datetime) -> None:
    await desk.db.run(letters.opening_letters, now=now)


async def _stop_clocks(desk: Desk, now: datetime) -> None:
    await desk.policies.fresh(now)
    await stop_forgotten(desk.db, desk.policies, now)


async def _publish_editions(desk: Desk, now: datetime) -> None:
    await publish_due(desk.db, now=now)


async def _forget(tx: Tx, *, before: datetime) -> None:
    await outbox.forget(tx.conn, before=before)


async def _forget_answers(tx: Tx, *, before: datetime) -> int:
    return await forget_answers(tx.conn, before=before, limit=ANSWERS_AT_ONCE)


async def _repeat(desk: Desk, chore: Chore) -> None:
    while goes_on():
        try:
            await chore.do(desk.clock())
        except Unavailable:
            pass  # the database is away; this is no hurry
        except Exception:
            log.exception("chore %s failed, again in %s", chore.name, chore.every)
        await pause(chore.every.total_seconds())


async def _index(desk: Desk) -> None:
    # The index may be late, for a search looks through what it has not read; answers may not be.
    # So it takes one part in eight of the time, however much is being said.
    untidy = True
    while goes_on():
        began = time.perf_counter()
        try:
            # What was asked for again comes after what is new, and may be the whole desk.
            read = await index_unread(desk.db, now=desk.clock()) or await index_again(
                desk.db, now=desk.clock()
            )
            tidy, untidy = untidy and not read, bool(read)
            if tidy:
                await tidy_index(desk.db)
            spent = time.perf_counter() - began
            await pause(max(INDEX_PAUSE if not read else 0, INDEX_SHARE * spent))
        except Unavailable:
            await pause(TROUBLE_PAUSE)
        except Exception:
            log.exception("the search index does not read on, again in %s s", TROUBLE_PAUSE)
            await pause(TROUBLE_PAUSE)


async def _read_facts(desk: Desk) -> None:
    """The coach reads what the index has read, and takes no more of the time than that."""
    while goes_on():
        began = time.perf_counter()
        try:
            await desk.policies.fresh(desk.clock())
            read = await read_facts(desk.db, desk.policies)
            spent = time.perf_counter() - began
            await pause(INDEX_SHARE * spent if read else FACTS_PAUSE)
        except Unavailable:
            await pause(TROUBLE_PAUSE)
        except Exception:
            log.exception("the coach does not read on, again in %s s", TROUBLE_PAUSE)
            await pause(TROUBLE_PAUSE)
