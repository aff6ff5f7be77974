"""Changes in words: their kinds, the fields that differ, and what stands in them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from firstline.changes.model import Change
from firstline.kit.i18n import gettext as _

Label = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in words, as it was and as it is; empty where there was nothing."""

    field: str
    before: str | datetime
    after: str | datetime


def kinds() -> dict[str, str]:
    """What can have happened, in the language of the moment."""
    return {
        "operator_made": _("Operator added"),
        "operator_changed": _("Operator changed"),
        "access_ended": _("Access ended"),
        "access_given": _("Access given back"),
        "invitation_sent": _("Invitation sent"),
        "second_factor_on": _("Second factor turned on"),
        "second_factor_off": _("Second factor turned off"),
        "token_made": _("Token made"),
        "token_revoked": _("Token revoked"),
        "client_made": _("Client added"),
        "client_changed": _("Client changed"),
        "service_made": _("Service added"),
        "service_changed": _("Service changed"),
        "contact_made": _("Contact added"),
        "contact_changed": _("Contact changed"),
        "panel_key_made": _("Key of the panel made"),
        "panel_key_retired": _("Key of the panel retired"),
        "snippet_written": _("Snippet written"),
        "snippet_dropped": _("Snippet deleted"),
        "policy_published": _("Regulations published"),
        "policy_withdrawn": _("Regulations withdrawn"),
    }


def differences(change: Change, label: Label) -> Iterator[Difference]:
    """Each field that differs; `label` names lines in the reader's language."""
    names = _fields()
    for field in {**change.before, **change.after}:
        before, after = (
            _words(field, side.get(field), label) for side in (change.before, change.after)
        )
        yield Difference(names.get(field, field), before, after)


def _fields() -> dict[str, str]:
    return {
        "access": _("Access"),
        "active": _("Active"),
        "again_of": _("Text of version"),
        "body": _("Text"),
        "chat_limit": _("Open chats"),
        "coming": _("Takes effect later"),
        "effective_at": _("In force from"),
        "email": _("E-mail"),
        "external_id": _("External id"),
        "host": _("Host"),
        "key": _("Key"),
        "kind": _("Kind"),
        "language": _("Language"),
        "languages": _("Languages"),
        "line": _("Line"),
        "lines": _("Lines"),
        "name": _("Name"),
        "note": _("Note"),
        "plan": _("Plan"),
        "roles": _("Roles"),
        "second_factor": _("Second factor"),
        "server": _("Server"),
        "services": _("Services"),
        "shortcut": _("Shortcut"),
        "title": _("Title"),
        "token": _("Token"),
    }


def _values() -> dict[str, str]:
    return {
        "operator": _("operator"),
        "management": _("management"),
        "keeper": _("keeper"),
        "owner": _("owner"),
        "limited": _("limited"),
        "global": _("global"),
    }


def _words(field: str, value: Any, label: Label) -> str | datetime:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        each: list[Any] = value
        return ", ".join(str(_words(field, one, label)) for one in each)
    if value is None:
        return ""
    if field in ("line", "lines"):
        return label("line", value)
    if field in ("roles", "access"):
        return _values().get(value, str(value))
    return datetime.fromisoformat(value) if field == "effective_at" else str(value)
