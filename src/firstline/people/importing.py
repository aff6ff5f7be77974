"""Clients from the company's own panel, by command and by API: a report per row, repeatable.

Rows find what is there by the client's external id, the service's external id and the contact's
e-mail address, or its external id where the address is new: then it has changed. What is there and
equal is left alone. A refused row changes nothing and stops
nothing. A column that is not there leaves its field as it is.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from firstline.kit.db import Tx
from firstline.kit.errors import Invalid, Refused, TooLarge
from firstline.kit.i18n import gettext as _
from firstline.people import actions, checks, store
from firstline.people.changes import NewChange, record_all
from firstline.people.import_checks import refuse_kind, refuse_plan
from firstline.people.import_files import Row, read
from firstline.people.model import Client, Contact, Service, Who
from firstline.people.rights import allow_change
from firstline.policy import Policy

Kind = Literal["client", "service", "contact"]
Result = Literal["created", "updated", "unchanged", "refused"]
MOST_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """What became of one object of a row (`row`: line of a CSV file, client's place in JSON)."""

    row: int
    what: Kind
    id: str
    result: Result
    why: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """Every object in order; with `dry_run` nothing of it was kept."""

    lines: tuple[ImportedRow, ...]
    dry_run: bool

    def count(self, result: Result) -> int:
        return sum(line.result == result for line in self.lines)


def _nobody_watches(_done: int, _of: int) -> None:
    pass


async def import_clients(
    tx: Tx,
    by: Who | None,
    source: bytes | str | Sequence[Any],
    *,
    dry_run: bool = False,
    policy: Policy | None = None,
    progress: Callable[[int, int], None] = _nobody_watches,
    now: datetime,
) -> Report:
    """Create and update clients, services and contacts; nothing is ever removed.

    `source` is a file's content (CSV or JSON) or a list of clients as in JSON. New plans and kinds
    of services are those of `policy`. `progress` is told the rows done, of how many.
    A dry run does everything and takes it back. Raises Forbidden, Invalid (field file), TooLarge.
    """
    allow_change(by)
    rows = read(source)
    if len(rows) > MOST_ROWS:
        raise TooLarge(_("Split the file: it has more than 100,000 rows."), field="file")
    import_ = _Import(Tx(tx.conn), by, policy, now)
    async with tx.conn.transaction(force_rollback=dry_run):
        for done, (number, row) in enumerate(rows, 1):
            await import_.row(number, row)
            progress(done, len(rows))
    if not dry_run:
        await record_all(tx, by, import_.changes, now=now)
        tx.news.extend(import_.tx.news)
    return Report(tuple(import_.lines), dry_run)


class _Import:
    """One run over the rows; `done` holds the clients that need no second look."""

    def __init__(self, tx: Tx, by: Who | None, policy: Policy | None, now: datetime) -> None:
        self.tx = tx
        self.by = by
        self.policy = policy
        self.now = now
        self.lines: list[ImportedRow] = []
        self.changes: list[NewChange] = []
        self.done: dict[tuple[str | None, ...], Client] = {}

    async def row(self, number: int, row: Row) -> None:
        values = tuple(row.get(name) for name in ("external_id", "name", "plan", "language"))
        client = self.done.get(values)
        if client is None:
            client = await self._try(
                number, "client", row.get("external_id", ""), self._client, row
            )
            if client is None:
                return
            self.done[values] = client
        service, email = row.get("service_external_id", ""), row.get("contact_email", "")
        if service.strip() or row.get("service_name", "").strip():
            await self._try(number, "service", service, self._service, row, client)
        if email.strip():
            await self._try(number, "contact", email, self._contact, row, client)

    async def _try(
        self,
        number: int,
        what: Kind,
        name: str,
        work: Callable[..., Awaitable[tuple[Result, Client | None]]],
        *arguments: object,
    ) -> Client | None:
        """Do one object in a savepoint of its own and write its line."""
        try:
            async with self.tx.conn.transaction():
                result, client = await work(*arguments)
        except Refused as error:
            field = _column(what, error.extra.get("field"))
            why = f"{field}: {error.detail}" if field else error.detail
            self.lines.append(ImportedRow(number, what, name[:200], "refused", why))
            return None
        self.lines.append(ImportedRow(number, what, name.strip(), result))
        return client

    async def _client(self, row: Row) -> tuple[Result, Client]:
        external_id = checks.external_id(row["external_id"])
        if external_id is None:
            raise Invalid(_("Fill in this field."), field="external_id")
        before = await store.client_by_external_id(self.tx.conn, external_id)
        fields = _clean_fields(row, "", name="name", plan="plan", language="language")
        if not fields.get("language"):
            fields.pop("language", None)
        if before is None or fields.get("plan") != before.plan:
            refuse_plan(self.policy, fields.get("plan", ""))
        if before is None:
            fields.setdefault("name", "")
            return "created", await actions.new_client(
                self.tx, self.by, external_id=external_id, now=self.now, into=self.changes, **fields
            )
        wished = replace(before, **fields)
        if wished == before:
            return "unchanged", before
        return "updated", await actions.change_client(
            self.tx,
            self.by,
            before.id,
            name=wished.name,
            plan=wished.plan,
            language=wished.language,
            now=self.now,
            into=self.changes,
        )

    async def _service(self, row: Row, client: Client) -> tuple[Result, None]:
        external_id = checks.external_id(row.get("service_external_id"), "service_external_id")
        if external_id is None:
            raise Invalid(_("Fill in this field."), field="service_external_id")
        fields = _clean_fields(
            row, "service_", name="name", kind="kind", server="server", host="host"
        )
        if not fields.get("kind"):
            fields.pop("kind", None)
        if "host" in fields:
            fields["host"] = checks.host(fields["host"], "service_host")
        before = await self._service_of(client, external_id)
        if before is None or fields.get("kind") != before.kind:
            refuse_kind(self.policy, fields.get("kind", ""))
        if before is None:
            fields.setdefault("name", "")
            await actions.new_service(
                self.tx, self.by, client.id, external_id=external_id, now=self.now,
                into=self.changes, **fields,
            )  # fmt: skip
            return "created", None
        wished = replace(before, **fields)
        if wished == before:
            return "unchanged", None
        await actions.change_service(self.tx, self.by, wished, now=self.now, into=self.changes)
        return "updated", None

    async def _service_of(self, client: Client, external_id: str) -> Service | None:
        for service in await store.services(self.tx.conn, [client.id]):
            if service.external_id == external_id:
                return service
        return None

    async def _contact(self, row: Row, client: Client) -> tuple[Result, None]:
        email = checks.email(row["contact_email"], "contact_email")
        before = await self._contact_of(row, email)
        if before is not None and before.client_id != client.id:
            raise Invalid(_("This is a contact of another client."), field="contact_email")
        wished = await self._wish(row, client, email, before)
        if before is None:
            await actions.new_contact(
                self.tx,
                self.by,
                client.id,
                email=email,
                name=wished.name,
                access=wished.access,
                language=wished.language,
                external_id=wished.external_id,
                services=wished.services,
                now=self.now,
                into=self.changes,
            )
            return "created", None
        if replace(wished, services=()) == replace(before, services=()) and set(
            wished.services
        ) == set(before.services):
            return "unchanged", None
        await actions.change_contact(
            self.tx,
            self.by,
            before.id,
            email=wished.email,
            name=wished.name,
            language=wished.language,
            access=wished.access,
            external_id=wished.external_id,
            services=wished.services,
            now=self.now,
            into=self.changes,
        )
        return "updated", None

    async def _contact_of(self, row: Row, email: str) -> Contact | None:
        found = await store.contact_by_email(self.tx.conn, email)
        external_id = (row.get("contact_external_id") or "").strip()
        if found is not None or not external_id:
            return found
        return await store.contact_by_external_id(self.tx.conn, external_id)

    async def _wish(self, row: Row, client: Client, email: str, before: Contact | None) -> Contact:
        """The contact as the row wants it, over what is there or over the defaults."""
        names = row.get("contact_services")
        base = before or Contact(
            id=client.id,  # never stored: a new contact gets an id of its own
            client_id=client.id,
            external_id=None,
            email=email,
            name="",
            language=client.language,
            access="limited" if names and names.strip() else "owner",
            active=True,
            services=(),
        )
        fields = _clean_fields(row, "contact_", name="name", language="language")
        access = row.get("contact_access", "").strip()
        external_id = row.get("contact_external_id")
        wished = replace(
            base,
            email=email,
            name=fields.get("name") or base.name,
            language=fields.get("language") or base.language,
            access=checks.access(access.lower(), "contact_access") if access else base.access,
            external_id=base.external_id
            if external_id is None
            else checks.external_id(external_id, "contact_external_id"),
        )
        if wished.access != "limited":
            return replace(wished, services=())
        if names is None:
            return wished
        return replace(wished, services=await self._limits(client, names))

    async def _limits(self, client: Client, names: str) -> tuple[UUID, ...]:
        ids = {
            each.external_id: each.id for each in await store.services(self.tx.conn, [client.id])
        }
        wished = [name for name in re.split(r"[\s,;|]+", names) if name]
        if unknown := [name for name in wished if name not in ids]:
            raise Invalid(
                _("The client has no service “%(name)s”.") % {"name": unknown[0]},
                field="contact_services",
            )
        return tuple(ids[name] for name in wished)


def _column(what: Kind, field: str | None) -> str | None:
    """The column that the action's field stands in."""
    if field is None or what == "client" or field.startswith(what):
        return field
    return f"{what}_{field}"


def _clean_fields(row: Row, prefix: str, **fields: str) -> dict[str, str]:
    """The fields whose columns are there, cleaned as they will be stored."""
    return {
        field: checks.text(row[prefix + name], prefix + name, required=False)
        for field, name in fields.items()
        if prefix + name in row
    }
