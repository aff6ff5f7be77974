"""The editors' pages of the search: synonyms, and what was looked for in vain."""

from dataclasses import dataclass
from uuid import UUID

from litestar import get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from firstline.kit.db import Tx
from firstline.kit.errors import Missing
from firstline.kit.i18n import _
from firstline.kit.ids import uuid7, uuid_or_none
from firstline.kit.menu import MenuItem
from firstline.kit.web import Page
from firstline.people.visit import Visit, desk_pages
from firstline.wiki.actions import may_publish
from firstline.wiki.finding import synonyms_store, unfound_store
from firstline.wiki.finding.keeping import (
    add_shipped_synonyms,
    dismiss_unfound,
    drop_synonyms,
    missing_groups,
    write_synonyms,
)

MOST_ROWS = 200
SYNONYMS = MenuItem("/desk/wiki/synonyms", lambda: _("Synonyms"))
UNFOUND = MenuItem("/desk/wiki/unfound", lambda: _("Not found"))


@get("/wiki/synonyms")
async def synonym_groups(visit: Given[Visit], edit: FromQuery[UUID | None] = None) -> Page:
    """Words that mean the same to whoever searches; editors change them."""
    async with visit.db.connection() as conn:
        groups = await synonyms_store.groups(conn)
        missing = await missing_groups(conn)
    return visit.page(
        "wiki/desk/synonyms.html",
        groups=groups,
        missing=missing,
        chosen=next((one for one in groups if one.id == edit), None),
        may_write=may_publish(visit.who),
    )


@dataclass(frozen=True, slots=True)
class SynonymForm:
    id: str = ""
    words: str = ""


@post("/wiki/synonyms", status_code=303)
async def put_synonyms(visit: Given[Visit], data: URLEncodedBody[SynonymForm]) -> Redirect:
    """Add a group, or change one."""
    group_id = uuid_or_none(data.id) if data.id else uuid7()
    if group_id is None:
        raise Missing(_("There are no such synonyms."))

    async def act(tx: Tx) -> None:
        await write_synonyms(tx, visit.who, group_id, data.words, now=visit.now)

    await visit.once(act)
    return Redirect("/desk/wiki/synonyms", status_code=303)


@post("/wiki/synonyms/shipped", status_code=303)
async def take_in_synonyms(visit: Given[Visit]) -> Redirect:
    """Put in the groups of the package that are not there."""

    async def act(tx: Tx) -> None:
        await add_shipped_synonyms(tx, visit.who, now=visit.now)

    await visit.once(act)
    return Redirect("/desk/wiki/synonyms", status_code=303)


@post("/wiki/synonyms/{group:uuid}/drop", status_code=303)
async def delete_synonyms(visit: Given[Visit], group: FromPath[UUID]) -> Redirect:
    async def act(tx: Tx) -> None:
        await drop_synonyms(tx, visit.who, group, now=visit.now)

    await visit.once(act)
    return Redirect("/desk/wiki/synonyms", status_code=303)


@get("/wiki/unfound")
async def unfound_list(visit: Given[Visit]) -> Page:
    """What readers looked for in vain, the most frequent first."""
    async with visit.db.connection() as conn:
        rows = await unfound_store.unfound(conn, MOST_ROWS)
    return visit.page("wiki/desk/unfound.html", rows=rows, may_write=may_publish(visit.who))


@dataclass(frozen=True, slots=True)
class UnfoundForm:
    words: str = ""
    language: str = ""


@post("/wiki/unfound/drop", status_code=303)
async def drop_unfound(visit: Given[Visit], data: URLEncodedBody[UnfoundForm]) -> Redirect:
    """Take words off the list."""

    async def act(tx: Tx) -> None:
        await dismiss_unfound(tx, visit.who, data.words.replace("\0", ""), data.language)

    await visit.once(act)
    return Redirect("/desk/wiki/unfound", status_code=303)


routes = [
    desk_pages(
        synonym_groups, put_synonyms, take_in_synonyms, delete_synonyms, unfound_list, drop_unfound
    )
]
