"""Personal API tokens: printed once, kept as a hash, revoked by their owner."""

from datetime import datetime
from uuid import UUID

from firstline.kit.db import Conn, Tx
from firstline.kit.errors import Conflict, Missing
from firstline.kit.i18n import gettext as _
from firstline.kit.ids import uuid7
from firstline.people import checks
from firstline.people import store as people
from firstline.people.access import bearers, store
from firstline.people.access.model import API_PREFIX, Token, digest, new_secret
from firstline.people.changes import NewChange, about_person, record
from firstline.people.model import Who

MOST_TOKENS = 50


async def new_token(
    tx: Tx, person_id: UUID, name: str, now: datetime, *, by: Who | None = None
) -> str:
    """Make a token for this person and return its words, which are kept nowhere.

    `by` None is the console. Raises Missing, Invalid (field name) and Conflict at 50 tokens.
    """
    _token, words = await new_named_token(tx, person_id, name, now=now, by=by)
    return words


async def new_named_token(
    tx: Tx, person_id: UUID, name: str, *, now: datetime, by: Who | None = None
) -> tuple[Token, str]:
    """As `new_token`, with the token's place in the list."""
    name = checks.text(name, "name", most=100, required=False)
    if len(await store.tokens(tx.conn, person_id)) >= MOST_TOKENS:
        raise Conflict(
            _("There are %(most)d tokens; revoke one that is no longer used.")
            % {"most": MOST_TOKENS}
        )
    words = API_PREFIX + new_secret()
    token = Token(uuid7(), name, now, None)
    await store.add_token(tx.conn, token.id, person_id, digest(words), name, now)
    owner = by if by and by.id == person_id else await people.who(tx.conn, person_id)
    if owner is None:
        raise Missing(_("There is no such active person."))
    made = NewChange("token_made", about_person(owner), {}, {"token": name or str(token.id)})
    await record(tx, by, made, now=now)
    return token, words


async def revoke_token(tx: Tx, who: Who, token_id: UUID, *, now: datetime) -> None:
    """End one of the caller's own tokens; other processes follow within two seconds.

    Raises Missing for a token of somebody else, as for one that never was.
    """
    name = await store.remove_token(tx.conn, who.id, token_id)
    if name is None:
        raise Missing(_("There is no such token of yours."))
    bearers.forget(who.id)
    ended = NewChange("token_revoked", about_person(who), {"token": name or str(token_id)}, {})
    await record(tx, who, ended, now=now)


async def list_tokens(conn: Conn, person_id: UUID) -> list[Token]:
    return await store.tokens(conn, person_id)
