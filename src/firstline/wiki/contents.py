"""The headings of an article: anchors, a table of contents, questions with their answers: pure.

Works on HTML that `rendering` has cleaned: no tag stands in it but ours.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from markupsafe import Markup

from firstline.wiki.model import slug_of

LEAST_HEADINGS = 4  # from which on a table of contents helps
MOST_HEADINGS = 40  # of a table of contents
_HEADING = re.compile(r"<h([2-6])(?: [^>]*)?>(.*?)</h\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading with the id that it bears in the page."""

    anchor: str
    level: int
    title: str


def plain_text(html: str) -> str:
    """What stands in clean HTML, without its tags."""
    return " ".join(unescape(_TAG.sub(" ", html)).split())


def with_anchors(html: Markup) -> tuple[Markup, list[Heading]]:
    """The article with an id at each heading, and the headings in order."""
    headings: list[Heading] = []
    ids: set[str] = set()

    def mark(match: re.Match[str]) -> str:
        title = plain_text(match[2])
        anchor = _free_anchor(title, ids)
        ids.add(anchor)
        headings.append(Heading(anchor, int(match[1]), title))
        return f'<h{match[1]} id="{anchor}">{match[2]}</h{match[1]}>'

    return Markup(_HEADING.sub(mark, html)), headings  # noqa: S704 — clean, and an id of letters


def _free_anchor(title: str, ids: set[str]) -> str:
    """Ids of the frame bear no `a-`: no heading takes one away."""
    anchor = f"a-{slug_of(title)}"
    return anchor if anchor not in ids else f"{anchor}-{len(ids) + 1}"


def table_of_contents(headings: list[Heading]) -> list[Heading]:
    """The headings of the first level that there is, where they are many enough to need a table."""
    highest = min((one.level for one in headings), default=0)
    first = [one for one in headings if one.level == highest]
    return first[:MOST_HEADINGS] if len(first) >= LEAST_HEADINGS else []


def questions(html: str) -> Iterator[tuple[str, str]]:
    """Headings that ask, each with what stands below it in plain words."""
    found = list(_HEADING.finditer(html))
    ends = [*(one.start() for one in found), len(html)][1:]
    for match, end in zip(found, ends, strict=True):
        title, answer = plain_text(match[2]), plain_text(html[match.end() : end])
        if title.endswith("?") and answer:
            yield title, answer
