"""Changes in words: their kinds, the fields that differ, and what stands in them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from firstline.changes.model import Change
from firstline.kit.i18n import gettext as _
from firstline.people import role_names

Label = Callable[[str, str], str]


@dataclass(frozen=True, slots=True)
class FieldChange:
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
        "access_given": _("Access restored"),
        "invitation_sent": _("Invitation sent"),
        "password_link_made": _("Password link created by command"),
        "second_factor_on": _("Second factor turned on"),
        "second_factor_off": _("Second factor turned off"),
        "token_made": _("Token created"),
        "token_revoked": _("Token revoked"),
        "client_made": _("Client added"),
        "client_changed": _("Client changed"),
        "service_made": _("Service added"),
        "service_changed": _("Service changed"),
        "contact_made": _("Contact added"),
        "contact_changed": _("Contact changed"),
        "panel_key_made": _("Panel key created"),
        "panel_key_retired": _("Panel key revoked"),
        "widget_tried": _("Widget tried as this contact"),
        "snippet_written": _("Snippet saved"),
        "snippet_dropped": _("Snippet deleted"),
        "policy_published": _("Regulations published"),
        "policy_withdrawn": _("Regulations withdrawn"),
        "article_published": _("Article published"),
        "synonyms_changed": _("Synonyms of the wiki changed"),
        "article_changed": _("Article changed"),
        "article_erased": _("Erased text taken out of an article"),
    }


def differences(change: Change, label: Label) -> Iterator[FieldChange]:
    """Each field that differs; `label` names lines in the reader's language."""
    for field, name in _fields(change.about.what).items():
        sides = change.before, change.after
        if field == "name" and not change.before:
            continue  # what is new is called by it already
        if any(field in side for side in sides):
            before, after = (_words(field, side.get(field), label) for side in sides)
            yield FieldChange(name, before, after)


def _fields(what: str) -> dict[str, str]:
    """Every field in words, in the order in which they are read."""
    return {
        "name": _("Name") if what in ("operator", "contact") else _("Its name"),
        "title": _("Title"),
        "shortcut": _("Shortcut"),
        "body": _("Text"),
        "email": _("E-mail"),
        "access": _("Access"),
        "services": _("Services"),
        "roles": _("Roles"),
        "lines": _("Lines"),
        "line": _("Line"),
        "language": _("Language"),
        "languages": _("Languages"),
        "chat_limit": _("Open chats"),
        "plan": _("Plan"),
        "kind": _("Kind"),
        "server": _("Server"),
        "host": _("Host"),
        "external_id": _("External id"),
        "active": _("Active"),
        "second_factor": _("Second factor"),
        "token": _("Token"),
        "key": _("Key"),
        "origins": _("Sites"),
        "effective_at": _("In force from"),
        "coming": _("Takes effect later"),
        "again_of": _("Text of version"),
        "note": _("Note"),
        "slug": _("Address"),
        "revision": _("Revision"),
        "section": _("Section"),
        "audience": _("Readers"),
        "owner": _("Owner"),
        "read_again": _("Read again by"),
        "topics": _("Topics"),
        "words": _("Synonyms"),
        "related": _("Related articles"),
    }


def _values() -> dict[str, str]:
    return {
        **role_names(),
        "owner": _("owner"),
        "limited": _("limited"),
        "global": _("global"),
    }


def _words(field: str, value: Any, label: Label) -> str | datetime:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        each = cast("list[Any]", value)  # JSON of the log
        return ", ".join(str(_words(field, one, label)) for one in each)
    if value is None:
        return ""
    if field in ("line", "lines"):
        return label("line", value)
    if field in ("roles", "access"):
        return _values().get(value, str(value))
    return datetime.fromisoformat(value) if field == "effective_at" else str(value)
