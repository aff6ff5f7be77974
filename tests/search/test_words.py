"""Words as search sees them: exact ones, and the forms of one word in Ukrainian."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firstline.kit.db import Conn
from firstline.kit.search.query import PhraseStep
from firstline.kit.search.words import compounds, fold, languages_of, tokens, ukrainian_stem
from firstline.timeline.search.index import vector

FORMS = """
сервер сервера сервери серверів серверу сервером серверах серверами
помилка помилки помилку помилкою помилок помилці помилками
сторінка сторінки сторінці сторінок
рахунок рахунку рахунки рахунків
працює працюють працював працювати працювала
відповідь відповіді відповіддю
вхід входу входи входів
база бази базу базі базою баз базами
пошта пошти пошту поштою пошті
сертифікат сертифіката сертифікати сертифікатів
завантажується завантажити завантажив завантаження
пароль пароля паролі паролем паролів
сайт сайту сайти сайті сайтом
оплата оплати оплатити оплатив
копія копії копію копій
місяць місяця місяці місяців
домен домену домени доменів
""".strip().splitlines()


@pytest.mark.parametrize("forms", FORMS, ids=lambda forms: forms.split()[0])
def test_the_forms_of_a_ukrainian_word_have_one_stem(forms: str) -> None:
    assert len({ukrainian_stem(fold(word)) for word in forms.split()}) == 1


def test_different_ukrainian_words_keep_different_stems() -> None:
    words = [line.split()[0] for line in FORMS]
    assert len({ukrainian_stem(word) for word in words}) == len(words)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("ORA-00942: table", {"ora-00942", "ora", "00942", "table"}),
        ("SQLSTATE[42S02]", {"sqlstate", "42s02"}),
        ("from 10.0.0.1.", {"10.0.0.1"}),
        ("2001:db8::1 is down", {"2001:db8::1"}),
        ("https://www.my-site.com.ua/page/", {"www.my-site.com.ua", "my-site.com.ua", "my-site"}),
        ("<Vera@ACME.example>", {"vera@acme.example", "acme.example", "vera"}),
        ("see wp-config.php", {"wp-config.php", "config"}),
        ("#1042", {"1042"}),
        ("don't п'ять п’ять", {"dont", "пять"}),
        ("Ґанок, ёлка", {"ганок", "елка"}),
    ],
)
def test_codes_hosts_and_addresses_are_found_whole_and_by_their_parts(
    text: str, found: set[str]
) -> None:
    assert found <= {token.text for token in tokens(text)}


def test_a_word_tells_its_language_by_its_letters() -> None:
    assert languages_of("error") == ("english",)
    assert languages_of("помилці") == ("ukrainian",)
    assert languages_of("ошибкы") == ("russian",)
    assert languages_of("сервер") == ("russian", "ukrainian")
    assert languages_of("403") == ()


@given(st.text(max_size=200))
def test_any_text_is_cut_into_tokens_that_stand_where_they_say(text: str) -> None:
    last = 0
    for compound in compounds(text):
        assert fold(text[compound.start : compound.end]) == compound.text
        for piece in compound.pieces:
            assert piece.position == last + 1
            assert piece.text
            last = piece.position


@given(st.text(alphabet="абвгдеєжзиіїйклмнопрстуфхцчшщьюя", min_size=1, max_size=20))
def test_a_stem_is_never_empty_and_never_longer_than_its_word(word: str) -> None:
    assert 0 < len(ukrainian_stem(word)) <= len(word)


async def test_every_sign_of_unicode_gives_words_that_the_database_takes(conn: Conn) -> None:
    signs = [s for s in map(chr, range(1, sys.maxunicode + 1)) if unicodedata.category(s) != "Cs"]
    assigned = [sign for sign in signs if unicodedata.category(sign) not in ("Cn", "Co")]
    for start in range(0, len(assigned), 5_000):
        some = assigned[start : start + 5_000]
        found = list(tokens(" ".join(f"{sign} a{sign}b в{sign}г {sign}.{sign}" for sign in some)))
        words = sorted({token.text for token in found})
        assert [word for word in words if not word or len(word.split()) != 1] == []
        lone = [PhraseStep(0, (word,), word).tsquery("", halves=True) for word in words]
        cursor = await conn.execute(
            "select length(%s::tsvector), "
            "(select count(*) from unnest(%s::text[]) q where numnode(q::tsquery) = 3)",
            (vector([(found, None)], {}), lone),
        )
        assert await cursor.fetchone() == (len(words), len(words))
