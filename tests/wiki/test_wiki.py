"""The wiki's articles, their HTML, and which of them fit what somebody writes."""

import pytest

from firstline.wiki import Article, article, articles, find_articles, html, search, search_articles
from firstline.wiki.model import SECTIONS, UnreadableError, parse
from firstline.wiki.pages import SECTION_TITLES
from firstline.wiki.search import alike

LANGUAGES = ("en", "uk", "ru")
TOPICS = {*["web", "mysql", "ftp", "ssh", "mail", "domain", "ssl", "panel", "billing", "other"]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_article_stands_in_every_language_and_relates_to_articles_that_exist(
    language: str,
) -> None:
    found = {a.slug: a for a in articles(language)}
    assert set(found) == {a.slug for a in articles("en")}
    for a in found.values():
        assert a.language == language
        assert set(a.related) <= set(found) - {a.slug}
        assert set(a.topics) <= TOPICS
        assert len(a.body) > 600


def test_every_section_has_a_title_and_an_article() -> None:
    assert tuple(SECTION_TITLES) == SECTIONS
    assert {a.section for a in articles("en")} == set(SECTIONS)


def test_an_article_that_a_language_lacks_is_shown_in_english() -> None:
    shown = article("good-request", "de")
    assert shown is not None
    assert shown.language == "en"
    assert len(articles("de")) == len(articles("en"))


@pytest.mark.parametrize("slug", ["nothing", "", "../en/good-request", "good-request.md"])
def test_an_unknown_article_is_none(slug: str) -> None:
    assert article(slug, "en") is None
    assert article("good-request", "../en") == article("good-request", "en")


def test_html_is_clean_and_keeps_tables_and_code() -> None:
    shown = html(article("mail-bounces", "en"))  # type: ignore[arg-type]
    assert "<table>" in shown
    assert '<pre tabindex="0"><code>550 5.7.26' in shown
    rude = Article(
        "x", "en", "x", "web", (), "", (),
        '<script>alert(1)</script>\n\n[a](javascript:alert(1)) ![i](http://x.example/i.png)\n\n'
        "[b](https://b.example)",
    )  # fmt: skip
    shown = html(rude)
    assert "<script" not in shown
    assert 'href="javascript' not in shown
    assert "<img" not in shown
    assert '<a href="https://b.example" rel="noopener noreferrer">b</a>' in shown


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_article_is_rendered_without_style_and_script(language: str) -> None:
    for a in articles(language):
        assert "style=" not in html(a)
        assert "<script" not in html(a)


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
def test_the_fitting_article_comes_first(language: str, text: str, slug: str) -> None:
    assert search_articles(text, language)[0].article.slug == slug


def test_words_that_say_nothing_suggest_nothing() -> None:
    assert search_articles("hello", "en") == []
    assert search_articles("", "uk") == []
    assert search_articles("доброго дня", "uk") == []
    assert search_articles("добрый день, здравствуйте", "ru") == []


def test_the_topic_prefers_its_articles() -> None:
    words = "password is refused"
    scores = {f.article.slug: f.score for f in search_articles(words, "en", limit=10)}
    by_topic = {f.article.slug: f.score for f in search_articles(words, "en", "ftp", limit=10)}
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
        parse("x", "en", "# Title\n")
    with pytest.raises(UnreadableError, match="lacks summary"):
        parse("x", "en", "---\ntitle: T\nsection: web\ntopics: web\n---\nBody\n")
    with pytest.raises(UnreadableError, match="lacks section"):
        parse("x", "en", "---\ntitle: T\ntopics: web\nsummary: S\n---\nBody\n")
    with pytest.raises(UnreadableError, match="must be one of web, mail"):
        parse("x", "en", "---\ntitle: T\nsection: pets\n---\nBody\n")


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
def test_whoever_looks_for_something_finds_it(language: str, typed: str, slug: str) -> None:
    assert slug in [found.slug for found in find_articles(typed, language)]
    assert all(found.language == language for found in find_articles(typed, language))


@pytest.mark.parametrize("typed", ["", " ", "quokka", "🙂", "%", "...", "\\"])
def test_what_stands_nowhere_is_not_found(typed: str) -> None:
    assert find_articles(typed, "en") == []


def test_an_article_with_all_the_words_comes_first() -> None:
    assert find_articles("mysql connections", "en")[0].slug == "mysql-too-many-connections"
    assert find_articles("сертифікат прострочено", "uk")[0].slug == "certificate-expired"


def test_signs_that_are_no_words_do_not_count_in_a_search() -> None:
    assert find_articles("mysql ʼ ـ ʻ", "en") == find_articles("mysql", "en") != []


def test_few_words_of_the_articles_are_compared_with_each_that_is_typed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[tuple[str, str]] = []
    monkeypatch.setattr(search, "alike", lambda *pair: compared.append(pair) or False)
    search_articles(" ".join(f"сертифік{i}" for i in range(1_000)), "uk")
    assert 0 < len(compared) < 3_000
