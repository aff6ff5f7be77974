"""Addresses of articles that nobody has read yet: they follow the title."""

import re
from uuid import UUID

from firstline.kit.db import Tx
from firstline.wiki import sources_store as store
from firstline.wiki.model import RESERVED, slug_of
from firstline.wiki.store import known_slugs


async def address_by_title(tx: Tx, article_id: UUID, slug: str, title: str) -> str:
    """Make the address of an article that nobody has read of its title; returns it."""
    begin = slug_of(title)
    if slug == begin or re.fullmatch(rf"{re.escape(begin)}-\d+", slug):
        return slug
    tries = [begin, *(f"{begin}-{n}" for n in range(2, 50))]
    new = slug_of(title, RESERVED | await known_slugs(tx.conn, tries))
    await store.set_address(tx.conn, article_id, new)
    return new
