"""Complaints: when each stage answers, what a complaint must hold, until when it may come. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from firstline.policy.file.parts import FORCE
from firstline.policy.rules.compile import ALWAYS
from firstline.policy.rules.door import complaint_refusal
from firstline.policy.rules.policy import ANYWHERE, Policy
from firstline.policy.rules.situation import Situation
from firstline.policy.rules.views import Stretch, stretch
from firstline.policy.text.values import Span, pick
from firstline.policy.time.counting import stamp


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


def complaint(policy: Policy, situation: Situation) -> dict[str, Any]:
    """Where a complaint goes, what it must hold and lacks, until when it may come, and when each
    stage answers.
    """
    rules = policy.source.complaints
    assert rules is not None
    lang = situation.language or policy.languages[0]
    refusal = complaint_refusal(policy, situation)
    return {
        "channels": rules.channels,
        "refused": refusal and refusal.sentence,
        "address": rules.address,
        "must": rules.must,
        "lacks": [m for m in rules.must if m not in situation.has],
        "without_number": rules.without_number,
        "stages": _stages(policy, situation),
        "not_by": rules.not_by,
        "told_apart": rules.told_apart,
        "outside": [pick(body, lang, policy.languages) for body in rules.outside],
        "within": {name: str(span) for name, span in rules.within.items()},
        "until": _until(policy, situation),
    }


def _stages(policy: Policy, situation: Situation) -> list[dict[str, Any]]:
    rules = policy.source.complaints
    assert rules is not None
    at = None if complaint_refusal(policy, situation) else situation.received
    stages = complaint_stages(policy, at, situation.escalated) if at else ()
    answered = [stage.due_at and stamp(stage.due_at, policy.zone) for stage in stages]
    return [
        {
            "id": spec.id,
            "by": spec.by,
            "how": spec.how,
            "force": spec.force,
            "ack": str(spec.ack) if spec.ack else None,
            "reply": str(spec.reply) if spec.reply else None,
            "reply_by": answered[number] if answered else None,
        }
        for number, spec in enumerate(rules.stages)
    ]


def _until(policy: Policy, situation: Situation) -> str | None:
    """Latest moment of a complaint about a subject that came up at the moment asked about."""
    rules = policy.source.complaints
    span = rules.within.get(situation.subject or "") if rules else None
    last = _count_stretch(policy, span, situation.received)
    return last and stamp(last.end, policy.zone)
