"""The page of changes among the settings, for management, and its item of the menu."""

import contextlib
from uuid import UUID

from litestar import get
from litestar.di import NamedDependency as Given
from litestar.params import FromQuery

from firstline.changes.model import ChangeLog
from firstline.changes.reading import list_changes
from firstline.changes.words import differences, kinds
from firstline.kit import web
from firstline.kit.i18n import _
from firstline.kit.menu import MenuItem
from firstline.people import Who, operators
from firstline.people.visit import Visit, desk_pages
from firstline.timeline import may_see


def _may_read(who: Who) -> bool:
    return may_see(who, ChangeLog())


CHANGES = MenuItem("/desk/settings/changes", lambda: _("Changes"), "history", allowed=_may_read)


@get("/settings/changes")
async def changes(
    visit: Given[Visit],
    person: FromQuery[str] = "",
    kind: FromQuery[str] = "",
    after: FromQuery[int | None] = None,
) -> web.Page:
    """Who changed which right or setting, when, and what stood there before."""
    chosen = _uuid_or_none(person)
    async with visit.db.connection() as conn:
        page = await list_changes(
            conn, visit.who, after=after, person=chosen, kind=kind if kind in kinds() else None
        )
        staff = await operators(conn)
    return visit.page(
        "changes/list.html", page=page, staff=staff, person=str(chosen or ""), kind=kind,
        kinds=kinds, differences=differences,
    )  # fmt: skip


def _uuid_or_none(text: str) -> UUID | None:
    with contextlib.suppress(ValueError):
        return UUID(text)
    return None


routes = [desk_pages(changes)]
