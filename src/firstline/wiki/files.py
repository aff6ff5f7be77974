"""Articles as files: Markdown below a head of fields; those that the package ships."""

import hashlib
from functools import cache
from importlib.resources import files
from typing import TypeVar

from firstline.wiki.model import AUDIENCES, SECTIONS, Article, tidy_body

ORIGINAL = "en"
T = TypeVar("T", bound=str)
LANGUAGES = ("en", "uk", "ru")  # those of which the package has a folder


class UnreadableError(ValueError):
    """An article's file lacks its head, the head lacks a field, or names no section."""


def parse(slug: str, language: str, text: str) -> Article:
    """Read a file: a head of `name: value` lines between two lines `---`, then the body.

    Lists are separated by commas. Raises `UnreadableError`.
    """
    name = f"{language}/{slug}.md"
    opening, _, rest = text.replace("\r\n", "\n").partition("---\n")
    head, closing, body = rest.partition("\n---\n")
    if opening.strip() or not closing:
        raise UnreadableError(f"{name} must begin with a head between two lines ---.")
    fields = dict(_field(line) for line in head.splitlines() if line.strip())
    try:
        return Article(
            slug=slug,
            language=language,
            title=fields["title"],
            section=_one_of(SECTIONS, fields["section"], "section", name),
            topics=_list(fields.get("topics", "")),
            summary=fields["summary"],
            related=_list(fields.get("related", "")),
            body=tidy_body(body),
            audience=_one_of(AUDIENCES, fields.get("audience", "public"), "audience", name),
        )
    except KeyError as missing:
        raise UnreadableError(f"The head of {name} lacks {missing.args[0]}.") from None


def compose(article: Article) -> str:
    """The file of an article, which `parse` reads to the same article."""
    head = [f"title: {article.title}", f"section: {article.section}"]
    head += [f"topics: {', '.join(article.topics)}"] if article.topics else []
    head += [f"summary: {article.summary}"]
    head += [f"related: {', '.join(article.related)}"] if article.related else []
    head += [f"audience: {article.audience}"] if article.audience != "public" else []
    return "\n".join(["---", *head, "---", "", article.body])


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
        parse(name.removesuffix(".md"), language, (folder / name).read_text("utf-8"))
        for name in names
    ]


def _one_of(values: tuple[T, ...], value: str, field: str, name: str) -> T:
    found = next((one for one in values if one == value), None)
    if found is None:
        raise UnreadableError(f"The {field} of {name} must be one of {', '.join(values)}.")
    return found


def _field(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip(), value.strip()


def _list(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())
