"""The wiki: what clients study before they write (clauses request.wiki-first, answer.wiki).

Articles stand in the database, in several languages, each with all its revisions; what the
package ships is taken in once. An article that a language lacks is shown in English.
`search_articles` ranks them for words as they are written, `find_articles` for whoever looks for
something; `search_shipped` is for where there is no desk.
"""

from firstline.wiki.finding.search import Found, find_articles, search_articles
from firstline.wiki.finding.shipped import search_shipped
from firstline.wiki.model import Article, audiences_of
from firstline.wiki.reading import article_for, first_articles
from firstline.wiki.shipping import take_in_shipped
from firstline.wiki.store import best_articles, leads_to

__all__ = [
    "Article",
    "Found",
    "article_for",
    "audiences_of",
    "best_articles",
    "find_articles",
    "first_articles",
    "leads_to",
    "search_articles",
    "search_shipped",
    "take_in_shipped",
]
