"""The API of the regulations: the version in force, the history, publishing, the linter."""

import asyncio
from dataclasses import asdict, dataclass
from datetime import datetime

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency as Given
from litestar.params import FromPath, FromQuery, JSONBody

from firstline.kit.db import Conn, Db, Tx
from firstline.kit.keys import StoredAnswer
from firstline.kit.openapi import creates, shows
from firstline.kit.web import Http
from firstline.people import Who
from firstline.people.posts import Keyed, answer_once
from firstline.people.web import MANAGES, READS, requires_role, requires_staff
from firstline.policy.lint.check import check
from firstline.policy.text.finding import Finding
from firstline.regulations import store, versions
from firstline.regulations.store import Version
from firstline.regulations.versions import FILE_BODY_LIMIT, Policies, VersionState, standings

PAGE, MOST = 50, 200
HIGHEST = 2**31 - 1
requires_management = requires_role("management")
encode = msgspec.json.encode


class PolicyOut(msgspec.Struct):
    """The version in force. `page` is the published page as JSON; `file` the text, for staff."""

    version: int
    effective_at: datetime
    company: str
    timezone: str
    languages: list[str]
    page: str
    file: str | None = None


@dataclass(frozen=True, slots=True)
class VersionOut(Version):
    """A published version. People are names, null for the console."""

    state: VersionState


class VersionList(msgspec.Struct):
    items: list[VersionOut]
    after: str | None


class FindingOut(msgspec.Struct):
    """One remark about a policy file: stable `code`, place (from 1), `severity` error, warning
    or info, a sentence that says how to mend it, in English.
    """

    code: str
    line: int
    column: int
    severity: str
    message: str


class PublishedOut(msgspec.Struct):
    """The new version, and what the linter warns of."""

    version: VersionOut
    findings: list[FindingOut]


class FindingsOut(msgspec.Struct):
    findings: list[FindingOut]


def _findings_out(found: list[Finding]) -> list[FindingOut]:
    return [msgspec.convert(finding.to_json(), FindingOut) for finding in found]


class CheckIn(Keyed, kw_only=True):
    file: str


class PublishIn(Keyed, kw_only=True):
    """`seen`, the newest version that the publisher knows, refuses to overlook another's."""

    file: str
    effective_at: datetime | None = None
    note: str = ""
    seen: int | None = None


@get("/policy", summary="The regulations in force")
async def in_force(
    db: Given[Db], policies: Given[Policies], who: Given[Who], now: Given[datetime]
) -> PolicyOut:
    number, policy = policies.current(now)
    async with db.connection() as conn:
        (version,) = await store.versions(conn, above=number - 1, upto=number)
        text = await versions.text_of(conn, number) if who.is_staff else None
    return PolicyOut(
        version=number,
        effective_at=version.effective_at,
        company=policy.company,
        timezone=policy.zone.key,
        languages=list(policy.languages),
        page="/regulations.json",
        file=text,
    )


@get("/policy/versions", guards=[requires_staff], summary="Every version, the newest first")
async def history(
    db: Given[Db],
    now: Given[datetime],
    after: FromQuery[int] = HIGHEST,
    limit: FromQuery[int] = PAGE,
) -> VersionList:
    async with db.connection() as conn:
        every = await store.versions(conn)
    limit = max(1, min(limit, MOST))
    rest = [version for version in every if version.version < after]
    state = standings(every, now)
    items = [_version(version, state) for version in rest[:limit]]
    return VersionList(items, str(items[-1].version) if len(rest) > limit else None)


@post(
    "/policy",
    guards=[requires_management],
    opt=MANAGES,
    responses=creates(PublishedOut),
    request_max_body_size=FILE_BODY_LIMIT,
    summary="Publish a policy file",
)
async def publish(
    request: Http,
    data: JSONBody[PublishIn],
    policies: Given[Policies],
    who: Given[Who],
    now: Given[datetime],
) -> Response[bytes]:
    """A file with an error is refused with every finding and changes nothing."""

    async def act(tx: Tx) -> StoredAnswer:
        number, found = await versions.publish(
            tx,
            who,
            data.file,
            effective_at=data.effective_at,
            note=data.note,
            seen=data.seen,
            now=now,
        )
        version = await _one(tx.conn, number, now)
        return 201, encode(PublishedOut(version, _findings_out(found)))

    answer = await answer_once(request, data, act)
    await policies.reread(now)
    return answer


@post(
    "/policy/check",
    guards=[requires_staff],
    opt=READS,
    status_code=200,
    responses=shows(FindingsOut),
    request_max_body_size=FILE_BODY_LIMIT,
    summary="What the linter says of a policy file",
)
async def check_file(
    request: Http,
    data: JSONBody[CheckIn],
    now: Given[datetime],
) -> Response[bytes]:
    async def act(_: Tx) -> StoredAnswer:
        found = await asyncio.to_thread(check, data.file, now)
        return 200, encode(FindingsOut(_findings_out(found)))

    return await answer_once(request, data, act)


@delete(
    "/policy/versions/{number:int}",
    guards=[requires_management],
    opt=MANAGES,
    status_code=200,
    responses=shows(VersionOut),
    summary="Withdraw a version that is still to come",
)
async def withdraw(
    db: Given[Db],
    policies: Given[Policies],
    who: Given[Who],
    now: Given[datetime],
    number: FromPath[int],
) -> VersionOut:
    async def act(tx: Tx) -> VersionOut:
        await versions.withdraw(tx, who, number, now=now)
        return await _one(tx.conn, number, now)

    version = await db.run(act)
    await policies.reread(now)
    return version


async def _one(conn: Conn, number: int, now: datetime) -> VersionOut:
    every = await store.versions(conn)
    state = standings(every, now)
    return next(_version(each, state) for each in every if each.version == number)


def _version(version: Version, states: dict[int, VersionState]) -> VersionOut:
    return VersionOut(**asdict(version), state=states[version.version])


routes = [in_force, history, publish, check_file, withdraw]
