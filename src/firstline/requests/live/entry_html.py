"""An entry as people read it: the one piece of HTML that page, socket and long poll share."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from firstline.conduct import step_words
from firstline.kit import html, i18n
from firstline.kit.i18n import _
from firstline.people import Who
from firstline.policy import Policy
from firstline.policy.rules.conduct import rule_words
from firstline.policy.text.wording import capital
from firstline.requests.actions.conducting import TAKEN_BACK
from firstline.requests.actions.fields import PREFIX
from firstline.requests.actions.redacting import holds_words
from firstline.requests.entrance.field_names import field_label
from firstline.requests.entrance.refusals import REFUSED, anchor_of, refusal_sentence
from firstline.requests.ways import article_way
from firstline.timeline import Entry, origin, public

WORDS = frozenset({"opened", "said", "note"})
MENDED = frozenset({"edited", "redacted"})


def entry_html(
    entry: Entry,
    who: Who,
    policy: Policy,
    *,
    now: datetime,
    lang: str | None = None,
    public_url: str = "",
) -> str:
    """The entry as `who` may read it, in their language; to clients, staff's inner words are cut,
    and articles are opened by way of the request.

    An entry that mends another comes as an empty element that names it (`data-mends`): the page
    fetches the mended one anew.
    """
    lang = lang or who.language
    view = public(entry, staff=who.is_staff)
    with i18n.speaking(lang):
        words = entry.kind in WORDS and "shown" not in view.data
        sentence = "" if words else _sentence(entry, view.data, policy, lang, now)
    return html.render(
        "requests/entry.html",
        lang,
        e=entry,
        body=view.body,
        data=view.data,
        words=words,
        mends=view.data.get("of") if entry.kind in MENDED else None,
        mine=entry.side == who.side,
        own=entry.by_id == who.id,
        staff=who.is_staff,
        erasable=who.is_staff and holds_words(entry),
        sentence=sentence,
        way=str if who.is_staff else article_way(entry, public_url),
        beside=_beside(view.data),
        together=[no for no in view.data.get("together", []) if no != entry.matter],
        said_no=origin(view.data).get("no"),
        refusal=_refusal(view.data, policy, lang),
        clause=anchor_of(policy, str(view.data.get("code", "")), lang),
        channel="" if entry.channel == "chat" else policy.label("channel", entry.channel, lang),
        zone=policy.zone,
        now=now,
    )


async def entries_html(
    entries: Sequence[Entry],
    who: Who,
    policy: Policy,
    *,
    now: datetime,
    lang: str,
    public_url: str = "",
) -> list[str]:
    """The same for many, with a turn for everybody else after each: they may be long, and all of
    a request.
    """
    made: list[str] = []
    for entry in entries:
        made.append(entry_html(entry, who, policy, now=now, lang=lang, public_url=public_url))
        await asyncio.sleep(0)
    return made


def _beside(data: dict[str, Any]) -> int | None:
    """The request in which these words stood before, or to which words went."""
    return origin(data).get("request") or data.get("moved_to")


def _refusal(data: dict[str, Any], policy: Policy, lang: str) -> str:
    """That a request was refused, and by which rule; empty where it was not."""
    if data.get("outcome") != REFUSED:
        return ""
    if "conduct" in data:
        return _conduct(data, policy, lang)
    refused = policy.label("outcome", REFUSED, lang)
    code = str(data.get("code", ""))
    return f"{refused}: {policy.label('topic', code, lang)}" if code else refused


def _sentence(entry: Entry, data: dict[str, Any], policy: Policy, lang: str, now: datetime) -> str:
    """What happened, in one line. `data` is what the reader may know of it."""
    kind, name = entry.kind, entry.by_name
    line = policy.label("line", str(data.get("line", "")), lang)
    if kind == "closed":
        return _closing(data, policy, lang)
    if kind == "conduct":
        return _conduct(data, policy, lang)
    if kind == "delay_notice":
        return _delay(data, policy, lang, now)
    if kind == "rated":
        return _("Rated %(score)s of 5") % {"score": data.get("score", "")}
    if kind == "edited":
        return _amendment(data, name)
    if kind == "split":
        return _split(data, name)
    if kind == "note":
        return _("%(name)s viewed the secret “%(label)s”") % {
            "name": name,
            "label": data.get("label", ""),
        }
    if kind == "given_back" and entry.by_id is None:
        return _("Returned to the queue because the operator is away")
    return _steps().get(kind, kind) % {
        "name": name,
        "line": line,
        "to": data.get("to", "") or _("a colleague"),
    }


def _split(data: dict[str, Any], name: str) -> str:
    if "moved_to" in data:
        return _("%(name)s moved messages from here to request #%(no)s") % {
            "name": name,
            "no": data["moved_to"],
        }
    return _("%(name)s split this request off from #%(no)s") % {
        "name": name,
        "no": origin(data).get("request", ""),
    }


def _steps() -> dict[str, str]:
    return {
        "taken": _("%(name)s took the request"),
        "skipped": _("%(name)s skipped it"),
        "given_back": _("%(name)s returned it to the queue"),
        "transferred": _("%(name)s passed it to %(to)s"),
        "taken_over": _("%(name)s took it over from a colleague"),
        "handed_over": _("%(name)s handed it over to: %(line)s"),
        "sent_back": _("%(name)s sent it back to: %(line)s"),
        "promise_missed": _("The promised time has passed without an answer"),
        "reopened": _("%(name)s reopened the request"),
        "linked": _("%(name)s linked it with #%(to)s"),
        "redacted": _("%(name)s erased a message"),
    }


def _closing(data: dict[str, Any], policy: Policy, lang: str) -> str:
    said = _("Closed: %(outcome)s") % {
        "outcome": policy.label("outcome", str(data.get("outcome", "")), lang)
    }
    code = str(data.get("code", ""))
    if "conduct" in data:
        return f"{said} — {_conduct(data, policy, lang)}"
    return f"{said} — {refusal_sentence(policy, code, lang)}" if code else said


def _conduct(data: dict[str, Any], policy: Policy, lang: str) -> str:
    """A step by the rules of conduct, or that it was taken back."""
    step, rule = str(data["conduct"]), rule_words(policy, str(data.get("code", "")), lang)
    if step == TAKEN_BACK:
        old = step_words(str(data.get("old", "")), lang)
        return _("Taken back: %(step)s (%(rule)s)") % {"step": old, "rule": rule}
    said = {"step": capital(step_words(step, lang)), "rule": rule}
    return _("%(step)s by the rules of conduct: %(rule)s") % said


def _delay(data: dict[str, Any], policy: Policy, lang: str, now: datetime) -> str:
    until = datetime.fromisoformat(str(data["until"])).astimezone(policy.zone)
    return _("It is taking longer. %(reason)s. Next reply by %(until)s") % {
        "reason": policy.label("delay_reason", str(data.get("reason", "")), lang),
        "until": html.moment(until, lang, now),
    }


def _amendment(data: dict[str, Any], name: str) -> str:
    field = str(data.get("field", ""))
    if field.startswith(PREFIX):
        label = field_label(field.removeprefix(PREFIX), i18n.current())
        said = _("%(name)s corrected the field: %(field)s") % {"name": name, "field": label}
        return (
            f"{said}, {_('before: “%(old)s”') % {'old': old}}" if (old := data.get("old")) else said
        )
    what = {
        "title": _("%(name)s changed the title"),
        "topic": _("%(name)s changed the topic"),
        "service": _("%(name)s changed the service"),
        "priority": _("%(name)s changed the priority"),
    }
    return what.get(field, _("%(name)s edited the message above")) % {"name": name}
