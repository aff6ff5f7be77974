"""Personal API tokens: printed once, kept as a hash, revoked by their owner."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from firstline.kit.db import Conn, Tx
from firstline.kit.errors import Conflict, Invalid, Missing
from firstline.kit.i18n import gettext as _
from firstline.kit.i18n import ngettext
from firstline.kit.ids import uuid7
from firstline.people import checks
from firstline.people import store as people
from firstline.people.access import bearers, store
from firstline.people.access.model import API_PREFIX, Token, digest, new_secret
from firstline.people.changes import NewChange, about_person, record, record_all
from firstline.people.model import SCOPES, TokenScope, Who
from firstline.people.rights import demand_scope

MOST_TOKENS = 50
LONGEST_LIFE = timedelta(days=3660)


async def new_token(
    tx: Tx, person_id: UUID, name: str, now: datetime, *, by: Who | None = None
) -> str:
    """Make a token for this person and return its words, which are kept nowhere.

    `by` None is the console. Raises Missing, Invalid (field name) and Conflict at 50 tokens.
    """
    _token, words = await new_named_token(tx, person_id, name, now=now, by=by)
    return words


async def new_named_token(
    tx: Tx,
    person_id: UUID,
    name: str,
    *,
    scopes: Sequence[str] | None = None,
    expires_at: datetime | None = None,
    now: datetime,
    by: Who | None = None,
) -> tuple[Token, str]:
    """As `new_token`, with the token's place in the list.

    `scopes` None: all that the caller's own token is good for. Raises also Invalid (field scopes,
    expires_at) and Forbidden for a scope that the caller's token has not.
    """
    name = checks.text(name, "name", most=100, required=False)
    if len(await store.tokens(tx.conn, person_id)) >= MOST_TOKENS:
        raise Conflict(
            ngettext(
                "You already have %(most)d token; revoke one that you no longer use.",
                "You already have %(most)d tokens; revoke one that you no longer use.",
                MOST_TOKENS,
            )
            % {"most": MOST_TOKENS}
        )
    words = API_PREFIX + new_secret()
    wished = _scopes(by, scopes)
    token = Token(uuid7(), name, wished, now, None, _end(expires_at, now))
    await store.add_token(tx.conn, person_id, digest(words), token)
    owner = by if by and by.id == person_id else await people.who(tx.conn, person_id)
    if owner is None:
        raise Missing(_("This person has no active account."))
    made = NewChange("token_made", about_person(owner), {}, {"token": name or str(token.id)})
    await record(tx, by, made, now=now)
    return token, words


async def revoke_token(
    tx: Tx, who: Who, token_id: UUID, *, now: datetime, console: bool = False
) -> None:
    """End one of a person's own tokens, by them or by the console; other processes follow within
    two seconds.

    Raises Missing for a token of somebody else, as for one that never was.
    """
    name = await store.remove_token(tx.conn, who.id, token_id)
    if name is None:
        raise Missing(_("You have no such token."))
    bearers.forget(who.id)
    ended = NewChange("token_revoked", about_person(who), {"token": name or str(token_id)}, {})
    await record(tx, None if console else who, ended, now=now)


async def end_tokens(tx: Tx, owner: Who, *, now: datetime) -> None:
    """End every token of a person: what they were made with is worth nothing any more."""
    names = await store.remove_tokens(tx.conn, owner.id)
    bearers.forget(owner.id)
    about = about_person(owner)
    ended = [NewChange("token_revoked", about, {"token": name}, {}) for name in names]
    await record_all(tx, owner, ended, now=now)


def _scopes(by: Who | None, wished: Sequence[str] | None) -> tuple[TokenScope, ...]:
    """In their order. Nobody makes a token that is good for more than the one they come with."""
    if wished is None:
        return tuple(scope for scope in SCOPES if by is None or scope in by.scopes)
    chosen: tuple[TokenScope, ...] = tuple(scope for scope in SCOPES if scope in wished)
    if not chosen or set(wished) - set(SCOPES):
        raise Invalid(
            _("Choose one or more of these scopes: %(scopes)s.") % {"scopes": ", ".join(SCOPES)},
            field="scopes",
        )
    if by is not None:
        for scope in chosen:
            demand_scope(by, scope)
    return chosen


def _end(expires_at: datetime | None, now: datetime) -> datetime | None:
    if expires_at is not None and not now < expires_at <= now + LONGEST_LIFE:
        raise Invalid(
            _("Choose an expiry date in the future, at most ten years ahead, or none."),
            field="expires_at",
        )
    return expires_at


async def list_tokens(conn: Conn, person_id: UUID) -> list[Token]:
    return await store.tokens(conn, person_id)
