"""Reading a folder into the wiki: all of it, or nothing where a file is wrong."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Literal
from uuid import UUID

from firstline.kit.db import Db, Tx
from firstline.kit.errors import Invalid, Refused
from firstline.kit.files import Files, bytes_of, clean_name
from firstline.kit.ids import uuid7, uuid_or_none
from firstline.kit.images import Pictures, may_be_picture
from firstline.kit.pixels import Picture
from firstline.wiki import actions, writing_store
from firstline.wiki.files import ORIGINAL, ArticleFile, UnreadableError, parse_file
from firstline.wiki.folder import store
from firstline.wiki.model import ArticleCard
from firstline.wiki.writing import images_store
from firstline.wiki.writing.images import IMAGE_LIMIT
from firstline.wiki.writing.images_store import ArticleImage

LARGEST_FILE = 1_000_000
What = Literal["created", "updated", "unchanged", "refused", "not written"]


@dataclass(frozen=True, slots=True)
class FileReport:
    """What becomes of a file; `why` says what is wrong with a refused one, and where. What is right
    beside a refused one is not written.
    """

    file: str
    what: What
    why: str = ""


@dataclass(frozen=True, slots=True)
class ImageFile:
    """A picture of a folder: whose it is, its id, name and bytes."""

    file: str
    slug: str
    id: UUID
    name: str
    data: bytes


@dataclass(slots=True)
class WikiFolder:
    """A folder as it was read, and what is wrong in it."""

    articles: list[ArticleFile] = field(default_factory=list[ArticleFile])
    images: list[ImageFile] = field(default_factory=list[ImageFile])
    refused: list[FileReport] = field(default_factory=list[FileReport])


def read_folder(folder: Path, languages: Sequence[str]) -> WikiFolder:
    """Read every file of a folder; other files are passed over."""
    found = WikiFolder()
    for path in sorted(folder.glob("*/*.md")):
        name = path.relative_to(folder).as_posix()
        try:
            found.articles.append(_read_article(path, name, languages))
        except UnicodeDecodeError:
            why = "it is not in UTF-8; save it as UTF-8, then import again."
            found.refused.append(FileReport(name, "refused", f"{name}: {why}"))
        except (UnreadableError, OSError) as wrong:
            found.refused.append(FileReport(name, "refused", str(wrong)))
    for path in sorted(folder.glob("images/*/*")):
        name = path.relative_to(folder).as_posix()
        try:
            found.images.append(_read_image(path, name))
        except (UnreadableError, Invalid, OSError) as wrong:
            found.refused.append(FileReport(name, "refused", str(wrong)))
    found.refused += _misplaced(folder, found)
    return found


def _misplaced(folder: Path, found: WikiFolder) -> Iterator[FileReport]:
    """What somebody meant to be an article, and is none where it stands."""
    for path in sorted({*folder.glob("*.md"), *folder.glob("*/*/*.md")}):
        name = path.relative_to(folder).as_posix()
        if not name.startswith("images/") and name != "README.md":
            why = "an article stands in the folder of its language, as en/NAME.md; move it there."
            yield FileReport(name, "refused", f"{name}: {why}")
    if not (found.articles or found.images or found.refused):
        yield FileReport(
            ".", "refused", "There is no article here; each is a file LANGUAGE/NAME.md."
        )


def _check_file(path: Path, name: str) -> None:
    """Raises UnreadableError for what is no file of this folder: reading it could last for ever."""
    if path.is_symlink() or path.parent.is_symlink():
        raise UnreadableError(name, 1, "it is a link; put the file itself there.")
    if not path.is_file():
        raise UnreadableError(name, 1, "it is no file; take it out of the folder or rename it.")


def _read_article(path: Path, name: str, languages: Sequence[str]) -> ArticleFile:
    _check_file(path, name)
    language = path.parent.name
    if language not in languages:
        known = ", ".join(languages)
        raise UnreadableError(name, 1, f"the desk does not speak {language}; it speaks {known}.")
    if path.stat().st_size > LARGEST_FILE:
        raise UnreadableError(name, 1, "the file is over 1 MB; make several articles of it.")
    return parse_file(path.stem, language, path.read_text("utf-8"))


def _read_image(path: Path, name: str) -> ImageFile:
    _check_file(path, name)
    image_id = uuid_or_none(path.name[:36])
    if image_id is None or path.name[36:37] != "-":
        raise UnreadableError(name, 1, "a picture is called ID-NAME, as the export writes it.")
    if path.stat().st_size > 2 * IMAGE_LIMIT:
        raise UnreadableError(name, 1, "the picture is too large.")
    cleaned = clean_name(path.name[37:])
    return ImageFile(name, path.parent.name, image_id, cleaned, path.read_bytes())


class _Undone(Exception):
    """Ends a transaction of which nothing is to be kept."""


async def import_wiki(
    db: Db, files: Files, found: WikiFolder, *, dry_run: bool, now: datetime
) -> list[FileReport]:
    """Publish what differs from what is read. Nothing is written where any file is refused, or in a
    dry run. Articles that the folder does not have stay as they are."""
    reports: list[FileReport] = []
    kept: list[str] = []

    async def act(tx: Tx) -> None:
        reports.extend([*found.refused, *await _take_in(tx, found, now)])
        reports.extend(await _take_images(tx, files, found.images, kept, now))
        if dry_run or any(one.what == "refused" for one in reports):
            raise _Undone

    try:
        await db.run(act)
    except _Undone:
        for key in kept:
            await files.delete(key)
    if not dry_run and any(one.what == "refused" for one in reports):
        reports = [one if one.what == "refused" else _not_written(one) for one in reports]
    return sorted(reports, key=lambda one: one.file)


def _not_written(one: FileReport) -> FileReport:
    return one if one.what == "unchanged" else replace(one, what="not written")


async def _take_in(tx: Tx, found: WikiFolder, now: datetime) -> list[FileReport]:
    cards = await writing_store.lock_cards(tx.conn)
    owners = {email: id for id, email in (await store.owner_addresses(tx.conn)).items()}
    articles = sorted(found.articles, key=lambda one: one.slug)
    reports: list[FileReport] = []
    heads: list[tuple[ArticleCard, ArticleFile]] = []
    for slug, group in groupby(articles, key=lambda one: one.slug):
        texts = list(group)
        head = _head_of(texts, cards.get(slug))
        try:
            card = await _card(tx, slug, head, cards.get(slug), owners, now)
        except Refused as refused:
            reports.append(FileReport(_name(head), "refused", refused.detail))
            continue
        heads.append((card, head))
        reports += await _publish(tx, card, head, texts, cards.get(slug), now)
    # Pins and former addresses may name articles that came later in the folder.
    for card, head in heads:
        reports += await _tie(tx, card, head)
    await writing_store.note_change(tx.conn)
    return reports


def _name(one: ArticleFile) -> str:
    return f"{one.language}/{one.slug}.md"


def _head_of(texts: Sequence[ArticleFile], card: ArticleCard | None) -> ArticleFile:
    """The file that speaks for all languages: that of the original."""
    by_language = {one.language: one for one in texts}
    marked = [one for one in texts if one.original]
    wanted = [card.original] if card else []
    likely = [by_language[code] for code in (*wanted, ORIGINAL) if code in by_language]
    return [*marked, *likely, *texts][0]


async def _card(
    tx: Tx,
    slug: str,
    head: ArticleFile,
    before: ArticleCard | None,
    owners: Mapping[str, UUID],
    now: datetime,
) -> ArticleCard:
    """The article as the folder has it, put in or changed. Raises Invalid."""
    if head.owner and head.owner not in owners:
        raise Invalid(f"No one of the staff is {head.owner}; add them, or leave the owner out.")
    if before is not None and before.slug != slug:
        raise Invalid(f"{slug} is a former address of {before.slug}; rename the file to that.")
    card = ArticleCard(
        before.id if before else uuid7(),
        slug,
        head.section,
        head.topics,
        head.audience,
        head.language,
        owners.get(head.owner),
        head.read_again,
        head.archived,
    )
    if before is None:
        await writing_store.add_article(tx.conn, replace(card, archived_at=None), now)
    await writing_store.set_settings(tx.conn, card)
    await store.set_original(tx.conn, card.id, card.original)
    return card


async def _publish(
    tx: Tx,
    card: ArticleCard,
    head: ArticleFile,
    texts: Sequence[ArticleFile],
    before: ArticleCard | None,
    now: datetime,
) -> list[FileReport]:
    """The texts that differ, the original first, as the others are told outdated by it."""
    reports: list[FileReport] = []
    for one in sorted(texts, key=lambda one: one.language != head.language):
        written = await actions.hold_article(tx, card.id)
        standing = written.current.get(one.language)
        what: What = "updated" if standing else "created"
        if standing and standing.text == one.text:
            same = one is not head or before == card
            reports.append(FileReport(_name(one), "unchanged" if same else "updated"))
            continue
        await actions.publish_text(tx, None, written, one.language, one.text, now)
        if one.outdated:
            await writing_store.set_checked(tx.conn, card.id, one.language, 0)
        reports.append(FileReport(_name(one), what))
    return reports


async def _tie(tx: Tx, card: ArticleCard, head: ArticleFile) -> list[FileReport]:
    """Pins and former addresses; refused where they lead nowhere, or elsewhere."""
    for slug in (*head.related, *head.former):
        other = await writing_store.known_card(tx.conn, slug)
        pinned = slug in head.related
        if (pinned and other is None) or (not pinned and other and other.id != card.id):
            why = "is no article" if pinned else "leads to another article"
            return [FileReport(_name(head), "refused", f"{slug} {why}; correct the head.")]
    await writing_store.set_pins(tx.conn, card.id, head.related)
    await store.set_former_slugs(tx.conn, card.id, head.former)
    return []


async def _take_images(
    tx: Tx, files: Files, images: Sequence[ImageFile], kept: list[str], now: datetime
) -> list[FileReport]:
    pictures = Pictures()
    return [await _take_image(tx, files, pictures, one, kept, now) for one in images]


async def _take_image(
    tx: Tx, files: Files, pictures: Pictures, one: ImageFile, kept: list[str], now: datetime
) -> FileReport:
    card = await writing_store.known_card(tx.conn, one.slug)
    if card is None:
        return FileReport(one.file, "refused", f"There is no article {one.slug}.")
    sha = hashlib.sha256(one.data).digest()
    standing = await images_store.known_image(tx.conn, one.id)
    if standing is not None:
        same = (standing.sha256, standing.article_id) == (sha, card.id)
        why = "" if same else "Another picture has this id; give the file a new one."
        return FileReport(one.file, "unchanged" if same else "refused", why)
    picture = await pictures.encode(one.data, None) if may_be_picture(one.data[:16]) else b""
    if not isinstance(picture, Picture):
        return FileReport(one.file, "refused", "This is no picture that a page can show.")
    # As it came: a picture that is encoded once more loses.
    stored = await files.put(bytes_of(one.data), limit=2 * IMAGE_LIMIT)
    kept.append(stored.key)
    image = ArticleImage(
        one.id, card.id, UUID(hex=stored.key), one.name, picture.media_type, stored.size,
        picture.width, picture.height, sha, None, now,
    )  # fmt: skip
    await images_store.add_image(tx.conn, image)
    return FileReport(one.file, "created")
