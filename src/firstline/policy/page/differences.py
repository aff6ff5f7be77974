"""What is different between two versions of the regulations, in words that people read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

from firstline.policy.file.parts import Part
from firstline.policy.page.published import Clause, clauses
from firstline.policy.page.sentences import field_sentence
from firstline.policy.page.values import Value, value_words
from firstline.policy.page.words import Wording
from firstline.policy.page.writing import page_language
from firstline.policy.rules.policy import Policy
from firstline.policy.text.speech import speaking

TOKEN = re.compile(r"\s+|\w+|[^\w\s]")
MARK = Literal["same", "deleted", "inserted"]
# Read as clauses, not as values.
READ = ("format", "clauses", "sections")


@dataclass(frozen=True)
class Piece:
    """A run of words of a change; `deleted` stands only before, `inserted` only after."""

    text: str
    mark: MARK


@dataclass(frozen=True)
class PageChange:
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


def changes(old: Policy, new: Policy, lang: str) -> list[PageChange]:
    """Every difference from `old` to `new` in one language: clauses in the order of the page, then
    values that no changed clause tells. Empty when readers and the desk see the same.
    """
    changed = list(_clauses(clauses(old, lang), clauses(new, lang)))
    return [clause.change for clause in changed] + list(_values(old, new, lang, changed))


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
    return tuple(_join_neighbours([piece for piece in found if piece.text]))


def _join_neighbours(found: list[Piece]) -> Iterator[Piece]:
    """Neighbouring changes as one deletion and one insertion."""
    for same, run in groupby(found, key=lambda piece: piece.mark == "same"):
        group = list(run)
        for mark in ("same",) if same else ("deleted", "inserted"):
            text = "".join(piece.text for piece in group if piece.mark == mark)
            if text:
                yield Piece(text, mark)


@dataclass(frozen=True)
class _ClauseChange:
    """A changed clause and the paths it is about. One that Firstline wrote tells each of them; one
    of the file names many values and prints few, and tells those it prints.
    """

    change: PageChange
    paths: tuple[str, ...]
    written: bool

    def tells(self, path: str, was: str, now: str) -> bool:
        """Whether it says that the value at `path` changed."""
        about = any(path == name or path.startswith(name + ".") for name in self.paths)
        return about and (self.written or (was in self.change.before and now in self.change.after))


def _clauses(old: list[Clause], new: list[Clause]) -> Iterator[_ClauseChange]:
    before = {clause.id: clause for clause in old}
    after = {clause.id: clause for clause in new}
    for clause in (*new, *(gone for gone in old if gone.id not in after)):
        was, now = before.get(clause.id), after.get(clause.id)
        if was and now and (was.title, was.words) == (now.title, now.words):
            continue
        kind = "changed" if was and now else "added" if now else "removed"
        texts = was.words if was else "", now.words if now else ""
        paths = (*(was.paths if was else ()), *(now.paths if now else ()))
        title = clause.label
        called = was.title if was and was.title != clause.title else ""
        change = PageChange(clause.id, title, kind, *texts, pieces(*texts), called=called)
        yield _ClauseChange(change, paths, clause.written)


def _values(
    old: Policy, new: Policy, lang: str, clauses_changed: list[_ClauseChange]
) -> Iterator[PageChange]:
    before, after = dict(_leaves(old, lang)), dict(_leaves(new, lang))
    for path in (*after, *(gone for gone in before if gone not in after)):
        was, now = before.get(path, NO_LEAF), after.get(path, NO_LEAF)
        if was == now or any(one.tells(path, was.words, now.words) for one in clauses_changed):
            continue
        kind = (
            "changed" if path in before and path in after else "added" if now.words else "removed"
        )
        texts = (was.sentence, now.sentence)
        yield PageChange(None, path, kind, *texts, pieces(*texts), path)


@dataclass(frozen=True)
class _Leaf:
    """A value in words, and the sentence that tells it where its field has one."""

    words: str
    sentence: str


NO_LEAF = _Leaf("", "")


def _leaves(policy: Policy, lang: str) -> Iterator[tuple[str, _Leaf]]:
    """Every value that a file sets, by its path."""
    with speaking(page_language(policy, lang)):
        yield from list(_inside(Wording(policy, lang), Value(policy.source), ""))


def _inside(say: Wording, at: Value, before: str) -> Iterator[tuple[str, _Leaf]]:
    for name, inner in at.inside():
        path = f"{before}{name}"
        if path in READ or (isinstance(at.value, Part) and not inner.is_set):
            continue
        if _is_nested(inner):
            yield from _inside(say, inner, f"{path}.")
        else:
            words = value_words(say, inner)
            tells = inner.field if isinstance(at.value, Part) else None
            yield path, _Leaf(words, (tells and field_sentence(say, tells, inner.value)) or words)


def _is_nested(at: Value) -> bool:
    """Whether to look inside instead of showing the whole: all but plain values and words."""
    parts = [at.value, *(inner.value for _name, inner in at.inside())]
    tables = any(isinstance(part, (Part, dict)) for part in parts)
    return tables and not at.is_words
