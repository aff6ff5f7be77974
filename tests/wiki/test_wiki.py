"""The wiki's articles, their HTML, and which of them fit what somebody writes."""

import pytest

from firstline.kit.db import Conn
from firstline.wiki import article_for, best_articles, find_articles, search_articles
from firstline.wiki.files import UnreadableError, parse_file, shipped_articles
from firstline.wiki.finding.shipped import alike
from firstline.wiki.model import SECTIONS
from firstline.wiki.pages import SECTION_TITLES
from firstline.wiki.rendering import render

LANGUAGES = ("en", "uk", "ru")
TOPICS = {*["web", "mysql", "ftp", "ssh", "mail", "domain", "ssl", "panel", "billing", "other"]}


@pytest.mark.parametrize("language", LANGUAGES)
async def test_every_article_stands_in_every_language_and_relates_to_articles_that_exist(
    conn: Conn, language: str
) -> None:
    found = {a.slug: a for a in await best_articles(conn, language, ("public",))}
    assert set(found) == {a.slug for a in shipped_articles()}
    for a in found.values():
        assert a.language == language
        assert set(a.related) <= set(found) - {a.slug}
        assert set(a.topics) <= TOPICS
        assert len(a.body) > 600


def test_every_section_has_a_title_and_an_article() -> None:
    assert tuple(SECTION_TITLES) == SECTIONS
    assert {a.section for a in shipped_articles()} == set(SECTIONS)


async def test_an_article_that_a_language_lacks_is_shown_in_english(conn: Conn) -> None:
    shown = await article_for(conn, "good-request", "de", None)
    assert shown is not None
    assert shown.language == "en"
    found = await best_articles(conn, "de", ("public",))
    assert {a.language for a in found} == {"en"}
    assert {a.slug for a in found} == {a.slug for a in shipped_articles()}


@pytest.mark.parametrize("slug", ["nothing", "", "../en/good-request", "good-request.md"])
async def test_an_unknown_article_is_none(conn: Conn, slug: str) -> None:
    assert await article_for(conn, slug, "en", None) is None
    found = await article_for(conn, "good-request", "../en", None)
    assert found == await article_for(conn, "good-request", "en", None) is not None


def test_html_is_clean_and_keeps_tables_and_code() -> None:
    bounces = next(a for a in shipped_articles() if a.slug == "mail-bounces")
    shown = render(bounces.body)
    assert "<table>" in shown
    assert '<pre tabindex="0"><code>550 5.7.26' in shown
    shown = render(
        "<script>alert(1)</script>\n\n[a](javascript:alert(1)) ![i](http://x.example/i.png)\n\n"
        "[b](https://b.example)"
    )
    assert "<script" not in shown
    assert 'href="javascript' not in shown
    assert "<img" not in shown
    assert '<a href="https://b.example" rel="noopener noreferrer">b</a>' in shown


def test_every_article_is_rendered_without_style_and_script() -> None:
    for a in shipped_articles():
        assert "style=" not in render(a.body)
        assert "<script" not in render(a.body)


@pytest.mark.parametrize(
    ("language", "text", "slug"),
    [
        ("en", "when I open www.mysite.com/page/ the server returns 403", "403-on-a-page"),
        ("en", "please restore yesterday's copy of my site", "restore-a-backup"),
        ("en", "Error: Too many connections", "mysql-too-many-connections"),
        ("uk", "лист повертається з кодом 550 5.7.26", "mail-bounces"),
        ("uk", "змінив DNS, а сайт старий", "dns-changes"),
        ("uk", "фтп не підключається, connection refused", "ftp-refused"),
        ("ru", "закончился сертификат на сайте", "certificate-expired"),
        ("ru", "где скачать счет за хостинг", "invoices"),
        ("ru", "по каким часам работает поддержка", "how-support-works"),
    ],
)
async def test_the_fitting_article_comes_first(
    conn: Conn, language: str, text: str, slug: str
) -> None:
    assert (await search_articles(conn, text, language))[0].article.slug == slug


async def test_words_that_say_nothing_suggest_nothing(conn: Conn) -> None:
    assert await search_articles(conn, "hello", "en") == []
    assert await search_articles(conn, "", "uk") == []
    assert await search_articles(conn, "доброго дня", "uk") == []
    assert await search_articles(conn, "добрый день, здравствуйте", "ru") == []


async def test_the_topic_prefers_its_articles(conn: Conn) -> None:
    words = "password is refused"
    found = await search_articles(conn, words, "en", limit=10)
    scores = {f.article.slug: f.score for f in found}
    found = await search_articles(conn, words, "en", "ftp", limit=10)
    by_topic = {f.article.slug: f.score for f in found}
    assert by_topic["ftp-refused"] > scores["ftp-refused"]
    assert by_topic.keys() == scores.keys()


def test_forms_of_a_word_are_alike_and_other_words_are_not() -> None:
    assert alike("сертифікат", "сертифікату")
    assert alike("помилка", "помилки")
    assert alike("bounce", "bounced")
    assert not alike("domain", "document")
    assert not alike("403", "404")


def test_a_file_without_a_head_is_refused_with_what_is_missing() -> None:
    with pytest.raises(UnreadableError, match="must begin with a head"):
        parse_file("x", "en", "# Title\n")
    with pytest.raises(UnreadableError, match="lacks summary"):
        parse_file("x", "en", "---\ntitle: T\nsection: web\ntopics: web\n---\nBody\n")
    with pytest.raises(UnreadableError, match="lacks section"):
        parse_file("x", "en", "---\ntitle: T\ntopics: web\nsummary: S\n---\nBody\n")
    with pytest.raises(UnreadableError, match="must be one of web, mail"):
        parse_file("x", "en", "---\ntitle: T\nsection: pets\n---\nBody\n")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("сайт не працює", "site-error-500"),
        ("домен", "dns-changes"),
        ("пароль", "ftp-refused"),
        ("password", "ftp-refused"),
        ("certif", "certificate-expired"),
        ("сертифік", "certificate-expired"),
        ("certifcate", "certificate-expired"),
        ("сертефікат", "certificate-expired"),
        ("5.7.26", "mail-bounces"),
        ("550-5.7.26", "mail-bounces"),
        ("ERR_CERT", "certificate-expired"),
        ("ТОО many connections", "mysql-too-many-connections"),
        ("сертифі\u00adкат", "certificate-expired"),
    ],
)
async def test_whoever_looks_for_something_finds_it(
    conn: Conn, language: str, typed: str, slug: str
) -> None:
    found = await find_articles(conn, typed, language)
    assert slug in [one.slug for one in found]
    assert all(one.language == language for one in found)


@pytest.mark.parametrize("typed", ["", " ", "quokka", "🙂", "%", "...", "\\"])
async def test_what_stands_nowhere_is_not_found(conn: Conn, typed: str) -> None:
    assert await find_articles(conn, typed, "en") == []


async def test_an_article_with_all_the_words_comes_first(conn: Conn) -> None:
    found = await find_articles(conn, "mysql connections", "en")
    assert found[0].slug == "mysql-too-many-connections"
    found = await find_articles(conn, "сертифікат прострочено", "uk")
    assert found[0].slug == "certificate-expired"


async def test_signs_that_are_no_words_do_not_count_in_a_search(conn: Conn) -> None:
    found = await find_articles(conn, "mysql", "en")
    assert await find_articles(conn, "mysql ʼ ـ ʻ", "en") == found != []
