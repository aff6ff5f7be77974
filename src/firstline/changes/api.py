"""The API of changes, for management."""

from uuid import UUID

from litestar import get
from litestar.di import NamedDependency as Given
from litestar.params import FromQuery

from firstline.changes.model import ChangePage
from firstline.changes.reading import list_changes
from firstline.kit.db import Db
from firstline.people import Who
from firstline.people.web import requires_staff


@get("/changes", guards=[requires_staff], summary="Changes of rights and settings, newest first")
async def changes(
    db: Given[Db],
    who: Given[Who],
    after: FromQuery[int | None] = None,
    person: FromQuery[UUID | None] = None,
    kind: FromQuery[str | None] = None,
    limit: FromQuery[int] = 50,
) -> ChangePage:
    async with db.connection() as conn:
        return await list_changes(conn, who, after=after, person=person, kind=kind, limit=limit)


routes = [changes]
