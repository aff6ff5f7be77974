"""The API of people: oneself, sessions of the widget, tokens, clients and their import."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery, JSONBody

from firstline.kit.db import Conn, Db, Tx
from firstline.kit.errors import Invalid, Missing
from firstline.kit.i18n import gettext as _
from firstline.kit.keys import StoredAnswer
from firstline.kit.openapi import creates, shows
from firstline.kit.seal import Seal
from firstline.kit.web import Web
from firstline.people import actions, store
from firstline.people.access import preauth, sessions, sign_in, tokens
from firstline.people.access.model import IDLE, PreauthKey, Token
from firstline.people.importing import ImportedRow, Result, import_clients
from firstline.people.model import Access, Client, Contact, Service, Side, TokenScope, Who
from firstline.people.posts import Keyed, answer_once, key_of
from firstline.people.web import MANAGES, Http, caller_of, requires_role, requires_staff
from firstline.policy import Policy

PAGE, MOST = 50, 200
IMPORT_LIMIT = 20 * 1024 * 1024
encode = msgspec.json.encode
requires_runner = requires_role("management", "keeper")


class Me(msgspec.Struct):
    id: UUID
    side: Side
    name: str
    email: str
    language: str
    client: UUID | None
    access: Access | None
    services: list[UUID]
    roles: list[str]
    lines: list[str]
    languages: list[str]


class SessionIn(Keyed, kw_only=True):
    """`site` is the origin of the page on which the widget stands; its frame says it."""

    token: str
    site: str = ""


class SessionOut(msgspec.Struct):
    token: str
    expires_at: datetime
    name: str


class TokenIn(Keyed, kw_only=True):
    """`password` is the caller's own; `scopes` left out are those of the token that asks."""

    password: str
    name: str = ""
    scopes: list[TokenScope] | None = None
    expires_at: Annotated[datetime, msgspec.Meta(tz=True)] | None = None


@dataclass(frozen=True, slots=True)
class TokenOut(Token):
    """`token` stands in the first answer alone: its words are kept nowhere."""

    token: str | None = None


class TokenList(msgspec.Struct):
    items: list[TokenOut]
    after: str | None = None


@dataclass(frozen=True, slots=True)
class PreauthKeyOut(PreauthKey):
    """`secret` stands in the first answer alone."""

    secret: str | None = None


class PreauthKeyIn(Keyed, kw_only=True):
    """`origins` are the sites whose pages may show the widget by this key; none means any."""

    name: str = ""
    origins: list[str] = msgspec.field(default_factory=list[str])


class PreauthKeyList(msgspec.Struct):
    items: list[PreauthKeyOut]
    after: str | None = None


class ClientIn(Keyed, kw_only=True):
    name: str
    external_id: str | None = None
    plan: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class ClientOut(Client):
    """A client with what belongs to them."""

    services: list[Service]
    contacts: list[Contact]


class ClientList(msgspec.Struct):
    items: list[ClientOut]
    after: str | None


class ImportIn(Keyed, kw_only=True):
    """Either `clients` (objects as in the JSON file) or `content` (a whole CSV or JSON file)."""

    clients: list[Any] | None = None
    content: str | None = None
    dry_run: bool = False


class ImportOut(msgspec.Struct):
    dry_run: bool
    created: int
    updated: int
    unchanged: int
    refused: int
    lines: list[ImportedRow]


@get("/me", summary="Who the token speaks for")
async def me(who: Given[Who]) -> Me:
    return Me(
        id=who.id,
        side=who.side,
        name=who.name,
        email=who.email,
        language=who.language,
        client=who.client_id,
        access=who.access,
        services=sorted(who.services),
        roles=sorted(who.roles),
        lines=list(who.lines),
        languages=list(who.languages),
    )


@post("/sessions", summary="Exchange the panel's signed token for a session", security=[])
async def new_session(
    request: Http,
    data: JSONBody[SessionIn],
    db: Given[Db],
    seal: Given[Seal],
    now: Given[datetime],
) -> SessionOut:
    """The widget's sign-in; the session's token is sent as bearer, by this contact alone.

    The panel's token is good once, whatever key comes with it: the session's is kept nowhere.
    """
    key_of(request, data.key)
    web: Web = request.app.state["web"]
    # Whatever cookie the browser carries is another session's: it stays.
    caller = replace(caller_of(request), cookie=None)
    # On a page of the desk itself the frame and the page around it have one origin.
    site = None if data.site and data.site == request.headers.get("origin") else data.site
    signed = await preauth.take_token(
        db, seal, data.token, caller, public_url=web.public_url, kind="widget", site=site, now=now
    )
    return SessionOut(signed.word, now + IDLE[signed.who.side], signed.who.name)


@delete("/sessions", status_code=204, summary="End the widget's sessions of whoever calls")
async def end_sessions(db: Given[Db], who: Given[Who]) -> None:
    """Whoever signs out on the company's site has done so in every tab and browser: where they are
    still signed in, its page has a new token.
    """
    await db.run(sessions.end_widget_sessions, who)


@get("/tokens", opt=MANAGES, summary="The caller's own tokens")
async def list_tokens(db: Given[Db], who: Given[Who]) -> TokenList:
    async with db.connection() as conn:
        return TokenList(
            [TokenOut(**asdict(each)) for each in await tokens.list_tokens(conn, who.id)]
        )


@post("/tokens", opt=MANAGES, responses=creates(TokenOut), summary="Make a token for oneself")
async def new_token(
    request: Http, db: Given[Db], who: Given[Who], now: Given[datetime], data: JSONBody[TokenIn]
) -> Response[bytes]:
    """Asks for the caller's own password each time, also where the key was seen before."""
    caller, words = caller_of(request), [""]
    await sign_in.confirm_password(db, who, data.password, caller, field="password", now=now)

    async def act(tx: Tx) -> StoredAnswer:
        token, words[0] = await tokens.new_named_token(
            tx,
            who.id,
            data.name,
            scopes=data.scopes,
            expires_at=data.expires_at,
            now=now,
            by=who,
        )
        return 201, encode(TokenOut(**asdict(token)))

    # Nothing that could be tried against a guess of the password stays behind.
    answer = await answer_once(request, msgspec.structs.replace(data, password=""), act)
    if answer.status_code == 201:  # the stored answer never holds the words; this first one does
        made = msgspec.json.decode(answer.content, type=TokenOut)
        answer.content = encode(replace(made, token=words[0]))
    return answer


@delete("/tokens/{token_id:uuid}", opt=MANAGES, status_code=204, summary="Revoke one's own token")
async def revoke_token(
    db: Given[Db], who: Given[Who], now: Given[datetime], token_id: FromPath[UUID]
) -> None:
    await db.run(tokens.revoke_token, who, token_id, now=now)


@get("/clients", guards=[requires_staff], summary="Clients by name, with services and contacts")
async def list_clients(
    db: Given[Db],
    q: FromQuery[str] = "",
    after: FromQuery[UUID | None] = None,
    limit: FromQuery[int] = PAGE,
) -> ClientList:
    limit = max(1, min(limit, MOST))
    if "\x00" in q:
        raise Invalid(_("Remove the invisible control characters."), field="q")
    async with db.connection() as conn:
        found = await store.clients(conn, q.strip()[:200], after, limit + 1)
        clients = await _clients(conn, found[:limit])
    return ClientList(clients, str(clients[-1].id) if len(found) > limit else None)


@post(
    "/clients",
    guards=[requires_runner],
    opt=MANAGES,
    responses=creates(ClientOut),
    summary="Add a client",
)
async def new_client(
    request: Http, data: JSONBody[ClientIn], who: Given[Who], now: Given[datetime]
) -> Response[bytes]:
    async def act(tx: Tx) -> StoredAnswer:
        client = await actions.new_client(
            tx,
            who,
            name=data.name,
            external_id=data.external_id,
            plan=data.plan,
            language=data.language,
            now=now,
        )
        return 201, encode(ClientOut(**asdict(client), services=[], contacts=[]))

    return await answer_once(request, data, act)


@get("/clients/{client_id:uuid}", guards=[requires_staff], summary="One client")
async def one_client(db: Given[Db], client_id: FromPath[UUID]) -> ClientOut:
    async with db.connection() as conn:
        client = await store.client(conn, client_id)
        if client is None:
            raise Missing(_("There is no such client."))
        return (await _clients(conn, [client]))[0]


@post(
    "/clients/import",
    guards=[requires_runner],
    opt=MANAGES,
    status_code=200,
    responses=shows(ImportOut),
    request_max_body_size=IMPORT_LIMIT,
    summary="Create and update clients from the panel's list",
)
async def do_import(
    request: Http,
    data: JSONBody[ImportIn],
    who: Given[Who],
    policy: Given[Policy],
    now: Given[datetime],
) -> Response[bytes]:
    if (data.clients is None) == (data.content is None):
        raise Invalid(_("Send either clients or content."), field="clients")
    source = data.content if data.clients is None else data.clients
    assert source is not None

    async def act(tx: Tx) -> StoredAnswer:
        report = await import_clients(tx, who, source, dry_run=data.dry_run, policy=policy, now=now)
        results: tuple[Result, ...] = ("created", "updated", "unchanged", "refused")
        counts = {name: report.count(name) for name in results}
        return 200, encode(ImportOut(dry_run=report.dry_run, lines=list(report.lines), **counts))

    return await answer_once(request, data, act)


@get(
    "/preauth-keys",
    guards=[requires_runner],
    opt=MANAGES,
    summary="Keys the company's panel signs with",
)
async def list_preauth_keys(db: Given[Db], who: Given[Who]) -> PreauthKeyList:
    found = await db.run(preauth.list_preauth_keys, who)
    return PreauthKeyList([PreauthKeyOut(**asdict(key)) for key in found])


@post(
    "/preauth-keys",
    guards=[requires_runner],
    opt=MANAGES,
    responses=creates(PreauthKeyOut),
    summary="Make a key for the company's panel",
)
async def new_preauth_key(
    request: Http,
    seal: Given[Seal],
    who: Given[Who],
    now: Given[datetime],
    data: JSONBody[PreauthKeyIn | None] = None,
) -> Response[bytes]:
    asked, secrets = data or PreauthKeyIn(), [""]

    async def act(tx: Tx) -> StoredAnswer:
        kid, secrets[0] = await preauth.new_preauth_key(
            tx, who, seal, name=asked.name, origins=asked.origins, now=now
        )
        made = next(key for key in await preauth.list_preauth_keys(tx, who) if key.kid == kid)
        return 201, encode(PreauthKeyOut(**asdict(made)))

    answer = await answer_once(request, asked, act)
    if answer.status_code == 201:
        made = msgspec.json.decode(answer.content, type=PreauthKeyOut)
        answer.content = encode(replace(made, secret=secrets[0]))
    return answer


@delete(
    "/preauth-keys/{kid:str}",
    guards=[requires_runner],
    opt=MANAGES,
    status_code=204,
    summary="Retire a key of the panel",
)
async def retire_preauth_key(
    db: Given[Db], who: Given[Who], now: Given[datetime], kid: FromPath[str]
) -> None:
    await db.run(preauth.retire_preauth_key, who, kid, now=now)


async def _clients(conn: Conn, clients: list[Client]) -> list[ClientOut]:
    """Clients with what belongs to them, in two queries however many they are."""
    ids = [client.id for client in clients]
    services, contacts = await store.services(conn, ids), await store.contacts(conn, ids)
    return [
        ClientOut(
            **asdict(client),
            services=[service for service in services if service.client_id == client.id],
            contacts=[contact for contact in contacts if contact.client_id == client.id],
        )
        for client in clients
    ]


routes = [
    me,
    new_session,
    end_sessions,
    list_tokens,
    new_token,
    revoke_token,
    list_clients,
    new_client,
    one_client,
    do_import,
    list_preauth_keys,
    new_preauth_key,
    retire_preauth_key,
]
