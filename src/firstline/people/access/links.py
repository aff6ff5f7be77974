"""Links by letter: an invitation to choose a first password, and a reset of a lost one.

A link is 256 random bits, hashed at rest, used up by one atomic statement, and dies when the
password changes. Its address is built from the configured public address, never from a call.
"""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

from firstline.kit import outbox
from firstline.kit.db import Conn, Db, Tx
from firstline.kit.errors import Conflict, Missing
from firstline.kit.i18n import gettext as _
from firstline.kit.i18n import speaking
from firstline.people import limits
from firstline.people import store as people
from firstline.people.access import passwords, store
from firstline.people.access.model import (
    LINK_LIFE,
    Caller,
    Credentials,
    LinkKind,
    SignedIn,
    digest,
    new_secret,
)
from firstline.people.access.sign_in import open_session, set_password
from firstline.people.changes import NewChange, about_person, record
from firstline.people.checks import normal_email
from firstline.people.limits import Limit
from firstline.people.model import Who
from firstline.people.rights import allow_change, allow_roles

HOUR = timedelta(hours=1)
RESETS_BY_ADDRESS = Limit("reset:address", 20, HOUR)
RESETS_BY_ACCOUNT = Limit("reset:account", 3, HOUR)
ANSWER_AFTER = 0.25  # seconds; longer than either way takes


async def invite(tx: Tx, by: Who | None, person_id: UUID, *, public_url: str, now: datetime) -> str:
    """Send an invitation letter and return its link; earlier links of the person die.

    Raises Forbidden (also to management, of a keeper: who sees the link may go by it), Missing,
    Conflict (they have a password: a reset is theirs to ask for).
    """
    allow_change(by)
    operator = await people.lock_operator(tx.conn, person_id)
    allow_roles(by, operator.roles if operator else ())
    found = await store.credentials(tx.conn, person_id)
    if found is None:
        raise Missing(_("This person has no active account."))
    if found.password_hash is not None:
        raise Conflict(
            _("They already have a password; they can ask for a new one on the sign-in page.")
        )
    person = await people.who(tx.conn, person_id)
    assert person is not None, "they have credentials"
    sent = NewChange("invitation_sent", about_person(person), {}, {"email": found.email})
    await record(tx, by, sent, now=now)
    address = await _new_link(tx.conn, found, "invitation", public_url, now)
    with speaking(found.language):
        subject = _("Your invitation to the support desk")
        words = _(
            "Hello %(name)s,\n\nYou have been invited to the support desk. Choose your "
            "password here within seven days:\n\n%(link)s\n"
        )
    await _send(tx.conn, found, subject, words, address, now)
    return address


async def make_console_link(tx: Tx, person_id: UUID, *, public_url: str, now: datetime) -> str:
    """A link to choose a password with, for the console to print: it is mailed to nobody.

    Links that went out before die. Raises Missing.
    """
    found = await store.credentials(tx.conn, person_id)
    person = await people.who(tx.conn, person_id)
    if found is None or person is None:
        raise Missing(_("This person has no active account."))
    await store.kill_links(tx.conn, person_id, now)
    made = NewChange("password_link_made", about_person(person), {}, {"email": found.email})
    await record(tx, None, made, now=now)
    kind: LinkKind = "reset" if found.password_hash is not None else "invitation"
    return await _new_link(tx.conn, found, kind, public_url, now)


async def ask_reset(db: Db, email: str, caller: Caller, *, public_url: str, now: datetime) -> None:
    """Send a reset letter if somebody is known by this address; the caller cannot tell.

    The answer comes after the same time either way; over three letters an hour none is sent.
    Raises TooMany by network address alone.
    """
    loop = asyncio.get_running_loop()
    until = loop.time() + ANSWER_AFTER
    try:
        await db.run(_reset, normal_email(email), caller, public_url, now=now)
    finally:
        await asyncio.sleep(until - loop.time())


async def find_owner(conn: Conn, word: str, kind: LinkKind, *, now: datetime) -> Who | None:
    """Whom a living link is for; None when it was used, has run out or never was."""
    person_id = await store.link_owner(conn, digest(word), kind, now)
    return await people.who(conn, person_id) if person_id else None


async def link_owner(conn: Conn, word: str, kind: LinkKind, *, now: datetime) -> Who:
    """As `find_owner`. Raises Missing."""
    who = await find_owner(conn, word, kind, now=now)
    if who is None:
        raise _spent_link()
    return who


async def redeem(
    db: Db, word: str, kind: LinkKind, password: str, caller: Caller, *, now: datetime
) -> SignedIn:
    """Choose a password by a link and sign in; the second factor, where on, is still asked.

    Raises Missing (used, expired, never was), Invalid (field password; the link stays good).
    """
    async with db.connection() as conn:
        who = await link_owner(conn, word, kind, now=now)
    passwords.check_new(password, email=who.email, name=who.name)
    password_hash = await passwords.hash_of(password)
    return await db.run(_redeem, word, kind, password_hash, caller, now=now)


async def _redeem(
    tx: Tx, word: str, kind: LinkKind, password_hash: str, caller: Caller, *, now: datetime
) -> SignedIn:
    person_id = await store.spend_link(tx.conn, digest(word), kind, now)
    if person_id is None or await people.who(tx.conn, person_id) is None:
        raise _spent_link()
    await set_password(tx, person_id, password_hash, now=now)
    return await open_session(tx, person_id, caller, now=now)


async def _reset(tx: Tx, email: str, caller: Caller, public_url: str, *, now: datetime) -> None:
    own = caller.allowance(email)
    if own is None:
        await limits.demand(tx.conn, RESETS_BY_ADDRESS, limits.prefix(caller.address), now)
    found = await store.credentials_by_email(tx.conn, email)
    # What strangers ask for never uses up the letters of a browser that is known.
    if found is None or not await limits.allow_one(tx.conn, RESETS_BY_ACCOUNT, own or email, now):
        return
    address = await _new_link(tx.conn, found, "reset", public_url, now)
    with speaking(found.language):
        subject = _("Choose a new password for the support desk")
        words = _(
            "Hello %(name)s,\n\nSomebody (we hope it was you) asked for a new password. Choose "
            "it here within a day:\n\n%(link)s\n\nIf it was not you, ignore this e-mail: your "
            "password stays as it is.\n"
        )
    await _send(tx.conn, found, subject, words, address, now)


async def _new_link(
    conn: Conn, found: Credentials, kind: LinkKind, public_url: str, now: datetime
) -> str:
    word = new_secret()
    if kind == "invitation":
        await store.kill_links(conn, found.person_id, now)
    await store.add_link(conn, digest(word), found.person_id, kind, now, now + LINK_LIFE[kind])
    return f"{public_url.rstrip('/')}/{kind}/{word}"


async def _send(
    conn: Conn, found: Credentials, subject: str, words: str, address: str, now: datetime
) -> None:
    text = words % {"name": found.name, "link": address}
    payload = {"to": found.email, "subject": subject, "text": text}
    await outbox.put(conn, kind="mail", payload=payload, not_before=now)


def _spent_link() -> Missing:
    return Missing(_("This link has been used or has expired; ask for a new one."))
