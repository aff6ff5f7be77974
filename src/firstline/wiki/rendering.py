"""Markdown to HTML that may stand in a page as it is."""

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

from firstline.wiki.model import Article

# What articles are made of; no style attribute, no script, no picture from elsewhere.
_TAGS = {
    *("a", "blockquote", "br", "code", "em", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre"),
    *("strong", "table", "tbody", "td", "th", "thead", "tr", "ul"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


@lru_cache(512)
def html(article: Article) -> Markup:
    """The body as sanitised HTML; headings begin at h2, as the page's h1 is the title."""
    rendered = _markdown.render(article.body)
    return Markup(  # noqa: S704 - nh3 has just cleaned it
        nh3.clean(
            rendered,
            tags=_TAGS,
            attributes=_ATTRIBUTES,
            url_schemes={"http", "https", "mailto"},
            link_rel="noopener noreferrer",
        )
    )
