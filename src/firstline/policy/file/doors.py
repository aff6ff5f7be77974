"""The doors of the desk as the policy sees them, priorities, and the order of work."""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from firstline.policy.file.channels import ChannelSpec
from firstline.policy.file.model import PolicyFile

# By which requests come in without a person of the staff: own pages, the widget, the API.
DOORS = ("chat", "widget", "api")
# Words of `order` that sort waiting requests, and what they sort by.
SORTED_BY = {
    "fifo": "arrival",
    "arrival": "arrival",
    "priority": "priority",
    "urgency": "priority",
    "plan": "plan",
    "last_client_word": "word",
    "last_client_message": "word",
    "last_customer_message": "word",
}
ONE_EACH = frozenset({"one_at_a_time_per_client", "one_at_a_time_per_customer"})
CLIENTS = frozenset({"client", "customer"})
LAST = 1000
# What another door into a channel has for itself, or not at all.
OWN = frozenset({"id", "title", "door_of", "address"})
# What a telephone is called, and a live chat too.
PHONE = re.compile(
    r"phone|telefon|hotline|телефон|call-?cent|(?:^|[-_.\d])(?:tel|calls?)(?:$|[-_.\d])",
    re.IGNORECASE,
)
LIVE = re.compile(rf"chat|{PHONE.pattern}", re.IGNORECASE)


def doors(file: PolicyFile) -> dict[str, ChannelSpec]:
    """Every channel by id; a door that the file does not name stands for the first official channel
    that clients open.
    """
    main = main_channel(file)
    return {**(dict.fromkeys(DOORS, main) if main else {}), **_channels(file)}


def _channels(file: PolicyFile) -> dict[str, ChannelSpec]:
    """Every channel of the file by id, another door into one with the rules of that one."""
    specs = {spec.id: spec for spec in file.channels}
    return {name: _with_rules(spec, specs, {name}) for name, spec in specs.items()}


def _with_rules(
    spec: ChannelSpec, specs: dict[str, ChannelSpec], seen: AbstractSet[str]
) -> ChannelSpec:
    """A channel with what it does not say itself and the one that it is a door of does."""
    other = specs.get(spec.door_of or "")
    if other is None or other.id in seen:
        return spec
    other = _with_rules(other, specs, seen | {other.id})
    rules = other.model_fields_set - spec.model_fields_set - OWN
    same = {key: getattr(other, key) for key in rules}
    if spec.live is None and needs_somebody(other):
        same["live"] = True
    return spec.model_copy(update=same)


def ways(channels: Mapping[str, ChannelSpec], name: str) -> frozenset[str]:
    """The names that a channel goes by where others are named: its own, and those of all that it is
    another door of.
    """
    found, spec = {name}, channels.get(name)
    while spec is not None:
        found.add(spec.id)
        spec = None if spec.door_of in found else channels.get(spec.door_of or "")
    return frozenset(found)


def main_channel(file: PolicyFile) -> ChannelSpec | None:
    """The first official channel that clients open, where requests begin; a telephone, or one that
    is there for a time, only where there is nothing else, for the desk is none.
    """
    official = [
        c for c in _channels(file).values() if c.status == "official" and c.opened_by == "client"
    ]
    lasting = (c for c in official if not (PHONE.search(c.id) or c.is_dated))
    return next(lasting, next(iter(official), None))


def needs_somebody(channel: ChannelSpec) -> bool:
    """Whether somebody has to be there to be spoken with, as the file says, or else the name."""
    return LIVE.search(channel.id) is not None if channel.live is None else channel.live


def takes_later(channel: ChannelSpec) -> bool:
    """Whether what comes outside the hours of a channel waits there: nobody records a telephone or
    a live chat, unless the file says so, or that it becomes a ticket.
    """
    if channel.outside_hours is not None:
        return channel.outside_hours == "accept"
    return channel.becomes is not None or not needs_somebody(channel)


def usual_priority(
    file: PolicyFile, channel: ChannelSpec | None, topic: str | None, plan: str | None
) -> str | None:
    """The priority where nobody names one: its channel's, its topic's, its plan's, the default."""
    rules = file.priorities
    own = (channel and channel.priority) or rules.by_topic.get(topic or "")
    return own or rules.by_plan.get(plan or "") or rules.default


def may_set(file: PolicyFile, *, staff: bool, old: str | None, new: str) -> bool:
    """Whether this side may set a priority: clients where `set_by` names them, staff where it names
    them, nobody, or somebody for whom they open a request; `staff_may` says what they may change.
    """
    rules, levels = file.priorities, list(file.priorities.levels)
    if not staff:
        return not CLIENTS.isdisjoint(rules.set_by)
    if not rules.set_by or "staff" in rules.set_by:
        return old is None or not rules.staff_may or _move(levels, old, new) in rules.staff_may
    if old is None:
        return bool(rules.staff_may) or not CLIENTS.isdisjoint(rules.set_by)
    return _move(levels, old, new) in rules.staff_may


def _move(levels: list[str], old: str, new: str) -> str:
    known = old in levels
    return "raise" if known and levels.index(new) < levels.index(old) else "lower"


# The key of an order, and the step of conduct that it looks at.
CONDUCT, LOWEST = "conduct", "lowest_priority"


@dataclass(frozen=True, slots=True)
class Order:
    """What waiting requests are sorted by: `keys` of conduct, priority, plan, word and arrival.

    By conduct go last whom a rule of it puts there at the moment `at`. `priorities` are the
    levels, the most urgent first, `usual` the one of requests without;
    `plans` have their `ranks`, 1 served first. `one_each`: of a client one at a time.
    """

    keys: tuple[str, ...] = ("arrival",)
    priorities: tuple[str, ...] = ()
    usual: str | None = None
    plans: tuple[str, ...] = ()
    ranks: tuple[int, ...] = ()
    one_each: bool = False
    at: datetime | None = None

    @property
    def by_arrival(self) -> bool:
        """Nothing but the order of arrival (clause order.arrival)."""
        return self.keys == ("arrival",) and not self.one_each


def order(file: PolicyFile) -> Order:
    """The order of work that the file says."""
    keys = [SORTED_BY[word] for word in file.order if word in SORTED_BY]
    if file.request.client_words == "to_end":
        keys = [*(key for key in keys if key != "arrival"), "word"]
    keys = list(dict.fromkeys([*keys, "arrival"]))
    keys = keys[: keys.index("arrival") + 1]
    if file.conduct.triggers and LOWEST in file.conduct.steps:
        keys = [CONDUCT, *keys]
    return Order(
        tuple(keys),
        tuple(file.priorities.levels),
        file.priorities.default,
        tuple(file.plans),
        tuple(plan.queue or LAST for plan in file.plans.values()),
        not ONE_EACH.isdisjoint(file.order),
    )
