"""The wiki: what clients study before they write (clauses request.wiki-first, answer.wiki).

Articles are Markdown files of the package, a folder a language; an article that a language lacks
is shown in English. `search_articles` ranks them for words as they are
written, `find_articles` for whoever looks for something.
"""

from firstline.wiki.files import article, articles
from firstline.wiki.model import Article
from firstline.wiki.rendering import html
from firstline.wiki.search import Found, find_articles, search_articles

__all__ = ["Article", "Found", "article", "articles", "find_articles", "html", "search_articles"]
