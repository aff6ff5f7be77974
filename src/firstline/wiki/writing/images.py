"""Pictures of articles: encoded anew when they come, so that they hold pixels and nothing else."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from firstline.kit.db import Conn, Db, Tx
from firstline.kit.errors import Invalid, Missing
from firstline.kit.files import Files, bytes_of, check_size, clean_name
from firstline.kit.i18n import gettext as _
from firstline.kit.i18n import ngettext
from firstline.kit.ids import uuid7
from firstline.kit.images import Pictures, may_be_picture
from firstline.kit.pixels import Picture
from firstline.people import Who
from firstline.wiki.actions import article_to_write
from firstline.wiki.model import audiences_of
from firstline.wiki.writing import images_store as store
from firstline.wiki.writing.drafts import allow_drafting
from firstline.wiki.writing.images_store import ArticleImage

IMAGE_LIMIT = 10 * 1024 * 1024
MOST_IMAGES = 200


@dataclass(frozen=True, slots=True)
class NewImage:
    """A file as it came."""

    name: str
    data: bytes


async def take_image(
    db: Db, files: Files, pictures: Pictures, who: Who, slug: str, came: NewImage, *, now: datetime
) -> ArticleImage:
    """Keep a picture with an article; one that it has already is that one.

    Raises Forbidden, Missing, Invalid for what is no picture, TooLarge, Unavailable.
    """
    allow_drafting(who)
    name = clean_name(came.name)
    check_size(len(came.data), IMAGE_LIMIT)
    await db.run(_room, slug)
    picture = await _picture(pictures, came.data, who)
    stored = await files.put(bytes_of(picture.data), limit=2 * IMAGE_LIMIT)
    try:
        image = await db.run(_add, who, slug, picture, name, UUID(hex=stored.key), now)
    except BaseException:
        await files.delete(stored.key)
        raise
    if image.file_key != stored.key:
        await files.delete(stored.key)
    return image


async def _picture(pictures: Pictures, data: bytes, who: Who) -> Picture:
    found = await pictures.encode(data, who.id) if may_be_picture(data[:16]) else b""
    if not isinstance(found, Picture):
        raise Invalid(
            _(
                "This is no picture that a page can show; send a PNG, JPEG, WebP or GIF that does "
                "not move."
            ),
            field="file",
        )
    return found


async def _room(tx: Tx, slug: str) -> None:
    card = (await article_to_write(tx, slug)).card
    if len(await store.images_of(tx.conn, card.id)) >= MOST_IMAGES:
        sentence = ngettext(
            "An article has at most %(most)d picture; make several articles of it.",
            "An article has at most %(most)d pictures; make several articles of it.",
            MOST_IMAGES,
        )
        raise Invalid(sentence % {"most": MOST_IMAGES}, field="file")


async def _add(
    tx: Tx, who: Who, slug: str, picture: Picture, name: str, file_id: UUID, now: datetime
) -> ArticleImage:
    card = (await article_to_write(tx, slug)).card
    sha = hashlib.sha256(picture.data).digest()
    for one in await store.images_of(tx.conn, card.id):
        if one.sha256 == sha:
            return one
    image = ArticleImage(
        id=uuid7(),
        article_id=card.id,
        file_id=file_id,
        name=clean_name(picture.file_name(name)),
        media_type=picture.media_type,
        size=len(picture.data),
        width=picture.width,
        height=picture.height,
        sha256=sha,
        by_id=who.id,
        at=now,
    )
    await store.add_image(tx.conn, image)
    return image


async def image_for(conn: Conn, image_id: UUID, who: Who | None) -> ArticleImage:
    """A picture, if `who` (None: a stranger) may read its article; else Missing, as if unknown."""
    side = who.side if who else None
    found = await store.readable_image(conn, image_id, audiences_of(side), staff=side == "staff")
    if found is None:
        raise Missing(_("There is no such picture."))
    return found
