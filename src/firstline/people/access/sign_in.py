"""Signing in by password, then by second factor where it is on.

The answer, its status and the work done are the same for an unknown address, a person without
a password and a wrong password. Tries are counted before the password is looked at, by account
and by network address or by a browser that is known, and given back when it was right.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from firstline.kit.db import Conn, Db, Tx
from firstline.kit.errors import Invalid, NotSignedIn
from firstline.kit.i18n import gettext as _
from firstline.kit.seal import Seal
from firstline.people import limits
from firstline.people import store as people
from firstline.people.access import passwords, second_factor, store
from firstline.people.access.model import Caller, Credentials, SignedIn, digest
from firstline.people.access.sessions import start_session
from firstline.people.access.tokens import end_tokens
from firstline.people.checks import normal_email
from firstline.people.limits import Limit
from firstline.people.model import Who
from firstline.people.rights import rights_changed

QUARTER = timedelta(minutes=15)
BY_ACCOUNT = Limit("sign-in:account", 10, QUARTER)
BY_ADDRESS = Limit("sign-in:address", 30, QUARTER)
BY_BROWSER = Limit("sign-in:browser", 10, QUARTER)
SECOND_FACTOR = Limit("sign-in:second-factor", 5, QUARTER)
Tries = Sequence[tuple[Limit, str]]


async def sign_in(db: Db, email: str, password: str, caller: Caller, *, now: datetime) -> SignedIn:
    """Raises NotSignedIn, always with the same words, and TooMany (Retry-After)."""
    email = normal_email(email)
    tries = _tries_of(email, caller)
    await db.run(_count_try, tries, now=now)
    found = await _right_password(db, email, password)
    if found is None:
        raise NotSignedIn(_("Wrong e-mail address or password; check both and try again."))
    return await db.run(_open, found, tries, caller, now=now)


async def give_second_factor(
    db: Db, seal: Seal, code: str, caller: Caller, *, now: datetime
) -> SignedIn:
    """The second step: a code of the app, or a recovery code. The session gets a new word.

    Raises NotSignedIn (no first step within ten minutes), Invalid (field code), TooMany.
    """
    person_id = await db.run(_count_second_try, caller, now=now)
    return await db.run(_pass, seal, person_id, code, caller, now=now)


async def half_signed_in(conn: Conn, cookie: str | None, *, now: datetime) -> UUID | None:
    """Whose second factor this browser still owes."""
    return await store.half_session(conn, digest(cookie), now) if cookie else None


async def confirm_password(
    db: Db, who: Who, password: str, caller: Caller, *, field: str = "current", now: datetime
) -> None:
    """Ask a signed-in person once more before what a thief of their browser would do.

    Who comes from the company's panel may have no password yet, and proves by nothing else.
    Raises Invalid (`field`), TooMany.
    """
    async with db.connection() as conn:
        found = await store.credentials(conn, who.id)
    if found is None or found.password_hash is None:
        raise Invalid(
            _(
                "You have no password yet. Choose one through “Forgot your password, or none yet?” "
                "on the sign-in page, then do this again."
            ),
            field=field,
        )
    # Tries count against the session or token that asks: nobody else can use them up.
    asking = who.credential.hex()
    tries = [(BY_BROWSER, asking)] if asking else _tries_of(who.email, caller)
    await db.run(_count_try, tries, now=now)
    if await _right_password(db, who.email, password) is None:
        raise Invalid(_("This is not your current password."), field=field)
    await db.run(_forgive, tries, now=now)


async def change_password(
    db: Db, who: Who, current: str, password: str, caller: Caller, *, now: datetime
) -> None:
    """Other sessions and all links die; the browser that asks stays signed in.

    Raises Invalid (field current or password), TooMany.
    """
    passwords.check_new(password, email=who.email, name=who.name)
    await confirm_password(db, who, current, caller, now=now)
    password_hash = await passwords.hash_of(password)
    await db.run(set_password, who.id, password_hash, keep=caller.cookie, now=now)


async def set_password(
    tx: Tx, person_id: UUID, password_hash: str, *, keep: str | None = None, now: datetime
) -> None:
    """Store a new hash; with the old one die sessions (but `keep`, a cookie), tokens and unused
    links.
    """
    await store.set_password_hash(tx.conn, person_id, password_hash)
    owner = await people.who(tx.conn, person_id)
    if owner is not None:
        await end_tokens(tx, owner, now=now)
    await store.remove_sessions(tx.conn, person_id, digest(keep) if keep else None)
    await store.kill_links(tx.conn, person_id, now)
    await rights_changed(tx, person_id)


async def _right_password(db: Db, email: str, password: str) -> Credentials | None:
    async with db.connection() as conn:
        found = await store.credentials_by_email(conn, email)
    right, newer = await passwords.verify(password, found.password_hash if found else None)
    if found is None or not right:
        return None
    if newer:
        async with db.transaction() as tx:
            await store.set_password_hash(tx.conn, found.person_id, newer)
    return found


def _tries_of(email: str, caller: Caller) -> Tries:
    """What a try counts against. Strangers' tries never count against a browser that is known."""
    own = caller.allowance(email)
    if own is not None:
        return [(BY_BROWSER, own)]
    return [(BY_ACCOUNT, email), (BY_ADDRESS, limits.prefix(caller.address))]


async def _count_try(tx: Tx, tries: Tries, *, now: datetime) -> None:
    await store.commit_lazily(tx.conn)
    for limit, subject in tries:
        await limits.demand(tx.conn, limit, subject, now)


async def _forgive(tx: Tx, tries: Tries, *, now: datetime) -> None:
    for limit, subject in tries:
        await limits.give_back(tx.conn, limit, subject, now)


async def _open(
    tx: Tx, found: Credentials, tries: Tries, caller: Caller, *, now: datetime
) -> SignedIn:
    await _forgive(tx, tries, now=now)
    return await open_session(tx, found.person_id, caller, now=now)


async def open_session(
    tx: Tx, person_id: UUID, caller: Caller, *, passed: bool | None = None, now: datetime
) -> SignedIn:
    """Start a browser's session; where a second factor is on it is asked unless `passed`."""
    who = await people.who(tx.conn, person_id)
    found = await store.credentials(tx.conn, person_id)
    if who is None or found is None:
        raise NotSignedIn(_("This account is closed; contact the company."))
    done = found.totp_secret is None if passed is None else passed
    word = await start_session(
        tx.conn, who, agent=caller.agent, passed=done, replaces=caller.cookie, now=now
    )
    return SignedIn(word, who, done)


async def _count_second_try(tx: Tx, caller: Caller, *, now: datetime) -> UUID:
    person_id = await half_signed_in(tx.conn, caller.cookie, now=now)
    if person_id is None:
        raise NotSignedIn(_("Sign in with your password first."))
    await limits.demand(tx.conn, SECOND_FACTOR, await _owner_of_tries(tx, person_id, caller), now)
    return person_id


async def _owner_of_tries(tx: Tx, person_id: UUID, caller: Caller) -> str:
    """Who knows the password of somebody else uses up no codes of a browser that is theirs."""
    found = await store.credentials(tx.conn, person_id)
    return (found and caller.allowance(found.email)) or str(person_id)


async def _pass(
    tx: Tx, seal: Seal, person_id: UUID, code: str, caller: Caller, *, now: datetime
) -> SignedIn:
    if not await second_factor.spend(tx.conn, seal, person_id, code, now=now):
        raise Invalid(
            _("This code is wrong or has been used; wait for the next one."), field="code"
        )
    own = await _owner_of_tries(tx, person_id, caller)
    await limits.give_back(tx.conn, SECOND_FACTOR, own, now)
    return await open_session(tx, person_id, caller, passed=True, now=now)
