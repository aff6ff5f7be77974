"""Reading changes: by whom and of whom, of which kind, newest first."""

from uuid import UUID

from firstline.changes import store
from firstline.changes.model import ChangeLog, ChangePage
from firstline.kit.db import Conn
from firstline.kit.errors import Forbidden, Invalid
from firstline.kit.i18n import gettext as _
from firstline.people import Who
from firstline.people.changes import KINDS
from firstline.timeline import may_see

MOST = 200


async def list_changes(
    conn: Conn,
    who: Who,
    *,
    after: int | None = None,
    person: UUID | None = None,
    kind: str | None = None,
    limit: int = 50,
) -> ChangePage:
    """Changes numbered below `after`; `person` made them or is whom they are about.

    `limit` is clamped to 1 … 200. Raises Forbidden, Invalid (kind).
    """
    if not may_see(who, ChangeLog()):
        raise Forbidden(
            _("Only management and the desk administrator can read this; ask one of them.")
        )
    if kind is not None and kind not in KINDS:
        raise Invalid(_("The kinds are: %(kinds)s.") % {"kinds": ", ".join(KINDS)}, field="kind")
    limit = max(1, min(limit, MOST))
    found = await store.newest(conn, who, after, person, kind, limit + 1)
    page = found[:limit]
    return ChangePage(page, page[-1].no if len(found) > limit else None)
