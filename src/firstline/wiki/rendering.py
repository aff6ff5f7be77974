"""Articles as HTML."""

import re
from functools import lru_cache

from markupsafe import Markup

from firstline.kit.aside import Aside
from firstline.kit.markdown import TAGS, markdown
from firstline.wiki.contents import Heading, with_anchors

# Pictures of articles alone: nothing is loaded from elsewhere.
PICTURE = re.compile(r"/wiki/images/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_readers, _writers = Aside("markdown"), Aside("markdown-preview")


async def html(body: str) -> Markup:
    """A body as sanitised HTML; headings begin at h2, as the page's h1 is the title.

    In a thread, as a long body takes longer than others should wait.
    """
    return await _readers.run(render, body)


async def page_html(body: str) -> tuple[Markup, list[Heading]]:
    """The same with an id at each heading, and the headings in order."""
    return await _readers.run(_render_page, body)


@lru_cache(128)
def _render_page(body: str) -> tuple[Markup, list[Heading]]:
    return with_anchors(render(body))


async def preview_html(body: str) -> Markup:
    """The same of what is being written: readers do not wait for it, and it is not remembered."""
    return await _writers.run(render.__wrapped__, body)


@lru_cache(128)
def render(body: str) -> Markup:
    """The same at once; some milliseconds for a usual article."""
    return markdown(body, tags=TAGS - {"h1"}, rel="noopener noreferrer", pictures=PICTURE)
