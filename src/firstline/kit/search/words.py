"""Words of a text as search sees them: pure.

A host, address, file name or error code stays whole ("ORA-00942", "www.mysite.com", "10.0.0.7")
and is known by its parts as well; a plain word is reduced to its stem, by PostgreSQL for English
and Russian (see search_index) and by `ukrainian_stem` here, as PostgreSQL has none.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from firstline.kit.folding import CHARACTER, HYPHENS, WORD, fold

LONGEST = 64
MOST_LABELS = 6  # of a domain's end: every one has a lexeme, and a host may have fifty
_COMPOUND = re.compile(
    r"(?<![\w:])(?=[:0-9a-fA-F]*[0-9a-fA-F])(?:[0-9a-fA-F]{0,4}:){2,7}[0-9a-fA-F]{0,4}(?![\w:])"
    rf"|(?:{CHARACTER})+|{WORD}(?:[._@+{HYPHENS}]+{WORD})*"
)
_PIECES = re.compile(f"{CHARACTER}|{WORD}")
_SEPARATE = re.compile(CHARACTER)
_DOMAIN = re.compile(r"[^\W_](?:[\w-]*[^\W_])?(?:\.[^\W_](?:[\w-]*[^\W_])?)+")
_WORD_ENDS_IN_TLD = re.compile(r"\.(?:xn--[a-z0-9-]+|[^\W\d_]{2,})$")


class TextToken(NamedTuple):
    """A word at `position` (from 1); `exact` ones are matched as they stand, never by stem."""

    text: str
    start: int
    end: int
    position: int
    exact: bool


class Compound(NamedTuple):
    """Characters written together, `start` to `end`, and the pieces they fall into."""

    text: str
    start: int
    end: int
    pieces: tuple[TextToken, ...]

    @property
    def plain(self) -> bool:
        """Whether these are only ordinary words, alone or joined by hyphens."""
        return all(not piece.exact for piece in self.pieces) and not set(self.text) & set("._@+:")

    @property
    def separate(self) -> bool:
        """Whether each character is a word, as in Chinese or Thai."""
        return len(self.pieces[0].text) == 1 and _SEPARATE.match(self.pieces[0].text) is not None

    @property
    def joined(self) -> str:
        """Plain words without their hyphens, as some write them."""
        return "".join(piece.text for piece in self.pieces)[:LONGEST]


def short(word: str) -> str:
    """A word as words are compared, of a bearable length."""
    return fold(word)[:LONGEST]


def compounds(text: str) -> Iterator[Compound]:
    """Cut `text` into compounds; positions count pieces through the whole text. Signs of which
    folding leaves nothing ("ʼ" alone) are no pieces: PostgreSQL refuses an empty lexeme."""
    position = 0
    for match in _COMPOUND.finditer(text):
        written, (start, end) = match.group(), match.span()
        if written.isascii() and written.isalnum():
            position += 1
            word = short(written)
            yield Compound(
                word, start, end, (TextToken(word, start, end, position, not word.isalpha()),)
            )
            continue
        pieces: list[TextToken] = []
        for piece in _PIECES.finditer(written):
            if not (word := short(piece.group())):
                continue
            position += 1
            span = (start + piece.start(), start + piece.end())
            pieces.append(TextToken(word, *span, position, not word.isalpha()))
        if pieces:
            yield Compound(short(written), start, end, tuple(pieces))


def tokens(text: str) -> Iterator[TextToken]:
    """Every word under which `text` can be found: pieces, wholes, and parts of domains."""
    for compound in compounds(text):
        yield from compound.pieces
        if len(compound.pieces) > 1:
            yield from _wholes(compound)


def _wholes(compound: Compound) -> Iterator[TextToken]:
    if compound.separate:
        return
    first = compound.pieces[0].position
    if compound.plain:
        yield TextToken(compound.joined, compound.start, compound.end, first, False)
        return
    yield TextToken(compound.text, compound.start, compound.end, first, True)
    host = compound.text.rpartition("@")[2]
    if _DOMAIN.fullmatch(host) is None or _WORD_ENDS_IN_TLD.search(host) is None:
        return
    labels = host.split(".")[-MOST_LABELS:]
    for index, label in enumerate(labels):
        parent = ".".join(labels[index:])
        if parent not in (compound.text, label):
            yield TextToken(parent, compound.start, compound.end, first, True)
        if "-" in label:
            yield TextToken(label, compound.start, compound.end, first, True)


def is_cyrillic(word: str) -> bool:
    """Whether `word` has a Cyrillic letter."""
    return any("Ѐ" <= letter <= "ӿ" for letter in word)


@lru_cache(50_000)
def languages_of(word: str) -> tuple[str, ...]:
    """The languages whose stem a folded word may need; its letters often tell them apart."""
    if not word.isalpha():
        return ()
    if not is_cyrillic(word):
        return ("english",) if word.isascii() else ()
    if set(word) & set("іїє"):
        return ("ukrainian",)
    if set(word) & set("ыэъ"):
        return ("russian",)
    return ("russian", "ukrainian")


_STOP_WORDS = """
і й та або що як це цей ця до від з із зі у в на не ні за по для чи є був була було були ми ви він
вона воно вони мій моя моє мої наш ваш але а же ж б би при під над про через коли де там тут ще вже
так також якщо щоб бо мене мені вас вам нас нам його її їх
"""
UKRAINIAN_STOP_WORDS = frozenset(_STOP_WORDS.split())
# Of nouns and adjectives (three lines), then of verbs; searched from the left, so the longest wins.
_ENDINGS = """
а я о е є у ю і и ї ь ам ям ами ями ах ях ів їв ей ою ею єю ом ем єм ові еві єві
ий ій ого ього ому ьому им ім их іх ими іми ої ую юю ість ості істю остей остям остями
ення енню енням енні ень еннями еннях ання анню анням анні ань аннями аннях
ати яти ити іти увати ювати ув юв ав яв ив ала яла ила іла али яли или іли ало яло ило іло
ував ював ювала увала ювали ували ювало увало аю ає аєш аємо аєте ають аєть яє яють яєть
ює юють юєть уємо юємо уєте юєте ує ують уєть уєш юєш ить ять ать уть ють ите имо
иш еш емо ете ано яно ено ито уто увано ювано
"""
_ENDING = re.compile(f"({'|'.join(_ENDINGS.split())})$")
_VOWELS = "аеиіоуяюєї"
# What a verb's ending takes from one form of a noun is taken from all: сертифікат, сертифікати.
_AS_IF_AN_ENDING = re.compile(r"(?<=\w{3})(?:ат|ит|ят|і)$")


def ukrainian_stem(word: str) -> str:
    """Reduce a folded Ukrainian word to a stem its usual forms share; not always a real root.

    Undoes what declension does to the end of a stem: помилок–помилка (fleeting vowel),
    помилці–помилка (ц for к), відповіддю–відповідь (doubling), входу–вхід (і for о).
    """
    if len(word) > 5 and word.endswith(("ся", "сь")):
        word = word[:-2]
    if match := _ENDING.search(word, 3):
        word = word[: match.start()]
    word = word.rstrip("ь") or "ь"  # a word of soft signs alone is a slip, not a word
    if len(word) > 3 and word[-1] == word[-2] and word[-1] not in _VOWELS:
        word = word[:-1].rstrip("ь")
    if len(word) > 4 and word[-1] == "ц" and word[-2] not in _VOWELS:
        word = word[:-1] + "к"
    if len(word) > 4 and word[-2:] == "ок" and word[-3] not in _VOWELS:
        word = word[:-2] + "к"
    word = _AS_IF_AN_ENDING.sub("", word)
    if len(word) > 2 and word[-2] == "і" and word[-1] not in _VOWELS and word[-3] not in _VOWELS:
        word = word[:-2] + "о" + word[-1]
    return word
