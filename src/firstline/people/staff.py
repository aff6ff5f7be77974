"""Use cases on operators: who works at the desk, in which roles, on which lines."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from firstline.kit.db import Tx
from firstline.kit.errors import Invalid, Missing
from firstline.kit.i18n import gettext as _
from firstline.kit.ids import uuid7
from firstline.people import checks, store
from firstline.people.access import store as access_store
from firstline.people.actions import add_person, load
from firstline.people.changes import change_of, record
from firstline.people.model import ROLES, Operator, Who
from firstline.people.rights import allow_change, allow_roles, refuse_last_keeper, rights_changed


async def new_operator(
    tx: Tx,
    by: Who | None,
    *,
    email: str,
    name: str,
    roles: Sequence[str] = ("operator",),
    lines: Sequence[str] = (),
    languages: Sequence[str] = (),
    chat_limit: int | None = None,
    language: str = "en",
    now: datetime,
) -> Who:
    """A member of staff; they choose a password by an invitation (`links.invite`).

    Raises Invalid (field), Conflict (address is taken), Forbidden.
    """
    allow_change(by)
    operator = Operator(
        id=uuid7(),
        email=checks.email(email),
        name=checks.text(name, "name"),
        language=checks.language(language),
        active=True,
        roles=_roles(by, roles, ()),
        lines=tuple(checks.lines(tuple(lines))),
        languages=tuple(checks.language(each, "languages") for each in dict.fromkeys(languages)),
        chat_limit=_chat_limit(chat_limit),
        present=False,
        seen_at=None,
        has_password=False,
        has_second_factor=False,
    )
    await add_person(tx, operator, "staff", now)
    await store.add_operator(tx.conn, operator)
    await record(tx, by, change_of("operator_made", None, operator), now=now)
    return await load(tx, operator.id)


async def change_operator(
    tx: Tx,
    by: Who | None,
    person_id: UUID,
    *,
    roles: Sequence[str],
    lines: Sequence[str],
    languages: Sequence[str],
    chat_limit: int | None,
    now: datetime,
) -> Operator:
    """Raises Missing, Invalid (field), Forbidden, Conflict (the last keeper stays one)."""
    allow_change(by)
    # Keepers first, in their order: two who unmake each other at once wait for one another.
    await store.lock_keepers(tx.conn)
    before = await store.lock_operator(tx.conn, person_id)
    if before is None:
        raise Missing(_("There is no such operator."))
    after = replace(
        before,
        roles=_roles(by, roles, before.roles),
        lines=tuple(checks.lines(tuple(lines))),
        languages=tuple(checks.language(each, "languages") for each in dict.fromkeys(languages)),
        chat_limit=_chat_limit(chat_limit),
    )
    if "keeper" in before.roles and "keeper" not in after.roles:
        await refuse_last_keeper(tx, person_id)
    if "keeper" in after.roles and "keeper" not in before.roles:
        # An invitation that management has seen must not become a way to the new role.
        await access_store.kill_links(tx.conn, person_id, now)
    await store.update_operator(tx.conn, after)
    await rights_changed(tx, person_id)
    await record(tx, by, change_of("operator_changed", before, after), now=now)
    return after


def _roles(by: Who | None, wished: Sequence[str], before: Sequence[str]) -> tuple[str, ...]:
    """The wished roles in their order; only a keeper makes or unmakes a keeper."""
    if unknown := set(wished).difference(ROLES):
        raise Invalid(
            _("There is no role %(role)s; the roles are %(roles)s.")
            % {"role": min(unknown), "roles": ", ".join(ROLES)},
            field="roles",
        )
    if not wished:
        raise Invalid(_("Choose at least one role."), field="roles")
    if ("keeper" in wished) != ("keeper" in before):
        allow_roles(by, ["keeper"])
    return tuple(role for role in ROLES if role in wished)


def _chat_limit(value: int | None) -> int | None:
    if value is not None and not 1 <= value <= 100:
        raise Invalid(_("The limit of open chats must be from 1 to 100."), field="chat_limit")
    return value
