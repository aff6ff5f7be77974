"""What is new for one operator: the bell, counts and notices of every page for staff."""

from typing import Any, Literal

import msgspec

from firstline.desk.model import OwnState, Queue

# What an operator may be told of; each by sound and by a notice of the desktop, as they choose.
Notice = Literal["reply", "mention", "alarm", "arrival"]


class HeldNews(msgspec.Struct):
    """A request that the operator holds; `fresh` where the client has said something unseen."""

    no: int
    head: int
    client: str
    fresh: bool


class MentionNews(msgspec.Struct):
    """A note that asks the operator."""

    no: int
    entry: int
    by: str


class OperatorNews(msgspec.Struct):
    """`owed` counts held requests whose client is owed a word; `arrived` is the newest number that
    waits; `alarms` are names such as `1042/warning`, which sound again every `alarm_every` seconds.
    """

    owed: int
    held: list[HeldNews]
    asked: list[MentionNews]
    alarms: list[str]
    arrived: int
    lines: list[str]
    alarm_every: int
    wishes: dict[str, Any]


def news_of(me: OwnState, queue: Queue, alarm_every: int) -> OperatorNews:
    """The news as the queue and the operator's own state stand."""
    return OperatorNews(
        owed=sum(one.promise_due_at is not None for one in queue.held),
        held=[HeldNews(one.no, one.head, one.client, one.fresh) for one in queue.held],
        asked=[MentionNews(m["request_no"], m["entry_no"], m["by_name"]) for m in me.asked],
        alarms=queue.alarms,
        arrived=max((one.no for one in queue.waiting), default=0),
        lines=[one.id for one in queue.lines],
        alarm_every=alarm_every,
        wishes=me.wishes,
    )
