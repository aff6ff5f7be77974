"""The published regulations: the text in force, coming and older versions, what changed, and the
same as JSON.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from litestar import Response, get
from litestar.di import NamedDependency as Given
from litestar.params import FromPath

from firstline.kit.db import Db
from firstline.kit.errors import Missing
from firstline.kit.i18n import NAMES, _
from firstline.kit.problems import wants_problem
from firstline.kit.web import Page, page
from firstline.people import Who
from firstline.policy import Policy, Section, sections
from firstline.policy.page.differences import Change, changes
from firstline.policy.page.words import DATES
from firstline.policy.page.writing import spoken
from firstline.portal.common import Answer, Http, as_data, hours, lang_of
from firstline.portal.pages_proof import computed
from firstline.regulations.versions import EVER, Policies
from firstline.reports import provable

PUBLIC = {"public": True}


@dataclass(frozen=True, slots=True)
class Version:
    """A version as clients see it. `since` is None where nobody knows when it began; `until` is
    None while no later one is published; `standing` is past, in_force or coming.
    """

    number: int
    since: datetime | None
    until: datetime | None
    standing: str
    before: int | None


def versions(policies: Policies, now: datetime) -> list[Version]:
    """Every version that held, holds or will hold, the oldest first."""
    listed = policies.listed()
    present = policies.current(now)[0]
    begun = [number for number, _since in listed].index(present)
    return [
        Version(
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
def changed(old: Policy, new: Policy, lang: str) -> Sequence[Change]:
    """The differences between two versions in one language."""
    return changes(old, new, lang)


@lru_cache(32)
def laid_out(policy: Policy, lang: str) -> Sequence[Section]:
    """The sections of the regulations in one language."""
    return sections(policy, lang)


@get("/regulations", opt=PUBLIC, include_in_schema=False)
async def regulations(
    request: Http,
    db: Given[Db],
    policies: Given[Policies],
    visitor: Given[Who | None],
    now: Given[datetime],
) -> Answer:
    """The regulations in force, with what the log says of their figures."""
    lang = lang_of(request, visitor)
    number = policies.current(now)[0]
    if wants_problem(request):
        return Response(_told(policies, number, lang, now), headers={"vary": "accept"})
    told = await computed(request, db, policies, lang, now)
    return _text(request, policies, visitor, number, now, told)


@get("/regulations.json", opt=PUBLIC, include_in_schema=False)
async def regulations_json(
    request: Http, policies: Given[Policies], visitor: Given[Who | None], now: Given[datetime]
) -> dict[str, Any]:
    """The regulations in force as JSON."""
    return _told(policies, policies.current(now)[0], lang_of(request, visitor), now)


@get("/regulations/versions", opt=PUBLIC, include_in_schema=False)
async def version_list(
    request: Http, policies: Given[Policies], visitor: Given[Who | None], now: Given[datetime]
) -> Page:
    """All versions, the newest first."""
    lang = lang_of(request, visitor)
    return page(
        request,
        "portal/regulations_versions.html",
        who=visitor,
        versions=versions(policies, now)[::-1],
        date=_dates(policies.current(now)[1], lang),
    )


@get("/regulations/versions/{number:int}", opt=PUBLIC, include_in_schema=False)
async def version_text(
    request: Http,
    policies: Given[Policies],
    visitor: Given[Who | None],
    now: Given[datetime],
    number: FromPath[int],
) -> Answer:
    """The text of one version."""
    lang = lang_of(request, visitor)
    _found(policies, number, now)
    if wants_problem(request):
        return Response(_told(policies, number, lang, now), headers={"vary": "accept"})
    return _text(request, policies, visitor, number, now, {})


@get("/regulations/versions/{number:int}/changes", opt=PUBLIC, include_in_schema=False)
async def version_changes(
    request: Http,
    policies: Given[Policies],
    visitor: Given[Who | None],
    now: Given[datetime],
    number: FromPath[int],
) -> Page:
    """What a version changes in the one before it."""
    lang = lang_of(request, visitor)
    version = _found(policies, number, now)
    if version.before is None:
        raise Missing(_("It is the first version; there is nothing to compare it with."))
    old, new = policies.version(version.before), policies.version(number)
    found = changed(old, new, lang)
    return page(
        request,
        "portal/regulations_changes.html",
        who=visitor,
        version=version,
        date=_dates(new, lang),
        clauses=[change for change in found if change.path is None],
        values=[change for change in found if change.path is not None],
        tongues=tongues(new),
    )


def _dates(policy: Policy, lang: str) -> Callable[[datetime], str]:
    """Writes the day of a moment with its year, as dates of a text in force are written."""
    from babel.dates import format_date

    written = DATES.get(lang, "d MMMM y")
    return lambda at: format_date(at.astimezone(policy.zone), written, locale=lang)


def _found(policies: Policies, number: int, now: datetime) -> Version:
    found = next((one for one in versions(policies, now) if one.number == number), None)
    if found is None:
        raise Missing(_("There is no such version; look through the list of versions."))
    return found


def _text(
    request: Http,
    policies: Policies,
    visitor: Who | None,
    number: int,
    now: datetime,
    figures: dict[str, list[str]],
) -> Page:
    lang = lang_of(request, visitor)
    policy, listed = policies.version(number), versions(policies, now)
    version = next(one for one in listed if one.number == number)
    present = version.standing == "in_force"
    return page(
        request,
        "portal/regulations.html",
        who=visitor,
        told=as_data(policy, lang),
        sections=laid_out(policy, lang),
        version=version,
        date=_dates(policy, lang),
        coming=[one for one in listed if one.standing == "coming"] if present else [],
        versions=len(listed),
        hours=hours(policy, lang, now) if present else [],
        provable=provable(policy) if present else frozenset[str](),
        figures=figures,
        tongues=tongues(policy),
        spoken=spoken(policy, lang),
        zone_name=policy.zone.key,
        headers={"vary": "accept"},
    )


def _told(policies: Policies, number: int, lang: str, now: datetime) -> dict[str, Any]:
    """A version as JSON: its clauses with the rules that execute them and the address of proof."""
    policy, listed = policies.version(number), versions(policies, now)
    version = next(one for one in listed if one.number == number)
    told, proved = as_data(policy, lang), provable(policy)
    return {
        **told,
        "number": number,
        "standing": version.standing,
        "since": version.since and version.since.astimezone(policy.zone).isoformat(),
        "until": version.until and version.until.astimezone(policy.zone).isoformat(),
        "coming": [one.number for one in listed if one.standing == "coming"],
        "languages": list(policy.languages),
        "sections": [
            {**part, "clauses": [_with_proof(clause, proved) for clause in part["clauses"]]}
            for part in told["sections"]
        ],
    }


def _with_proof(clause: dict[str, Any], proved: frozenset[str]) -> dict[str, Any]:
    name = clause["id"]
    return {**clause, "proof": f"/regulations/proof/{quote(name)}" if name in proved else None}


routes = [regulations, regulations_json, version_list, version_text, version_changes]
