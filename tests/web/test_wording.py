"""What people read is plain language: no phrase that a native stumbles over, no English left over.

`docs/wording.md` says which word is right instead.
"""

import re
from collections.abc import Iterator

import pytest
from tests.web.test_catalogs import CATALOGS, FOLDERS, PACKAGE, catalog, key, sentences, strings

ARTICLES = PACKAGE / "wiki" / "articles"
POLICY = PACKAGE / "policy" / "file" / "default.yaml"
LANGUAGES = ("en", "uk", "ru")

# For each language what nobody says so, beside the words that have another meaning here.
STRANGE = {
    "en": (
        r"\b[Oo]ut of order\b|\b[Mm]end(s|ed)?\b|\bout of sight\b|\bnext word\b|\b[Yy]our words\b"
        r"|\bis owed\b|\b[Tt]ake it along\b|\b[Ww]e wait for your?\b|\bstands? there\b|\bkeepers?\b"
        r"|\bcode picture\b|\bwords were\b|\bnothing needs to be told\b"
    ),
    "uk": (
        r"[Нн]аступне слово|[Вв]аші слова|\bз очей\b|[Зз]ачинен|[Вв]ідчин(ен|ит)|[Кк]ожен стан"
        r"|озпорядник|аготов(ка|ки|ку|ок)\b|\bМежа\b|\b[Пп]лан(у|ом|и|ів)?\b|\(-|[ыъэё]"
        r"|\((хвилин|годин|днів|символів)\b|на протязі|[ву] якості|(?<!’)\bявляється|слідуюч"
        r"|приймати участь|\b[Пп]ередати вище"
    ),
    "ru": (
        r"[Сс]ледующее слово|[Вв]аши слова|\bс глаз\b|[Кк]аждое состояние|аспорядител"
        r"|\b[Зз]аготов(ка|ки|ку|ок)\b|\b[Пп]лан(а|ом|ы|ов)?\b|\(а\)|\(-|[іїєґ]"
        r"|\((минут|часов|дней|символов)\b|сообщени(е|я|ю|ем|ях) о задержке|\b[Пп]ередать выше"
    ),
}
# "Letters" are those of the alphabet; what is sent is an e-mail.
ALPHABET = re.compile(r"at most 40 letters|by one letter|two letters such as")
# Quotes, dots and spaces as they are printed; «Ви» and «Вы» have a capital at the beginning alone.
ROUGH = {
    "en": r'"|\.\.\.| …',
    "uk": r"[\"“”]|\.\.\.| …|[а-яіїєґ]'[а-яіїєґ]|[а-яіїєґ,;–—] (Ви|Вас|Вам|Ваш\w*)\b",
    "ru": r"[\"“”]|\.\.\.| …|[а-яё,;–—] (Вы|Вас|Вам|Ваш\w*)\b",
}
SEARCHED = re.compile(r"[Ss]earch|[Aa]rticle|fewer|Words, host|differ")


def texts(domain: str, language: str) -> Iterator[str]:
    """Every sentence of a domain in one language, without its places and its code."""
    if language == "en":
        said = (text.rpartition("\4")[2] for said in sentences(domain) for text in said)
    else:
        said = (text for one in catalog(domain, language) if one.id for text in strings(one))
    yield from map(without_places, said)


def shipped(language: str) -> Iterator[str]:
    """Articles, snippets, and the texts of the shipped policy."""
    for path in sorted((ARTICLES / language).glob("*.md")):
        yield path.read_text("utf-8")
    said = rf'\b{language}: ("[^"]*"|[^",{{}}\n]+)'
    yield from re.findall(said, POLICY.read_text("utf-8"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("domain", FOLDERS)
def test_no_sentence_has_a_phrase_that_a_native_stumbles_over(domain: str, language: str) -> None:
    strange = re.compile(STRANGE[language])
    assert not [text for text in texts(domain, language) if strange.search(text)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_shipped_speaks_as_the_pages_do(language: str) -> None:
    strange = re.compile(STRANGE[language])
    assert not [m.group() for text in shipped(language) if (m := strange.search(text))]


def test_what_is_sent_is_called_an_email() -> None:
    said = [text for domain in FOLDERS for text in texts(domain, "en")]
    letters = [text for text in said if re.search(r"\b[Ll]etters?\b", text)]
    assert not [text for text in letters if not ALPHABET.search(text)]


def test_messages_are_not_called_words() -> None:
    """Words are what one searches for; what people write to each other is a message or text."""
    said = [text for text in texts("firstline", "en") if re.search(r"\b[Ww]ords\b", text)]
    assert not [text for text in said if not SEARCHED.search(text)]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("domain", FOLDERS)
def test_quotes_dots_and_capitals_are_those_of_the_language(domain: str, language: str) -> None:
    rough = re.compile(ROUGH[language])
    assert not [text for text in texts(domain, language) if rough.search(text)]


@pytest.mark.parametrize(("domain", "language"), CATALOGS)
def test_nothing_is_left_in_english(domain: str, language: str) -> None:
    """A translation has letters of its alphabet, and none of the little words of English."""
    small = re.compile(r"\b(the|of|and|is|are|was|with|your|this|that)\b")
    for message in catalog(domain, language):
        if not message.id or not re.search(r"[a-z]{2}", without_places(key(message)[-1])):
            continue
        for said in map(without_places, strings(message)):
            assert re.search(r"[а-яіїєґё]", said, re.IGNORECASE) or is_name(said), message.id
            assert not small.search(said), message.id


def without_places(text: str) -> str:
    """Neither places nor YAML, whose quotes and dots are those of programs."""
    return re.sub(r"%\(\w+\)[sd]|\{\{.*?\}\}|\[\.\.\.\]|\{[^}]*\}+", "", text)


def is_name(text: str) -> bool:
    """Such as Skype, or a key of the policy file: the same in every language."""
    return re.fullmatch(r"[A-Z][A-Za-z]+|[a-z]+: |[^a-z]*", text) is not None
