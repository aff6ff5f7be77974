"""The way from an answer to the articles that it links, by which it is known whether they were
opened (clause answer.wiki). It leads from letters as well, and needs no script.
"""

import re
from collections.abc import Callable

from firstline.timeline import Entry

# As articles have them.
SLUG = re.compile(r"[a-z0-9-]{1,100}(?![\w-])")


def article_way(entry: Entry, public_url: str) -> Callable[[str], str]:
    """Where an address in an entry leads: to articles of ours by way of its request where it links
    any, to everything else as it is written.
    """
    links, wiki = bool(entry.data.get("articles")), f"{public_url.rstrip('/')}/wiki/"

    def way(url: str) -> str:
        rest = url.removeprefix(wiki)
        if not links or rest == url or not SLUG.match(rest):
            return url
        return f"{public_url.rstrip('/')}/requests/{entry.matter}/wiki/{rest}"

    return way
