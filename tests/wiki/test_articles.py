"""The shipped articles say the same in three languages, and end with what support has to know."""

import re
from collections import Counter, defaultdict

import pytest

from firstline.wiki import Article
from firstline.wiki.files import shipped_articles
from firstline.wiki.model import SECTIONS
from firstline.wiki.rendering import render

LANGUAGES = ("en", "uk", "ru")
LONGEST = 6_000  # characters
LAST = {"en": "What to send us", "uk": "Що надіслати нам", "ru": "Что прислать нам"}
CODE = re.compile(r"^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^(#+) (.+)$", re.MULTILINE)
LINK = re.compile(r"\]\(/wiki/([^)#]*)\)")
ROW = re.compile(r"^\|.*\|$", re.MULTILINE)
PATH = re.compile(r"(?<!\*)\*([^*\n]+ → [^*\n]+)\*(?!\*)")


def articles(language: str) -> list[Article]:
    return [one for one in shipped_articles() if one.language == language]


SLUGS = sorted(a.slug for a in articles("en"))


def in_languages(slug: str) -> dict[str, Article]:
    return {one.language: one for one in shipped_articles() if one.slug == slug}


def headings(one: Article) -> list[tuple[str, str]]:
    return HEADING.findall(CODE.sub("", one.body))


def panel_paths(one: Article, tops: set[str]) -> list[list[str]]:
    """Ways through the panel, without the word "Panel"; menus of other programs are passed over."""
    paths = [path.split(" → ") for path in PATH.findall(CODE.sub("", one.body))]
    return [path[path[0] in PANEL :] for path in paths if path[0] in PANEL or path[0] in tops]


PANEL = {"Panel", "Панель"}
TOPS = {
    language: {
        path.split(" → ")[1]
        for one in articles(language)
        for path in PATH.findall(one.body)
        if path.split(" → ")[0] in PANEL
    }
    for language in LANGUAGES
}


def test_every_section_has_three_articles_and_the_wiki_thirty() -> None:
    sections = Counter(a.section for a in articles("en"))
    assert set(sections) == set(SECTIONS)
    assert min(sections.values()) >= 3
    assert sections.total() >= 30


@pytest.mark.parametrize("slug", SLUGS)
def test_an_article_is_built_alike_in_every_language(slug: str) -> None:
    found = in_languages(slug)
    assert [one.language for one in found.values()] == list(LANGUAGES)
    first = found["en"]
    for one in found.values():
        assert (one.section, one.topics, one.related) == (
            first.section,
            first.topics,
            first.related,
        )
        assert [level for level, _ in headings(one)] == [level for level, _ in headings(first)]
        assert CODE.findall(one.body) == CODE.findall(first.body)
        assert LINK.findall(one.body) == LINK.findall(first.body)
        assert [row.count("|") for row in ROW.findall(one.body)] == [
            row.count("|") for row in ROW.findall(first.body)
        ]


@pytest.mark.parametrize("slug", SLUGS)
def test_an_article_is_short_and_ends_with_what_to_send(slug: str) -> None:
    for one in in_languages(slug).values():
        assert len(one.body) <= LONGEST
        assert headings(one)[-1] == ("##", LAST[one.language])
        assert re.fullmatch(r"[^\n]{20,200}[.!?]", one.summary)


@pytest.mark.parametrize("slug", SLUGS)
def test_links_of_an_article_lead_to_others_and_its_tables_are_tables(slug: str) -> None:
    for one in in_languages(slug).values():
        assert set(LINK.findall(one.body)) <= set(SLUGS) - {slug}
        shown = render(one.body)
        assert shown.count("<table>") == one.body.count("\n|---")
        assert "<th></th>" not in shown
        assert shown.count("<pre ") == len(CODE.findall(one.body))


def test_every_menu_of_the_panel_bears_one_name_in_all_articles() -> None:
    names: defaultdict[str, set[tuple[str, ...]]] = defaultdict(set)
    for slug in SLUGS:
        found = in_languages(slug)
        paths = [panel_paths(found[language], TOPS[language]) for language in LANGUAGES]
        assert len({len(of_language) for of_language in paths}) == 1, slug
        for path in zip(*paths, strict=True):
            for english, *others in zip(*path, strict=True):
                names[english].add(tuple(others))
    assert {name: said for name, said in names.items() if len(said) > 1} == {}
    assert len(names) > 50
