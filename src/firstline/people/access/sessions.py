"""Server-side sessions: a random word in the browser, its hash in the database."""

from datetime import datetime

from firstline.kit import clock
from firstline.kit.db import Conn, Db, Tx
from firstline.kit.errors import NotSignedIn
from firstline.kit.i18n import gettext as _
from firstline.people.access import bearers, store
from firstline.people.access.model import (
    HALF_SIGNED_IN,
    IDLE,
    WIDGET_PREFIX,
    Session,
    SessionKind,
    digest,
    new_secret,
)
from firstline.people.access.tokens import end_tokens
from firstline.people.model import Who
from firstline.people.rights import rights_changed

COOKIE = "firstline"


async def identify_cookie(db: Db, cookie: str | None, *, now: datetime | None = None) -> Who:
    """The person behind the cookie `firstline`; a widget session or half a sign-in is nobody.

    Never remembered: signing out is felt by the next page. Raises NotSignedIn.
    """
    now = now or clock.now()
    if cookie:
        key = digest(cookie)
        async with db.connection() as conn:
            found = await store.by_session(conn, key, "browser", now)
            if found:
                await bearers.mark_session_seen(conn, found, key, now)
                await bearers.mark_present(conn, found, now)
                return found.who
    raise NotSignedIn(_("Sign in to continue."))


async def start_session(
    conn: Conn,
    who: Who,
    *,
    kind: SessionKind = "browser",
    agent: str = "",
    passed: bool = True,
    replaces: str | None = None,
    now: datetime,
) -> str:
    """Open a session and return its word; `replaces` is the browser's present cookie, if any.

    A sign-in always gets a new word, so that one planted before is worth nothing. `passed`
    False: the second factor is still asked, within ten minutes.
    """
    if replaces:
        await store.remove_session(conn, digest(replaces))
    word = WIDGET_PREFIX + new_secret() if kind == "widget" else new_secret()
    await store.add_session(
        conn,
        Session(
            hash=digest(word),
            person_id=who.id,
            kind=kind,
            agent=agent.replace("\x00", "")[:200],
            created_at=now,
            seen_at=now,
            expires_at=now + (IDLE[who.side] if passed else HALF_SIGNED_IN),
            passed_at=now if passed else None,
        ),
    )
    return word


async def sign_out(tx: Tx, cookie: str) -> None:
    """End the session behind this cookie; open streams of the person look at their rights again."""
    ended = await store.remove_session(tx.conn, digest(cookie))
    if ended is not None:
        await rights_changed(tx, ended)


async def sign_out_everywhere(tx: Tx, who: Who, *, now: datetime) -> None:
    """End every session and every API token of a person."""
    await store.remove_sessions(tx.conn, who.id)
    await end_tokens(tx, who, now=now)
    await rights_changed(tx, who.id)


async def end_widget_sessions(tx: Tx, who: Who) -> None:
    """End what the panel's tokens have begun; browsers and API tokens stay."""
    await store.remove_widget_sessions(tx.conn, who.id)
    await rights_changed(tx, who.id)


async def sign_out_others(tx: Tx, who: Who, *, but: str | None) -> None:
    """End the sessions of a person's other browsers; tokens stay."""
    await store.remove_sessions(tx.conn, who.id, digest(but) if but else None)
    await rights_changed(tx, who.id)
