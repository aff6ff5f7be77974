"""By which channel one may come at a moment, and in which languages one is answered. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from typing import Any

from firstline.policy.file.doors import usual_priority
from firstline.policy.file.hours import ChannelSpec
from firstline.policy.rules.compile import closing
from firstline.policy.rules.hours import opening
from firstline.policy.rules.policy import Policy
from firstline.policy.rules.situation import Situation
from firstline.policy.rules.targets import channel_calendar, variant
from firstline.policy.text.values import parse_money, pick


def channel(policy: Policy, name: str, situation: Situation) -> dict[str, Any]:
    """Status of a channel, whether it is open, when it opens and closes, and what happens
    beyond it; `usable` unless `why` not. Outside its hours it is, where it accepts (`note`).
    """
    spec = policy.doors[name]
    status, why = _status(spec, situation)
    lang = situation.language or policy.languages[0]
    shown: dict[str, Any] = {"status": status, "line": policy.entry_line(name), "auth": spec.auth}
    if situation.received:
        shown |= _hours(policy, spec, situation)
        if tell := _told(policy, spec, situation):
            shown["tell"] = tell
        if shown["open"] is False and spec.outside_hours == "refuse":
            why.append(pick(spec.outside, lang, policy.languages) or "it is closed at that time")
        elif shown["open"] is False:
            opens = shown["opens_at"]
            shown["note"] = "taken now, answered " + (f"from {opens}" if opens else "later")
    if spec.opens_after and situation.age is None:
        later = f"it opens when a request is {spec.opens_after} old; say its age"
        shown["note"] = "; ".join(filter(None, (shown.get("note"), later)))
    for reason, way in _against(policy, spec, status, situation):
        why.append(reason)
        shown["refer_to"] = shown.get("refer_to") or way
    extra = {
        key: str(value) if key == "opens_after" else value
        for key in ("beyond", "reply", "fallback", "reached_through", "opens_from", "opens_after",
                    "opened_by", "address", "priority", "plans", "countries", "sites", "never")
        if (value := getattr(spec, key))
    }  # fmt: skip
    if covers := _covers(spec, situation):
        extra["covers"] = covers
    if (place := variant(spec, situation, "address")) is not None:
        extra["address"] = place.address
    return {**shown, **extra, "usable": not why, "why": why}


def _covers(spec: ChannelSpec, situation: Situation) -> list[str]:
    other = variant(spec, situation, "covers")
    return other.covers if other else spec.covers


def _against(
    policy: Policy, spec: ChannelSpec, status: str, situation: Situation
) -> Iterator[tuple[str, str | None]]:
    """What speaks against a channel, each with the other way."""
    if not situation.down.isdisjoint({spec.id, situation.channel}):
        yield "it is down", spec.fallback
    if status == "refused":
        reply = f": {spec.reply}" if spec.reply else ""
        yield f"requests by it are refused{reply}", _called(spec.reply)
    topic, covers = situation.topic or situation.code, _covers(spec, situation)
    if topic and ((covers and topic not in covers) or topic in spec.never):
        beyond = f": {spec.beyond}" if spec.beyond else ""
        yield f"{topic} is not dealt with here{beyond}", _called(spec.beyond)
    lists = variant(spec, situation, "languages") or spec
    if lists.languages and (situation.language or lists.languages[0]) not in lists.languages:
        yield f"it is answered in {', '.join(lists.languages)} only", spec.fallback
    if spec.opened_by == "staff":
        yield "the staff opens requests here", spec.reached_through
    if status == "emergency_only" and not _may_be_emergency(policy, spec, situation):
        yield "it is for emergencies only", spec.fallback


def _may_be_emergency(policy: Policy, spec: ChannelSpec, situation: Situation) -> bool:
    """As the desk judges: the most urgent priority, or a topic that the channel covers; true where
    the question says neither priority nor topic.
    """
    file, topic = policy.source, situation.topic or situation.code
    priority, levels = situation.priority, list(file.priorities.levels)
    if topic is None and priority is None:
        return True
    return topic in spec.covers or (priority or usual_priority(file, spec, topic)) in levels[:1]


def _called(text: str | None) -> str | None:
    """`chat` of `refer(chat)`, and of plain `chat`."""
    return text.partition("(")[2].rstrip(")") if text and "(" in text else text


def _hours(policy: Policy, spec: ChannelSpec, situation: Situation) -> dict[str, Any]:
    name = channel_calendar(spec, situation)
    if name is None:
        return {"open": None, "hours": "no hours are promised here"}
    assert situation.received is not None
    return opening(policy, name, situation.received)


def _told(policy: Policy, spec: ChannelSpec, situation: Situation) -> str | None:
    """The words of a dated exception that holds now."""
    name, at = channel_calendar(spec, situation), situation.received
    assert at is not None
    zone = policy.calendars[name].zone if name else policy.zone
    for item in policy.source.exceptions:
        if name not in item.calendar or not item.tell:
            continue
        made = closing(item, zone)
        if made.start <= at.astimezone(UTC) < made.end:
            return pick(item.tell, situation.language or "", policy.languages)
    return None


def _status(spec: ChannelSpec, situation: Situation) -> tuple[str, list[str]]:
    other = variant(spec, situation, "status")
    status, why = (other and other.status) or spec.status, list[str]()
    for wanted, key in ((spec.plans, "plan"), (spec.countries, "country"), (spec.sites, "site")):
        if wanted and (value := getattr(situation, key)) is not None and value not in wanted:
            why.append(f"it is only for {key} {', '.join(wanted)}")
    age, spend = situation.age, situation.spend
    if spec.opens_after and age and age.rough_seconds < spec.opens_after.rough_seconds:
        why.append(f"it opens when a request is {spec.opens_after} old")
    if spec.opens_from and spend is not None and spend < float(parse_money(spec.opens_from)[0]):
        why.append(f"it is only for clients who spend {spec.opens_from} a month")
    return status, why


def language(policy: Policy, situation: Situation) -> dict[str, Any]:
    """Languages answered in this channel, plan and site, and whether the given one is among
    them.
    """
    file = policy.source
    spec = policy.doors.get(situation.channel or "")
    spec = (spec and variant(spec, situation, "languages")) or spec
    plan, site = (
        file.plans.get(situation.plan or ""),
        file.sites.get(situation.site or ""),
    )
    lists = [part.languages for part in (spec, plan, site) if part and part.languages] or [
        file.request.languages or list(policy.languages)
    ]
    allowed = [lang for lang in lists[0] if all(lang in other for other in lists[1:])]
    wanted = situation.language
    return {"answered": allowed, "given": None if wanted is None else wanted in allowed}
