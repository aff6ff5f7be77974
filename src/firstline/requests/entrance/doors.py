"""At the door: what the policy says of a request to be, or why it is not taken that way."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from firstline.kit import i18n
from firstline.kit.errors import Conflict, Forbidden, Invalid, Refused
from firstline.kit.i18n import gettext as _
from firstline.kit.i18n import ngettext
from firstline.people import Who
from firstline.policy import Policy, Situation
from firstline.policy.file.doors import may_set, usual_priority
from firstline.policy.file.hours import ChannelSpec
from firstline.policy.page.words import date_words
from firstline.policy.rules.plans import lack_of_support
from firstline.policy.rules.scope import scope
from firstline.policy.rules.targets import variant
from firstline.policy.text.values import pick
from firstline.timeline import Quota, Terms

# How a policy names a channel as the way to go.
WAY = re.compile(r"^(?:refer|use)\(([\w-]+)\)$")
MONTHS = {"month": 1, "billing_cycle": 1, "year": 12}


@dataclass(frozen=True, slots=True)
class Asked:
    """Who comes, by which channel, with what topic and, if they say one, priority."""

    who: Who
    channel: str
    topic: str
    priority: str | None
    line: str
    now: datetime


def terms(policy: Policy, asked: Asked, plan: str) -> Terms:
    """The terms of a request of a client with this plan.

    Staff who open it for the client are asked about the priority only.
    """
    refusal = unfit_priority(policy, asked.who, None, asked.priority)
    if refusal is None and not asked.who.is_staff:
        refusal = not_taken(policy, asked, plan)
    if refusal is not None:
        return Terms(refusal=refusal)
    door = policy.doors.get(asked.channel)
    priority = asked.priority or usual_priority(policy.source, door, asked.topic)
    if asked.who.is_staff:
        return Terms(priority)
    quota = _quota(policy, plan, asked.now)
    return Terms(priority, None, quota, _used_up(policy, plan, quota))


def known_topic(policy: Policy, topic: str) -> str:
    """The topic, if the policy knows it; raises `Invalid`."""
    if topic not in policy.topics:
        raise Invalid(
            _("%(field)s must be one of %(known)s.")
            % {"field": "topic", "known": ", ".join(policy.topics)},
            field="topic",
        )
    return topic


def unfit_priority(policy: Policy, who: Who, old: str | None, new: str | None) -> Refused | None:
    """Why this person may not give a request this priority; None when they may."""
    levels = tuple(policy.source.priorities.levels)
    if new is None or new == old:
        return None
    if not levels:
        return Invalid(_("The regulations know no priorities; leave it out."), field="priority")
    if new not in levels:
        return Invalid(
            _("%(field)s must be one of %(known)s.")
            % {"field": "priority", "known": ", ".join(levels)},
            field="priority",
        )
    if may_set(policy.source, staff=who.is_staff, old=old, new=new):
        return None
    return Forbidden(
        _("The regulations do not let you set this priority; leave it out."), field="priority"
    )


def not_taken(policy: Policy, asked: Asked, plan: str) -> Refused | None:
    """Why a client's request is not taken by this channel now; None when it is."""
    situation = Situation(plan=plan)
    door = policy.doors.get(asked.channel)
    return (
        _not_this_person(policy, asked.who)
        or _no_support(policy, plan, asked.now)
        or (door and _not_by(policy, door, situation))
        or (door and _not_at_this_hour(policy, door, situation, asked))
        or (door and _not_about(policy, door, asked))
        or _out_of_scope(policy, asked, plan)
    )


def _not_this_person(policy: Policy, who: Who) -> Refused | None:
    rules = policy.source.identity
    if rules.login == "none":
        return Forbidden(_("Signing in is not enough to write to support here."))
    if rules.who and who.access != "owner" and set(rules.who) <= {"owner"}:
        return Forbidden(_("Only the owner of the account writes to support; ask them."))
    return None


def _no_support(policy: Policy, plan: str, now: datetime) -> Refused | None:
    lack = lack_of_support(policy, plan, now)
    if lack is None:
        return None
    names = {
        "plan": policy.label("plan", plan, i18n.current()),
        "date": lack.ended and date_words(lack.ended, i18n.current()),
        "other": policy.label("plan", lack.then or "", i18n.current()),
    }
    sentence = (
        _("The plan %(plan)s has no support.")
        if lack.ended is None
        else _("The plan %(plan)s ended on %(date)s; now it is the plan %(other)s.")
        if lack.then
        else _("The plan %(plan)s ended on %(date)s.")
    )
    return Forbidden(sentence % names, title="no-support")


def _not_by(policy: Policy, door: ChannelSpec, situation: Situation) -> Refused | None:
    name = {"channel": policy.label("channel", door.id, i18n.current())}
    found = variant(door, situation, "status")
    if ((found and found.status) or door.status) == "refused":
        sentence, way = _("No requests are taken here: %(channel)s."), door.reply
    elif door.plans and situation.plan not in door.plans:
        sentence, way = _("It is not part of your plan: %(channel)s."), door.fallback
    elif door.opened_by == "staff":
        sentence, way = _("The staff opens requests here: %(channel)s."), door.reached_through
    elif door.opens_after is not None:
        sentence, way = _("It is not for new requests: %(channel)s."), door.reached_through
    else:
        return None
    return Forbidden(_joined(sentence % name, _way(policy, way)), title="channel-refused")


def _not_at_this_hour(
    policy: Policy, door: ChannelSpec, situation: Situation, asked: Asked
) -> Refused | None:
    name = {"channel": policy.label("channel", door.id, i18n.current())}
    status = variant(door, situation, "status")
    levels = tuple(policy.source.priorities.levels)
    emergency = asked.priority in levels[:1] or asked.topic in door.covers
    if ((status and status.status) or door.status) == "emergency_only" and not emergency:
        sentence = _("It is for emergencies only: %(channel)s.") % name
        return Conflict(_joined(sentence, _way(policy, door.fallback)), title="emergencies-only")
    if door.outside_hours == "refuse" and not policy.calendar(door.id, situation).is_open(
        asked.now
    ):
        sentence = outside_words(policy, door) or _("It is closed now: %(channel)s.") % name
        return Conflict(_joined(sentence, _way(policy, door.fallback)), title="channel-closed")
    return None


def _not_about(policy: Policy, door: ChannelSpec, asked: Asked) -> Refused | None:
    dealt_with = not door.covers or asked.topic in door.covers
    if dealt_with and asked.topic not in door.never:
        return None
    lang = i18n.current()
    sentence = _("%(topic)s is not dealt with here: %(channel)s.") % {
        "topic": policy.label("topic", asked.topic, lang),
        "channel": policy.label("channel", door.id, lang),
    }
    way = _way(policy, door.beyond)
    return Conflict(_joined(sentence, way), title="beyond-channel", field="topic")


def _out_of_scope(policy: Policy, asked: Asked, plan: str) -> Refused | None:
    way = way_out(policy, asked.topic, plan, asked.now)
    if way is None:
        return None
    name = policy.label("topic", asked.topic, i18n.current())
    sentence = _("Support does not deal with it now: %(topic)s.") % {"topic": name}
    return Conflict(_joined(sentence, way), title="out-of-scope", field="topic")


def way_out(policy: Policy, code: str, plan: str, now: datetime) -> str | None:
    """Where a topic or code leads that is out of scope for this plan at this hour; empty where the
    policy names no way, None when it is in scope.
    """
    found = scope(policy, Situation(code=code, plan=plan, received=now, language=i18n.current()))
    return None if found["verdict"] not in ("out", "later") else found["way_out"] or ""


def outside_words(policy: Policy, door: ChannelSpec) -> str:
    """What the policy tells clients outside the hours of a channel, in the language of now."""
    return pick(door.outside, i18n.current(), policy.languages)


def _way(policy: Policy, way: str | None) -> str:
    """`refer(chat)`, `use(ticket)` or a channel's name as a sentence; other words as they are."""
    if not way:
        return ""
    found = WAY.match(way)
    name = found[1] if found else way
    if name not in policy.channels:
        return way
    return _("Use this instead: %(channel)s.") % {
        "channel": policy.label("channel", name, i18n.current())
    }


def _joined(*sentences: str) -> str:
    return " ".join(sentence for sentence in sentences if sentence)


def _quota(policy: Policy, plan: str, now: datetime) -> Quota | None:
    """The first quota of requests that fits the plan, with the beginning of its period."""
    for row in policy.source.quota:
        if row.unit == "incidents" and row.amount and (not row.plan or plan in row.plan):
            periods = row.average_over or 1
            since = _months_back(now.astimezone(policy.zone), row.per, periods)
            return Quota(row.amount * periods, since, row.per_service)
    return None


def _months_back(local: datetime, per: str, periods: int) -> datetime:
    """Midnight of the day on which the period began, counting the present one."""
    first = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)
    if per == "year":
        first = first.replace(month=1)
    for _month in range(MONTHS[per] * (periods - 1)):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


def _used_up(policy: Policy, plan: str, quota: Quota | None) -> Refused | None:
    if quota is None:
        return None
    sentence = ngettext(
        "The plan includes %(num)d request in this period, and it is used.",
        "The plan includes %(num)d requests in this period, and they are used.",
        quota.amount,
    ) % {"num": quota.amount}
    price = next(
        (row.price for row in policy.source.paid if not row.plan or plan in row.plan), None
    )
    further = _("Further help is paid: %(price)s.") % {"price": price} if price else ""
    return Conflict(_joined(sentence, further), title="quota-used")
