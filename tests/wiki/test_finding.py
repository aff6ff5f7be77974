"""How articles are found: by any form of a word, half of it, a slip, a code, a synonym."""

from datetime import UTC, datetime
from typing import Any

import pytest

from firstline.kit.db import Conn, Tx
from firstline.kit.ids import uuid7
from firstline.wiki import actions, find_articles, search_articles
from firstline.wiki.finding import store, synonyms_store
from firstline.wiki.finding.hits import find_hits
from firstline.wiki.finding.index import index_articles
from firstline.wiki.model import ArticleText, AudienceName
from firstline.wiki.writing import keeping
from firstline.wiki.writing_store import note_change

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
LANGUAGES = ("en", "uk", "ru")
HOSTILE = [
    "<script>alert(1)</script>",
    "'; drop table articles; --",
    "& | ! ( ) : * <-> ''",
    "\\' \\\\",
    "%s %(query)s",
    "a" * 8_000,
    "слово " * 1_400,
    "?!.,;:" * 1_400,
    "1" * 8_000,
    "مرحبا שלום 你好 ฉันชื่อ 🙂🙂",
    "\ufeff\u200b\u00ad",
    '"' * 99,
    '"error ' * 500,
]


async def publish(
    conn: Conn,
    title: str,
    body: str,
    *,
    slug: str = "",
    language: str = "en",
    audience: AudienceName = "public",
) -> str:
    new = actions.NewArticle("web", language, title, body, slug, audience=audience)
    return (await actions.new_article(Tx(conn), None, new, LANGUAGES, now=NOW)).slug


async def slugs(conn: Conn, text: str, language: str = "en", **more: Any) -> list[str]:
    return [one.slug for one in await find_articles(conn, text, language, **more)]


async def test_what_is_published_is_found_at_once_and_by_todays_words_alone(conn: Conn) -> None:
    slug = await publish(conn, "Wombats", "They dig burrows.")
    assert await slugs(conn, "wombats") == await slugs(conn, "burrow") == [slug]
    text = ArticleText("Wombats", "", "They climb trees.")
    await actions.publish(Tx(conn), None, slug, "en", text, 1, now=NOW)
    assert await slugs(conn, "burrow") == []
    assert await slugs(conn, "climbing wombat") == [slug]


@pytest.mark.parametrize(
    ("language", "word", "typed"),
    [
        ("en", "kangaroos", "kangaroo"),
        ("en", "hopping", "hopped"),
        ("ru", "кенгурёнок", "кенгуренка"),
        ("ru", "сумчатые", "сумчатых"),
        ("uk", "сумчастий", "сумчастого"),
        ("uk", "помилка крокодила", "помилок крокодилів"),
        ("uk", "відповідь носорога", "відповіддю носорогу"),
        ("en", "marsupialis", "marsup"),
        ("en", "E4711-KOALA", "e4711-koala"),
        ("en", "node7.koala.example", "node7.koala.example"),
        ("en", "node7.koala.example", "koala.example"),
        ("en", "platypus", "platipus"),
        ("uk", "качкодзьоб", "качкодзоб"),
        ("ru", "утконос", "утконс"),
        ("uk", "об'єктив", "обʼєктив"),
    ],
)
async def test_a_word_is_found_in_any_form_by_half_of_it_and_with_a_slip(
    conn: Conn, language: str, word: str, typed: str
) -> None:
    slug = await publish(conn, "Zoo", f"{word} lives here.", language=language)
    assert slug in await slugs(conn, typed, language)


async def test_a_code_is_not_found_by_another_one(conn: Conn) -> None:
    await publish(conn, "Zoo", "E4711-KOALA and 10.20.30.40")
    assert await slugs(conn, "E4712-KOALA") == await slugs(conn, "10.20.30.41") == []


async def test_the_title_goes_before_the_summary_and_that_before_the_body(conn: Conn) -> None:
    body = await publish(conn, "Animals", "First words.\n\nA wombat among many.")
    summary = await publish(conn, "Beasts", "The wombat is told of here.\n\nMore.")
    title = await publish(conn, "Care of the wombat", "First words.\n\nMore.")
    assert await slugs(conn, "wombat") == [title, summary, body]


async def test_those_with_all_the_words_go_before_those_with_most(conn: Conn) -> None:
    most = await publish(conn, "Wombat burrow", "Digging.")
    every = await publish(conn, "Animals", "A wombat digs a burrow at night.")
    assert await slugs(conn, "wombat burrow night") == [every, most]


async def test_nobody_finds_what_is_not_for_them(conn: Conn) -> None:
    secret = await publish(conn, "Wombat", "For the staff.", audience="staff")
    clients = await publish(conn, "Wombat care", "For clients.", audience="clients")
    assert await slugs(conn, "wombat") == []
    assert await search_articles(conn, "wombat care", "en") == []
    assert await slugs(conn, "wombat", audiences=["public", "clients"]) == [clients]
    every = ["public", "clients", "staff"]
    assert set(await slugs(conn, "wombat", audiences=every)) == {secret, clients}
    await keeping.set_archived(Tx(conn), None, clients, True, now=NOW)
    assert await slugs(conn, "wombat", audiences=every) == [secret]


async def test_an_article_is_found_in_another_language_where_the_readers_lacks_it(
    conn: Conn,
) -> None:
    slug = await publish(conn, "Wombat", "Digs.")
    assert await slugs(conn, "wombat", "uk") == [slug]
    await publish(conn, "Вомбат", "Копає.", slug=slug, language="uk")
    (found,) = await find_articles(conn, "wombat", "uk")
    assert (found.slug, found.language) == (slug, "uk")


async def test_synonyms_of_editors_are_found_in_every_form(conn: Conn) -> None:
    slug = await publish(conn, "Поштові скриньки вомбатів", "Слова.", language="uk")
    assert slug not in await slugs(conn, "quokka", "uk")
    group = synonyms_store.SynonymGroup(uuid7(), ["quokka", "вомбат", "сумчастий-звір"])
    await synonyms_store.write_group(conn, group)
    await note_change(conn)
    assert await slugs(conn, "quokka", "uk") == [slug]
    assert (await slugs(conn, "QUOKKAS скриньки", "uk"))[0] == slug
    assert await slugs(conn, "сумчастий-звір", "uk") == [slug]
    (found,) = await search_articles(conn, "де скринька для quokka", "uk")
    assert found.article.slug == slug


async def test_phrases_of_editors_mean_the_same_as_words_and_other_phrases(conn: Conn) -> None:
    group = synonyms_store.SynonymGroup(
        uuid7(), ["quokka", "burrowing animal", "сумчастий звір", "не роет"]
    )
    await synonyms_store.write_group(conn, group)
    await note_change(conn)
    slug = await publish(conn, "Care of quokkas", "Words.")
    other = await publish(conn, "An animal that is burrowing", "Words.")
    digging = await publish(conn, "Роет вомбат", "Слова.", language="ru")
    assert await slugs(conn, "burrowing animals", "en") == [other, slug]
    assert await slugs(conn, "quokka", "en") == [slug, other]
    assert set(await slugs(conn, "сумчастого звіра", "uk")) == {slug, other}
    assert (await slugs(conn, "не роет", "ru"))[0] == digging
    assert await slugs(conn, "burrowing", "en") == [other], "a part of a phrase is not the phrase"
    assert digging not in await slugs(conn, "quokka", "ru")
    (first, _) = await search_articles(conn, "My burrowing animal is ill", "en")
    assert first.article.slug in (slug, other)
    found = await find_hits(conn, "burrowing animal", "en")
    assert ("burrowing", True) in found.items[0].title


@pytest.mark.parametrize(
    ("language", "typed", "slug"),
    [
        ("uk", "встановіть мені wordpress", "install-wordpress"),
        ("ru", "сертификат безопасности", "certificate-for-a-domain"),
        ("en", "почтовый ящик", "mail-program-setup"),
        ("uk", "mailbox", "mail-does-not-arrive"),
        ("ru", "сайт не открывается", "site-error-500"),
        ("en", "redirect", "too-many-redirects"),
    ],
)
async def test_the_synonyms_of_the_package_lead_across_languages(
    conn: Conn, language: str, typed: str, slug: str
) -> None:
    assert slug in (await slugs(conn, typed, language))[:5]


@pytest.mark.parametrize(
    ("keys", "words", "language"),
    [
        ("gjxnf", "почта", "ru"),
        ("GJXNF", "почта", "ru"),
        ("gjinf", "пошта", "uk"),
        ("зфыыцщкв", "password", "en"),
        ("ьфшд", "mail", "en"),
        ("gfhjkm gjxns", "пароль почты", "ru"),
    ],
)
async def test_what_is_typed_in_another_layout_is_found_and_told(
    conn: Conn, keys: str, words: str, language: str
) -> None:
    found = await find_hits(conn, keys, language)
    plain = await find_hits(conn, words, language)
    assert (found.retyped, plain.retyped) == (words, "")
    assert found.items
    assert [one.article.slug for one in found.items] == [one.article.slug for one in plain.items]


async def test_a_table_is_no_row_of_hyphens_in_an_excerpt(conn: Conn) -> None:
    await publish(conn, "Ports", "| Zebra | Port |\n|-------|------|\n| imap | 993 |")
    (hit,) = (await find_hits(conn, "zebra", "en")).items
    assert "--" not in "".join(text for text, _ in (*hit.title, *hit.excerpt))


async def test_what_was_looked_for_is_marked_in_title_and_excerpt(conn: Conn) -> None:
    words = "Plain words about other things. " * 30
    await publish(conn, "Care of wombats", f"Summary.\n\n{words}\n\nTheir *burrow* is deep.")
    found = await find_hits(conn, "wombat burows", "en")
    (hit,) = found.items
    assert hit.title == (("Care of ", False), ("wombats", True))
    assert ("burrow", True) in hit.excerpt
    assert sum(len(text) for text, _ in hit.excerpt) < 250
    assert found.guessed == ("burows",)


async def test_no_sign_of_a_table_stands_in_an_excerpt(conn: Conn) -> None:
    words = "Plain words about other things. " * 10
    await publish(conn, "Wombats", f"{words}\n\n| Burrow | Deep |\n|---|:--|\n| quokka | no |")
    (hit,) = (await find_hits(conn, "quokka", "en")).items
    assert "--" not in "".join(text for text, _ in hit.excerpt)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
async def test_whatever_is_typed_is_answered_quietly(conn: Conn, text: str) -> None:
    for language in ("en", "xx", "'"):
        await find_hits(conn, text, language)
        await search_articles(conn, text, language, "web' or true --")


async def test_the_counts_of_words_are_those_of_the_texts(conn: Conn) -> None:
    slug = await publish(conn, "Wombat wombat", "Wombat.")
    text = ArticleText("Wombat", "", "Koala.")
    await actions.publish(Tx(conn), None, slug, "en", text, 1, now=NOW)
    await conn.execute("update article_words set form = -1")
    assert await index_articles(conn) > 100
    assert await index_articles(conn) == 0
    found = await store.frequencies(conn, ["wombat", "koala"])
    assert found["wombat"] == found["koala"] == {"en": 1}
    cursor = await conn.execute(
        "select count(*) from (select l, language, count(*) from article_words,"
        " unnest(tsvector_to_array(words)) l group by 1, 2 except"
        " select lexeme, language, articles from article_vocabulary) d"
    )
    assert await cursor.fetchone() == (0,)
