"""Writing the regulations in the browser: the file with its linter, the page it makes, what it
changes, its trial, and publishing it. Management alone.
"""

import asyncio
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency as Given
from litestar.params import JSONBody, URLEncodedBody
from litestar.response import Redirect

from firstline.desk.pages_regulations import TRIED_DAYS, History, history_of, manages, yaml
from firstline.desk.regulations import differences
from firstline.desk.work import Desk
from firstline.kit import web
from firstline.kit.db import Tx
from firstline.kit.errors import Conflict, Invalid
from firstline.kit.i18n import _
from firstline.policy import PolicyError, check, load, sections
from firstline.policy.lint.finding_pages import explained
from firstline.policy.text.finding import Finding
from firstline.regulations import versions
from firstline.regulations.api import LIMIT
from firstline.regulations.versions import FileDraft, checked_note, other_number
from firstline.trials.run import judged, try_policy


class FileIn(msgspec.Struct, forbid_unknown_fields=True):
    """The file as it stands in the editor; `lang` is the preview's."""

    file: str
    lang: str = ""


class DraftIn(msgspec.Struct, forbid_unknown_fields=True):
    file: str
    seen: int


async def _begun(desk: Desk, history: History) -> FileDraft:
    """The person's draft, or the file in force."""
    number, _policy = desk.policies.current(desk.now)
    async with desk.db.connection() as conn:
        draft = await versions.draft_of(conn, desk.who.id)
        text = "" if draft else await versions.text_of(conn, number)
    return draft or FileDraft(text, history.newest, desk.now)


@get("/regulations/edit")
async def edit(desk: Given[Desk]) -> web.Page:
    """The editor, with what this person was writing, or the file in force."""
    manages(desk.who)
    history = await history_of(desk)
    return await _editor(desk, history, await _begun(desk, history))


async def _editor(
    desk: Desk, history: History, draft: FileDraft, status: int = 200, **more: Any
) -> web.Page:
    meanwhile = [v for v in history.every if v.version > draft.seen]
    findings = await asyncio.to_thread(check, draft.body, desk.now)
    return desk.page(
        "regulations/edit.html",
        status=status,
        history=history,
        draft=draft,
        meanwhile=meanwhile,
        policy=desk.policy,
        **_told(findings),
        **{"refused": "", "form": Proposal(), **more},
    )


@dataclass(frozen=True, slots=True)
class Start:
    version: int = 0


@post("/regulations/start", status_code=303)
async def start(desk: Given[Desk], data: URLEncodedBody[Start]) -> Redirect:
    """Begin anew from the file of a version; what was being written is replaced."""
    manages(desk.who)
    history = await history_of(desk)
    async with desk.db.connection() as conn:
        text = await versions.text_of(conn, data.version)
        await versions.keep_draft(conn, desk.who, text, history.newest, now=desk.now)
    return Redirect("/desk/regulations/edit?anew=true", status_code=303)


@post("/regulations/draft", status_code=200, request_max_body_size=LIMIT)
async def keep(desk: Given[Desk], data: JSONBody[DraftIn]) -> dict[str, int]:
    """Keep what is being written, however broken; tells the newest version, for others publish."""
    async with desk.db.connection() as conn:
        await versions.keep_draft(conn, desk.who, data.file, data.seen, now=desk.now)
        newest = (await versions.listed(conn, above=data.seen))[:1]
    return {"newest": newest[0].version if newest else data.seen}


@post("/regulations/draft/drop", status_code=303)
async def drop(desk: Given[Desk]) -> Redirect:
    """Forget the draft."""
    manages(desk.who)
    async with desk.db.connection() as conn:
        await versions.drop_draft(conn, desk.who.id)
    return Redirect("/desk/regulations", status_code=303)


@get("/regulations/draft/file")
async def draft_file(desk: Given[Desk]) -> Response[str]:
    """What is being written, as a file."""
    manages(desk.who)
    draft = await _begun(desk, await history_of(desk))
    return yaml(draft.body, "regulations.yaml")


@post("/regulations/check", status_code=200, request_max_body_size=LIMIT)
async def check_file(desk: Given[Desk], data: JSONBody[FileIn]) -> web.Page:
    """What the linter says, as the list beside the editor."""
    manages(desk.who)
    findings = await asyncio.to_thread(check, data.file, desk.now)
    return desk.page("regulations/findings.html", **_told(findings))


@post("/regulations/preview", status_code=200, request_max_body_size=LIMIT)
async def preview(desk: Given[Desk], data: JSONBody[FileIn]) -> web.Page:
    """The page that clients would read, in one of the file's languages."""
    manages(desk.who)
    try:
        policy = await asyncio.to_thread(load, data.file)
    except PolicyError as problem:
        return desk.page("regulations/findings.html", **_told(problem.findings))
    lang = data.lang if data.lang in policy.languages else policy.languages[0]
    made = await asyncio.to_thread(sections, policy, lang)
    return desk.page("regulations/preview.html", shown=policy, sections=made, shown_lang=lang)


@post("/regulations/difference", status_code=200, request_max_body_size=LIMIT)
async def difference(desk: Given[Desk], data: JSONBody[FileIn]) -> web.Page:
    """What the file changes against the version in force."""
    manages(desk.who)
    number, _policy = desk.policies.current(desk.now)
    async with desk.db.connection() as conn:
        old = await versions.text_of(conn, number)
    compared = await asyncio.to_thread(differences, old, data.file, desk.lang)
    return desk.page("regulations/difference.html", compared=compared, other=number)


@post("/regulations/trial", status_code=200, request_max_body_size=LIMIT)
async def trial(desk: Given[Desk], data: JSONBody[FileIn]) -> web.Page:
    """What the file would have made of the last month's log."""
    manages(desk.who)
    try:
        policy = await asyncio.to_thread(judged, data.file, desk.now)
    except Invalid as refused:
        found = [Finding(**each) for each in refused.extra["findings"]]
        return desk.page("regulations/findings.html", **_told(found))
    tried = await try_policy(desk.db, desk.policies, policy, days=TRIED_DAYS, now=desk.now)
    return desk.page("regulations/trial.html", trial=tried, days=TRIED_DAYS)


@dataclass(frozen=True, slots=True)
class Proposal:
    """The form of publishing: `at` is wall-clock time of the policy's zone where `when` is later,
    `digest` names the text that was looked at.
    """

    file: str = ""
    seen: int = 0
    when: str = "now"
    at: str = ""
    note: str = ""
    digest: str = ""


@post("/regulations/publish", status_code=200, request_max_body_size=LIMIT)
async def propose(desk: Given[Desk], data: URLEncodedBody[Proposal]) -> web.Page:
    """Keep the file and ask once more, with what it changes and its trial; or say what is wrong."""
    manages(desk.who)
    text = data.file.replace("\r\n", "\n")
    history = await history_of(desk)
    draft = FileDraft(text, data.seen, desk.now)
    async with desk.db.connection() as conn:
        await versions.keep_draft(conn, desk.who, text, data.seen, now=desk.now)
    findings = await asyncio.to_thread(check, text, desk.now)
    if any(finding.severity == "error" for finding in findings):
        refused = _("The file has errors; mend what is listed. Nothing was published.")
        return await _editor(desk, history, draft, 422, refused=refused, form=data)
    if history.newest != data.seen:
        refused = _("Somebody has published meanwhile; look at what changed, then publish.")
        return await _editor(desk, history, draft, 409, refused=refused, form=data)
    since = _since(desk, data)
    if since is not None and since < desk.now:
        refused = _("Regulations cannot take effect in the past; name a later time.")
        return await _editor(desk, history, draft, 409, refused=refused, form=data)
    checked_note(data.note)
    return await _confirmation(desk, history, data, text, since, findings)


async def _confirmation(
    desk: Desk,
    history: History,
    data: Proposal,
    text: str,
    since: datetime | None,
    findings: list[Finding],
) -> web.Page:
    number, _policy = desk.policies.current(desk.now)
    async with desk.db.connection() as conn:
        old = await versions.text_of(conn, number)
    warnings = [*other_number(text, history.newest + 1), *findings]
    return desk.page(
        "regulations/confirm.html",
        history=history,
        form=data,
        since=since,
        digest=_digest(text),
        plain=True,
        **_told(warnings),
        other=number,
        compared=await asyncio.to_thread(differences, old, text, desk.lang),
    )


@get("/regulations/draft/trial")
async def draft_trial(desk: Given[Desk]) -> web.Page:
    """The trial of what is being written, for the page that asks once more."""
    manages(desk.who)
    draft = await _begun(desk, await history_of(desk))
    policy = await asyncio.to_thread(judged, draft.body, desk.now)
    tried = await try_policy(desk.db, desk.policies, policy, days=TRIED_DAYS, now=desk.now)
    return desk.page("regulations/trial.html", trial=tried, days=TRIED_DAYS)


@post("/regulations/publish/confirmed", status_code=303)
async def publish(desk: Given[Desk], data: URLEncodedBody[Proposal]) -> Redirect:
    """Publish the draft that was looked at; another one is refused."""
    manages(desk.who)
    since = _since(desk, data)

    async def act(tx: Tx) -> None:
        draft = await versions.draft_of(tx.conn, desk.who.id)
        if draft is None or _digest(draft.body) != data.digest:
            raise Conflict(_("The file has changed since you looked at it; look again."))
        await versions.publish(
            tx,
            desk.who,
            draft.body,
            effective_at=since,
            note=data.note,
            seen=data.seen,
            now=desk.now,
        )
        await versions.drop_draft(tx.conn, desk.who.id)

    await desk.db.run(act)
    await desk.policies.reread(desk.now)
    return Redirect("/desk/regulations", status_code=303)


def _told(findings: list[Finding]) -> dict[str, Any]:
    """Findings for a template, with the codes among them that have a page."""
    return {"findings": findings, "pages": {f.code for f in findings if explained(f.code)}}


def _since(desk: Desk, data: Proposal) -> datetime | None:
    if data.when != "later":
        return None
    try:
        return datetime.fromisoformat(data.at).replace(tzinfo=desk.policy.zone)
    except ValueError:
        raise Invalid(_("Say from when, with day and hour."), field="at") from None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


routes = [
    edit,
    start,
    keep,
    drop,
    draft_file,
    check_file,
    preview,
    difference,
    trial,
    propose,
    draft_trial,
    publish,
]
