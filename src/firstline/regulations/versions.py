"""The policy's versions: which is in force, which one judges a request, how a new one begins."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from firstline.kit.db import Conn, Db, Tx
from firstline.kit.errors import Conflict, Forbidden, Invalid
from firstline.kit.i18n import gettext as _
from firstline.people import Who
from firstline.regulations import store
from firstline.regulations.finding import Finding
from firstline.regulations.lint import check
from firstline.regulations.policy import Policy, default_text, load

REFRESHED = timedelta(seconds=2)
EVER = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass
class Policies:
    """Published versions, read from the database and kept parsed.

    Other processes publish too, so the list is looked at again every two seconds at most.
    """

    db: Db
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
            if conn is None:
                async with self.db.connection() as own:
                    await self._refresh(own, now)
            else:
                await self._refresh(conn, now)
        return self

    def current(self, now: datetime) -> tuple[int, Policy]:
        """The version in force at `now`, as of the last `fresh`, with its number."""
        in_force = [version for since, version in self._effective if since <= now]
        version = in_force[-1] if in_force else self._effective[0][1]
        return version, self._loaded[version]

    def version(self, version: int) -> Policy:
        """The version with that number: a request is judged by the one of its arrival."""
        return self._loaded[version]

    async def _refresh(self, conn: Conn, now: datetime) -> None:
        rows = await store.published(conn, list(self._loaded))
        for version, body, _since in rows:
            if body is not None:
                self._loaded[version] = load(body)
        self._effective = sorted((since, version) for version, _, since in rows)
        self._read_at = now


async def begin(conn: Conn, now: datetime) -> None:
    """Put the shipped default in force where nothing was published yet, and lay out its lines."""
    if await store.published(conn, [1]):
        return
    await store.add(conn, 1, default_text(), EVER, None, now)
    await store.add_lines(conn, [line.id for line in load(default_text()).lines])


async def publish(
    tx: Tx, who: Who | None, text: str, *, effective_at: datetime | None = None, now: datetime
) -> tuple[int, list[Finding]]:
    """Publish a policy file; returns its version and what the linter warns of.

    It is in force from `effective_at` (now, when left out), never from the past; requests that
    arrived before keep the version of their arrival. `who` None is the console. Raises
    `Forbidden` unless management, `Invalid` with the first error: a broken file changes nothing.
    """
    if who is not None and not who.has("management"):
        raise Forbidden(_("Management publishes the regulations; ask them."))
    found = check(text, now)
    errors = [finding for finding in found if finding.severity == "error"]
    if errors:
        first = errors[0]
        why = _("line %(line)d: %(error)s") % {"line": first.line, "error": first.message}
        raise Invalid(why, field="file", errors=len(errors))
    since = effective_at or now
    if since < now:
        raise Conflict(_("Regulations cannot take effect in the past; name a later time."))
    policy = load(text)
    version = await store.lock(tx.conn) + 1
    await store.add(tx.conn, version, text, since, who.id if who else None, now)
    await store.add_lines(tx.conn, [line.id for line in policy.lines])
    return version, found
