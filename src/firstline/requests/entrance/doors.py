"""At the door: what the policy says of a request to be, or why it is not taken that way."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from firstline.kit.errors import Conflict, Forbidden, Invalid, Refused
from firstline.kit.i18n import gettext as _
from firstline.kit.i18n import ngettext
from firstline.people import Who
from firstline.policy import Policy, Situation
from firstline.policy.file import money
from firstline.policy.file.doors import may_set, usual_priority
from firstline.policy.rules import verdict
from firstline.policy.rules.door import refusals
from firstline.policy.rules.identity import CONTACTS
from firstline.policy.rules.prices import beyond_quota
from firstline.policy.rules.quotas import fitting_quotas, period_start
from firstline.policy.text.values import UNSTATED, Span
from firstline.timeline import OpeningLimit, Terms

# Refusals of the policy as problems: their kind and title, and the field that would mend them.
PROBLEMS: dict[verdict.Code, tuple[type[Refused], str | None, str | None]] = {
    "signed-in": (Forbidden, None, None),
    "who-may-ask": (Forbidden, None, None),
    "no-support": (Forbidden, "no-support", None),
    "emergencies-only": (Conflict, "emergencies-only", None),
    "channel-closed": (Conflict, "channel-closed", None),
    "beyond-channel": (Conflict, "beyond-channel", "topic"),
    "out-of-scope": (Conflict, "out-of-scope", "topic"),
}
# Whatever else speaks against a channel.
OTHER = (Forbidden, "channel-refused", None)
NEW = Span(Fraction(0), "s")


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who comes, by which channel, with what topic and, if they say one, priority."""

    who: Who
    channel: str
    topic: str
    priority: str | None
    line: str
    now: datetime

    def situation(self, plan: str) -> Situation:
        """What the policy looks at in a new request of a client with this plan."""
        return Situation(
            plan=plan,
            priority=self.priority,
            channel=self.channel,
            topic=self.topic,
            line=self.line,
            contact="owner" if self.who.access == "owner" else CONTACTS,
            proof="login",
            age=NEW,
            received=self.now,
        )


def terms(policy: Policy, arrival: Arrival, plan: str) -> Terms:
    """The terms of a request of a client with this plan.

    Staff who open it for the client are asked about the priority only.
    """
    situation = arrival.situation(plan)
    refusal = unfit_priority(policy, arrival.who, None, arrival.priority)
    if refusal is None and not arrival.who.is_staff:
        refusal = problem(next(refusals(policy, situation), None))
    if refusal is not None:
        return Terms(refusal=refusal)
    door = policy.doors.get(arrival.channel)
    priority = arrival.priority or usual_priority(policy.source, door, arrival.topic, plan)
    if arrival.who.is_staff:
        return Terms(priority)
    row = _quota_row(policy, situation)
    if row is None:
        return Terms(priority)
    quota = _quota(policy, row, arrival.now)
    return Terms(priority, None, quota, _used_up(policy, row, quota.amount, situation))


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
        return Invalid(_("The regulations have no priorities; leave it out."), field="priority")
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


def problem(refusal: verdict.NotUsable | None) -> Refused | None:
    """A refusal of the policy as the problem that a client reads; None for none."""
    if refusal is None:
        return None
    kind, title, field = PROBLEMS.get(refusal.code, OTHER)
    if field is None:
        return kind(refusal.sentence, title=title)
    return kind(refusal.sentence, title=title, field=field)


def _quota_row(policy: Policy, situation: Situation) -> money.Quota | None:
    """The first quota of requests that fits."""
    rows = fitting_quotas(policy, situation)
    return next((row for row in rows if row.unit == "incidents" and row.amount), None)


def _quota(policy: Policy, row: money.Quota, now: datetime) -> OpeningLimit:
    """A quota of requests with the beginning of its period."""
    amount = (row.amount or 0) * (row.average_over or 1)
    return OpeningLimit(amount, period_start(row, now, policy.zone), row.per_service)


def _used_up(policy: Policy, row: money.Quota, amount: int, situation: Situation) -> Refused:
    """That the requests of a quota are used, and what more help costs."""
    sentence = ngettext(
        "The plan includes %(num)d request in this period, and it is used.",
        "The plan includes %(num)d requests in this period, and they are used.",
        amount,
    ) % {"num": amount}
    paid = beyond_quota(policy, row, situation)
    price = paid and (paid.price or paid.fixed)
    if price and price != UNSTATED:
        sentence += " " + _("Further help is paid: %(price)s.") % {"price": price}
    return Conflict(sentence, title="quota-used")
