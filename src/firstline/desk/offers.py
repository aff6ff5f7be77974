"""What the composer offers after `/` and `@`; articles are read beside the list before they are
linked (clause answer.wiki).
"""

import msgspec

from firstline import wiki
from firstline.kit.db import Conn
from firstline.kit.i18n import NAMES, gettext
from firstline.timeline import Request
from firstline.wiki import Article

MOST_ARTICLES = 5
PREVIEW = 4_000  # characters of an article


class Suggestion(msgspec.Struct):
    """What is offered: `text` goes into the field, `preview` is shown before that, of an article
    its own `html`. `note` says what the client will meet, `refusal` why the client gets no link.
    """

    kind: str
    title: str
    hint: str
    text: str
    preview: str = ""
    html: str = ""
    note: str = ""
    refusal: str = ""


async def offer_articles(conn: Conn, q: str, request: Request, public_url: str) -> list[Suggestion]:
    """Articles for what was typed, or for the request while nothing is, in its language."""
    language, audiences = request.language, wiki.audiences_of("staff")
    if q.strip():
        found = await wiki.find_articles(
            conn, q[:200], language, audiences=audiences, limit=MOST_ARTICLES
        )
    else:
        near = await wiki.search_articles(
            conn, request.title, language, audiences=audiences, limit=MOST_ARTICLES
        )
        found = [one.article for one in near]
    return [await _offer(one, language, public_url) for one in found]


async def _offer(article: Article, language: str, public_url: str) -> Suggestion:
    """Client and colleague read the title and an address that can be read."""
    url = f"{public_url.rstrip('/')}/wiki/{article.slug}"
    body = f"{article.summary}\n\n{article.body[:PREVIEW]}"
    return Suggestion(
        "article",
        article.title,
        article.slug,
        f"{article.title}: {url}",
        body,
        html=str(await wiki.article_html(body)),
        note=_note(article, language),
        refusal=_refusal(article),
    )


def _note(article: Article, language: str) -> str:
    if article.language == language:
        return ""
    return gettext("Not translated: the client will read it in this language: %(language)s.") % {
        "language": NAMES.get(article.language, article.language)
    }


def _refusal(article: Article) -> str:
    return wiki.staff_only_sentence(article.title) if article.audience == "staff" else ""
