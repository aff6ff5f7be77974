"""Markdown to HTML that may stand in a page as it is."""

from functools import lru_cache

from markupsafe import Markup

from firstline.kit.markdown import TAGS, markdown
from firstline.wiki.model import Article


@lru_cache(512)
def html(article: Article) -> Markup:
    """The body as sanitised HTML; headings begin at h2, as the page's h1 is the title."""
    return markdown(article.body, tags=TAGS - {"h1"}, rel="noopener noreferrer")
