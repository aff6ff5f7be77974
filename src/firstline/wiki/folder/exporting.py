"""Writing the wiki into a folder."""

import asyncio
from dataclasses import dataclass, replace
from pathlib import Path
from uuid import UUID

from firstline.kit.db import Conn
from firstline.kit.errors import Conflict
from firstline.kit.files import Files, read
from firstline.kit.i18n import gettext as _
from firstline.wiki import writing_store
from firstline.wiki.files import ArticleFile, compose_file
from firstline.wiki.folder import store
from firstline.wiki.model import ArticleCard
from firstline.wiki.writing import images_store


@dataclass(frozen=True, slots=True)
class Exported:
    """How many files were written."""

    articles: int
    images: int


async def export_wiki(conn: Conn, files: Files, folder: Path) -> Exported:
    """Write every article that has been published, archived ones too. Raises Conflict for a folder
    in which anything stands."""
    await asyncio.to_thread(_prepare, folder)
    found = await article_files(conn)
    await asyncio.to_thread(_write_articles, folder, found)
    images = 0
    for card in await writing_store.every_card(conn):
        for image in await images_store.images_of(conn, card.id):
            place = folder / "images" / card.slug / f"{image.id}-{image.name}"
            data = await read(files, image.file_key)
            await asyncio.to_thread(_write, place, data)
            images += 1
    return Exported(len(found), images)


def _prepare(folder: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Conflict(_("Name a folder that is empty or not there yet."))
    folder.mkdir(parents=True, exist_ok=True)


def _write_articles(folder: Path, found: list[ArticleFile]) -> None:
    for one in found:
        _write(folder / one.language / f"{one.slug}.md", compose_file(one).encode())


def _write(place: Path, data: bytes) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)


async def article_files(conn: Conn) -> list[ArticleFile]:
    """Everything that was published, as files have it, by slug and language."""
    cards = {card.id: card for card in await writing_store.every_card(conn)}
    shared = await _shared_facts(conn)
    outdated = await store.every_outdated(conn)
    texts = await writing_store.every_current(conn)
    found = [
        ArticleFile(
            slug=card.slug,
            language=language,
            title=text.title,
            section=card.section,
            summary=text.summary,
            body=text.body,
            outdated=(card.id, language) in outdated,
        )
        for (article_id, language), (_revision, _shipped, text) in texts.items()
        for card in [cards[article_id]]
    ]
    by_slug = {card.slug: card for card in cards.values()}
    found = [shared.add_to(one, by_slug[one.slug]) for one in found]
    return sorted(found, key=lambda one: (one.slug, one.language))


@dataclass(frozen=True, slots=True)
class _SharedFacts:
    """What of each article stands in the file of its original, beside its card."""

    owners: dict[UUID, str]
    former: dict[UUID, list[str]]
    pins: dict[UUID, list[str]]

    def add_to(self, one: ArticleFile, card: ArticleCard) -> ArticleFile:
        if one.language != card.original:
            return one
        return replace(
            one,
            topics=card.topics,
            related=tuple(self.pins.get(card.id, ())),
            audience=card.audience,
            original=True,
            owner=self.owners.get(card.owner_id, "") if card.owner_id else "",
            read_again=card.read_again,
            former=tuple(self.former.get(card.id, ())),
            archived=card.archived_at,
        )


async def _shared_facts(conn: Conn) -> _SharedFacts:
    return _SharedFacts(
        await store.owner_addresses(conn),
        await store.every_former_slug(conn),
        await store.every_pin(conn),
    )
