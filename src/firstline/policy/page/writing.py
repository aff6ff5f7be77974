"""Clauses that Firstline writes from the rules of a file, so that a file without any words still
makes a page that says all it does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from firstline.policy.file.model import PolicyFile
from firstline.policy.file.parts import Part
from firstline.policy.file.record import ClauseSpec
from firstline.policy.page.answers import answers
from firstline.policy.page.contact import contact
from firstline.policy.page.matters import matters
from firstline.policy.page.money import money, people
from firstline.policy.page.record import record
from firstline.policy.page.sentences import ClauseDraft, Sentence
from firstline.policy.page.words import Wording
from firstline.policy.rules.periods import is_over, is_past
from firstline.policy.rules.policy import Policy
from firstline.policy.text.speech import LANGUAGES, speaking
from firstline.policy.text.speech import gettext as _

PLACEHOLDER = re.compile(r"\{([a-zA-Z][\w.\-]{0,120})\}")
# Where a clause stands when the file has sections of its own and lacks the one it belongs to.
NEAR = {
    "hours": "contact",
    "request": "contact",
    "identity": "contact",
    "answers": "work",
    "complaints": "work",
    "upkeep": "duties",
    "record": "wiki",
}
# The section of a clause of the file that names none, by the longest beginning of its rule.
HOME = {
    "policy": "contact",
    "sites": "contact",
    "channels": "contact",
    "lines": "lines",
    "calendars": "hours",
    "exceptions": "hours",
    "plans": "plans",
    "targets": "answers",
    "restart_on": "answers",
    "delay": "answers",
    "order": "work",
    "priorities": "work",
    "close": "work",
    "desk": "work",
    "request": "request",
    "complaints": "complaints",
    "scope.out": "limits",
    "scope.refer": "limits",
    "scope": "duties",
    "conduct": "limits",
    "refuse": "limits",
    "identity": "identity",
    "paid": "money",
    "quota": "money",
    "credits": "money",
    "provision": "upkeep",
    "maintenance": "upkeep",
    "history": "record",
    "stats": "record",
}


def drafts_of(policy: Policy, lang: str, at: datetime | None = None) -> list[ClauseDraft]:
    """Clauses for every rule that no clause of the file tells, in the order of `section_titles`;
    without the rules and exceptions that are over `at` a moment.

    In English, Ukrainian or Russian; for another language in the first of the file's languages
    that is one of these, else in English. A change of a rule changes its words.
    """
    file = policy.source
    taken = frozenset(path for clause in file.clauses for path in paths_of(clause))
    names = {clause.id for clause in file.clauses}
    tongue = page_language(policy, lang)
    with speaking(tongue):
        ended = ended_plans(file, at, policy.zone) if at else frozenset[str]()
        say = Wording(policy, tongue, taken, page=lang, ended=ended)
        order = list(section_titles())
        over = past_paths(file, at, policy.zone) if at else ()
        drafts = [found for draft in _all(say) if (found := _rest(say, draft, names, over))]
    return sorted(drafts, key=lambda draft: order.index(draft.section))


def page_language(policy: Policy, lang: str) -> str:
    """The language Firstline writes its clauses in, for a page in `lang`."""
    wished = (lang, *policy.languages)
    return next((one for one in wished if one in LANGUAGES), "en")


def titles(policy: Policy, lang: str) -> dict[str, str]:
    """Titles of the sections that Firstline's own clauses stand in."""
    with speaking(page_language(policy, lang)):
        return section_titles()


def last_title(policy: Policy, lang: str) -> str:
    """The title above clauses of no section."""
    with speaking(page_language(policy, lang)):
        return _("Further clauses")


def section_titles() -> dict[str, str]:
    """The sections in order."""
    return {
        "lines": _("Lines of support"),
        "contact": _("How to contact us"),
        "hours": _("Opening hours"),
        "plans": _("Plans"),
        "answers": _("Response times"),
        "work": _("How requests are handled"),
        "request": _("What to write"),
        "duties": _("What support does"),
        "limits": _("What support does not do"),
        "identity": _("Identity and rights"),
        "money": _("Paid and included help"),
        "complaints": _("Complaints"),
        "upkeep": _("Setting up and planned work"),
        "record": _("History and figures"),
    }


def paths_of(clause: ClauseSpec) -> list[str]:
    """The paths a clause of the file tells: those it names, and those whose values it prints."""
    printed = (path for words in clause.words.values() for path in PLACEHOLDER.findall(words))
    return list(dict.fromkeys((*clause.rule, *printed)))


def home(rule: list[str]) -> str:
    """The section that clauses about these paths stand in; '' for paths of no section."""
    for path in rule:
        parts = path.split(".")
        for size in (2, 1):
            if found := HOME.get(".".join(parts[:size])):
                return found
    return ""


def is_executed(sentences: tuple[Sentence, ...]) -> bool:
    """Whether Firstline acts by anything that is said."""
    return any(said.executed for said in sentences)


def _all(say: Wording) -> Iterator[ClauseDraft]:
    yield from contact(say)
    yield from answers(say)
    yield from matters(say)
    yield from people(say)
    yield from money(say)
    yield from record(say)


def ended_plans(file: PolicyFile, at: datetime, zone: ZoneInfo) -> frozenset[str]:
    """The plans that have ended by a moment."""
    return frozenset(name for name, plan in file.plans.items() if is_past(plan.ends, at, zone))


def past_paths(file: PolicyFile, at: datetime, zone: ZoneInfo) -> tuple[str, ...]:
    """The paths of rules and exceptions that are over at a moment, and of those that hold only for
    plans that are, each with a dot behind it.
    """
    ended = ended_plans(file, at, zone)
    lists = {
        "exceptions": file.exceptions,
        "targets": file.targets,
        "paid": file.paid,
        "quota": file.quota,
        "channels": file.channels,
        **{f"channels.{channel.id}.variants": channel.variants for channel in file.channels},
    }
    return tuple(
        f"{key}.{getattr(row, 'id', None) or index}."
        for key, rows in lists.items()
        for index, row in enumerate(rows)
        if is_over(row, at, zone) or _is_only_for(row, ended)
    )


def _is_only_for(row: Part, ended: frozenset[str]) -> bool:
    """Whether a row names plans, and all of them have ended."""
    plans: list[str] = getattr(row, "plan", None) or []
    return bool(plans) and ended.issuperset(plans)


def _rest(
    say: Wording, draft: ClauseDraft, names: set[str], over: tuple[str, ...]
) -> ClauseDraft | None:
    """What the file's own clauses do not tell, and what is not over; None when that is nothing. A
    sentence is told with what it is about, its first path.
    """
    current = [said for said in draft.sentences if not f"{said.paths[0]}.".startswith(over)]
    rest = tuple(said for said in current if say.free(said.paths[0]))
    if not rest:
        return None
    name = f"{draft.id}.rules" if draft.id in names else draft.id
    whole = len(rest) == len(current)
    title = draft.title if whole else _("{title}, in detail").format(title=draft.title)
    return ClauseDraft(name, draft.section, title, rest)
