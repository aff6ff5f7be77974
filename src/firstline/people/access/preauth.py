"""Pre-authorization: the company's own panel vouches for a contact it has signed in.

The panel signs a JWT (RFC 7519) with HS256 and one of our keys: `sub` the contact's external id,
`aud` our public address or "firstline", `iat`, `exp` at most 15 minutes later, `jti`, `nbf` where
it begins later, and `kid` in the header. It is exchanged once for a session of ours.
"""

import json
import secrets
from base64 import b64decode, b64encode
from collections.abc import AsyncGenerator, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt

from firstline.kit.db import Db, Tx
from firstline.kit.errors import Invalid, Missing, NotSignedIn
from firstline.kit.i18n import gettext as _
from firstline.kit.seal import Seal
from firstline.people import checks, limits
from firstline.people import store as people
from firstline.people.access import preauth_store, store
from firstline.people.access.model import Caller, PreauthKey, SessionKind, SignedIn
from firstline.people.access.origins import read_origins
from firstline.people.access.sessions import start_session
from firstline.people.changes import About, NewChange, about_person, record
from firstline.people.limits import Limit
from firstline.people.model import Who
from firstline.people.rights import allow_change

AUDIENCE = "firstline"
LONGEST = timedelta(minutes=15)
SKEW = timedelta(seconds=30)  # the panel's clock may run ahead of ours by this
USED_EVERY = timedelta(minutes=1)
SECRET_BYTES = 32  # RFC 7518, 3.2: a key as long as the hash
MOST_CHARACTERS = 4096
HEADERS = {"alg", "typ", "kid"}  # a header that brings its own key (jwk, jku, x5u …) is refused
REFUSED = Limit("preauth:address", 60, timedelta(minutes=5))


async def new_preauth_key(
    tx: Tx,
    by: Who | None,
    seal: Seal,
    *,
    name: str = "",
    origins: Sequence[str] = (),
    now: datetime,
) -> tuple[str, str]:
    """A new key for the panel: its id and its secret, shown once.

    With `origins` the widget shows nobody's chats by it on pages of other sites. Raises Forbidden,
    Invalid (field).
    """
    allow_change(by)
    sites = read_origins(origins)
    name = checks.text(name, "name", required=False)
    kid, secret = secrets.token_hex(8), secrets.token_urlsafe(SECRET_BYTES)
    sealed = b64encode(seal.seal(secret.encode(), _place(kid))).decode("ascii")
    await preauth_store.add_preauth_key(
        tx.conn, PreauthKey(kid, name, tuple(sites), now, None, None), sealed
    )
    fields = {"key": kid} | ({"origins": sites} if sites else {})
    made = NewChange("panel_key_made", About("key", kid, name or kid), {}, fields)
    await record(tx, by, made, now=now)
    return kid, secret


async def retire_preauth_key(tx: Tx, by: Who | None, kid: str, *, now: datetime) -> None:
    """From now on nothing signed with this key is taken. Raises Forbidden, Missing."""
    allow_change(by)
    name = await preauth_store.retire_preauth_key(tx.conn, kid, now)
    if name is None:
        raise Missing(_("There is no such key in use."))
    ended = NewChange("panel_key_retired", About("key", kid, name or kid), {"key": kid}, {})
    await record(tx, by, ended, now=now)


async def token_for_trial(
    tx: Tx, by: Who | None, seal: Seal, kid: str, contact: str, *, now: datetime
) -> tuple[str, Who]:
    """A token as the panel would sign it with this key, to try the widget as that contact.

    `contact` is an external id or an e-mail address. Whoever may make a key could sign it
    themselves; that they did it here is written down. Raises Forbidden, Invalid (field),
    NotSignedIn where the key is not in use.
    """
    allow_change(by)
    known = _is_word(kid) and _is_word(contact.strip())
    sub = await people.external_id(tx.conn, contact.strip()) if known else None
    who = await people.who_by_external_id(tx.conn, sub) if sub else None
    if sub is None or who is None:
        raise Invalid(
            _("No active contact with an external id has this id or address."), field="contact"
        )
    secret, _sites = await _secret(tx, seal, kid)
    issued = int(now.timestamp())
    claims = {"sub": sub, "aud": AUDIENCE, "iat": issued, "exp": issued + 300}
    claims |= {"jti": secrets.token_hex(16)}
    tried = NewChange("widget_tried", about_person(who), {}, {"key": kid})
    await record(tx, by, tried, now=now)
    return jwt.encode(claims, secret, algorithm="HS256", headers={"kid": kid}), who


async def list_preauth_keys(tx: Tx, by: Who | None) -> list[PreauthKey]:
    allow_change(by)
    return await preauth_store.preauth_keys(tx.conn)


async def look_at_token(
    db: Db, seal: Seal, token: str, caller: Caller, *, public_url: str, now: datetime
) -> Who:
    """Whom the panel's token is for, without using it up.

    Raises NotSignedIn with the reason, TooMany after many refused ones of this network address.
    """
    async with _counting_refusals(db, caller, now), db.transaction() as tx:
        return (await _read(tx, seal, token, public_url, now))[1]


async def take_token(
    db: Db,
    seal: Seal,
    token: str,
    caller: Caller,
    *,
    public_url: str,
    kind: SessionKind = "browser",
    site: str | None = None,
    now: datetime,
) -> SignedIn:
    """As `exchange`. Raises also TooMany; a good token is always taken, whoever else tries here."""
    async with _counting_refusals(db, caller, now):
        return await db.run(
            exchange, seal, token, caller, public_url=public_url, kind=kind, site=site, now=now
        )


@asynccontextmanager
async def _counting_refusals(db: Db, caller: Caller, now: datetime) -> AsyncGenerator[None]:
    """A refused token counts against its network address: TooMany in place of it after many."""
    try:
        yield
    except NotSignedIn:
        await db.run(_count_refused, caller, now=now)
        raise


async def _count_refused(tx: Tx, caller: Caller, *, now: datetime) -> None:
    """In a transaction of its own: a refusal must not undo it."""
    await store.commit_lazily(tx.conn)
    await limits.demand(tx.conn, REFUSED, limits.prefix(caller.address), now)


async def exchange(
    tx: Tx,
    seal: Seal,
    token: str,
    caller: Caller,
    *,
    public_url: str,
    kind: SessionKind = "browser",
    site: str | None = None,
    now: datetime,
) -> SignedIn:
    """Take the panel's token, once, for a session. The panel vouches for every factor.

    `site` is the origin of the page around the widget's frame, as the frame says; None: no frame.
    Raises NotSignedIn with the reason: it tells the panel's author what to mend, and a forger
    nothing that the RFC does not.
    """
    claims, who = await _read(tx, seal, token, public_url, now)
    if site is not None and claims["sites"] and site not in claims["sites"]:
        raise _refusal(_("its key is not for the site %(site)s") % {"site": site[:200] or "?"})
    jti = f"{claims['kid']}:{claims['jti']}"
    if not await preauth_store.spend_jti(tx.conn, jti, _moment(claims["exp"]) + SKEW):
        raise _refusal(_("its jti has already been used"))
    await preauth_store.mark_preauth_key_used(tx.conn, claims["kid"], now, now - USED_EVERY)
    word = await start_session(
        tx.conn, who, kind=kind, agent=caller.agent, replaces=caller.cookie, now=now
    )
    return SignedIn(word, who, True)


async def _read(
    tx: Tx, seal: Seal, token: str, public_url: str, now: datetime
) -> tuple[dict[str, Any], Who]:
    claims = await _verify(tx, seal, token, {AUDIENCE, public_url.rstrip("/")}, now)
    who = await people.who_by_external_id(tx.conn, claims["sub"])
    if who is None or who.is_staff:
        raise _refusal(_("its sub is not a known contact"))
    return claims, who


async def _verify(
    tx: Tx, seal: Seal, token: str, audiences: Collection[str], now: datetime
) -> dict[str, Any]:
    kid = _kid(token)
    secret, sites = await _secret(tx, seal, kid)
    try:
        claims = jwt.decode(
            token,
            secret,
            algorithms=["HS256"],
            audience=list(audiences),
            # The times are compared below, with the moment of this call.
            options={
                "require": ["sub", "aud", "iat", "exp", "jti"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
                # So are the texts, each refused by its name.
                "verify_sub": False,
                "verify_jti": False,
            },
        )
    except jwt.MissingRequiredClaimError as error:
        raise _refusal(_("it has no %(claim)s") % {"claim": error.claim}) from None
    except jwt.InvalidAudienceError:
        raise _refusal(_("its aud names another audience")) from None
    except (jwt.PyJWTError, ValueError, TypeError):
        raise _refusal(_("its signature is wrong")) from None
    _check_times(claims, now)
    for name in ("sub", "jti"):
        if not _is_word(claims[name]):
            raise _refusal(
                _("its %(claim)s must be a text of 1 to 200 characters") % {"claim": name}
            )
    return {**claims, "kid": kid, "sites": sites}


async def _secret(tx: Tx, seal: Seal, kid: str) -> tuple[bytes, tuple[str, ...]]:
    """The secret of a key in use, and the sites that it is for."""
    sealed, sites = await preauth_store.preauth_secret(tx.conn, kid) or ("", ())
    try:
        secret = seal.open(b64decode(sealed, validate=True), _place(kid))
    except ValueError:  # none, no base64, or sealed with another installation's secret
        secret = b""
    if len(secret) < SECRET_BYTES:
        raise _refusal(_("its kid is not a key in use"))
    return secret, sites


def _place(kid: str) -> str:
    return f"preauth/{kid}"


def _kid(token: str) -> str:
    """The key id from a header that holds nothing else of weight."""
    if len(token) > MOST_CHARACTERS:
        raise _refusal(_("it is too long"))
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.PyJWTError, ValueError, TypeError, json.JSONDecodeError):
        raise _refusal(_("it cannot be read")) from None
    if header.get("alg") != "HS256":
        raise _refusal(_("its alg is not HS256"))
    if extra := set(header) - HEADERS:
        raise _refusal(_("its header may not hold %(name)s") % {"name": min(extra)})
    kid = header.get("kid")
    if not _is_word(kid):
        raise _refusal(_("its header has no kid"))
    return str(kid)


def _check_times(claims: dict[str, Any], now: datetime) -> None:
    try:
        issued, ends = _moment(claims["iat"]), _moment(claims["exp"])
        begins = _moment(claims.get("nbf", claims["iat"]))
    except (TypeError, ValueError, OverflowError, OSError):
        raise _refusal(_("iat, exp and nbf must be numbers of seconds")) from None
    if ends <= now:
        raise _refusal(_("its exp has passed"))
    if issued > now + SKEW:
        raise _refusal(_("its iat is in the future; check the panel's clock"))
    if begins > now + SKEW:
        raise _refusal(_("its nbf is in the future; it is not valid yet"))
    if not timedelta(0) < ends - issued <= LONGEST:
        raise _refusal(_("its exp may be at most 15 minutes after its iat"))


def _moment(value: Any) -> datetime:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return datetime.fromtimestamp(value, UTC)


def _is_word(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 200 and "\x00" not in value


def _refusal(why: str) -> NotSignedIn:
    return NotSignedIn(_("The panel's token was refused: %(why)s.") % {"why": why})
