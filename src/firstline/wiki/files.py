"""Articles as files of the package: read once a process."""

from functools import cache
from importlib.resources import files

from firstline.wiki.model import Article, parse

FALLBACK = "en"
LANGUAGES = ("en", "uk", "ru")  # those of which the package has a folder


@cache
def _of_language(language: str) -> dict[str, Article]:
    folder = files("firstline.wiki") / "articles" / language
    if not language.isalpha() or not folder.is_dir():
        return {}
    found = [
        parse(file.name.removesuffix(".md"), language, file.read_text("utf-8"))
        for file in folder.iterdir()
        if file.name.endswith(".md")
    ]
    return {article.slug: article for article in sorted(found, key=lambda a: a.title.casefold())}


def articles(language: str) -> list[Article]:
    """All articles for a reader of `language`, by title; in English what that language lacks."""
    own = _of_language(language)
    return [*own.values(), *(a for a in _of_language(FALLBACK).values() if a.slug not in own)]


def article(slug: str, language: str) -> Article | None:
    """One article in `language`, or in English; None when there is no such article."""
    return _of_language(language).get(slug) or _of_language(FALLBACK).get(slug)
