"""The wiki: what clients study before they write (clauses request.wiki-first, answer.wiki).

Articles stand in the database, in several languages, each with all its revisions; what the
package ships is taken in once. An article that a language lacks is shown in English.
`search_articles` ranks them for words as they are written, `find_articles` for whoever looks for
something; `search_shipped` is for where there is no desk.
"""

from firstline.wiki.actions import NewArticle, may_publish, new_article
from firstline.wiki.figures_store import (
    VoteCount,
    VoteRow,
    addresses_of,
    list_votes,
    votes_by_day,
    votes_of_period,
)
from firstline.wiki.finding.hits import note_search
from firstline.wiki.finding.search import Found, find_articles, search_articles
from firstline.wiki.finding.shipped import search_shipped, shipped_titles
from firstline.wiki.model import SECTIONS, Article, AudienceName, Votes, audiences_of
from firstline.wiki.reading import article_for, first_articles
from firstline.wiki.rendering import html as article_html
from firstline.wiki.sections import section_words
from firstline.wiki.shipping import take_in_shipped
from firstline.wiki.sources import forget_words
from firstline.wiki.sources_store import articles_from, note_source
from firstline.wiki.staff_only import refuse_staff_only, staff_only_sentence
from firstline.wiki.store import best_articles, leads_to
from firstline.wiki.voting import vote_as_reader
from firstline.wiki.writing.images_store import image_files

__all__ = [
    "SECTIONS",
    "Article",
    "AudienceName",
    "Found",
    "NewArticle",
    "VoteCount",
    "VoteRow",
    "Votes",
    "addresses_of",
    "article_for",
    "article_html",
    "articles_from",
    "audiences_of",
    "best_articles",
    "find_articles",
    "first_articles",
    "forget_words",
    "image_files",
    "leads_to",
    "list_votes",
    "may_publish",
    "new_article",
    "note_search",
    "note_source",
    "refuse_staff_only",
    "search_articles",
    "search_shipped",
    "section_words",
    "shipped_titles",
    "staff_only_sentence",
    "take_in_shipped",
    "vote_as_reader",
    "votes_by_day",
    "votes_of_period",
]
