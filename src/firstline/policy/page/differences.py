"""What is different between two versions of the regulations, in words that people read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal, cast

from firstline.policy.file.parts import Part
from firstline.policy.page.published import Clause, clauses
from firstline.policy.page.wording import value_words
from firstline.policy.rules.policy import Policy
from firstline.policy.text.values import pick

TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
MARK = Literal["same", "deleted", "inserted"]
# Tables of names and values; every other table of texts holds words by language.
NAMED_TEXTS = ("by_topic", "bands")
# Read as clauses, not as values.
READ = ("format", "clauses", "sections")


@dataclass(frozen=True)
class Piece:
    """A run of words of a change; `deleted` stands only before, `inserted` only after."""

    text: str
    mark: MARK


@dataclass(frozen=True)
class Change:
    """One difference. `clause` is its id; where it is None, a value that no clause tells changed,
    and `path` names it. `pieces` mark the difference of `before` and `after` word by word; `called`
    is the former title where the clause has another one now.
    """

    clause: str | None
    title: str
    kind: Literal["added", "removed", "changed"]
    before: str
    after: str
    pieces: tuple[Piece, ...]
    path: str | None = None
    called: str = ""


def changes(old: Policy, new: Policy, lang: str) -> list[Change]:
    """Every difference from `old` to `new` in one language: clauses in the order of the page, then
    values that no changed clause tells. Empty when readers and the desk see the same.
    """
    told = list(_clauses(clauses(old, lang), clauses(new, lang)))
    return [clause.change for clause in told] + list(_values(old, new, lang, told))


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """The two texts as one run of pieces; what was deleted stands before what was inserted."""
    first, second = TOKEN.findall(before), TOKEN.findall(after)
    found: list[Piece] = []
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    for tag, a, b, c, d in matcher.get_opcodes():
        # A single space between two changed words would only chop up what is read as one.
        if tag == "equal" and not ("".join(first[a:b]).isspace() and a > 0 and b < len(first)):
            found.append(Piece("".join(first[a:b]), "same"))
        else:
            found += [
                Piece("".join(first[a:b]), "deleted"),
                Piece("".join(second[c:d]), "inserted"),
            ]
    return tuple(_gathered([piece for piece in found if piece.text]))


def _gathered(found: list[Piece]) -> Iterator[Piece]:
    """Neighbouring changes as one deletion and one insertion."""
    for same, run in groupby(found, key=lambda piece: piece.mark == "same"):
        group = list(run)
        for mark in ("same",) if same else ("deleted", "inserted"):
            text = "".join(piece.text for piece in group if piece.mark == mark)
            if text:
                yield Piece(text, mark)


@dataclass(frozen=True)
class _Told:
    """A changed clause and the paths it is about. One that Firstline wrote tells each of them; one
    of the file names many values and prints few, and tells those it prints.
    """

    change: Change
    paths: tuple[str, ...]
    written: bool

    def tells(self, path: str, was: str, now: str) -> bool:
        """Whether it says that the value at `path` changed."""
        about = any(path == name or path.startswith(name + ".") for name in self.paths)
        return about and (self.written or (was in self.change.before and now in self.change.after))


def _clauses(old: list[Clause], new: list[Clause]) -> Iterator[_Told]:
    before = {clause.id: clause for clause in old}
    after = {clause.id: clause for clause in new}
    for clause in (*new, *(gone for gone in old if gone.id not in after)):
        was, now = before.get(clause.id), after.get(clause.id)
        if was and now and (was.title, was.words) == (now.title, now.words):
            continue
        kind = "changed" if was and now else "added" if now else "removed"
        texts = was.words if was else "", now.words if now else ""
        paths = (*(was.paths if was else ()), *(now.paths if now else ()))
        title = clause.title or clause.id
        called = was.title if was and was.title != clause.title else ""
        change = Change(clause.id, title, kind, *texts, pieces(*texts), called=called)
        yield _Told(change, paths, clause.written)


def _values(old: Policy, new: Policy, lang: str, told: list[_Told]) -> Iterator[Change]:
    before, after = dict(_flat(old, old.source, lang)), dict(_flat(new, new.source, lang))
    for path in (*after, *(gone for gone in before if gone not in after)):
        was, now = before.get(path, ""), after.get(path, "")
        if was == now or any(clause.tells(path, was, now) for clause in told):
            continue
        kind = "changed" if path in before and path in after else "added" if now else "removed"
        yield Change(None, path, kind, was, now, pieces(was, now), path)


def _flat(policy: Policy, item: object, lang: str, path: str = "") -> Iterator[tuple[str, str]]:
    """Every value that is set, as (path, words)."""
    for key, value in _inside(item, path):
        name = f"{path}.{key}" if path else key
        if _nested(value, name):
            yield from _flat(policy, value, lang, name)
        elif isinstance(value, dict):
            yield name, pick(cast("dict[str, str]", value), lang, policy.languages)
        else:
            yield name, value_words(policy, value, lang)


def _inside(item: object, path: str) -> Iterator[tuple[str, object]]:
    if isinstance(item, Part):
        for name, info in type(item).model_fields.items():
            if name in item.model_fields_set and not (path == "" and name in READ):
                yield info.alias or name, getattr(item, name)
    elif isinstance(item, dict):
        yield from cast("dict[str, object]", item).items()
    elif isinstance(item, list):
        for index, entry in enumerate(cast("list[object]", item)):
            yield getattr(entry, "id", None) or str(index), entry


def _nested(value: object, path: str) -> bool:
    """Whether to look inside instead of showing the whole: all but plain values and words."""
    if isinstance(value, dict):
        texts = all(isinstance(text, str) for text in cast("dict[str, object]", value).values())
        return not texts or path.rpartition(".")[2] in NAMED_TEXTS
    if isinstance(value, list):
        return any(isinstance(entry, (Part, dict)) for entry in cast("list[object]", value))
    return isinstance(value, Part)
