"""Settings of the desk: operators, snippets; for the keeper also letters and what was not sent."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from firstline.desk import store
from firstline.desk.model import Snippet
from firstline.desk.work import Desk
from firstline.kit import outbox, web
from firstline.kit.db import Tx
from firstline.kit.errors import Conflict, Forbidden, Invalid, Missing
from firstline.kit.i18n import _
from firstline.kit.ids import uuid7
from firstline.kit.mail import FolderMail, Mail, list_letters, read_letter
from firstline.people import Who
from firstline.people import actions as people
from firstline.people import operator as operator_by_id
from firstline.people import operators as all_operators
from firstline.people import who as load_who
from firstline.people.access import links
from firstline.requests.actions import moves
from firstline.requests.entrance.words import checked

ROLES = ("operator", "management", "keeper")


@get("/settings")
async def operators(desk: Given[Desk]) -> web.Page:
    """Operators with their lines, languages and limits."""
    async with desk.db.connection() as conn:
        found = await all_operators(conn)
    return desk.page("settings/operators.html", operators=found, policy=desk.policy, tab="people")


@get("/settings/operators/{person:uuid}")
async def operator(desk: Given[Desk], person: FromPath[UUID]) -> web.Page:
    """The form of one operator."""
    async with desk.db.connection() as conn:
        found = await operator_by_id(conn, person)
    if found is None:
        raise Missing(_("There is no such operator."))
    return _operator_form(desk, found.name, operator=found)


@get("/settings/operators/new")
async def new_operator_form(desk: Given[Desk]) -> web.Page:
    return _operator_form(desk, _("New operator"), operator=None)


def _operator_form(desk: Desk, title: str, **values: object) -> web.Page:
    _manages(desk.who)
    return desk.page(
        "settings/operator.html", title=title, policy=desk.policy, roles=ROLES, tab="people",
        **values,
    )  # fmt: skip


def _manages(who: Who) -> None:
    if not who.runs_the_desk:
        raise Forbidden(_("Management and the keeper do this; ask one of them."))


@dataclass(frozen=True, slots=True)
class OperatorForm:
    """A form in which roles, lines and languages may stand once, often or not at all."""

    email: str
    name: str
    language: str
    roles: list[str]
    lines: list[str]
    languages: list[str]
    chat_limit: int | None

    @classmethod
    async def sent(cls, desk: Desk) -> "OperatorForm":
        form = await desk.http.form()

        def one(name: str) -> str:
            return str(form.get(name, ""))

        def many(name: str) -> list[str]:
            return [str(value) for value in form.getall(name, [])]

        return cls(
            email=one("email"),
            name=one("name"),
            language=one("language"),
            roles=many("roles"),
            lines=many("lines"),
            languages=many("languages"),
            chat_limit=_limit(one("chat_limit")),
        )


def _limit(text: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not text.isascii() or not text.isdigit() or len(text) > 4:
        raise Invalid(_("The limit is a number, or empty."), field="chat_limit")
    return int(text)


@post("/settings/operators/new", status_code=200)
async def new_operator(desk: Given[Desk], public_url: Given[str]) -> web.Page:
    """Make an operator and show the invitation's link once; it also goes out by letter."""
    data = await OperatorForm.sent(desk)

    async def act(tx: Tx) -> tuple[Who, str]:
        made = await people.new_operator(
            tx,
            desk.who,
            email=data.email,
            name=data.name,
            roles=data.roles or ["operator"],
            lines=data.lines,
            languages=data.languages,
            chat_limit=data.chat_limit,
            language=data.language or "en",
            now=desk.now,
        )
        link = await links.invite(tx, desk.who, made.id, public_url=public_url, now=desk.now)
        return made, link

    made, link = await desk.db.run(act)
    return desk.page(
        "settings/invited.html", made=made, link=link, back="/desk/settings", tab="people"
    )


@post("/settings/operators/{person:uuid}", status_code=303)
async def change_operator(desk: Given[Desk], person: FromPath[UUID]) -> Redirect:
    data = await OperatorForm.sent(desk)

    async def act(tx: Tx) -> None:
        await people.change_operator(
            tx,
            desk.who,
            person,
            roles=data.roles,
            lines=data.lines,
            languages=data.languages,
            chat_limit=data.chat_limit,
        )

    await desk.db.run(act)
    return Redirect("/desk/settings", status_code=303)


@dataclass(frozen=True, slots=True)
class Active:
    active: bool = False


@post("/settings/operators/{person:uuid}/access", status_code=303)
async def access(
    desk: Given[Desk], person: FromPath[UUID], data: URLEncodedBody[Active]
) -> Redirect:
    """End an operator's access, or give it back."""
    if data.active:
        await desk.db.run(people.activate, desk.who, person)
    else:
        await desk.db.run(_ended, desk, person)
    return Redirect("/desk/settings", status_code=303)


async def _ended(tx: Tx, desk: Desk, person: UUID) -> None:
    """Nobody waits for somebody who does not come back: what they held goes back."""
    await people.deactivate(tx, desk.who, person, now=desk.now)
    await moves.give_back_of(tx, desk.who, person, now=desk.now)


@post("/settings/operators/{person:uuid}/invitation", status_code=200)
async def invite(desk: Given[Desk], public_url: Given[str], person: FromPath[UUID]) -> web.Page:
    """A new invitation for who has not come yet; the earlier link dies."""
    link = await desk.db.run(links.invite, desk.who, person, public_url=public_url, now=desk.now)
    async with desk.db.connection() as conn:
        made = await load_who(conn, person)
    return desk.page(
        "settings/invited.html", made=made, link=link, back="/desk/settings", tab="people"
    )


# -- snippets --------------------------------------------------------------------------------


@get("/settings/snippets")
async def snippets(desk: Given[Desk], edit: FromQuery[UUID | None] = None) -> web.Page:
    """Words kept for answers; every operator may mend them."""
    async with desk.db.connection() as conn:
        found = await store.snippets(conn)
    chosen = next((s for s in found if s.id == edit), None)
    return desk.page(
        "settings/snippets.html", snippets=found, chosen=chosen, policy=desk.policy, tab="snippets"
    )


@dataclass(frozen=True, slots=True)
class SnippetForm:
    id: str = ""
    shortcut: str = ""
    language: str = ""
    title: str = ""
    body: str = ""
    line: str = ""


@post("/settings/snippets", status_code=303)
async def put_snippet(desk: Given[Desk], data: URLEncodedBody[SnippetForm]) -> Redirect:
    shortcut = data.shortcut.strip().removeprefix("/").casefold()
    if not shortcut or len(shortcut) > 40 or any(letter in shortcut for letter in " /@\0\n\t"):
        raise Invalid(_("A shortcut is one word of at most 40 letters."), field="shortcut")
    if data.language not in desk.policy.languages:
        raise Invalid(_("Choose one of the languages of the policy."), field="language")
    if data.line and data.line not in {line.id for line in desk.policy.lines}:
        raise Invalid(_("Choose one of the lines."), field="line")
    try:
        id = UUID(data.id) if data.id else uuid7()
    except ValueError:
        raise Missing(_("There is no such snippet.")) from None
    title = checked(data.title, "title", limit=200)
    body = checked(data.body)
    snippet = Snippet(id, shortcut, data.language, title, body, data.line or None)
    async with desk.db.connection() as conn:
        if not await store.put_snippet(conn, snippet):
            raise Conflict(_("Another snippet has this shortcut; choose another one."))
    return Redirect("/desk/settings/snippets", status_code=303)


@post("/settings/snippets/{snippet:uuid}/drop", status_code=303)
async def drop_snippet(desk: Given[Desk], snippet: FromPath[UUID]) -> Redirect:
    async with desk.db.connection() as conn:
        await store.drop_snippet(conn, snippet)
    return Redirect("/desk/settings/snippets", status_code=303)


# -- letters, and what could not be sent -------------------------------------------------------


def _keeps(who: Who) -> None:
    if not who.has("keeper"):
        raise Forbidden(_("Only the keeper sees this."))


@get("/settings/letters")
async def letters(desk: Given[Desk], mailer: Given[Mail]) -> web.Page:
    """The letters of a desk without a mail server, as it wrote them to its folder."""
    _keeps(desk.who)
    folder = mailer.folder if isinstance(mailer, FolderMail) else None
    found = await asyncio.to_thread(list_letters, folder) if folder else []
    return desk.page("settings/letters.html", letters=found, by_smtp=folder is None, tab="letters")


@get("/settings/letters/{name:str}")
async def letter(desk: Given[Desk], mailer: Given[Mail], name: FromPath[str]) -> web.Page:
    _keeps(desk.who)
    found = None
    if isinstance(mailer, FolderMail):
        found = await asyncio.to_thread(read_letter, mailer.folder, name)
    if found is None:
        raise Missing(_("There is no such letter."))
    return desk.page("settings/letter.html", letter=found, tab="letters")


@get("/settings/unsent")
async def unsent(desk: Given[Desk]) -> web.Page:
    """What could not be sent: given up, and still tried."""
    _keeps(desk.who)
    async with desk.db.connection() as conn:
        dead = await outbox.list_dead(conn)
        failing = await outbox.list_failing(conn)
    return desk.page("settings/unsent.html", dead=dead, failing=failing, tab="unsent")


@post("/settings/unsent/{parcel:uuid}/replay", status_code=303)
async def replay(desk: Given[Desk], parcel: FromPath[UUID]) -> Redirect:
    _keeps(desk.who)
    async with desk.db.connection() as conn:
        if not await outbox.replay(conn, parcel, now=desk.now):
            raise Conflict(_("This one is not among those given up any more."))
    return Redirect("/desk/settings/unsent", status_code=303)


routes = [
    operators,
    operator,
    new_operator_form,
    new_operator,
    change_operator,
    access,
    invite,
    snippets,
    put_snippet,
    drop_snippet,
    letters,
    letter,
    unsent,
    replay,
]
