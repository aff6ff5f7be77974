"""Writing articles: publish an edition, keep a draft, translate, move, archive."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from firstline.kit.db import Tx
from firstline.kit.errors import Conflict, Forbidden, Invalid, Missing
from firstline.kit.i18n import gettext as _
from firstline.kit.ids import uuid7
from firstline.people import Who
from firstline.people.changes import About, NewChange, record
from firstline.wiki import writing_store as store
from firstline.wiki.addresses import address_by_title
from firstline.wiki.checks import (
    check_audience,
    check_draft,
    check_language,
    check_section,
    check_slug,
    check_text,
)
from firstline.wiki.finding.index import index_articles
from firstline.wiki.model import RESERVED, ArticleCard, ArticleText, one_line, slug_of, tidy_body
from firstline.wiki.sources_store import unpublished_from
from firstline.wiki.store import known_slugs
from firstline.wiki.writing import drafts_store

PUBLISHERS = frozenset(("management", "editor"))


@dataclass(frozen=True, slots=True)
class NewArticle:
    """An article, or another language of one whose `slug` is known. Empty fields are made: a slug
    of the title, a summary of the body; audience `public`, or what the article has.
    """

    section: str
    language: str
    title: str
    body: str
    slug: str = ""
    summary: str = ""
    audience: str = ""
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Edition:
    """Where an edition stands; `revision` 0: nothing is published yet."""

    slug: str
    language: str
    revision: int


@dataclass(frozen=True, slots=True)
class OpenArticle:
    """How an article stands to whoever works on it."""

    card: ArticleCard
    current: dict[str, store.Revision] = field(default_factory=dict[str, store.Revision])


def may_publish(who: Who | None) -> bool:
    """Whether they publish articles; `who` None is the console. Operators draft."""
    return who is None or (who.is_staff and not who.roles.isdisjoint(PUBLISHERS))


def allow_publishing(who: Who | None) -> None:
    """Raises Forbidden, to clients Missing, unless `who` publishes articles."""
    if who is not None and not who.is_staff:
        raise Missing(_("There is nothing here."))
    if not may_publish(who):
        raise Forbidden(
            _("Editors and management publish articles; keep yours as a draft for them.")
        )


async def new_article(
    tx: Tx, who: Who | None, new: NewArticle, languages: Sequence[str], *, now: datetime
) -> Edition:
    """Write an article, or translate one. Raises Forbidden, Invalid, Conflict."""
    if not new.draft:
        allow_publishing(who)
    text = check_text(new.title, new.summary, new.body)
    language = check_language(new.language, languages)
    card = await store.lock_card(tx.conn, check_slug(new.slug)) if new.slug else None
    if card is None:
        card = await _add_card(tx, who, new, now)
    elif new.section and check_section(new.section) != card.section and not new.draft:
        raise Conflict(
            _("The article %(slug)s stands in the section %(section)s; name that one.")
            % {"slug": card.slug, "section": card.section}
        )
    current = await store.current(tx.conn, card.id)
    if language in current:
        raise Conflict(
            _("The article %(slug)s is there in this language; change it, or choose another slug.")
            % {"slug": card.slug},
            revision=current[language].revision,
        )
    if new.draft:
        assert who is not None, "the console has no drafts"
        await _begin_draft(tx, who, card, language, text, now)
        return Edition(card.slug, language, 0)
    return await publish_text(tx, who, OpenArticle(card, current), language, text, now)


async def _begin_draft(
    tx: Tx, who: Who, card: ArticleCard, language: str, text: ArticleText, now: datetime
) -> None:
    before = await drafts_store.draft_of(tx.conn, card.id, language, who.id)
    if before and before.text != text:
        raise Conflict(
            _("You have a draft of %(slug)s in this language already; publish or discard it first.")
            % {"slug": card.slug}
        )
    await drafts_store.keep_draft(tx.conn, card.id, language, who.id, text, 0, now)


async def begin_article(
    tx: Tx,
    who: Who,
    *,
    section: str,
    language: str,
    title: str,
    audience: str,
    languages: Sequence[str],
    now: datetime,
) -> str:
    """Begin an article as a draft of its title alone; returns its slug. Raises Invalid."""
    draft = check_draft(ArticleText(title, "", ""))
    if not draft.title:
        raise Invalid(_("Give the article a title."), field="title")
    new = NewArticle(
        section, check_language(language, languages), draft.title, "", audience=audience
    )
    card = await _add_card(tx, who, new, now)
    await drafts_store.keep_draft(tx.conn, card.id, language, who.id, draft, 0, now)
    return card.slug


async def _add_card(tx: Tx, who: Who | None, new: NewArticle, now: datetime) -> ArticleCard:
    card = ArticleCard(
        uuid7(),
        new.slug or await _free_slug(tx, new.title),
        check_section(new.section),
        (),
        check_audience(new.audience or "public"),
        new.language,
        who.id if who else None,
        None,
        None,
    )
    while not await store.add_article(tx.conn, card, now):
        if new.slug:
            raise Conflict(
                _(
                    "Somebody has just begun the article %(slug)s; look at it, then send "
                    "yours again."
                )
                % {"slug": new.slug}
            )
        card = replace(card, slug=await _free_slug(tx, new.title))
    return card


async def _free_slug(tx: Tx, title: str) -> str:
    begin = slug_of(title)
    tries = [begin, *(f"{begin}-{n}" for n in range(2, 50))]
    return slug_of(title, RESERVED | await known_slugs(tx.conn, tries))


async def publish(
    tx: Tx,
    who: Who | None,
    slug: str,
    language: str,
    typed: ArticleText,
    revision: int,
    *,
    writer: UUID | None = None,
    now: datetime,
) -> Edition:
    """Publish another edition. `revision` is the one that the writer knew, 0 for none; `writer`
    whose draft it was, where it is another's.

    Raises Forbidden, Missing, Invalid; Conflict with the present `revision` where another edition
    was published meanwhile: nothing is lost, the writer sees both.
    """
    written = await article_to_publish(tx, who, slug, language, revision)
    text = check_text(typed.title, typed.summary, typed.body)
    await forget_drafts(tx, written.card.id, language, typed)
    current = written.current.get(language)
    if current and current.text == text:
        return Edition(written.card.slug, language, revision)
    other = writer if who is None or writer != who.id else None
    return await publish_text(tx, who, written, language, text, now, writer=other)


async def article_to_publish(
    tx: Tx, who: Who | None, slug: str, language: str, revision: int
) -> OpenArticle:
    """An article, held, of which `revision` is what is read in this language, by whoever may
    publish. Raises Forbidden, Missing, Conflict."""
    allow_publishing(who)
    written = await article_to_write(tx, slug)
    if written.card.archived_at:
        raise Conflict(
            _("The article is archived and nobody would read this; bring it back first.")
        )
    current = written.current.get(language)
    if current is None and not await _has_draft(tx, written.card, language):
        raise Missing(_("This article is not there in this language; add the translation first."))
    standing = current.revision if current else 0
    if revision > standing:
        raise Conflict(
            _("There is no revision %(number)d; read the newest one, then decide.")
            % {"number": revision},
            revision=standing,
        )
    if standing != revision:
        raise Conflict(
            _("Somebody has published revision %(number)d meanwhile; look at it, then decide.")
            % {"number": standing},
            revision=standing,
        )
    return written


async def forget_drafts(tx: Tx, article_id: UUID, language: str, typed: ArticleText) -> None:
    """Forget drafts of what is published; who has written on since keeps theirs."""
    draft = _tidy(check_draft(typed))
    for one in await drafts_store.drafts(tx.conn, article_id):
        if one.language == language and _tidy(one.text) == draft:
            await drafts_store.drop_draft(tx.conn, article_id, language, one.person_id)


def _tidy(text: ArticleText) -> ArticleText:
    return ArticleText(one_line(text.title), one_line(text.summary), tidy_body(text.body))


async def _has_draft(tx: Tx, card: ArticleCard, language: str) -> bool:
    return any(one.language == language for one in await drafts_store.drafts(tx.conn, card.id))


async def article_to_write(tx: Tx, slug: str) -> OpenArticle:
    """An article by its address, held against other writers. Raises Missing."""
    card = await store.lock_card(tx.conn, slug)
    if card is None:
        raise Missing(_("There is no such article."))
    return OpenArticle(card, await store.current(tx.conn, card.id))


async def hold_article(tx: Tx, article_id: UUID) -> OpenArticle:
    """An article, held against other writers. Raises Missing."""
    card = await store.lock_card_by_id(tx.conn, article_id)
    if card is None:
        raise Missing(_("There is no such article."))
    return OpenArticle(card, await store.current(tx.conn, card.id))


async def publish_text(
    tx: Tx,
    who: Who | None,
    written: OpenArticle,
    language: str,
    text: ArticleText,
    now: datetime,
    *,
    writer: UUID | None = None,
) -> Edition:
    """Publish a text that was checked, of an article that is held; `who` None is the console."""
    card, before = written.card, written.current.get(language)
    if not written.current:
        card = await _named_by_title(tx, card, text.title)
    original = written.current.get(card.original)
    based_on = original.revision if original and language != card.original else 0
    number = before.revision + 1 if before else 1
    by = who.id if who else None
    new = store.NewRevision(card.id, language, number, text, based_on, by_id=by, writer_id=writer)
    await store.add_revisions(tx.conn, [new], now)
    await index_articles(tx.conn, [card.id])
    await store.note_change(tx.conn)
    old = {"title": before.title, "revision": before.revision} if before else {}
    after = {"language": language, "title": text.title, "revision": number}
    await record_article(tx, who, "article_published", card, old, after, now=now)
    return Edition(card.slug, language, number)


async def _named_by_title(tx: Tx, card: ArticleCard, title: str) -> ArticleCard:
    """An article drafted from a request is read first under the title that it has now: in the one
    before stood perhaps what was taken out of it since.
    """
    for article_id, slug, _title in await unpublished_from(tx.conn, article_id=card.id):
        card = replace(card, slug=await address_by_title(tx, article_id, slug, title))
    return card


async def record_article(
    tx: Tx,
    who: Who | None,
    kind: str,
    card: ArticleCard,
    before: Mapping[str, object],
    after: Mapping[str, object],
    *,
    now: datetime,
) -> None:
    """Write down what changed of an article, for those who read changes of settings."""
    about = About("article", str(card.id), card.slug)
    await record(tx, who, NewChange(kind, about, before, after), now=now)
