"""Letters, for the keeper alone: those written to the folder, and what could not be sent."""

import asyncio
from collections.abc import Awaitable, Sequence
from datetime import datetime
from functools import partial
from typing import Protocol
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath
from litestar.response import Redirect

from firstline.desk.work import Panes
from firstline.kit import outbox, web
from firstline.kit.db import Conn, Tx
from firstline.kit.errors import Conflict, Forbidden, Missing
from firstline.kit.i18n import _
from firstline.kit.mail import FolderMail, Mail, list_letters, read_letter
from firstline.people import Who

UNSENT = "/desk/settings/unsent"


class Moving(Protocol):
    """What is done to parcels of the outbox; how many it was done to."""

    def __call__(
        self, conn: Conn, ids: Sequence[UUID] | None, *, now: datetime
    ) -> Awaitable[int]: ...


def _refuse_others(who: Who) -> None:
    if not who.has("keeper"):
        raise Forbidden(_("Only the desk administrator can see this."))


@get("/settings/letters")
async def letters(panes: Given[Panes], mailer: Given[Mail]) -> web.Page:
    """The letters of a desk without a mail server, as it wrote them to its folder."""
    _refuse_others(panes.who)
    folder = mailer.folder if isinstance(mailer, FolderMail) else None
    found = await asyncio.to_thread(list_letters, folder) if folder else []
    return panes.page("desk/settings/letters.html", letters=found, by_smtp=folder is None)


@get("/settings/letters/{name:str}")
async def letter(panes: Given[Panes], mailer: Given[Mail], name: FromPath[str]) -> web.Page:
    _refuse_others(panes.who)
    found = None
    if isinstance(mailer, FolderMail):
        found = await asyncio.to_thread(read_letter, mailer.folder, name)
    if found is None:
        raise Missing(_("There is no such e-mail."))
    return panes.page("desk/settings/letter.html", letter=found)


@get("/settings/unsent")
async def unsent(panes: Given[Panes]) -> web.Page:
    """What could not be sent: given up, and still tried."""
    _refuse_others(panes.who)
    async with panes.db.connection() as conn:
        dead = await outbox.list_dead(conn)
        failing = await outbox.list_failing(conn)
    return panes.page("desk/settings/unsent.html", dead=dead, failing=failing)


@post("/settings/unsent/{parcel:uuid}/replay", status_code=303)
async def replay(panes: Given[Panes], parcel: FromPath[UUID]) -> Redirect:
    """Send one now, whether it was given up or would be tried later."""
    _refuse_others(panes.who)
    await panes.once(partial(_move_one, panes, outbox.send_now, parcel))
    return Redirect(UNSENT, status_code=303)


@post("/settings/unsent/{parcel:uuid}/drop", status_code=303)
async def drop(panes: Given[Panes], parcel: FromPath[UUID]) -> Redirect:
    _refuse_others(panes.who)
    await panes.once(partial(_move_one, panes, outbox.drop, parcel))
    return Redirect(UNSENT, status_code=303)


@post("/settings/unsent/replay", status_code=303)
async def replay_all(panes: Given[Panes]) -> Redirect:
    _refuse_others(panes.who)
    await panes.once(lambda tx: outbox.send_now(tx.conn, None, now=panes.now))
    return Redirect(UNSENT, status_code=303)


@post("/settings/unsent/drop", status_code=303)
async def drop_all(panes: Given[Panes]) -> Redirect:
    _refuse_others(panes.who)
    await panes.once(lambda tx: outbox.drop(tx.conn, None, now=panes.now))
    return Redirect(UNSENT, status_code=303)


async def _move_one(panes: Panes, move: Moving, parcel: UUID, tx: Tx) -> None:
    if not await move(tx.conn, [parcel], now=panes.now):
        raise Conflict(_("It is no longer among the unsent e-mails, or is being sent right now."))


handlers = [letters, letter, unsent, replay, drop, replay_all, drop_all]
