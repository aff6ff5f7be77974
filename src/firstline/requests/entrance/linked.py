"""Articles that an answer leads to: written beside it, so that it is known which ones answer."""

import re
from typing import Any

from firstline import wiki
from firstline.kit.db import Conn, Db
from firstline.kit.i18n import current

MOST = 20
_ADDRESS = re.compile(
    r"(?<![\w/-])(?:https?://[^\s/<>\"]{1,255})?/wiki/([a-z0-9-]{1,100})(?![\w-])"
)


async def linked_articles(db: Db, body: str) -> dict[str, Any]:
    """`{"articles": [slug, …]}` for links to what clients read, each once, in order; else {}.
    Raises Invalid for a link to what only the staff reads.
    """
    if "/wiki/" not in body:
        return {}
    async with db.connection() as conn:
        return await articles_in(conn, body)


async def articles_in(conn: Conn, body: str) -> dict[str, Any]:
    """The same within a transaction."""
    slugs = list(dict.fromkeys(_ADDRESS.findall(body)))
    if not slugs:
        return {}
    await wiki.refuse_staff_only(conn, slugs, current())
    behind = await wiki.leads_to(conn, slugs, wiki.audiences_of("client"))
    found = list(dict.fromkeys(behind[slug] for slug in slugs if slug in behind))
    return {"articles": found[:MOST]} if found else {}
