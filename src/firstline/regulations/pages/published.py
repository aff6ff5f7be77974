"""The published regulations: the text in force, coming and older versions, what changed, and the
same as JSON.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Protocol, runtime_checkable
from urllib.parse import quote

from litestar import Response, get
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from firstline.kit.db import Db
from firstline.kit.errors import Missing
from firstline.kit.i18n import NAMES, _
from firstline.kit.problems import wants_problem
from firstline.kit.web import Page
from firstline.people.visit import PublicVisit
from firstline.people.web import HttpAnswer
from firstline.policy import Policy, Section, sections
from firstline.policy.page.differences import PageChange, changes
from firstline.policy.page.writing import page_language
from firstline.policy.text.dates import DATES
from firstline.regulations.pages.hours import as_data, hours
from firstline.regulations.versions import EVER, Policies

PUBLIC = {"public": True}
VARIES = {"vary": "accept"}


@runtime_checkable
class EvidenceSource(Protocol):
    """What the log proves of the regulations: handed in, as who knows it stands above."""

    def provable(self, policy: Policy) -> frozenset[str]:
        """Ids of the clauses that have a page of evidence."""
        ...

    async def sentences(
        self, db: Db, version: int, policy: Policy, lang: str, now: datetime
    ) -> dict[str, list[str]]:
        """What stands beside the claims of clauses, by the clause's id."""
        ...


@dataclass(frozen=True, slots=True)
class PublicVersion:
    """A version as clients see it. `since` is None where nobody knows when it began; `until` is
    None while no later one is published; `standing` is past, in_force or coming.
    """

    number: int
    since: datetime | None
    until: datetime | None
    standing: str
    before: int | None


def versions(policies: Policies, now: datetime) -> list[PublicVersion]:
    """Every version that held, holds or will hold, the oldest first."""
    listed = policies.effective_versions()
    present = policies.current(now)[0]
    begun = [number for number, _since in listed].index(present)
    return [
        PublicVersion(
            number,
            _since(policies.version(number), since),
            listed[place + 1][1] if place + 1 < len(listed) else None,
            "past" if place < begun else "in_force" if place == begun else "coming",
            listed[place - 1][0] if place else None,
        )
        for place, (number, since) in enumerate(listed)
    ]


def _since(policy: Policy, since: datetime) -> datetime | None:
    """The shipped file holds from the first day; its own date says more."""
    if since != EVER:
        return since
    written = policy.source.policy.effective
    return datetime.fromisoformat(written).replace(tzinfo=policy.zone) if written else None


def tongues(policy: Policy) -> dict[str, str]:
    """The languages of a policy's text by the names they have themselves."""
    return {code: NAMES.get(code) or _own_name(code) for code in policy.languages}


@lru_cache(64)
def _own_name(code: str) -> str:
    from babel import Locale, UnknownLocaleError

    try:
        name = Locale.parse(code, sep="-" if "-" in code else "_").get_language_name(code)
    except (UnknownLocaleError, ValueError):
        return code
    return (name or code).capitalize()


# A version of the policy never changes, and comparing two takes milliseconds.
@lru_cache(32)
def version_differences(old: Policy, new: Policy, lang: str) -> Sequence[PageChange]:
    """The differences between two versions in one language."""
    return changes(old, new, lang)


@lru_cache(32)
def sections_of(policy: Policy, lang: str, hour: datetime | None) -> Sequence[Section]:
    """The sections of the regulations in one language, without what is over at an hour."""
    return sections(policy, lang, hour)


@get("/regulations", opt=PUBLIC, include_in_schema=False)
async def regulations(
    public_visit: Given[PublicVisit], policies: Given[Policies], evidence: Given[EvidenceSource]
) -> HttpAnswer:
    """The regulations in force, with what the log says of their figures."""
    visit, version = public_visit, _in_force(policies, public_visit.now)
    if wants_problem(visit.http):
        return _json_answer(visit, policies, evidence, version)
    figures = await evidence.sentences(
        visit.db, version.number, visit.policy, visit.lang, visit.now
    )
    return _text(visit, policies, evidence, version, figures)


@get("/regulations.json", opt=PUBLIC, include_in_schema=False)
async def regulations_json(
    public_visit: Given[PublicVisit], policies: Given[Policies], evidence: Given[EvidenceSource]
) -> dict[str, Any]:
    """The regulations in force as JSON."""
    version = _in_force(policies, public_visit.now)
    return to_json(public_visit, policies, evidence, version)


@get("/regulations/versions", opt=PUBLIC, include_in_schema=False)
async def version_list(public_visit: Given[PublicVisit], policies: Given[Policies]) -> Page:
    """All versions, the newest first."""
    return public_visit.page(
        "regulations/public/versions.html",
        versions=versions(policies, public_visit.now)[::-1],
        date=_dates(public_visit.policy, public_visit.lang),
    )


@get("/regulations/versions/{number:int}", opt=PUBLIC, include_in_schema=False)
async def version_text(
    public_visit: Given[PublicVisit],
    policies: Given[Policies],
    evidence: Given[EvidenceSource],
    number: FromPath[int],
) -> HttpAnswer:
    """The text of one version."""
    version = _version(policies, number, public_visit.now)
    if wants_problem(public_visit.http):
        return _json_answer(public_visit, policies, evidence, version)
    return _text(public_visit, policies, evidence, version, {})


@get("/regulations/versions/{number:int}/changes", opt=PUBLIC, include_in_schema=False)
async def version_changes(
    public_visit: Given[PublicVisit], policies: Given[Policies], number: FromPath[int]
) -> Page:
    """What a version changes in the one before it."""
    version = _version(policies, number, public_visit.now)
    if version.before is None:
        raise Missing(_("It is the first version; there is nothing to compare it with."))
    old, new = policies.version(version.before), policies.version(number)
    found = version_differences(old, new, public_visit.lang)
    return public_visit.page(
        "regulations/public/changes.html",
        version=version,
        date=_dates(new, public_visit.lang),
        clauses=[change for change in found if change.path is None],
        values=[change for change in found if change.path is not None],
        tongues=tongues(new),
    )


def _dates(policy: Policy, lang: str) -> Callable[[datetime], str]:
    """Writes the day of a moment with its year, as dates of a text in force are written."""
    from babel.dates import format_date

    written = DATES.get(lang, "d MMMM y")
    return lambda at: format_date(at.astimezone(policy.zone), written, locale=lang)


def _in_force(policies: Policies, now: datetime) -> PublicVersion:
    return _version(policies, policies.current(now)[0], now)


def _version(policies: Policies, number: int, now: datetime) -> PublicVersion:
    found = next((one for one in versions(policies, now) if one.number == number), None)
    if found is None:
        raise Missing(_("There is no such version; look through the list of versions."))
    return found


def _text(
    visit: PublicVisit,
    policies: Policies,
    evidence: EvidenceSource,
    version: PublicVersion,
    figures: dict[str, list[str]],
) -> Page:
    policy, lang = policies.version(version.number), visit.lang
    present = version.standing == "in_force"
    return visit.page(
        "regulations/public/text.html",
        text=as_data(policy, lang),
        sections=sections_of(policy, lang, _hour(version, visit.now)),
        version=version,
        date=_dates(policy, lang),
        coming=_coming(policies, visit.now) if present else [],
        versions=len(versions(policies, visit.now)),
        hours=hours(policy, lang, visit.now) if present else [],
        provable=evidence.provable(policy) if present else frozenset[str](),
        figures=figures,
        tongues=tongues(policy),
        spoken=page_language(policy, lang),
        zone_name=policy.zone.key,
        headers=VARIES,
    )


def _hour(version: PublicVersion, now: datetime) -> datetime | None:
    """The hour at which a version is read: whole hours, so that pages are kept for one; other
    versions than the one in force are read whole.
    """
    present = version.standing == "in_force"
    return now.replace(minute=0, second=0, microsecond=0) if present else None


def _json_answer(
    visit: PublicVisit, policies: Policies, evidence: EvidenceSource, version: PublicVersion
) -> HttpAnswer:
    return Response(to_json(visit, policies, evidence, version), headers=VARIES)


def _coming(policies: Policies, now: datetime) -> list[PublicVersion]:
    return [one for one in versions(policies, now) if one.standing == "coming"]


def to_json(
    visit: PublicVisit, policies: Policies, evidence: EvidenceSource, version: PublicVersion
) -> dict[str, Any]:
    """A version as JSON: its clauses with the rules that execute them and the address of proof."""
    policy = policies.version(version.number)
    text = as_data(policy, visit.lang, _hour(version, visit.now))
    proved = evidence.provable(policy)
    return {
        **text,
        "number": version.number,
        "standing": version.standing,
        "since": version.since and version.since.astimezone(policy.zone).isoformat(),
        "until": version.until and version.until.astimezone(policy.zone).isoformat(),
        "coming": [one.number for one in _coming(policies, visit.now)],
        "languages": list(policy.languages),
        "sections": [
            {**part, "clauses": [_with_proof(clause, proved) for clause in part["clauses"]]}
            for part in text["sections"]
        ],
    }


def _with_proof(clause: dict[str, Any], proved: frozenset[str]) -> dict[str, Any]:
    name = clause["id"]
    return {**clause, "proof": f"/regulations/proof/{quote(name)}" if name in proved else None}


public_handlers = [regulations, regulations_json, version_list, version_text, version_changes]
