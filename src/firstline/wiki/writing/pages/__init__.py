"""The pages of the wiki at the desk, and the pictures of articles."""

from firstline.people.visit import desk_pages
from firstline.wiki.writing.pages import article, editor, images, listing, revisions
from firstline.wiki.writing.pages.listing import ARTICLES, ON_DESK

routes = [
    desk_pages(
        *listing.handlers,
        *article.handlers,
        *editor.handlers,
        *revisions.handlers,
        *images.handlers,
    ),
    images.show_image,
]

__all__ = ["ARTICLES", "ON_DESK", "routes"]
