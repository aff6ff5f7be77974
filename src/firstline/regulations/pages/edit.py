"""Writing the regulations in the browser: the file with its linter, the page it makes, what it
changes, and publishing it. Management alone.
"""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import datetime

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import JSONBody, URLEncodedBody
from litestar.response import Redirect

from firstline.kit import web
from firstline.kit.db import Tx
from firstline.kit.errors import Conflict, Invalid
from firstline.kit.i18n import _
from firstline.kit.typed import moment_or_none, time_or_none
from firstline.people.visit import Visit
from firstline.policy import PolicyError, check, load, sections
from firstline.policy.text.finding import Finding
from firstline.regulations import versions
from firstline.regulations.pages.common import (
    VersionHistory,
    draft_or_in_force,
    finding_values,
    history_of,
    manages,
    text_of,
    yaml,
)
from firstline.regulations.pages.difference import differences
from firstline.regulations.versions import (
    FILE_BODY_LIMIT,
    FileDraft,
    Policies,
    checked_note,
    other_number,
)


class FileIn(msgspec.Struct, forbid_unknown_fields=True):
    """The file as it stands in the editor; `lang` is the preview's."""

    file: str
    lang: str = ""


class FileDraftIn(msgspec.Struct, forbid_unknown_fields=True):
    """`since` is when this window knows the draft to be kept, `instead` that another makes way."""

    file: str
    seen: int
    since: datetime | msgspec.UnsetType | None = msgspec.UNSET
    instead: bool = False


class FileDraftOut(msgspec.Struct):
    newest: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """The form of publishing: `at` is wall-clock time of the policy's zone where `when` is later,
    `digest` names the text that was looked at, `since` when its window knew the draft to be kept.
    """

    file: str = ""
    seen: int = 0
    when: str = "now"
    at: str = ""
    note: str = ""
    digest: str = ""
    since: str | None = None


@get("/regulations/edit")
async def edit(visit: Given[Visit], policies: Given[Policies]) -> web.Page:
    """The editor, with what this person was writing, or the file in force."""
    manages(visit.who)
    history = await history_of(visit)
    draft = await draft_or_in_force(visit, policies, history)
    since = draft.updated_at.isoformat() if draft.updated_at != visit.now else ""
    return await _editor(visit, history, draft, since)


async def _editor(
    visit: Visit,
    history: VersionHistory,
    draft: FileDraft,
    since: str,
    *,
    form: Proposal | None = None,
    status: int = 200,
    refused: str = "",
) -> web.Page:
    meanwhile = [v for v in history.every if v.version > draft.seen]
    findings = await asyncio.to_thread(check, draft.body, visit.now)
    return visit.page(
        "regulations/edit.html",
        status=status,
        history=history,
        draft=draft,
        since=since,
        meanwhile=meanwhile,
        policy=visit.policy,
        **finding_values(findings),
        refused=refused,
        form=form or Proposal(),
    )


@dataclass(frozen=True, slots=True)
class Start:
    version: int = 0


@post("/regulations/start", status_code=303)
async def start(visit: Given[Visit], data: URLEncodedBody[Start]) -> Redirect:
    """Begin anew from the file of a version; what was being written is replaced."""
    manages(visit.who)
    history = await history_of(visit)

    async def act(tx: Tx) -> None:
        text = await versions.text_of(tx.conn, data.version)
        await versions.keep_draft(tx, visit.who, text, history.newest, now=visit.now)

    await visit.once(act)
    return Redirect("/desk/regulations/edit?anew=true", status_code=303)


@post("/regulations/draft", status_code=200, request_max_body_size=FILE_BODY_LIMIT)
async def keep(visit: Given[Visit], data: JSONBody[FileDraftIn]) -> FileDraftOut:
    """Keep what is being written, however broken; tells the newest version, for others publish."""
    async with visit.db.transaction() as tx:
        over = None if data.instead or data.since is msgspec.UNSET else (data.since,)
        await versions.keep_draft(tx, visit.who, data.file, data.seen, over=over, now=visit.now)
        newest = (await versions.all_versions(tx.conn, above=data.seen))[:1]
    return FileDraftOut(newest[0].version if newest else data.seen, visit.now)


@post("/regulations/draft/drop", status_code=303)
async def drop(visit: Given[Visit]) -> Redirect:
    """Forget the draft."""
    manages(visit.who)
    await visit.once(lambda tx: versions.drop_draft(tx.conn, visit.who.id))
    return Redirect("/desk/regulations", status_code=303)


@get("/regulations/draft/file")
async def draft_file(visit: Given[Visit], policies: Given[Policies]) -> Response[str]:
    """What is being written, as a file."""
    manages(visit.who)
    draft = await draft_or_in_force(visit, policies, await history_of(visit))
    return yaml(draft.body, "regulations.yaml")


@post("/regulations/check", status_code=200, request_max_body_size=FILE_BODY_LIMIT)
async def check_file(visit: Given[Visit], data: JSONBody[FileIn]) -> web.Page:
    """What the linter says, as the list beside the editor."""
    manages(visit.who)
    findings = await asyncio.to_thread(check, data.file, visit.now)
    return visit.page("regulations/findings.html", **finding_values(findings))


@post("/regulations/preview", status_code=200, request_max_body_size=FILE_BODY_LIMIT)
async def preview(visit: Given[Visit], data: JSONBody[FileIn]) -> web.Page:
    """The page that clients would read, in one of the file's languages."""
    manages(visit.who)
    try:
        policy = await asyncio.to_thread(load, data.file)
    except PolicyError as problem:
        return visit.page("regulations/findings.html", **finding_values(problem.findings))
    lang = data.lang if data.lang in policy.languages else policy.languages[0]
    made = await asyncio.to_thread(sections, policy, lang)
    return visit.page("regulations/preview.html", shown=policy, sections=made, shown_lang=lang)


@post("/regulations/difference", status_code=200, request_max_body_size=FILE_BODY_LIMIT)
async def difference(
    visit: Given[Visit], policies: Given[Policies], data: JSONBody[FileIn]
) -> web.Page:
    """What the file changes against the version in force."""
    manages(visit.who)
    compared = await _comparison(visit, policies, data.file)
    return visit.page("regulations/difference.html", **compared)


@post("/regulations/publish", status_code=200, request_max_body_size=FILE_BODY_LIMIT)
async def propose(
    visit: Given[Visit], policies: Given[Policies], data: URLEncodedBody[Proposal]
) -> web.Page:
    """Keep the file and ask once more, with what it changes and its trial; or say what is wrong."""
    manages(visit.who)
    text = data.file.replace("\r\n", "\n")
    history = await history_of(visit)
    draft = FileDraft(text, data.seen, visit.now)
    over = None if data.since is None else (moment_or_none(data.since),)
    try:
        async with visit.db.transaction() as tx:
            await versions.keep_draft(tx, visit.who, text, data.seen, over=over, now=visit.now)
    except Conflict as other:
        return await _editor(
            visit,
            history,
            draft,
            data.since or "",
            form=data,
            status=other.status,
            refused=other.detail,
        )
    findings = await asyncio.to_thread(check, text, visit.now)
    refusal = _refusal(visit, history, data, findings)
    if refusal is not None:
        status, sentence = refusal
        since = visit.now.isoformat()
        return await _editor(
            visit, history, draft, since, form=data, status=status, refused=sentence
        )
    checked_note(data.note)
    return visit.page(
        "regulations/confirm.html",
        history=history,
        form=data,
        since=_since(visit, data),
        digest=_digest(text),
        plain=True,
        **finding_values([*other_number(text, history.newest + 1), *findings]),
        **await _comparison(visit, policies, text),
    )


def _refusal(
    visit: Visit, history: VersionHistory, data: Proposal, findings: list[Finding]
) -> tuple[int, str] | None:
    """Why it cannot be published as it is, with the status of the answer."""
    if any(finding.severity == "error" for finding in findings):
        return 422, _("The file has errors; fix what is listed. Nothing was published.")
    if history.newest != data.seen:
        return 409, _(
            "Somebody has published a version in the meantime; look at what changed, then publish."
        )
    since = _since(visit, data)
    if since is not None and since < visit.now:
        return 409, _("Regulations cannot take effect in the past; choose a later time.")
    return None


async def _comparison(visit: Visit, policies: Policies, text: str) -> web.Values:
    """What a text changes against the version in force, for a template."""
    number, _policy = policies.current(visit.now)
    old = await text_of(visit, number)
    return {
        "other": number,
        "compared": await asyncio.to_thread(differences, old, text, visit.lang),
    }


@post("/regulations/publish/confirmed", status_code=303)
async def publish(
    visit: Given[Visit], policies: Given[Policies], data: URLEncodedBody[Proposal]
) -> Redirect:
    """Publish the draft that was looked at; another one is refused."""
    manages(visit.who)
    since = _since(visit, data)

    async def act(tx: Tx) -> None:
        draft = await versions.draft_of(tx.conn, visit.who.id)
        if draft is None or _digest(draft.body) != data.digest:
            raise Conflict(_("The file has changed since you looked at it; look again."))
        await versions.publish(
            tx,
            visit.who,
            draft.body,
            effective_at=since,
            note=data.note,
            seen=data.seen,
            now=visit.now,
        )
        await versions.drop_draft(tx.conn, visit.who.id)

    await visit.once(act)
    await policies.reread(visit.now)
    return Redirect("/desk/regulations", status_code=303)


def _since(visit: Visit, data: Proposal) -> datetime | None:
    if data.when != "later":
        return None
    if at := time_or_none(data.at, visit.policy.zone):
        return at
    raise Invalid(_("Enter the date and the time at which it takes effect."), field="at")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


handlers = [
    edit,
    start,
    keep,
    drop,
    draft_file,
    check_file,
    preview,
    difference,
    propose,
    publish,
]
