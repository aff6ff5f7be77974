"""Articles that an answer leads to: written beside it, so that it is known which ones answer."""

import re
from typing import Any

from firstline import wiki

MOST = 20
_ADDRESS = re.compile(
    r"(?<![\w/-])(?:https?://[^\s/<>\"]{1,255})?/wiki/([a-z0-9-]{1,100})(?![\w-])"
)


def linked_articles(body: str) -> dict[str, Any]:
    """`{"articles": [slug, …]}` for links to articles that exist, each once, in order; else {}."""
    if "/wiki/" not in body:
        return {}
    slugs = dict.fromkeys(_ADDRESS.findall(body))
    known = [slug for slug in slugs if wiki.article(slug, "en") is not None]
    return {"articles": known[:MOST]} if known else {}
