"""Which verbs of a message ask that somebody else does something, in three languages.

Who asks uses an imperative (`install …`, `встановіть …`), an infinitive behind a word that asks
(`прошу установить`, `could you install`), a participle behind a need (`need it installed`) or a
noun (`нужна установка`). Who tells what they did, cannot do, or ask how to do asks for nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from firstline.coach.reading.reading import Reading

_ORDERS = ("те", "їть", "іть")
_ASKED_HABITS = ("аєте", "аете", "уєте", "уете", "яєте", "яете", "юєте", "юете")
_ORDERS_OF_ONE = ("й", "и", "ь", "в")
_INFINITIVES = ("ти", "ть", "тись", "тися", "ться", "чь")
_PASTS = ("ли", "ла", "в", "л", "ло")
_NOUNS = ("ння", "нню", "нні", "ние", "нию", "нии", "ка", "ку", "ки", "кой", "кою", "ці", "ция",
          "цию", "ції", "цію", "ція", "нос", "езд", "їзд")  # fmt: skip
_HOW = frozenset(
    "how where why which what when if after як де чому коли якщо куди как где почему когда если"
    " куда after since".split()
)
_TELLERS = frozenset("i we they he she it who which cannot cant dont didnt not never".split())
_FILLERS = frozenset(
    "please pls plz kindly just also and then so now hi hello dear but or thanks again simply"
    " quickly urgently immediately be kind good enough".split()
)
_MODALS = frozenset("could can would will may might ask want need like let have".split())


FAR = 24  # tokens that are looked at before a verb
SHORT = 9  # words of a message that is hardly more than a heading
MOST = 12  # wishes of a message


class Wish(NamedTuple):
    """A verb that is asked for: tokens from `first` up to, not with, `last`; `form` is how."""

    verb: str
    first: int
    last: int
    form: str


def asked_verbs(reading: Reading) -> list[Wish]:
    """The verbs that are asked for, in order."""
    found = set[Wish]()
    for label, marks in reading.marks.items():
        if label.startswith("verb."):
            forms = ((mark, _form(reading, label[5:], mark.first)) for mark in marks)
            found |= {Wish(label[5:], at.first, at.last, form) for at, form in forms if form}
    return sorted(found, key=lambda one: (one.first, -one.last, one.verb))[:MOST]


def _form(reading: Reading, verb: str, at: int) -> str:
    """How a verb asks; nothing where it does not."""
    if verb == "need":
        return "" if _is_question(reading, at) else "need"
    if verb == "want":
        return "need"
    before = list(_words_before(reading, at))
    if not reading.words[at].isascii() or reading.is_spelled:
        return _form_by_ending(reading, at, before)
    return _form_in_english(reading, at, before) if reading.language == "en" else ""


def _is_question(reading: Reading, at: int) -> bool:
    return reading.tokens[reading.sentence_ends[reading.sentences[at]] - 1].fold == "?"


def _words_before(reading: Reading, at: int) -> Iterator[str]:
    """The words of the clause before a token, the nearest first."""
    number = reading.clauses[at]
    for place in range(at - 1, max(-1, at - FAR), -1):
        if reading.clauses[place] != number:
            return
        if reading.tokens[place].kind != "sign":
            yield reading.words[place]


def _form_in_english(reading: Reading, at: int, before: list[str]) -> str:
    word = reading.words[at]
    if before[:1] == ["and"] and _opens_with_order(before):
        return "order"  # `profile it and optimise the queries`
    said = [one for one in before if one not in _FILLERS]
    needs = _has(reading, "scope.needs", at)
    if not _HOW.isdisjoint(said) and not ({"if"} >= _HOW & set(said) and "could" in said):
        return ""
    if word.endswith("ing"):
        return "noun" if "help" in said or "mind" in said else ""
    if word.endswith(("tion", "ment")):
        heads = _is_heading(reading, before)
        return "noun" if needs or "could" in said or heads else ""
    is_done = word.endswith("ed") and word not in ("speed", "embed")
    if said and needs and (is_done or word in _ALIKE) and said[0] != "have":
        return "done"
    if is_done or (word.endswith("s") and not word.endswith("ss")):
        return ""
    if before[:1] in _PLEASE or _is_order(reading, at, said):
        return "order"
    behind_thing = _is_heading(reading, before) and reading.has("thing.cms", at - 1)
    return "noun" if behind_thing else ""  # `wp install plz`


def _opens_with_order(before: list[str]) -> bool:
    """Whether what `and` joins a verb to is an order itself: `it` behind a verb, nobody before."""
    return before[1:2] == ["it"] and len(before) < 5 and _TELLERS.isdisjoint(before[2:])


_ALIKE = ("put", "set", "open", "built", "made", "written")
_PLEASE = (["please"], ["pls"], ["plz"], ["kindly"])


def _is_order(reading: Reading, at: int, said: list[str]) -> bool:
    """Whether an English verb without ending is an order or a wish."""
    if not said or "help" in said:
        return True
    helpers = _has(reading, "scope.asks", at)
    if said[0] == "to":
        return helpers and not _TELLERS & set(said[1:2]) and "do" not in said
    return said[0] not in _TELLERS and helpers and not _MODALS.isdisjoint(said)


def _has(reading: Reading, label: str, at: int) -> bool:
    """Whether a word of a label stands before a token in its clause."""
    number, places = reading.clauses[at], reading.places.get(label, frozenset[int]())
    before = range(max(0, at - FAR), at)
    return any(place in places and reading.clauses[place] == number for place in before)


def _form_by_ending(reading: Reading, at: int, before: list[str]) -> str:
    """How a Ukrainian or Russian verb asks, by its ending and the words before it."""
    word = reading.words[at]
    if before[:1] == ["не"]:
        return ""
    if word.endswith(_ORDERS) and not word.endswith(_ASKED_HABITS):
        return "" if _WHERE & set(before) else "order"
    if not _HOW.isdisjoint(before):
        return ""
    pleads = _has(reading, "scope.please", at)
    if word.endswith(_INFINITIVES):
        pleads = pleads and not _cannot(before) and not _asks_how(reading, at)
        return "order" if pleads or _is_title(reading, at, before) else ""
    if word.endswith(_NOUNS):
        return "noun" if pleads or "хочу" in before or _is_heading(reading, before) else ""
    if word.endswith(_PASTS) and word != "постав":
        return "" if _SO_THAT.isdisjoint(before) else "order"
    return "order" if _is_order_of_one(reading, at, before) else ""


def _is_order_of_one(reading: Reading, at: int, before: list[str]) -> bool:
    """`Постав …`, `вордпресс поставь`: nobody is named who does it."""
    if not reading.words[at].endswith(_ORDERS_OF_ONE):
        return False
    behind_thing = len(before) < 3 and reading.words[at].endswith(("й", "ь"))
    return not before or (
        behind_thing and all(reading.has("thing.cms", one) for one in reading.before(at, 1))
    )


def _is_heading(reading: Reading, before: list[str]) -> bool:
    """Whether a noun heads a short message that tells no fault and asks nothing: `Установка
    WordPress на аккаунт`, `WordPress installation`.
    """
    asks = "?" in reading.vocabulary or reading.marks.get("question")
    quiet = not (asks or reading.marks.get("fault") or reading.marks.get("error"))
    return quiet and len(before) < 2 and reading.word_count <= SHORT


_WHERE = {"як", "как", "де", "где"}
_SO_THAT = frozenset(("щоб", "чтобы", "чтоб", "аби"))


def _asks_how(reading: Reading, at: int) -> bool:
    """`Мне нужно поменять NS, где это делается?`"""
    last = reading.sentence_ends[reading.sentences[at]]
    return _is_question(reading, at) and not _HOW.isdisjoint(
        reading.words[at : min(last, at + FAR)]
    )


def _is_title(reading: Reading, at: int, before: list[str]) -> bool:
    """Whether an infinitive opens the message: `Установить WordPress`."""
    return not before and reading.sentences[at] == 0


def _cannot(before: list[str]) -> bool:
    """`Не можу встановити` tells a fault."""
    return "не" in before[:3]
