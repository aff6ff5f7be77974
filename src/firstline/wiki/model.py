"""An article of the wiki, who may read it, and what its parts must be."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

SECTIONS = ("web", "mail", "dns", "ssl", "databases", "ftp", "panel", "billing", "support")
AudienceName = Literal["public", "clients", "staff"]
AUDIENCES: tuple[AudienceName, ...] = ("public", "clients", "staff")
SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# What stands where an article's address stands, in addresses of the desk's own: it would be hidden.
RESERVED = frozenset("changes feed figures images new search synonyms unfound".split())
LONGEST_SLUG, LONGEST_TITLE, LONGEST_SUMMARY, LONGEST_BODY = 100, 200, 500, 100_000
MOST_HEADINGS = 300
BODY_LIMIT = 8 * LONGEST_BODY  # bytes of a form or of JSON, in which a letter may be `\u0430`
_SHORT_SUMMARY, _SUMMARY_FROM = 200, 10_000


@dataclass(frozen=True, slots=True)
class Article:
    """One article in one language; `body` is Markdown, `related` are slugs that editors pinned.

    `section` is one of `SECTIONS`: the shelf of the index on which it stands; `audience` one of
    `AUDIENCES`. `revision` is 0 where nothing was published yet.
    """

    slug: str
    language: str
    title: str
    section: str
    topics: tuple[str, ...]
    summary: str
    related: tuple[str, ...]
    body: str
    audience: AudienceName = "public"
    revision: int = 0
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ArticleCard:
    """An article in all languages; `original` is the one from which the others are translated."""

    id: UUID
    slug: str
    section: str
    topics: tuple[str, ...]
    audience: AudienceName
    original: str
    owner_id: UUID | None
    read_again: date | None
    archived_at: datetime | None


@dataclass(frozen=True, slots=True)
class ArticleText:
    """What an article says in one language."""

    title: str
    summary: str
    body: str


@dataclass(frozen=True, slots=True)
class Votes:
    """How many people an article helped, and how many not: the last word of each."""

    helpful: int = 0
    unhelpful: int = 0


def may_read(audience: AudienceName, side: str | None) -> bool:
    """Whether somebody of this side (None: a stranger) may read what is for `audience`."""
    return audience in audiences_of(side)


def audiences_of(side: str | None) -> list[AudienceName]:
    """What somebody of this side (`client`, `staff`, None: a stranger) may read."""
    return list(AUDIENCES[: {"client": 2, "staff": 3}.get(side or "", 1)])


_LETTERS = dict(
    zip(
        "абвгґдеєжзиіїйклмнопрстуфхцчшщьюяёыэъ",
        "a b v h g d e ie zh z y i i i k l m n o p r s t u f kh ts ch sh shch - iu ia".split()
        + "e y e -".split(),
        strict=True,
    )
)
# At the head of a word (resolution 55 of the Cabinet of Ministers of Ukraine, 2010).
_FIRST = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}
# They turn the reading order of what follows, and of the page around it.
_TURNING = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])


def slug_of(title: str, known: Collection[str] = ()) -> str:
    """An address for a title, in Latin letters; another one where it is taken."""
    plain = unicodedata.normalize("NFKD", title.casefold())
    composed = unicodedata.normalize("NFC", plain)
    begun = re.sub(r"\b[єїйюя]", lambda first: _FIRST[first[0]], composed)
    latin = "".join(_LETTERS.get(sign, sign).strip("-") for sign in begun)
    ascii_only = unicodedata.normalize("NFKD", latin).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", ascii_only)
    slug = "-".join(words)[: LONGEST_SLUG - 4].strip("-") or "article"
    tries = [slug, *(f"{slug}-{n}" for n in range(2, len(known) + 3))]
    return next(one for one in tries if one not in known)


def one_line(text: str) -> str:
    """A title or a summary: white space and ends of lines are single spaces, and nothing
    turns the order of reading.
    """
    return " ".join(text.translate(_TURNING).split())


def tidy_body(text: str) -> str:
    """A body as it is stored: lines end with LF, one at its end, nothing blank around."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip() + "\n"


# A link or a picture by its words; no bracket is read twice, however many stand there.
_LINK = re.compile(r"!?\[([^][]{0,500})\]\([^()\s]{0,500}(?:\s[^()]{0,200})?\)")
_NO_WORDS = re.compile(r"\s*(#|[|!]|```|---)")


def summary_of(body: str) -> str:
    """The first paragraph that is no heading, picture or table, without marks, cut at a word; of
    what stands at the beginning.
    """
    for part in re.split(r"\n[^\S\n]*\n", body[:_SUMMARY_FROM]):
        lines = [line for line in part.splitlines() if not _NO_WORDS.match(line)]
        words = re.sub(r"[*_`>]", "", _LINK.sub(r"\1", one_line(" ".join(lines))))
        if words:
            return words if len(words) <= _SHORT_SUMMARY else _cut(words)
    return ""


def _cut(words: str) -> str:
    return words[: words.rfind(" ", 0, _SHORT_SUMMARY) % _SHORT_SUMMARY].rstrip(" ,;:.") + "…"


def count_headings(body: str) -> int:
    """How many lines may be headings."""
    return len(re.findall(r"^ {0,3}#{1,6}(?:\s|$)|^ {0,3}(?:=+|-+)\s*$", body, re.MULTILINE))
