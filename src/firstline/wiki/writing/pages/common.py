"""What the pages of the wiki at the desk share."""

from dataclasses import dataclass

from firstline.kit.db import Conn
from firstline.kit.errors import Missing
from firstline.kit.i18n import _
from firstline.wiki import writing_store
from firstline.wiki.model import AUDIENCES, ArticleCard, ArticleText
from firstline.wiki.writing import drafts_store
from firstline.wiki.writing.drafts_store import ArticleDraft, ArticlePlan
from firstline.wiki.writing_store import Revision


def audience_names() -> dict[str, str]:
    """What people read for each audience."""
    names = (_("everybody"), _("clients"), _("staff only"))
    return dict(zip(AUDIENCES, names, strict=True))


@dataclass(frozen=True, slots=True)
class ArticleDesk:
    """All that is known of an article at the desk; by language but for `drafts`."""

    card: ArticleCard
    current: dict[str, Revision]
    checked: dict[str, int]
    drafts: list[ArticleDraft]
    plans: dict[str, ArticlePlan]

    def is_outdated(self, language: str) -> bool:
        """Whether the original has a later revision than the one a translation was made from."""
        original = self.current.get(self.card.original)
        if language == self.card.original or original is None or language not in self.current:
            return False
        return self.checked.get(language, 0) < original.revision

    @property
    def title(self) -> str:
        """In its original language, or as it is being written."""
        for found in (self.current.get(self.card.original), *self.current.values(), *self.drafts):
            if found and found.title:
                return found.title
        return self.card.slug

    def text(self, language: str) -> ArticleText | None:
        """What is read in a language."""
        standing = self.current.get(language)
        return standing.text if standing else None


async def article_desk(conn: Conn, slug: str) -> ArticleDesk:
    """An article by its address, or by one of before. Raises Missing."""
    card = await writing_store.known_card(conn, slug)
    if card is None:
        raise Missing(_("There is no such article."))
    return ArticleDesk(
        card,
        await writing_store.current(conn, card.id),
        await writing_store.checked_revisions(conn, card.id),
        await drafts_store.drafts(conn, card.id),
        {one.language: one for one in await drafts_store.plans(conn, card.id)},
    )
