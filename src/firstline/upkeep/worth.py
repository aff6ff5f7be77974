"""What each article did: links of answers as `reports` judges them, and votes of readers."""

from dataclasses import dataclass, field
from datetime import datetime

from firstline import reports, wiki
from firstline.kit.db import Conn
from firstline.policy import Policy
from firstline.reports import Period, Tally
from firstline.wiki import Votes


@dataclass(slots=True)
class ArticleWorth:
    """An article with its links (`kept`: solved, `broken`: came back), how many of them were
    opened (`kept`), and the votes of a period.
    """

    slug: str
    title: str = ""
    links: Tally = field(default_factory=Tally)
    opened: Tally = field(default_factory=Tally)
    votes: Votes = field(default_factory=Votes)

    @property
    def harm(self) -> int:
        """How often it did not help."""
        return self.links.broken + self.votes.unhelpful

    @property
    def help(self) -> int:
        """How often it did."""
        return self.links.kept + self.votes.helpful


async def article_worths(
    conn: Conn, policy: Policy, period: Period, lang: str, now: datetime
) -> list[ArticleWorth]:
    """Every article that was linked or voted on in a period, under its address of today."""
    linked, opened = await reports.count_views(conn, reports.link_views(policy), period, now)
    votes = await wiki.votes_of_period(conn, period.since, period.until)
    slugs = {*linked.by.get("part", {}), *votes}
    addresses = await wiki.leads_to(conn, sorted(slugs), wiki.audiences_of("staff"))
    worths: dict[str, ArticleWorth] = {}
    for slug in slugs:
        today = addresses.get(slug, slug)
        worth = worths.setdefault(today, ArticleWorth(today))
        worth.links.join(linked.by.get("part", {}).get(slug, Tally()))
        worth.opened.join(opened.by.get("part", {}).get(slug, Tally()))
        found = votes.get(slug, Votes())
        worth.votes = Votes(
            worth.votes.helpful + found.helpful, worth.votes.unhelpful + found.unhelpful
        )
    for article in await wiki.best_articles(conn, lang, wiki.audiences_of("staff"), slugs=worths):
        worths[article.slug].title = article.title
    return sorted(worths.values(), key=lambda one: (-one.harm, -one.help, one.slug))
