"""The policy's versions: which is in force, which one judges a request, how a new one begins, how
one is taken back.
"""

import asyncio
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal

from firstline.kit.db import Conn, Db, Tx
from firstline.kit.errors import Conflict, Forbidden, Invalid, Missing
from firstline.kit.folding import has_visible
from firstline.kit.i18n import current, ngettext, speaking
from firstline.kit.i18n import gettext as _
from firstline.people import Who
from firstline.people.changes import About, NewChange, record
from firstline.policy.file.shipped import default_text
from firstline.policy.lint.check import check
from firstline.policy.lint.version import other_number
from firstline.policy.rules.policy import Policy, load
from firstline.policy.text.finding import Finding, PolicyError
from firstline.regulations import store
from firstline.regulations.store import FileDraft, Version

log = logging.getLogger(__name__)
REFRESHED = timedelta(seconds=2)
EVER = datetime(2000, 1, 1, tzinfo=UTC)
FURTHEST = timedelta(days=5 * 366)
LONGEST_NOTE = 1000
# A file of 512 thousand letters, two bytes each, with what its form adds.
FILE_BODY_LIMIT = 2 * 1024 * 1024
VersionState = Literal["coming", "in_force", "past", "withdrawn"]
# What other features may ask of the tables: every version, and what a person is writing.
all_versions = store.versions
draft_of = store.draft
drop_draft = store.drop_draft
__all__ = [
    "BrokenFile",
    "FileDraft",
    "Policies",
    "Unreadable",
    "Version",
    "VersionState",
    "all_versions",
    "begin",
    "checked_note",
    "draft_of",
    "drop_draft",
    "keep_draft",
    "other_number",
    "publish",
    "publish_again",
    "refuse_broken",
    "standings",
    "text_of",
    "unreadable",
    "withdraw",
]  # fmt: skip


@dataclass
class Policies:
    """Published versions, read from the database and kept parsed.

    Other processes publish too, so the list is looked at again every two seconds at most. They may
    be of another release: what this one cannot read changes nothing, and `unread` has it by number.
    """

    db: Db
    unread: dict[int, PolicyError] = field(default_factory=dict[int, PolicyError])
    _loaded: dict[int, Policy] = field(default_factory=dict[int, Policy])
    _effective: list[tuple[datetime, int]] = field(default_factory=list[tuple[datetime, int]])
    _read_at: datetime | None = None

    async def fresh(self, now: datetime, conn: Conn | None = None) -> "Policies":
        """Look for newly published versions, if the last look is two seconds old.

        Whoever is in a transaction passes its `conn`: waiting for another one there could last.
        """
        if self._read_at is None or abs(now - self._read_at) > REFRESHED:
            if self._effective:
                self._read_at = now  # one caller looks; the others go on with what is known
            await self.reread(now, conn)
        return self

    async def reread(self, now: datetime, conn: Conn | None = None) -> None:
        """Look at once: after publishing, its own process knows without waiting."""
        if conn is None:
            async with self.db.connection() as own:
                await self._refresh(own, now)
        else:
            await self._refresh(conn, now)

    async def with_versions(self, numbers: Iterable[int], conn: Conn) -> "Policies":
        """Look at once where one of these, published since the last look, is not known."""
        if not {*self._loaded, *self.unread}.issuperset(numbers):
            await self._refresh(conn, self._read_at)
        return self

    def current(self, now: datetime) -> tuple[int, Policy]:
        """The version in force at `now`, as of the last `fresh`, with its number."""
        in_force = [version for since, version in self._effective if since <= now]
        version = in_force[-1] if in_force else self._effective[0][1]
        return version, self._loaded[version]

    def version(self, version: int) -> Policy:
        """The version with that number: a request is judged by the one of its arrival, or, where
        that cannot be read, by the one before.
        """
        if version in self.unread:
            version = max((n for n in self._loaded if n < version), default=min(self._loaded))
        return self._loaded[version]

    def effective_versions(self) -> list[tuple[int, datetime]]:
        """Numbers of the versions that held, hold or will hold, each with the time from which, in
        that order; withdrawn ones are left out.
        """
        return [(version, since) for since, version in self._effective]

    async def _refresh(self, conn: Conn, now: datetime | None) -> None:
        rows = await store.published_versions(conn, [*self._loaded, *self.unread])
        for version, body, _since, _withdrawn in rows:
            if body is not None:
                # In a thread: the library of holidays may be imported, and requests wait meanwhile.
                self._note(version, await asyncio.to_thread(_policy_of, body))
        # A withdrawn one stays loaded: a process that had not heard of it may have used it.
        self._effective = sorted(
            (since, n) for n, _, since, withdrawn in rows if n in self._loaded and not withdrawn
        )
        if self.unread and not self._effective:
            raise Unreadable(" ".join(unread_sentence(*one) for one in self.unread.items()))
        self._read_at = now

    def _note(self, version: int, found: Policy | PolicyError) -> None:
        if isinstance(found, Policy):
            self._loaded[version] = found
        else:
            self.unread[version] = found
            with speaking("en"):
                log.error(unread_sentence(version, found))


class Unreadable(Exception):
    """This release can read no version that was published; the sentence says what to do."""


def _policy_of(body: str) -> Policy | PolicyError:
    """The policy of a version, or why this release cannot read it."""
    try:
        return load(body)
    except PolicyError as problem:
        return problem


def unread_sentence(version: int, problem: PolicyError) -> str:
    """What the keeper does about a version that this release cannot read."""
    return _(
        "This release of Firstline cannot read version %(version)s of the regulations "
        "(%(problem)s); correct the file and publish it again, or go back to the "
        "release that published it."
    ) % {"version": version, "problem": problem.remark.in_language(current())}


async def unreadable(conn: Conn) -> list[str]:
    """A sentence for the keeper on each published version that this release cannot read."""
    rows = await store.published_versions(conn, [])
    found = [(version, _policy_of(body)) for version, body, _, _ in rows if body is not None]
    return [unread_sentence(n, one) for n, one in found if isinstance(one, PolicyError)]


def standings(versions: list[Version], now: datetime) -> dict[int, VersionState]:
    """What each version is at `now`; the list is the whole of them, in any order."""
    kept = sorted((v.effective_at, v.version) for v in versions if v.withdrawn_at is None)
    begun = [number for since, number in kept if since <= now]
    found: dict[int, VersionState] = {}
    for version in versions:
        coming = version.effective_at > now
        found[version.version] = "coming" if coming else "past"
        if version.withdrawn_at is not None:
            found[version.version] = "withdrawn"
    if begun:
        found[begun[-1]] = "in_force"
    return found


async def begin(conn: Conn, now: datetime) -> None:
    """Put the shipped default in force where nothing was published yet, and lay out its lines."""
    if await store.published_versions(conn, [1]):
        return
    await store.add(conn, 1, default_text(), EVER, None, now)
    await store.add_lines(conn, [line.id for line in load(default_text()).lines])


async def publish(
    tx: Tx,
    who: Who | None,
    text: str,
    *,
    effective_at: datetime | None = None,
    note: str = "",
    seen: int | None = None,
    again_of: int | None = None,
    now: datetime,
) -> tuple[int, list[Finding]]:
    """Publish a policy file; returns its version and what the linter warns of.

    It is in force from `effective_at` (now, when left out), never from the past; requests that
    arrived before keep the version of their arrival. `who` None is the console. `seen` is the
    newest version that the publisher knows. Raises `Forbidden` unless management, `Invalid` with
    every finding where one is an error (a broken file changes nothing), `Conflict` for a time
    gone by, or when somebody else has published since `seen`.
    """
    _publishes(who)
    note = checked_note(note)
    since = _checked_time(effective_at, now)
    found = await asyncio.to_thread(check, text, now)
    refuse_broken(found)
    policy = await asyncio.to_thread(load, text)
    newest = await store.lock(tx.conn)
    if seen is not None and seen != newest:
        raise await _published_meanwhile(tx.conn, seen)
    version = newest + 1
    by = who.id if who else None
    tx.volume.spend(by, text, now)
    await store.add(tx.conn, version, text, since, by, now, note=note, again_of=again_of)
    await store.add_lines(tx.conn, [line.id for line in policy.lines])
    after = {"effective_at": since.isoformat(), "note": note, "again_of": again_of}
    await record(tx, who, _change("policy_published", version, {}, after), now=now)
    return version, [*other_number(text, version), *found]


async def publish_again(
    tx: Tx,
    who: Who | None,
    version: int,
    *,
    note: str = "",
    seen: int | None = None,
    now: datetime,
) -> int:
    """Roll back: put the text of an older version in force again, as a new version; its number.

    Refusals are those of `publish`, and `Missing` for a version that never was.
    """
    _publishes(who)
    text = await text_of(tx.conn, version)
    number, _ = await publish(tx, who, text, note=note, seen=seen, again_of=version, now=now)
    return number


async def withdraw(tx: Tx, who: Who | None, version: int, *, note: str = "", now: datetime) -> None:
    """Take a version back before it takes effect; it stays in the history.

    Raises `Conflict` with its standing when it is in force, gone by or withdrawn already.
    """
    _publishes(who)
    note = checked_note(note)
    await store.lock(tx.conn)
    if await store.withdraw(tx.conn, version, who.id if who else None, note, now):
        change = _change("policy_withdrawn", version, {"coming": True}, {"note": note})
        await record(tx, who, change, now=now)
        return
    standing = standings(await store.versions(tx.conn), now).get(version)
    if standing is None:
        raise _no_version(version)
    raise Conflict(
        _("Only a version that is still to come can be withdrawn; publish an older one again.")
        if standing != "withdrawn"
        else _("Version %(version)s is withdrawn already.") % {"version": version},
        state=standing,
    )


def _change(
    kind: str, version: int, before: Mapping[str, object], after: Mapping[str, object]
) -> NewChange:
    filled = {name: value for name, value in after.items() if value}
    return NewChange(kind, About("policy", str(version), str(version)), before, filled)


async def text_of(conn: Conn, version: int) -> str:
    """The file of a version; raises `Missing`."""
    text = await store.text(conn, version) if 0 < version < 2**31 else None
    if text is None:
        raise _no_version(version)
    return text


class BrokenFile(Invalid):
    """A policy file with an error; `found` has every finding, for those who show them."""

    def __init__(self, why: str, found: list[Finding], errors: int) -> None:
        said = [finding.to_json() for finding in found]
        super().__init__(why, field="file", errors=errors, findings=said)
        self.found = found


def refuse_broken(found: list[Finding]) -> None:
    """Raise `Invalid` with every finding, in the words of the first error, if one is an error."""
    errors = [finding for finding in found if finding.severity == "error"]
    if errors:
        why = _("line %(line)d: %(error)s") % {
            "line": errors[0].line,
            "error": errors[0].remark.in_language(current()),
        }
        raise BrokenFile(why, found, len(errors))


def checked_note(note: str) -> str:
    """The words that say why, without space around; raises `Invalid`."""
    note = note.strip() if has_visible(note) else ""
    if len(note) > LONGEST_NOTE or "\0" in note:
        raise Invalid(
            ngettext(
                "The note has at most %(most)d character.",
                "The note has at most %(most)d characters.",
                LONGEST_NOTE,
            )
            % {"most": LONGEST_NOTE},
            field="note",
        )
    return note


def _publishes(who: Who | None) -> None:
    if who is not None and not who.has("management"):
        raise Forbidden(_("Management publishes the regulations; ask them."))


def _checked_time(effective_at: datetime | None, now: datetime) -> datetime:
    since = effective_at or now
    if since.tzinfo is None:
        raise Invalid(
            _("effective_at needs its offset from UTC, as in 2026-04-01T00:00:00+03:00."),
            field="effective_at",
        )
    if since < now:
        raise Conflict(_("Regulations cannot take effect in the past; choose a later time."))
    if since > now + FURTHEST:
        raise Invalid(
            _("Regulations take effect within five years; choose an earlier time."),
            field="effective_at",
        )
    return since


def _no_version(version: int) -> Missing:
    return Missing(_("There is no version %(version)s.") % {"version": version})


async def _published_meanwhile(conn: Conn, seen: int) -> Conflict:
    newer = [_facts_of(version) for version in await store.versions(conn, above=seen)]
    last = newer[0]["version"] if newer else seen
    return Conflict(
        _(
            "Version %(version)s was published in the meantime; look at what it changed, then "
            "publish."
        )
        % {"version": last},
        title="published-meanwhile",
        published=newer,
    )


def _facts_of(version: Version) -> dict[str, object]:
    return {
        "version": version.version,
        "published_by": version.published_by,
        "published_at": version.published_at,
        "note": version.note,
    }


async def keep_draft(
    tx: Tx, who: Who, body: str, seen: int, *, over: tuple[datetime | None, ...] | None = None,
    now: datetime,
) -> None:  # fmt: skip
    """Keep the file that management writes, as it stands, however broken.

    What it adds to what stood there counts as their words. `over`: the moment of the draft that
    their window knows (None: of none); Conflict where another one kept another file since.
    """
    _publishes(who)
    if "\0" in body:
        raise Invalid(_("The file contains NUL bytes; check that it is text."), field="file")
    if await store.text(tx.conn, seen) is None:
        raise _no_version(seen)
    before = await store.draft(tx.conn, who.id)
    if over and before and before.body != body and before.updated_at not in over:
        raise Conflict(
            _(
                "You have kept another file as your draft, perhaps in another window; look at "
                "it first."
            )
        )
    grown = len(body.encode()) - (len(before.body.encode()) if before else 0)
    tx.volume.spend_bytes(who.id, grown, now)
    await store.keep_draft(tx.conn, who.id, body, seen, now)
