"""What is known of a request and what is not said, as it stands above the thread."""

from collections.abc import Sequence
from dataclasses import dataclass

from firstline.coach import FACTS, FirstMessage, ask_for
from firstline.desk.model import Card
from firstline.kit.i18n import gettext as _
from firstline.kit.i18n import speaking
from firstline.policy import Policy
from firstline.requests import field_label, field_names
from firstline.timeline import Request

LANGUAGES = ("en", "uk", "ru")


@dataclass(frozen=True, slots=True)
class FieldRow:
    """A field of a request under its label, with who set it. An empty `value` is one that nobody
    has said, and then `question` asks the client for it in their language.
    """

    name: str
    label: str
    value: str = ""
    set_by: str = ""
    by_name: str = ""
    question: str = ""


def field_rows(request: Request, policy: Policy, card: Card, lang: str) -> list[FieldRow]:
    """What is known, then what the topic requires and is not said (clause request.specific)."""
    known = [
        FieldRow(
            one["field"],
            field_label(one["field"], lang),
            one["value"],
            one["set_by"],
            one["by_name"],
        )
        for one in card.fields
    ]
    has = {one.name for one in known}
    names = tuple(str(n) for one in card.services for n in (one["name"], one["host"]) if n)
    return known + [
        FieldRow(name, field_label(name, lang), question=question(name, request, names))
        for name in policy.source.request.by_topic.get(request.topic, [])
        if name not in has
    ]


def question(name: str, request: Request, names: Sequence[str]) -> str:
    """The question for a field in the client's language, with an example of what they have."""
    lang = request.language if request.language in LANGUAGES else "en"
    with speaking(lang):
        if name not in FACTS:
            return f"{field_label(name, lang).capitalize()}?"
        asks = ask_for(name, lang, FirstMessage("", lang, request.topic, tuple(names)))
        return f"{asks.ask} {_('For example: %(example)s') % {'example': asks.example}}"


def editable_rows(policy: Policy, rows: Sequence[FieldRow], lang: str) -> list[FieldRow]:
    """Every field of the vocabulary for the form that corrects them: those of the request first."""
    standing = {one.name for one in rows}
    others = (name for name in field_names(policy) if name not in standing)
    return [*rows, *(FieldRow(name, field_label(name, lang)) for name in others)]
