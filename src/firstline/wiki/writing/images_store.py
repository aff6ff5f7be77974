"""SQL of the pictures of articles."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

from psycopg.rows import class_row

from firstline.kit.db import Conn
from firstline.wiki.model import AudienceName


@dataclass(frozen=True, slots=True)
class ArticleImage:
    """A picture of an article: size in bytes and in pixels; `file_id` is the key of its file."""

    id: UUID
    article_id: UUID
    file_id: UUID
    name: str
    media_type: str
    size: int
    width: int
    height: int
    sha256: bytes
    by_id: UUID | None
    at: datetime

    @property
    def address(self) -> str:
        return f"/wiki/images/{self.id}"

    @property
    def file_key(self) -> str:
        return self.file_id.hex


_IMAGE: LiteralString = (
    "i.id, i.article_id, i.file_id, i.name, i.media_type, i.size,"
    " i.width, i.height, i.sha256, i.by_id, i.at"
)


async def add_image(conn: Conn, one: ArticleImage) -> None:
    """Put in a picture whose file is there."""
    await conn.execute(
        "insert into article_images (id, article_id, file_id, name, media_type, size, width,"
        " height, sha256, by_id, at) values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            *(one.id, one.article_id, one.file_id, one.name, one.media_type, one.size),
            *(one.width, one.height, one.sha256, one.by_id, one.at),
        ),
    )


async def images_of(conn: Conn, article_id: UUID) -> list[ArticleImage]:
    """The pictures of an article in the order in which they came."""
    async with conn.cursor(row_factory=class_row(ArticleImage)) as cursor:
        await cursor.execute(
            f"select {_IMAGE} from article_images i where i.article_id = %s order by i.at, i.id",
            (article_id,),
        )
        return await cursor.fetchall()


async def known_image(conn: Conn, image_id: UUID) -> ArticleImage | None:
    """A picture, whoever may see it."""
    async with conn.cursor(row_factory=class_row(ArticleImage)) as cursor:
        await cursor.execute(f"select {_IMAGE} from article_images i where i.id = %s", (image_id,))
        return await cursor.fetchone()


async def readable_image(
    conn: Conn, image_id: UUID, audiences: Sequence[AudienceName], *, staff: bool
) -> ArticleImage | None:
    """A picture of an article that such people read; the staff also of what is not read yet."""
    async with conn.cursor(row_factory=class_row(ArticleImage)) as cursor:
        await cursor.execute(
            f"select {_IMAGE} from article_images i join articles a on a.id = i.article_id"
            " where i.id = %s and a.audience = any(%s) and (%s or (a.archived_at is null"
            " and exists (select from article_texts t where t.article_id = a.id)))",
            (image_id, list(audiences), staff),
        )
        return await cursor.fetchone()


async def image_files(conn: Conn, ids: Sequence[UUID]) -> set[UUID]:
    """Those of these files that are pictures of articles."""
    cursor = await conn.execute(
        "select file_id from article_images where file_id = any(%s)",
        (list(ids),),
    )
    return {file_id for (file_id,) in await cursor.fetchall()}
