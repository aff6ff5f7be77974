"""Articles as files: Markdown below a head of fields; those that the package ships.

```
---
title: Where invoices are
section: billing
summary: One sentence.
topics: billing
related: pay-and-renew, change-the-plan
audience: clients
original: yes
owner: martin@firstline.example
read_again: 2027-03-01
former: bills
archived: 2026-11-30T10:00:00+00:00
---

The text.
```

Title, section and summary must be there. What stands below `summary` belongs to the article and
not to a language: it is read from the file of the original. A translation may say `outdated: yes`.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from typing import Any, TypeVar

from firstline.kit.errors import Invalid
from firstline.kit.typed import day_or_none
from firstline.wiki.checks import check_slug, check_text
from firstline.wiki.model import AUDIENCES, SECTIONS, Article, ArticleText, AudienceName

ORIGINAL = "en"
T = TypeVar("T", bound=str)
LANGUAGES = ("en", "uk", "ru")  # those of which the package has a folder


class UnreadableError(ValueError):
    """A file is none of an article; `line` is where, counted from 1, the words say what to do."""

    def __init__(self, name: str, line: int, words: str) -> None:
        super().__init__(f"{name}, line {line}: {words}")
        self.line, self.words = line, words


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleFile:
    """An article in one language, as a file has it."""

    slug: str
    language: str
    title: str
    section: str
    summary: str
    body: str
    topics: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    audience: AudienceName = "public"
    original: bool = False
    owner: str = ""
    read_again: date | None = None
    former: tuple[str, ...] = ()
    archived: datetime | None = None
    outdated: bool = False

    @property
    def text(self) -> ArticleText:
        return ArticleText(self.title, self.summary, self.body)


def parse_file(slug: str, language: str, text: str) -> ArticleFile:
    """Read a file. Raises `UnreadableError`."""
    name = f"{language}/{slug}.md"
    opening, _, rest = text.removeprefix("\ufeff").replace("\r\n", "\n").partition("---\n")
    head, closing, body = rest.partition("\n---\n")
    if opening.strip() or not closing:
        raise UnreadableError(name, 1, "it must begin with a head between two lines ---.")
    found: dict[str, Any] = {}
    for number, line in enumerate(head.split("\n"), 2):
        if line.strip():
            _read_line(name, number, line, found)
    for field in ("title", "section", "summary"):
        if field not in found:
            raise UnreadableError(name, 1, f"the head lacks {field}.")
    try:
        checked = check_text(found.pop("title"), found.pop("summary"), body)
        check_slug(slug)
    except Invalid as refused:
        raise UnreadableError(name, head.count("\n") + 3, refused.detail) from None
    return ArticleFile(
        slug=slug, language=language, title=checked.title, summary=checked.summary,
        body=checked.body, **found,
    )  # fmt: skip


def _read_line(name: str, number: int, line: str, found: dict[str, Any]) -> None:
    field, colon, value = line.partition(":")
    field, value = field.strip(), _read_value(value.strip())
    if not colon:
        raise UnreadableError(name, number, "a line of the head is `field: value`.")
    if field not in _READERS:
        known = ", ".join(_READERS)
        raise UnreadableError(name, number, f"there is no field {field!r}; there are {known}.")
    if field in found:
        raise UnreadableError(name, number, f"{field} stands there twice; leave one.")
    try:
        found[field] = _READERS[field](value)
    except ValueError as wrong:
        raise UnreadableError(name, number, f"{field} must be {wrong}.") from None


_QUOTED = re.compile(r"""\"((?:[^"\\]|\\.)*)\"|'((?:[^']|'')*)'""")


def _read_value(value: str) -> str:
    """A value as YAML may quote it."""
    match = _QUOTED.fullmatch(value)
    if match is None:
        return value
    if match[2] is not None:
        return match[2].replace("''", "'")
    return re.sub(r"\\(.)", r"\1", match[1])


def _quote(value: str) -> str:
    """A value so that `_read_value` gives it back."""
    if _QUOTED.fullmatch(value) is None:
        return value
    return "'" + value.replace("'", "''") + "'"


def _one_of(values: tuple[T, ...]) -> Callable[[str], T]:
    def read(value: str) -> T:
        found = next((one for one in values if one == value), None)
        if found is None:
            raise ValueError(f"one of {', '.join(values)}")
        return found

    return read


def _list(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _yes(value: str) -> bool:
    if value not in ("yes", "no"):
        raise ValueError("yes or no")
    return value == "yes"


def _read_day(value: str) -> date:
    if (day := day_or_none(value)) is None:
        raise ValueError("a day such as 2027-03-01")
    return day


def _time(value: str) -> datetime:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise ValueError("a time such as 2026-11-30T10:00:00+00:00")
    return at


_READERS: dict[str, Callable[[str], Any]] = {
    "title": str,
    "section": _one_of(SECTIONS),
    "summary": str,
    "topics": _list,
    "related": _list,
    "audience": _one_of(AUDIENCES),
    "original": _yes,
    "owner": str,
    "read_again": _read_day,
    "former": _list,
    "archived": _time,
    "outdated": _yes,
}


def compose_file(one: ArticleFile) -> str:
    """The file of an article, which `parse_file` reads to the same."""
    return "\n".join(["---", *_head(one), "---", "", one.body])


def _head(one: ArticleFile) -> Iterator[str]:
    for field in _READERS:
        value: object = getattr(one, field)
        if field in ("title", "section", "summary"):
            yield f"{field}: {_quote(str(value))}"
        elif value and not (field == "audience" and value == "public"):
            yield f"{field}: {_words(value)}"


def _words(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(map(str, value))  # pyright: ignore[reportUnknownArgumentType]
    if value is True:
        return "yes"
    return value.isoformat() if isinstance(value, date) else str(value)


@cache
def shipped_articles() -> tuple[Article, ...]:
    """The articles of the package, those of the original language first."""
    return tuple(article for language in LANGUAGES for article in _of_language(language))


def digest(articles: tuple[Article, ...]) -> str:
    """A name for exactly these articles with these words."""
    return hashlib.sha256("\0".join(map(repr, articles)).encode()).hexdigest()


def _of_language(language: str) -> list[Article]:
    folder = files("firstline.wiki") / "articles" / language
    names = sorted(file.name for file in folder.iterdir() if file.name.endswith(".md"))
    return [
        _article(parse_file(name.removesuffix(".md"), language, (folder / name).read_text("utf-8")))
        for name in names
    ]


def _article(one: ArticleFile) -> Article:
    return Article(
        slug=one.slug,
        language=one.language,
        title=one.title,
        section=one.section,
        topics=one.topics,
        summary=one.summary,
        related=one.related,
        body=one.body,
        audience=one.audience,
    )
