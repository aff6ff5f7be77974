"""When staff are told that an answer is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from firstline.policy.file.model import PolicyFile
from firstline.policy.file.shipped import default_file
from firstline.policy.rules.views import elapsed
from firstline.policy.text.values import Span, parse_span

Stages = tuple[tuple[str, datetime], ...]


def stages(
    file: PolicyFile, zone: ZoneInfo, start: datetime, due_at: datetime, *, kind: str, mode: str
) -> Stages:
    """Alarms for staff in order of time: chat_waits (untaken chats that are owed an answer),
    warning …, missed.

    Warnings that would lie before `start` are left out. `kind` is answer or delay, `mode` chat or
    ticket.
    """
    waits = file.alarms.chat_waits or default_file().alarms.chat_waits
    # In UTC: two times of one zone are compared by the clock on the wall, which goes back.
    first, last = start.astimezone(UTC), due_at.astimezone(UTC)
    found = [("warning", last - elapsed(span)) for span in _warnings(file, kind)]
    if kind == "answer" and mode == "chat" and waits:
        found.append(("chat_waits", first + elapsed(waits)))
    kept = sorted((stage for stage in found if first < stage[1] < last), key=lambda s: s[1])
    return tuple((name, at.astimezone(zone)) for name, at in (*kept, ("missed", last)))


def near(file: PolicyFile) -> timedelta:
    """The longest time before an answer is due at which staff are warned."""
    return max((elapsed(span) for span in _warnings(file, "answer")), default=timedelta())


def _warnings(file: PolicyFile, kind: str) -> list[Span]:
    """How long before a due time staff are warned. Before an answer also when a delay notice has to
    be sent at the latest, where the policy gives that as a time (clause answer.delay).
    """
    shipped = default_file().alarms
    if kind == "delay":
        own = file.alarms.delay_warnings
        return list(own if own is not None else shipped.delay_warnings or [])
    own = file.alarms.warnings
    listed = list(own if own is not None else shipped.warnings or [])
    latest = file.delay.send_before or ""
    return [*listed, parse_span(latest)] if latest[:1].isdigit() else listed
