"""What of an article belongs to no language: section, readers, owner, address, archive, pins."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from firstline.kit.db import Conn, Tx
from firstline.kit.errors import Conflict, Invalid, Missing
from firstline.kit.i18n import gettext as _
from firstline.people import Who
from firstline.wiki import writing_store as store
from firstline.wiki.actions import allow_publishing, article_to_write, record_article
from firstline.wiki.checks import check_audience, check_section, check_slug
from firstline.wiki.model import ArticleCard
from firstline.wiki.store import known_slugs
from firstline.wiki.writing import listing_store

MOST_PINS = 20


@dataclass(frozen=True, slots=True)
class CardChange:
    """What an editor wants of an article; `related` are slugs in their order."""

    section: str
    audience: str
    topics: Sequence[str] = ()
    owner_id: UUID | None = None
    read_again: date | None = None
    related: Sequence[str] = ()


def settings_of(card: ArticleCard, pins: Sequence[str]) -> CardChange:
    """What belongs to no language, as it stands."""
    return CardChange(
        card.section, card.audience, list(card.topics), card.owner_id, card.read_again, list(pins)
    )


def _merge(change: CardChange, seen: CardChange, standing: CardChange) -> CardChange:
    """What somebody changed of the settings that they saw, in those that stand now. Raises Conflict
    where another one has changed the same.
    """
    merged: dict[str, Any] = {}  # each value has the type of the field that it came from
    for name in (field.name for field in fields(CardChange)):
        mine, before, now = (getattr(one, name) for one in (change, seen, standing))
        if mine != before and now not in (before, mine):
            raise Conflict(
                _("Somebody has changed the same meanwhile; load the page again, then decide."),
                field=name,
            )
        merged[name] = now if mine == before else mine
    return replace(change, **merged)


async def change_card(
    tx: Tx,
    who: Who | None,
    slug: str,
    change: CardChange,
    *,
    seen: CardChange | None = None,
    now: datetime,
) -> ArticleCard:
    """Change what belongs to no language; of the settings that somebody has `seen` only what they
    changed. Raises Forbidden, Missing, Invalid, Conflict.
    """
    allow_publishing(who)
    card = (await article_to_write(tx, slug)).card
    if seen is not None:
        change = _merge(change, seen, settings_of(card, await store.pins(tx.conn, card.id)))
    new = replace(
        card,
        section=check_section(change.section),
        audience=check_audience(change.audience),
        topics=tuple(dict.fromkeys(change.topics)),
        owner_id=await _owner(tx.conn, change.owner_id),
        read_again=change.read_again,
    )
    pins_before = await store.pins(tx.conn, card.id)
    related = await _related(tx.conn, card, change.related)
    await store.set_settings(tx.conn, new)
    await store.set_pins(tx.conn, card.id, related)
    if new == card and related == pins_before:
        return card
    await store.note_change(tx.conn)
    sides = await _difference(tx.conn, (card, pins_before), (new, related))
    await record_article(tx, who, "article_changed", new, *sides, now=now)
    return new


async def _owner(conn: Conn, owner_id: UUID | None) -> UUID | None:
    if owner_id is not None and owner_id not in await listing_store.owners(conn):
        raise Invalid(_("Choose an owner among the staff."), field="owner")
    return owner_id


async def _related(conn: Conn, card: ArticleCard, slugs: Sequence[str]) -> list[str]:
    """The pins as they are stored. Raises Invalid for what is no article."""
    wanted = [slug for slug in dict.fromkeys(slugs) if slug != card.slug]
    if len(wanted) > MOST_PINS:
        raise Invalid(_("Pin fewer articles: readers look at the first few."), field="related")
    known = await known_slugs(conn, wanted)
    unknown = [slug for slug in wanted if slug not in known]
    if unknown:
        raise Invalid(
            _("There is no article %(slug)s to be pinned.") % {"slug": unknown[0]}, field="related"
        )
    return wanted


Side = tuple[ArticleCard, list[str]]


async def _difference(conn: Conn, old: Side, new: Side) -> tuple[dict[str, object], ...]:
    """The fields that differ, in words that people read, as they were and as they are."""
    names = await listing_store.owners(conn)
    sides = [
        {
            "section": card.section,
            "audience": card.audience,
            "topics": list(card.topics),
            "owner": names.get(card.owner_id, "") if card.owner_id else "",
            "read_again": card.read_again.isoformat() if card.read_again else "",
            "related": pins,
        }
        for card, pins in (old, new)
    ]
    differ = [name for name in sides[0] if sides[0][name] != sides[1][name]]
    return tuple({name: side[name] for name in differ} for side in sides)


async def set_archived(
    tx: Tx, who: Who | None, slug: str, archived: bool, *, now: datetime
) -> None:
    """Take an article out of sight, or bring it back; nothing of it is lost."""
    allow_publishing(who)
    card = (await article_to_write(tx, slug)).card
    if (card.archived_at is not None) == archived:
        return
    await store.set_settings(tx.conn, replace(card, archived_at=now if archived else None))
    await store.note_change(tx.conn)
    sides = {"active": archived}, {"active": not archived}
    await record_article(tx, who, "article_changed", card, *sides, now=now)


async def move_article(tx: Tx, who: Who | None, slug: str, new: str, *, now: datetime) -> str:
    """Give an article another address; the old one goes on leading to it.

    Returns the address that it has. Raises Forbidden, Missing, Invalid, Conflict.
    """
    allow_publishing(who)
    card = (await article_to_write(tx, slug)).card
    if check_slug(new) == card.slug:
        return new
    other = await store.lock_card(tx.conn, new)
    if other is not None and other.id != card.id:
        raise Conflict(
            _("This address leads to the article %(slug)s; choose another one.")
            % {"slug": other.slug},
            field="slug",
        )
    if not await store.move_article(tx.conn, card.id, card.slug, new):
        raise Conflict(
            _("This address leads to the article %(slug)s; choose another one.") % {"slug": new},
            field="slug",
        )
    await store.note_change(tx.conn)
    moved = replace(card, slug=new)
    sides = {"slug": card.slug}, {"slug": new}
    await record_article(tx, who, "article_changed", moved, *sides, now=now)
    return new


async def confirm_translation(tx: Tx, who: Who | None, slug: str, language: str) -> None:
    """Say that a translation fits the original as it is read now, though that is newer."""
    allow_publishing(who)
    written = await article_to_write(tx, slug)
    original = written.current.get(written.card.original)
    if language not in written.current or original is None:
        raise Missing(_("This article is not there in this language; add the translation first."))
    await store.set_checked(tx.conn, written.card.id, language, original.revision)
