"""Articles that an answer leads to: written beside it, so that it is known which ones answer."""

import re
from typing import Any
from urllib.parse import unquote

from firstline import wiki
from firstline.kit.db import Conn, Db
from firstline.kit.i18n import current

MOST = 20
# With its host or without, by way of a request or straight on.
_ADDRESS = re.compile(
    r"(?:(?<![\w./-])(?:https?://[\w.-]{1,253}|[\w-]{1,63}\.[\w.-]{1,190})(?::\d{1,5})?|(?<![\w/-]))"
    r"(?:/requests/\d{1,18})?/wiki/([a-z0-9-]{1,100})(?![\w-])"
)


async def linked_articles(db: Db, body: str, field: str = "body") -> dict[str, Any]:
    """`{"articles": [slug, …]}` for links to what clients read, each once, in order; else {}.
    Raises Invalid for a link to what only the staff reads.
    """
    if not _slugs(body):
        return {}
    async with db.connection() as conn:
        return await articles_in(conn, body, field)


async def articles_in(conn: Conn, body: str, field: str = "body") -> dict[str, Any]:
    """The same within a transaction; a refusal names the `field`."""
    slugs = _slugs(body)
    if not slugs:
        return {}
    await wiki.refuse_staff_only(conn, slugs, current(), field)
    behind = await wiki.leads_to(conn, slugs, wiki.audiences_of("client"))
    found = list(dict.fromkeys(behind[slug] for slug in slugs if slug in behind))
    return {"articles": found[:MOST]} if found else {}


def _slugs(body: str) -> list[str]:
    """Each once, as a browser would ask for it."""
    plain = unquote(body) if "%" in body else body
    return list(dict.fromkeys(_ADDRESS.findall(plain))) if "/wiki/" in plain else []
