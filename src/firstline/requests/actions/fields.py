"""The fields of a request as people and programs set them; what the coach has read is one of them.

Each change is an entry with what stood there before (`old`), who had set it (`was`) and in which
entry it stood first (`from`), so that erasing that one erases every copy.
"""

from collections.abc import Mapping

from firstline.kit.db import Conn, Tx
from firstline.kit.errors import Invalid, Missing
from firstline.kit.i18n import gettext as _
from firstline.kit.masks import MASK
from firstline.policy import Policy
from firstline.requests.actions import steps
from firstline.requests.actions.fields_store import (
    RequestField,
    Setter,
    fields_of,
    put_facts,
    put_field,
)
from firstline.requests.entrance.field_names import field_names
from firstline.requests.entrance.words import safe_title
from firstline.timeline import Call, Request, draft

__all__ = [
    "RequestField",
    "Setter",
    "check_fields",
    "fields_of",
    "put_facts",
    "set_fields",
    "values_of",
]
PREFIX = "fields."  # of the name of a field in the entry that tells of its change
LONGEST_VALUE = 500


async def values_of(conn: Conn, no: int) -> dict[str, str]:
    """The values of a request's fields, by name."""
    return {name: one.value for name, one in (await fields_of(conn, no)).items() if one.value}


def check_fields(policy: Policy, wanted: Mapping[str, str | None]) -> dict[str, str]:
    """The values as they may be kept; empty for what is to be taken away. Raises `Invalid` for a
    name that the policy does not know, for what is too long, and for a password.
    """
    known = field_names(policy)
    for name in wanted:
        if name not in known:
            sentence = _("%(field)s must be one of %(known)s.")
            raise Invalid(sentence % {"field": "fields", "known": ", ".join(known)}, field="fields")
    return {name: _value(value) for name, value in wanted.items()}


def _value(value: str | None) -> str:
    if value is None:
        return ""
    text = safe_title(value, "fields", limit=LONGEST_VALUE)
    if MASK in text:
        raise Invalid(
            _("A password does not belong into a field; ask for it in the secure field."),
            field="fields",
        )
    return text


async def set_fields(
    tx: Tx, call: Call, request: Request, values: Mapping[str, str], setter: Setter
) -> Request:
    """Set checked values; each that differs is an entry for staff."""
    if not call.who.is_staff:
        raise Missing(_("There are no fields of request %(no)s here.") % {"no": request.no})
    standing = await fields_of(tx.conn, request.no)
    for name, value in values.items():
        before = standing.get(name)
        if value != (before.value if before else ""):
            request = await _set_field(tx, call, request, name, value, before, setter)
    return request


async def _set_field(
    tx: Tx,
    call: Call,
    request: Request,
    name: str,
    value: str,
    before: RequestField | None,
    setter: Setter,
) -> Request:
    entry = draft(request, call.who, "edited", call.now, audience="staff", body=value)
    entry.data = {"field": f"{PREFIX}{name}", "old": before.value if before else ""}
    if before is not None:
        entry.data |= {"was": before.set_by, "from": before.source_no}
    request = await steps.write_entry(tx, request, entry)
    no = request.head
    source = before.source_no if before else no
    row = RequestField(name, value, setter, call.who.id, call.now, no, source)
    await put_field(tx.conn, request.no, row)
    return request
