"""Operators: their lines, languages and limits, and how they are invited."""

from dataclasses import dataclass
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath
from litestar.response import Redirect

from firstline.kit import web
from firstline.kit.db import Tx
from firstline.kit.errors import Forbidden, Invalid, Missing
from firstline.kit.i18n import _
from firstline.kit.typed import number_or_none
from firstline.people import Operator, Who, role_names, staff
from firstline.people import operator as operator_by_id
from firstline.people import operators as all_operators
from firstline.people.access import links
from firstline.people.pages.invitations import show_invitation
from firstline.people.rights import may_give
from firstline.people.visit import Visit


@get("/settings")
async def operators(visit: Given[Visit]) -> web.Page:
    """Operators with their lines, languages and limits."""
    async with visit.db.connection() as conn:
        found = await all_operators(conn)
    return visit.page("people/operators/list.html", operators=found, roles=role_names())


@get("/settings/operators/{person:uuid}")
async def operator(visit: Given[Visit], person: FromPath[UUID]) -> web.Page:
    """The form of one operator."""
    async with visit.db.connection() as conn:
        found = await operator_by_id(conn, person)
    if found is None:
        raise Missing(_("There is no such operator."))
    return _operator_form(visit, found.name, operator=found)


@get("/settings/operators/new")
async def new_operator_form(visit: Given[Visit]) -> web.Page:
    return _operator_form(visit, _("New operator"), operator=None)


def _operator_form(visit: Visit, title: str, operator: Operator | None) -> web.Page:
    _refuse_others(visit.who)
    return visit.page(
        "people/operators/form.html",
        title=title,
        policy=visit.policy,
        roles=role_names(),
        operator=operator,
        may_give=may_give(visit.who, operator.roles if operator else ()),
    )


def _refuse_others(who: Who) -> None:
    if not who.runs_the_desk:
        raise Forbidden(
            _("Only management and the desk administrator can do this; ask one of them.")
        )


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
    async def from_form(cls, visit: Visit) -> "OperatorForm":
        form = await visit.http.form()

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
    limit = number_or_none(text, most=9999)
    if limit is None:
        raise Invalid(_("Enter the limit as a number, or leave it empty."), field="chat_limit")
    return limit


@post("/settings/operators/new", status_code=200)
async def new_operator(visit: Given[Visit], public_url: Given[str]) -> web.Page:
    """Make an operator and show the invitation's link once; it also goes out by letter."""
    data = await OperatorForm.from_form(visit)

    link = ""

    async def act(tx: Tx) -> str:
        nonlocal link
        made = await staff.new_operator(
            tx,
            visit.who,
            email=data.email,
            name=data.name,
            roles=data.roles or ["operator"],
            lines=data.lines,
            languages=data.languages,
            chat_limit=data.chat_limit,
            language=data.language or "en",
            now=visit.now,
        )
        link = await links.invite(tx, visit.who, made.id, public_url=public_url, now=visit.now)
        return str(made.id)

    made = UUID(await visit.once(act))
    return await show_invitation(visit, made, link, "/desk/settings")


@post("/settings/operators/{person:uuid}", status_code=303)
async def change_operator(visit: Given[Visit], person: FromPath[UUID]) -> Redirect:
    data = await OperatorForm.from_form(visit)

    async def act(tx: Tx) -> None:
        await staff.change_operator(
            tx,
            visit.who,
            person,
            roles=data.roles,
            lines=data.lines,
            languages=data.languages,
            chat_limit=data.chat_limit,
            now=visit.now,
        )

    await visit.once(act)
    return Redirect("/desk/settings", status_code=303)


@post("/settings/operators/{person:uuid}/invitation", status_code=200)
async def invite(visit: Given[Visit], public_url: Given[str], person: FromPath[UUID]) -> web.Page:
    """A new invitation for who has not come yet; the earlier link dies."""
    link = ""

    async def act(tx: Tx) -> None:
        nonlocal link
        link = await links.invite(tx, visit.who, person, public_url=public_url, now=visit.now)

    await visit.once(act)
    return await show_invitation(visit, person, link, "/desk/settings")


handlers = [
    operators,
    operator,
    new_operator_form,
    new_operator,
    change_operator,
    invite,
]
