"""SQL of what clients read that an answer led them to."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from firstline.kit.db import Conn


async def note_reader(
    conn: Conn, no: int, slugs: Collection[str], person_id: UUID, now: datetime
) -> None:
    """Note that a person opened an article with these addresses, by the one that an answer of the
    request links; once.
    """
    await conn.execute(
        "insert into article_readers (request_no, slug, person_id, at)"
        " select distinct %(no)s::bigint, w.slug, %(person)s::uuid, %(now)s::timestamptz"
        " from unnest(%(slugs)s::text[]) w(slug) join entries e on e.matter = %(no)s"
        " and e.side = 'staff' and e.audience = 'all' and e.data -> 'articles' ? w.slug"
        " on conflict do nothing",
        {"no": no, "slugs": list(slugs), "person": person_id, "now": now},
    )
