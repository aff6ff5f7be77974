"""The articles of the package come into the store: once, and again when a release has newer ones.

What somebody has edited or archived is theirs: no release touches it.
"""

from collections.abc import Iterator
from datetime import datetime

from firstline.kit.db import Conn
from firstline.kit.ids import uuid7
from firstline.wiki import writing_store as store
from firstline.wiki.files import ORIGINAL, digest, shipped_articles
from firstline.wiki.finding import synonyms_store
from firstline.wiki.finding.index import index_articles
from firstline.wiki.finding.shipped_synonyms import shipped_groups
from firstline.wiki.model import Article, ArticleCard, ArticleText


async def take_in_shipped(conn: Conn, now: datetime) -> None:
    """Put in what is new in the package, and newer words where nobody has edited the old ones; to
    a new desk its synonyms, too, which are the editors' from then on."""
    if not await _take_in(conn, now):
        for group in shipped_groups():
            await synonyms_store.write_group(conn, group)
    await index_articles(conn)


async def _take_in(conn: Conn, now: datetime) -> bool:
    """Whether any package was taken in before."""
    found = shipped_articles()
    name = digest(found)
    before = await store.lock_state(conn)
    if name in before:
        return True
    cards = await store.lock_cards(conn)
    fresh = {one.slug: _card(one) for one in found if one.slug not in cards}
    for card in fresh.values():
        await store.add_article(conn, card, now)
    cards |= fresh
    current = await store.every_current(conn)
    await store.add_revisions(conn, list(_newer(found, cards, current)), now)
    for one in found:
        if one.slug in fresh and one.language == ORIGINAL:
            await store.set_pins(conn, fresh[one.slug].id, one.related)
    await store.note_change(conn, shipped=name)
    return bool(before)


def _card(one: Article) -> ArticleCard:
    return ArticleCard(
        uuid7(), one.slug, one.section, one.topics, one.audience, ORIGINAL, None, None, None
    )


def _newer(
    found: tuple[Article, ...], cards: dict[str, ArticleCard], current: store.Currents
) -> Iterator[store.NewRevision]:
    """Editions to be published: translations that are missing, texts that are still as shipped."""
    numbers: dict[str, int] = {}
    for one in found:
        card = cards[one.slug]
        text = ArticleText(one.title, one.summary, one.body)
        revision, shipped, standing = current.get((card.id, one.language), (0, True, None))
        if shipped and standing != text:
            revision += 1
            yield store.NewRevision(
                card.id, one.language, revision, text, numbers.get(one.slug, 0), shipped=True
            )
        if one.language == ORIGINAL:
            numbers[one.slug] = revision
