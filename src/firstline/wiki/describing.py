"""Articles told to machines: JSON-LD for search engines, a map of addresses, a feed of changes.

Only what everybody may read is told.
"""

import json
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from markupsafe import Markup, escape

from firstline.wiki.contents import questions
from firstline.wiki.model import Article
from firstline.wiki.public_store import MapRow, PublishedRevision

LEAST_QUESTIONS = 2
_SIGNS = {ord("<"): "\\u003c", ord(">"): "\\u003e", ord("&"): "\\u0026"}


# What no XML may hold (XML 1.0, 2.2).
_UNFIT = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MAP = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<urlset'
    ' xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
)


def _xml(text: str) -> str:
    return escape(_UNFIT.sub("", text))


def address_of(public_url: str, slug: str, language: str) -> str:
    """Where an article is read in a language."""
    return f"{public_url}/wiki/{slug}?lang={language}"


def json_ld(article: Article, html: str, public_url: str, company: str, section: str) -> Markup:
    """An article as schema.org has it, safe inside a script element: an FAQPage where it asks and
    answers, else a TechArticle; with the way to it (BreadcrumbList)."""
    url = address_of(public_url, article.slug, article.language)
    described = [_described(article, html, url, company), _way(article, public_url, url, section)]
    document = {"@context": "https://schema.org", "@graph": described}
    return Markup(  # noqa: S704 — no sign of HTML is left in it
        json.dumps(document, ensure_ascii=False).translate(_SIGNS)
    )


def _described(article: Article, html: str, url: str, company: str) -> dict[str, Any]:
    common = {
        "@id": url,
        "url": url,
        "headline": article.title,
        "description": article.summary,
        "inLanguage": article.language,
        "dateModified": article.updated_at.isoformat() if article.updated_at else None,
        "publisher": {"@type": "Organization", "name": company},
    }
    asked = list(questions(html))
    if len(asked) < LEAST_QUESTIONS:
        return {"@type": "TechArticle", **common}
    return {"@type": "FAQPage", **common, "mainEntity": [_question(*one) for one in asked]}


def _question(title: str, answer: str) -> dict[str, Any]:
    return {
        "@type": "Question",
        "name": title,
        "acceptedAnswer": {"@type": "Answer", "text": answer},
    }


def _way(article: Article, public_url: str, url: str, section: str) -> dict[str, Any]:
    steps = [
        ("Wiki", f"{public_url}/wiki"),
        (section, f"{public_url}/wiki?section={article.section}"),
    ]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": item}
            for place, (name, item) in enumerate([*steps, (article.title, url)], 1)
        ],
    }


def site_map(rows: Iterable[MapRow], public_url: str) -> str:
    """A map of addresses (sitemaps.org), each language beside the others (`hreflang`)."""
    parts = [_MAP, f"<url><loc>{_xml(public_url)}/wiki</loc></url>\n"]
    for row in rows:
        others = "".join(
            f'<xhtml:link rel="alternate" hreflang="{one}"'
            f' href="{_xml(address_of(public_url, row.slug, one))}"/>'
            for one in row.languages
        )
        parts += [
            f"<url><loc>{_xml(address_of(public_url, row.slug, one))}</loc>"
            f"<lastmod>{row.updated_at:%Y-%m-%d}</lastmod>{others}</url>\n"
            for one in row.languages
        ]
    return "".join([*parts, "</urlset>\n"])


def feed(
    found: Sequence[PublishedRevision], public_url: str, title: str, language: str, now: datetime
) -> str:
    """Editions of articles as an Atom feed (RFC 4287), the newest first."""
    updated = found[0].at if found else now
    entries = "".join(
        "<entry>"
        f"<id>{_xml(public_url)}/wiki/{one.slug}#{one.language}-{one.revision}</id>"
        f"<title>{_xml(one.title)}</title><updated>{one.at.isoformat()}</updated>"
        f'<link href="{_xml(address_of(public_url, one.slug, one.language))}"/>'
        f"<summary>{_xml(one.summary)}</summary></entry>\n"
        for one in found
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{_xml(language)}">\n'
        f"<id>{_xml(public_url)}/wiki</id><title>{_xml(title)}</title>"
        f"<updated>{updated.isoformat()}</updated><author><name>{_xml(title)}</name></author>\n"
        f'<link rel="self" href="{_xml(public_url)}/wiki/changes.atom?lang={_xml(language)}"/>'
        f'<link href="{_xml(public_url)}/wiki"/>\n{entries}</feed>\n'
    )
