"""SQL of what clients read that an answer led them to."""

from datetime import datetime
from uuid import UUID

from firstline.kit.db import Conn


async def note_reader(conn: Conn, no: int, slug: str, person_id: UUID, now: datetime) -> None:
    """Note that a person opened an article, if an answer of the request links it; once."""
    await conn.execute(
        "insert into article_readers (request_no, slug, person_id, at)"
        " select %(no)s, %(slug)s, %(person)s, %(now)s where exists (select from entries"
        " where matter = %(no)s and side = 'staff' and audience = 'all'"
        " and data -> 'articles' ? %(slug)s) on conflict do nothing",
        {"no": no, "slug": slug, "person": person_id, "now": now},
    )
