"""At the door: may somebody come in with a matter, by a channel, now; else why not. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from firstline.policy.file.doors import ways
from firstline.policy.rules.channels import door
from firstline.policy.rules.identity import asker_refusal
from firstline.policy.rules.plans import lack_of_support
from firstline.policy.rules.policy import Policy
from firstline.policy.rules.scope import scope_refusal
from firstline.policy.rules.situation import Situation
from firstline.policy.rules.verdict import NotUsable, Usable
from firstline.policy.text.dates import date_words
from firstline.policy.text.speech import current
from firstline.policy.text.speech import gettext as _

# What stops whoever comes with something new, and says nothing against a request that is there.
NEW_ONLY = ("opened-by-staff", "old-requests-only")
# What speaks against the matter and not against the channel itself.
OF_THE_MATTER = (*NEW_ONLY, "beyond-channel", "emergencies-only", "other-language")


def verdict(policy: Policy, situation: Situation) -> Usable | NotUsable:
    """Whether a request is taken as the situation describes it."""
    refusal, found = next(refusals(policy, situation), None), door(policy, situation)
    if refusal is not None or found is None:
        return refusal or Usable()
    hours = found.opening
    return Usable(True, hours.opens_at, found.outside) if hours.open is False else Usable()


def refusals(policy: Policy, situation: Situation) -> Iterator[NotUsable]:
    """All that speaks against a request, in the order in which whoever comes is told."""
    for refusal in (asker_refusal(policy, situation), support_refusal(policy, situation)):
        if refusal is not None:
            yield refusal
    found = door(policy, situation)
    yield from found.refusals() if found else ()
    if refusal := scope_refusal(policy, situation):
        yield refusal


def support_refusal(policy: Policy, situation: Situation) -> NotUsable | None:
    """Why the plan has no support: it never had, or it has ended by the time asked about."""
    lack = lack_of_support(policy, situation.plan, situation.received)
    if lack is None:
        return None
    reader = situation.reader or current()
    if lack.ended is None:
        text = _("The plan %(plan)s has no support.")
    elif lack.then is None:
        text = _("The plan %(plan)s ended on %(date)s.")
    else:
        text = _("The plan %(plan)s ended on %(date)s; now it is the plan %(other)s.")
    names = {
        "plan": policy.label("plan", lack.plan, reader),
        "date": lack.ended and date_words(lack.ended, current()),
        "other": policy.label("plan", lack.then or "", reader),
    }
    return NotUsable("no-support", text % names)


def against_promise(against: Iterable[NotUsable]) -> NotUsable | None:
    """Why nothing is promised: what is refused promises nothing. Where the staff opens requests
    they are answered all the same.
    """
    return next((refusal for refusal in against if refusal.code != "opened-by-staff"), None)


def complaint_refusal(policy: Policy, situation: Situation) -> NotUsable | None:
    """Why a complaint is not taken from this person, or by the channel of a situation."""
    rules, name = policy.source.complaints, situation.channel
    if rules is None:
        return None
    refusal = asker_refusal(policy, situation) or _lack_of_number(policy, situation)
    if refusal is not None or name is None:
        return refusal
    found = door(policy, situation)
    refused = found.refusals() if found else ()
    against = next((one for one in refused if one.code not in OF_THE_MATTER), None)
    here = ways(policy.doors, name).intersection(rules.channels)
    if against is not None or not rules.channels or here:
        return against
    reader = situation.reader or current()
    others = ", ".join(policy.label("channel", one, reader) for one in rules.channels)
    reason = _("Complaints are not taken here: %(channel)s.")
    return NotUsable(
        "complaints-elsewhere",
        reason % {"channel": policy.label("channel", name, reader)},
        _("Use this instead: %(channel)s.") % {"channel": others},
        rules.channels[0],
    )


def _lack_of_number(policy: Policy, situation: Situation) -> NotUsable | None:
    """That a complaint which says what it holds lacks the number it needs."""
    rules = policy.source.complaints
    lacks = situation.has is not None and "request_number" not in situation.has
    if rules is None or rules.without_number != "refuse" or not lacks:
        return None
    reason = _("A complaint without the number of a request is not considered.")
    return NotUsable("complaints-unnumbered", reason)


def complete(policy: Policy, situation: Situation) -> Situation:
    """The situation with what it does not name: the channel where requests begin, and the line in
    which those of the channel do.
    """
    main = policy.main_channel
    channel = situation.channel or (main and main.id)
    line = situation.line or policy.entry_line(channel or "", situation.received)
    return situation._replace(channel=channel, line=line)
