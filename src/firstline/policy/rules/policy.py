"""The policy as other folders see it: small questions with cheap answers. Immutable, safe to share
between tasks.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cached_property
from types import MappingProxyType
from zoneinfo import ZoneInfo

from firstline.policy.file.channels import ChannelSpec
from firstline.policy.file.doors import Order, doors, main_channel, order
from firstline.policy.file.model import PolicyFile
from firstline.policy.file.reading import parse
from firstline.policy.file.shipped import default_file
from firstline.policy.rules import alarms, labels
from firstline.policy.rules.compile import compile_all
from firstline.policy.rules.situation import Situation
from firstline.policy.rules.targets import Fit, Table, received_fits
from firstline.policy.rules.views import (
    Line,
    elapsed,
    ladder,
    sure,
    vocabulary,
)
from firstline.policy.text.values import parse_zone, pick
from firstline.policy.time.calendars import Calendar
from firstline.policy.time.counting import due_at

# Where nothing is known of a situation.
ANYWHERE = Situation()


def load(text: str) -> Policy:
    """The policy of a text; raises PolicyError with every error at once."""
    return Policy(parse(text)[0])


class Policy:
    """One version of a company's regulations, ready to answer. `source` is the model of the
    file.
    """

    def __init__(self, source: PolicyFile) -> None:
        self.source = source
        self.zone: ZoneInfo = parse_zone(source.policy.timezone or "UTC")
        self.version: int = source.policy.version
        self.languages: tuple[str, ...] = tuple(source.policy.languages)
        self.company: str = pick(source.policy.company, self.languages[0], self.languages)
        self.calendars: Mapping[str, Calendar] = MappingProxyType(compile_all(source, self.zone))
        self.lines: tuple[Line, ...] = ladder(source.lines or default_file().lines)
        self.first_line: str = self.lines[0].id
        self.table = Table(source, self.calendars, self.zone)
        self._by_id = {line.id: line for line in self.lines}

    # -- vocabulary --------------------------------------------------------------------------------

    @property
    def topics(self) -> tuple[str, ...]:
        """Ids of the topics a request may have."""
        return tuple(self._vocabulary("topic"))

    @property
    def outcomes(self) -> tuple[str, ...]:
        """Ids of the outcomes a closing may have."""
        return tuple(self._vocabulary("outcome"))

    @property
    def delay_reasons(self) -> tuple[str, ...]:
        """Ids of the reasons a delay notice may have (clause answer.delay)."""
        return tuple(self._vocabulary("delay_reason"))

    def label(self, kind: str, name: str, lang: str) -> str:
        """What is called so: a topic, outcome, delay_reason, line, channel, state, plan or
        priority by its title, else by the words that are known for its id.
        """
        return labels.label(self.source, kind, name, lang)

    def _vocabulary(self, kind: str) -> Mapping[str, dict[str, str]]:
        return vocabulary(self.source, kind) or vocabulary(default_file(), kind)

    # -- lines and channels ------------------------------------------------------------------------

    def next_line(self, name: str) -> str | None:
        """The line a request is handed over to (clause lines.second), None on top and
        beside the ladder.
        """
        return self._by_id[name].next

    @cached_property
    def doors(self) -> Mapping[str, ChannelSpec]:
        """What the file says of each channel, and of the desk's own doors (clause lines.first)."""
        return MappingProxyType(doors(self.source))

    @cached_property
    def main_channel(self) -> ChannelSpec | None:
        """The channel in which requests begin where nobody names one."""
        return main_channel(self.source)

    def entry_line(self, channel: str, at: datetime | None) -> str:
        """The line in which a request by this channel begins, by the hour where the file says so
        and a moment is named.
        """
        spec = self.doors.get(channel)
        for row in spec.lines if spec and at else []:
            if at and any(received_fits(w, at, self.calendars, self.zone) for w in row.when):
                return row.line
        return spec.line if spec and spec.line in self._by_id else self.first_line

    # -- promises ----------------------------------------------------------------------------------

    def fit(self, measure: str, start: datetime, situation: Situation) -> Fit | None:
        """The row of the table for a measure, `next` falling back to `first`; None when no
        row fits.
        """
        return self.table.fit(measure, start, situation)

    def line_share(self, start: datetime, *, line: str) -> datetime | None:
        """When a line should be done by its own due time; for staff figures, never shown to
        clients.
        """
        for spec in self.source.lines:
            if spec.id == line and spec.own_time:
                return due_at(
                    spec.own_time,
                    start,
                    self.table.clock(spec.own_clock, Situation(line=line), spec.own_time),
                    self.zone,
                )
        return None

    def stages(
        self, start: datetime, due_at: datetime, *, kind: str, mode: str
    ) -> tuple[tuple[str, datetime], ...]:
        """Alarms for staff in order of time, the last is missed; see `alarms.stages`."""
        zone = self.zone
        return alarms.stages(self.source, zone, start, due_at, kind=kind, mode=mode)

    @cached_property
    def near(self) -> timedelta:
        """How long before an answer is due staff are warned first; nothing when they are not."""
        return alarms.near(self.source)

    @property
    def alarm_every(self) -> timedelta:
        """How often an alarm is repeated until somebody takes it."""
        return elapsed(self.source.alarms.every or sure(default_file().alarms.every))

    @cached_property
    def order(self) -> Order:
        """In which order waiting requests are served (clause order.arrival)."""
        return order(self.source)

    @cached_property
    def restart_on(self) -> frozenset[str]:
        """What starts a new promise: client_word, hand_over, hand_over_after_answer,
        reopen; as in the shipped policy where the file says nothing of it.
        """
        said = "restart_on" in self.source.model_fields_set
        return frozenset((self.source if said else default_file()).restart_on)

    @cached_property
    def counts_latest_word(self) -> bool:
        """Whether any due time is counted from the latest word of the client."""
        return any(row.counted_from == "latest_client_word" for row in self.source.targets)

    @cached_property
    def delay_longest(self) -> timedelta | None:
        """Furthest time a delay notice may name after it is sent, None when there is no limit."""
        return None if self.source.delay.longest is None else elapsed(self.source.delay.longest)

    # -- the desk ----------------------------------------------------------------------------------

    @property
    def chats_per_operator(self) -> int:
        """Chats an operator may hold at a time."""
        return self.source.desk.chats_per_operator or sure(default_file().desk.chats_per_operator)

    @property
    def open_requests_per_client(self) -> int:
        """Open requests a client may have."""
        return self.source.desk.open_requests_per_client or sure(
            default_file().desk.open_requests_per_client
        )

    @property
    def skip_pause(self) -> timedelta:
        """How long a skipped request is not offered to the same operator."""
        return elapsed(self.source.desk.skip_pause or sure(default_file().desk.skip_pause))

    @property
    def presence_grace(self) -> timedelta:
        """How long an operator may be unseen before their chats go back to the queue."""
        return elapsed(self.source.desk.presence_grace or sure(default_file().desk.presence_grace))

    @property
    def edit_window(self) -> timedelta:
        """How long words may be corrected by their writer."""
        return elapsed(self.source.desk.edit_window or sure(default_file().desk.edit_window))

    @property
    def first_line_days(self) -> int:
        """A request reopened within so many days was not solved by the first line (clause
        lines.85).
        """
        for file in (self.source, default_file()):
            for stat in file.stats:
                if stat.measure.startswith("solved_by") and stat.within_days is not None:
                    return stat.within_days
        raise KeyError("stats")
