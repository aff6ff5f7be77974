"""Complaints: when each stage answers, what a complaint must hold, until when it may come. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from firstline.policy.file.parts import FORCE
from firstline.policy.file.people import Stage
from firstline.policy.rules.compile import ALWAYS
from firstline.policy.rules.door import complaint_refusal
from firstline.policy.rules.policy import ANYWHERE, Policy
from firstline.policy.rules.situation import Situation
from firstline.policy.rules.views import Stretch, stretch
from firstline.policy.text.speech import current
from firstline.policy.text.values import Span, pick


@dataclass(frozen=True)
class ComplaintStage:
    """One stage of a complaint: who answers it, how firmly, and by which stretches of time it is
    acknowledged and answered; None where no time is promised.
    """

    id: str
    by: str
    force: FORCE
    ack: Stretch | None
    reply: Stretch | None

    @property
    def due_at(self) -> datetime | None:
        """When the answer is due."""
        return self.reply and self.reply.end


@dataclass(frozen=True)
class StageAnswer:
    """What a stage promises, as the file says it, and by when it answers."""

    id: str | None
    by: str | None
    how: list[str]
    force: FORCE
    ack: Span | None
    reply: Span | None
    reply_by: datetime | None


@dataclass(frozen=True)
class Complaint:
    """Where a complaint goes, what it must hold and lacks, until when it may come, when each stage
    answers; `refused` is the sentence for whoever is.
    """

    channels: list[str]
    refused: str | None
    address: str | None
    must: list[str]
    lacks: list[str]
    without_number: str | None
    stages: list[StageAnswer]
    not_by: list[str]
    told_apart: list[str]
    outside: list[str]
    within: dict[str, Span]
    until: datetime | None


def complaint_stages(
    policy: Policy, submitted: datetime, escalated: Sequence[datetime] = ()
) -> tuple[ComplaintStage, ...]:
    """Stages of a complaint (clause complaint); empty when there is no procedure. Each is counted
    from when the client turned to it, `escalated` in order from the second stage on; where nobody
    says when, from the end of the stage before.
    """
    rules = policy.source.complaints
    found = list[ComplaintStage]()
    begin: datetime | None = submitted
    for number, stage in enumerate(rules.stages if rules else [], 1):
        turned = escalated[number - 2 : number - 1] if number > 1 else ()
        begin = turned[0] if turned else begin
        ack = _count_stretch(policy, stage.ack, begin)
        # At the latest: an acknowledgement that comes sooner starts the time sooner.
        late = rules is not None and rules.counted_from == "acknowledgement" and stage.ack
        reply = _count_stretch(policy, stage.reply, (ack and ack.end) if late else begin)
        name = stage.id or str(number)
        found.append(ComplaintStage(name, stage.by or "", stage.force, ack, reply))
        begin = (reply and reply.end) if stage.reply else begin
    return tuple(found)


def _count_stretch(policy: Policy, span: Span | None, begin: datetime | None) -> Stretch | None:
    rules = policy.source.complaints
    if span is None or begin is None:
        return None
    clock = policy.table.clock((rules and rules.calendar) or ALWAYS, ANYWHERE, span)
    return stretch(span, begin, clock, policy.zone)


def complaint(policy: Policy, situation: Situation) -> Complaint | None:
    """What a complaint meets in a situation; None where the policy has no procedure."""
    rules = policy.source.complaints
    if rules is None:
        return None
    refusal, reader = complaint_refusal(policy, situation), situation.reader or current()
    at = None if refusal else situation.received
    last = _count_stretch(policy, rules.within.get(situation.subject or ""), situation.received)
    return Complaint(
        channels=rules.channels,
        refused=refusal and refusal.sentence,
        address=rules.address,
        must=rules.must,
        lacks=[m for m in rules.must if m not in (situation.has or ())],
        without_number=rules.without_number,
        stages=_answers(policy, rules.stages, at, situation),
        not_by=rules.not_by,
        told_apart=rules.told_apart,
        outside=[pick(body, reader, policy.languages) for body in rules.outside],
        within=rules.within,
        until=last and last.end,
    )


def _answers(
    policy: Policy, specs: list[Stage], at: datetime | None, situation: Situation
) -> list[StageAnswer]:
    stages = complaint_stages(policy, at, situation.escalated) if at else ()
    ends = [stage.due_at for stage in stages] or [None] * len(specs)
    return [
        StageAnswer(s.id, s.by, s.how, s.force, s.ack, s.reply, end)
        for s, end in zip(specs, ends, strict=True)
    ]
