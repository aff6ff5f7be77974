"""Settings of the desk: snippets, and an end of access."""

import re
from dataclasses import dataclass
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from firstline.desk import store
from firstline.desk.model import Snippet
from firstline.desk.work import Panes
from firstline.kit import web
from firstline.kit.db import Tx
from firstline.kit.errors import Conflict, Invalid, Missing
from firstline.kit.folding import INVISIBLE, has_visible
from firstline.kit.i18n import _
from firstline.kit.ids import uuid7
from firstline.people import actions as people
from firstline.people.changes import About, NewChange, compare, record
from firstline.requests import check_text, moves

NO_SHORTCUT = re.compile(f"[ /@\\0\\n\\t{INVISIBLE}]")


@dataclass(frozen=True, slots=True)
class Active:
    active: bool = False


@post("/settings/operators/{person:uuid}/access", status_code=303)
async def access(
    panes: Given[Panes], person: FromPath[UUID], data: URLEncodedBody[Active]
) -> Redirect:
    """End an operator's access, or give it back."""

    async def act(tx: Tx) -> None:
        if data.active:
            await people.activate(tx, panes.who, person, now=panes.now)
        else:
            await _end_access(tx, panes, person)

    await panes.once(act)
    return Redirect("/desk/settings", status_code=303)


async def _end_access(tx: Tx, panes: Panes, person: UUID) -> None:
    """Nobody waits for somebody who does not come back: what they held goes back."""
    await people.deactivate(tx, panes.who, person, now=panes.now)
    await moves.give_back_of(tx, panes.call, person)


# -- snippets --------------------------------------------------------------------------------


@get("/settings/snippets")
async def snippets(panes: Given[Panes], edit: FromQuery[UUID | None] = None) -> web.Page:
    """Words kept for answers; every operator may mend them."""
    async with panes.db.connection() as conn:
        found = await store.snippets(conn)
    chosen = next((s for s in found if s.id == edit), None)
    return panes.page(
        "desk/settings/snippets.html", snippets=found, chosen=chosen, policy=panes.policy
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
async def put_snippet(panes: Given[Panes], data: URLEncodedBody[SnippetForm]) -> Redirect:
    shortcut = data.shortcut.strip().removeprefix("/").casefold()
    if not has_visible(shortcut) or len(shortcut) > 40 or NO_SHORTCUT.search(shortcut):
        raise Invalid(_("A shortcut is one word of at most 40 letters."), field="shortcut")
    if data.language not in panes.policy.languages:
        raise Invalid(_("Choose one of the languages of the regulations."), field="language")
    if data.line and data.line not in {line.id for line in panes.policy.lines}:
        raise Invalid(_("Choose one of the lines."), field="line")
    try:
        id = UUID(data.id) if data.id else uuid7()
    except ValueError:
        raise Missing(_("There is no such snippet.")) from None
    title = check_text(data.title, "title", limit=200)
    body = check_text(data.body)
    snippet = Snippet(id, shortcut, data.language, title, body, data.line or None)

    async def act(tx: Tx) -> None:
        standing = await store.snippets(tx.conn)
        before = next((one for one in standing if one.id == snippet.id), None)
        if not await store.put_snippet(tx.conn, snippet):
            raise Conflict(_("Another snippet has this shortcut; choose a different one."))
        await record(tx, panes.who, _snippet_change(before, snippet), now=panes.now)

    await panes.once(act)
    return Redirect("/desk/settings/snippets", status_code=303)


@post("/settings/snippets/{snippet:uuid}/drop", status_code=303)
async def drop_snippet(panes: Given[Panes], snippet: FromPath[UUID]) -> Redirect:
    async def act(tx: Tx) -> None:
        before = await store.drop_snippet(tx.conn, snippet)
        if before is not None:
            await record(tx, panes.who, _snippet_change(before, None), now=panes.now)

    await panes.once(act)
    return Redirect("/desk/settings/snippets", status_code=303)


def _snippet_change(before: Snippet | None, after: Snippet | None) -> NewChange:
    one = after or before
    assert one is not None, "there is one or the other"
    kind = "snippet_written" if after else "snippet_dropped"
    return compare(kind, About("snippet", str(one.id), one.shortcut), before, after)


handlers = [access, snippets, put_snippet, drop_snippet]
