"""The published page as data: clauses in sections, in one language, with the rule that executes
each.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from firstline.policy.file.model import PolicyFile
from firstline.policy.file.record import ClauseSpec
from firstline.policy.page.hours import calendar_words
from firstline.policy.page.sentences import ClauseDraft
from firstline.policy.page.values import find, value_words
from firstline.policy.page.words import Wording
from firstline.policy.page.writing import (
    NEAR,
    PLACEHOLDER,
    drafts_of,
    home,
    is_executed,
    last_title,
    titles,
)
from firstline.policy.rules.policy import Policy
from firstline.policy.text.speech import speaking
from firstline.policy.text.values import pick
from firstline.policy.text.wording import capital

BUILT_IN = "built-in"
FEW = 4


@dataclass(frozen=True)
class Clause:
    """A clause of the page. `paths` name the rules that execute it, `rule` shows them with their
    values; `executed` is false for words Firstline only publishes, `written` is true for words
    that Firstline made from the rule, and has them in `sentences` too.
    """

    id: str
    section: str
    title: str
    words: str
    rule: str
    executed: bool
    paths: tuple[str, ...]
    written: bool = False
    sentences: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Its title; where it has none, its id in words."""
        return self.title or capital(re.sub("[._-]+", " ", self.id))

    @property
    def lines(self) -> tuple[str, ...]:
        """The words as they are set on a page: one text, or a line for each of many sentences."""
        return self.sentences if len(self.sentences) > FEW else (self.words,)


@dataclass(frozen=True)
class Section:
    """A section of the page with its clauses in order."""

    id: str
    title: str
    clauses: tuple[Clause, ...]


def clauses(policy: Policy, lang: str, at: datetime | None = None) -> list[Clause]:
    """Every clause in one language, in the order of the sections: the file's own words with every
    {path} replaced by its value, then what Firstline writes for the rules they do not tell, without
    those that are over `at` a moment.
    """
    order = list(_titles(policy, lang))
    made = [_clause(policy, spec, lang) for spec in policy.source.clauses]
    made += [_from_draft(policy, draft, lang) for draft in drafts_of(policy, lang, at)]
    return sorted(made, key=lambda c: order.index(c.section) if c.section else len(order))


def sections(policy: Policy, lang: str, at: datetime | None = None) -> list[Section]:
    """The page: sections with clauses; clauses without a section come last, in a section with an
    empty id.
    """
    made = clauses(policy, lang, at)
    found = [
        Section(name, title, tuple(clause for clause in made if clause.section == name))
        for name, title in {**_titles(policy, lang), "": last_title(policy, lang)}.items()
    ]
    return [section for section in found if section.clauses]


def _titles(policy: Policy, lang: str) -> dict[str, str]:
    """Titles of all sections in order: the file's, then Firstline's."""
    own = {
        section.id: pick(section.title, lang, policy.languages)
        for section in policy.source.sections
    }
    made = titles(policy, lang)
    named = {
        name: title or made.get(name) or last_title(policy, lang) for name, title in own.items()
    }
    return named | {name: title for name, title in made.items() if name not in named}


def _section(policy: Policy, name: str) -> str:
    """The section where a clause belongs: that one, or what the file has in its place."""
    own = [section.id for section in policy.source.sections]
    return NEAR[name] if name not in own and NEAR.get(name) in own else name


def page(policy: Policy, lang: str, at: datetime | None = None) -> dict[str, Any]:
    """The page as JSON: company, title, version, hours of every calendar, sections."""
    head = policy.source.policy
    return {
        "company": policy.company,
        "title": pick(head.title, lang, policy.languages),
        "version": head.version,
        "effective": head.effective,
        "language": lang,
        "timezone": policy.zone.key,
        "calendars": {
            name: calendar_words(policy, name, lang)
            for name in policy.calendars
            if not name.startswith("not ")
        },
        "sections": [asdict(section) for section in sections(policy, lang, at)],
    }


def _clause(policy: Policy, spec: ClauseSpec, lang: str) -> Clause:
    say = Wording(policy, _words_language(policy, spec, lang))
    words = fill(say, pick(spec.words, lang, policy.languages))
    title = pick(spec.title, lang, policy.languages)
    section = spec.section or _section(policy, home(spec.rule))
    return Clause(
        spec.id,
        section if section in _titles(policy, lang) else "",
        title,
        words,
        _rule(Wording(policy, lang), spec.rule),
        has_every_rule(policy.source, spec),
        tuple(spec.rule),
    )


def _words_language(policy: Policy, spec: ClauseSpec, lang: str) -> str:
    """The language of the clause's words, in which the values in them are put."""
    if lang in spec.words or not PLACEHOLDER.sub("", "".join(spec.words.values())).strip():
        return lang
    own = [one for one in policy.languages if one in spec.words or "*" in spec.words]
    return own[0] if own else next(iter(spec.words), lang)


def _from_draft(policy: Policy, draft: ClauseDraft, lang: str) -> Clause:
    paths = list(dict.fromkeys(path for said in draft.sentences for path in said.paths))
    return Clause(
        draft.id,
        _section(policy, draft.section),
        draft.title,
        " ".join(said.text for said in draft.sentences),
        _rule(Wording(policy, lang), paths),
        is_executed(draft.sentences),
        tuple(paths),
        written=True,
        sentences=tuple(said.text for said in draft.sentences),
    )


def has_every_rule(file: PolicyFile, spec: ClauseSpec) -> bool:
    """True when the clause names rules and the file has every one of them."""
    return bool(spec.rule) and all(path == BUILT_IN or exists(file, path) for path in spec.rule)


def exists(file: PolicyFile, path: str) -> bool:
    """Whether a path such as targets.answer.first leads to a value of the file."""
    return find(file, path) is not None


def fill(say: Wording, words: str) -> str:
    """Words with every {path} replaced by its value; an unknown path stays as it is written."""

    def value(found: re.Match[str]) -> str:
        at = find(say.policy.source, found[1])
        return found[0] if at is None else value_words(say, at)

    with speaking(say.lang):
        return PLACEHOLDER.sub(value, words)


def _rule(say: Wording, paths: Iterable[str]) -> str:
    """`targets.answer: first 1 hour; restart_on: client_word, …`."""
    parts: list[str] = []
    with speaking(say.lang):
        for path in paths:
            at = None if path == BUILT_IN else find(say.policy.source, path)
            value = at and value_words(say, at)
            parts.append(f"{path}: {value}" if value else path)
    return "; ".join(parts)
