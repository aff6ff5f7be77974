"""Articles as HTML."""

from functools import lru_cache

from markupsafe import Markup

from firstline.kit.aside import Aside
from firstline.kit.markdown import TAGS, markdown

_aside = Aside("markdown")


async def html(body: str) -> Markup:
    """A body as sanitised HTML; headings begin at h2, as the page's h1 is the title.

    In a thread, as a long body takes longer than others should wait.
    """
    return await _aside.run(render, body)


@lru_cache(128)
def render(body: str) -> Markup:
    """The same at once; some milliseconds for a usual article."""
    return markdown(body, tags=TAGS - {"h1"}, rel="noopener noreferrer")
