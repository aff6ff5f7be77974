"""What is being written until it is read: drafts, review by editors, editions for later."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from firstline.kit.db import Db, Tx
from firstline.kit.errors import Conflict, Forbidden, Invalid, Missing
from firstline.kit.i18n import gettext as _
from firstline.people import Who
from firstline.people import who as person
from firstline.wiki import actions
from firstline.wiki.checks import check_draft, check_text
from firstline.wiki.model import ArticleText
from firstline.wiki.writing import drafts_store as store
from firstline.wiki.writing import left_store

DRAFTERS = frozenset(("operator", "editor", "management"))
LONGEST_REPLY = 2_000
AT_ONCE = 50
LEFT_KEPT = timedelta(days=14)


def may_draft(who: Who) -> bool:
    """Whether they write articles; other staff reads."""
    return who.is_staff and not who.roles.isdisjoint(DRAFTERS)


def allow_drafting(who: Who) -> None:
    """Raises Forbidden unless `who` writes articles."""
    if not may_draft(who):
        raise Forbidden(_("Operators and editors write articles; ask one of them."))


@dataclass(frozen=True, slots=True)
class DraftKept:
    """When it was kept, and the revision that is read now."""

    updated_at: datetime
    newest: int


async def keep_draft(
    tx: Tx,
    who: Who,
    slug: str,
    language: str,
    text: ArticleText,
    seen: int,
    *,
    since: datetime | None,
    instead: bool = False,
    now: datetime,
) -> DraftKept:
    """Keep what somebody is writing, however unfinished. `since` is when the window that sends it
    knew it to be kept, None where it knew of none; `instead`: other words make way, and can be
    brought back.

    Raises Forbidden, Missing, Invalid; Conflict where another window of theirs kept other words.
    """
    allow_drafting(who)
    text = check_draft(text)
    written = await actions.article_to_write(tx, slug)
    before = await store.draft_of(tx.conn, written.card.id, language, who.id)
    if before and before.text != text and (instead or before.updated_at != since):
        if not instead:
            raise Conflict(
                _(
                    "You have another draft of this article, perhaps in another window; publish or "
                    "discard that one first."
                )
            )
        await _leave(tx, written.card.id, before, now)
    await store.keep_draft(tx.conn, written.card.id, language, who.id, text, seen, now)
    standing = written.current.get(language)
    return DraftKept(now, standing.revision if standing else 0)


async def is_draft(tx: Tx, slug: str, language: str, writer: UUID, text: ArticleText) -> bool:
    """Whether these words are what somebody's draft says."""
    card = (await actions.article_to_write(tx, slug)).card
    draft = await store.draft_of(tx.conn, card.id, language, writer)
    return draft is not None and draft.text == check_draft(text)


async def drop_draft(tx: Tx, who: Who, slug: str, language: str, *, now: datetime) -> None:
    """Discard one's own draft; for `LEFT_KEPT` it can be brought back."""
    allow_drafting(who)
    card = (await actions.article_to_write(tx, slug)).card
    if draft := await store.draft_of(tx.conn, card.id, language, who.id):
        await _leave(tx, card.id, draft, now)
        await store.drop_draft(tx.conn, card.id, language, who.id)


async def _leave(tx: Tx, article_id: UUID, draft: store.ArticleDraft, now: datetime) -> None:
    await left_store.leave_words(
        tx.conn, article_id, draft.language, draft.person_id, draft.text, draft.seen, now
    )


async def bring_back(
    tx: Tx, who: Who, slug: str, language: str, left_at: datetime, *, now: datetime
) -> None:
    """Make what one left one's draft again; what is one's draft now makes way. Raises Missing."""
    allow_drafting(who)
    card = (await actions.article_to_write(tx, slug)).card
    left = await left_store.take_left(tx.conn, card.id, language, who.id, left_at)
    if left is None:
        raise Missing(_("This draft is not there any more."))
    if before := await store.draft_of(tx.conn, card.id, language, who.id):
        await _leave(tx, card.id, before, now)
    await store.keep_draft(tx.conn, card.id, language, who.id, left.text, left.seen, now)


async def forget_left(tx: Tx, *, now: datetime) -> None:
    """Forget what was left long ago, and articles of which nothing else was there."""
    for article_id in await left_store.forget_left(tx.conn, now - LEFT_KEPT):
        await store.drop_empty_article(tx.conn, article_id)


async def send_to_review(tx: Tx, who: Who, slug: str, language: str, *, now: datetime) -> None:
    """Put one's own draft before the editors. Raises Missing, Invalid for no article yet."""
    allow_drafting(who)
    card = (await actions.article_to_write(tx, slug)).card
    draft = await store.draft_of(tx.conn, card.id, language, who.id)
    if draft is None:
        raise Missing(_("You have no draft of this article in this language."))
    check_text(draft.title, draft.summary, draft.body)
    await store.set_review(tx.conn, card.id, language, who.id, now, "")


async def give_back(tx: Tx, who: Who, slug: str, language: str, writer: UUID, reply: str) -> None:
    """Give a draft back to its writer with a word on what to do."""
    actions.allow_publishing(who)
    reply = reply.strip()
    if not reply or len(reply) > LONGEST_REPLY or "\0" in reply:
        raise Invalid(_("Say briefly what the writer should do."), field="reply")
    card = (await actions.article_to_write(tx, slug)).card
    draft = await store.draft_of(tx.conn, card.id, language, writer)
    if draft is None:
        raise Missing(_("This draft is not there any more."))
    if draft.review_at is None and draft.reply != reply:
        raise Conflict(_("This draft is with its writer again; look at what they were told."))
    await store.set_review(tx.conn, card.id, language, writer, None, reply)


async def plan_edition(
    tx: Tx,
    who: Who,
    slug: str,
    language: str,
    typed: ArticleText,
    revision: int,
    publish_at: datetime,
    *,
    writer: UUID | None = None,
    now: datetime,
) -> None:
    """Publish an edition at a time to come. Raises as `actions.publish`."""
    if publish_at <= now:
        raise Invalid(_("Choose a time to come."), field="at")
    written = await actions.article_to_publish(tx, who, slug, language, revision)
    text = check_text(typed.title, typed.summary, typed.body)
    await store.add_plan(
        tx.conn, written.card.id, language, text,
        seen=revision, by=who.id, writer=writer, publish_at=publish_at,
    )  # fmt: skip
    await actions.forget_drafts(tx, written.card.id, language, typed)


async def drop_plan(tx: Tx, who: Who, slug: str, language: str, *, now: datetime) -> None:
    """Publish nothing by itself; what was planned becomes a draft of who withdraws it."""
    actions.allow_publishing(who)
    card = (await actions.article_to_write(tx, slug)).card
    planned = {one.language: one for one in await store.plans(tx.conn, card.id)}.get(language)
    if planned is None:
        raise Missing(_("Nothing is planned in this language."))
    own = await store.draft_of(tx.conn, card.id, language, who.id)
    if own is not None and own.text != planned.text:
        raise Conflict(
            _(
                "You have a draft of your own in this language, and what is planned would become "
                "another; publish or discard yours first."
            )
        )
    await store.drop_plan(tx.conn, card.id, language)
    if own is None:
        await store.keep_draft(tx.conn, card.id, language, who.id, planned.text, planned.seen, now)


async def publish_due(db: Db, *, now: datetime) -> int:
    """Publish the editions whose time has come, each in its transaction; returns how many."""
    count = 0
    while count < AT_ONCE and await db.run(_publish_next, now=now):
        count += 1
    return count


async def _publish_next(tx: Tx, *, now: datetime) -> bool:
    article_id = await store.article_due(tx.conn, now)
    if article_id is None:
        return False
    # The article is held before its plans are looked at, as by everybody who writes.
    written = await actions.hold_article(tx, article_id)
    for planned in await store.plans(tx.conn, article_id):
        if not planned.refused and planned.publish_at <= now:
            await _publish_planned(tx, written, planned, now)
    return True


async def _publish_planned(
    tx: Tx, written: actions.OpenArticle, planned: store.ArticlePlan, now: datetime
) -> None:
    standing = written.current.get(planned.language)
    if (standing.revision if standing else 0) != planned.seen:
        sentence = _("Another edition was published before its time came; look at both.")
        await store.refuse_plan(tx.conn, planned.article_id, planned.language, sentence)
        return
    await store.drop_plan(tx.conn, planned.article_id, planned.language)
    by = await person(tx.conn, planned.by_id)
    await actions.publish_text(
        tx, by, written, planned.language, planned.text, now, writer=planned.writer_id
    )
