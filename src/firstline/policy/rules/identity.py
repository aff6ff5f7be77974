"""Who may ask, and whether a proof is enough for an act. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from firstline.policy.file.doors import ways
from firstline.policy.file.people import Pin
from firstline.policy.rules.policy import Policy
from firstline.policy.rules.situation import Situation
from firstline.policy.rules.verdict import NotUsable
from firstline.policy.text.speech import gettext as _
from firstline.policy.text.values import Span, pick

# How an added contact is called whose kind is not known.
CONTACTS = "contacts"
CODES = ("pin", "one_time_code")


@dataclass(frozen=True, slots=True)
class IdentityVerdict:
    """Whether a proof is `enough` for an act and `why` not: the right that the proof gives, the
    proofs that the act needs where the policy says so, and the papers.
    """

    proof: str
    act: str
    right: str | None
    enough: bool
    why: list[str]
    accepted: list[str] | None
    documents: list[str]


def newcomer_words(policy: Policy, lang: str) -> str:
    """Where people who are not clients become clients (clause not.strangers); "" where the file
    does not say.
    """
    return pick(policy.source.identity.newcomers, lang, policy.languages)


def may_ask(policy: Policy, situation: Situation) -> bool | None:
    """Whether the kind of contact or the requester of a situation may ask; None where it names
    neither. Of the added contacts some may where anybody but the owner may.
    """
    rules, asker = policy.source.identity, situation.contact or situation.requester
    if asker is None:
        return None
    if asker in rules.never:
        return False
    others = asker == CONTACTS and not {"owner"}.issuperset(rules.who)
    return not rules.who or others or asker in {*rules.who, *rules.contacts}


def asker_refusal(policy: Policy, situation: Situation) -> NotUsable | None:
    """Why this person may not write here at all; None when they may. Rows of times may speak of
    requesters who are nobody's contact, such as monitoring.
    """
    rules, requester = policy.source.identity, situation.requester
    if situation.proof == "login" and not situation.act and rules.login == "none":
        return NotUsable("signed-in", _("Signing in is not enough to write to support here."))
    rows = {name for row in policy.source.targets for name in row.requester} | {"client"}
    if situation.contact is None and requester in rows - {*rules.never}:
        return None
    if may_ask(policy, situation) is not False:
        return None
    if {*rules.who} <= {"owner"}:
        text = _("Only the owner of the account writes to support; ask them.")
        return NotUsable("who-may-ask", text)
    return NotUsable(
        "who-may-ask", _("You may not write to support; ask the owner of the account.")
    )


def identity(policy: Policy, situation: Situation) -> IdentityVerdict:
    """Whether a proof (login, registered_email, pin …) is enough for an act, and why not."""
    rules = policy.source.identity
    proof, act = situation.proof or "", situation.act or ""
    accepted = rules.only.get(act)
    right = _right(policy, proof, situation)
    why = list[str]()
    if accepted is not None and proof not in accepted:
        why.append(f"{act} needs {' or '.join(accepted)}")
    elif accepted is None and right not in ("full", "limited"):
        why.append(f"the policy gives {proof or 'no proof'} no right")
    if proof in CODES and rules.pin:
        why += _pin(rules.pin, act, situation)
    spec = policy.doors.get(situation.channel or "")
    if spec and spec.auth and proof and proof not in spec.auth and "none" not in spec.auth:
        why.append(f"channel {spec.id} takes {' or '.join(spec.auth)}")
    return IdentityVerdict(proof, act, right, not why, why, accepted, rules.documents.get(act, []))


def _right(policy: Policy, proof: str, situation: Situation) -> str | None:
    rules = policy.source.identity
    if proof in ("login", "registered_email"):
        return getattr(rules, proof)
    by = ways(policy.doors, situation.channel or "")
    spoken = proof == "password" and not by.isdisjoint(rules.password)
    return "full" if (proof in CODES and rules.pin) or spoken else None


def _pin(rules: Pin, act: str, situation: Situation) -> list[str]:
    why = list[str]()
    if act and act in rules.not_for:
        why.append(f"a {situation.proof} is not enough for {act}")
    age, tries = situation.proof_age, situation.tries
    lasting = rules.permanent and "permanent" in situation.facts
    longest = None if lasting or not isinstance(rules.valid, Span) else rules.valid
    if age is not None and longest and age.rough_seconds > longest.rough_seconds:
        why.append(f"it is older than {longest}")
    if tries is not None and rules.tries and tries >= rules.tries:
        why.append(f"it is barred after {rules.tries} wrong tries")
    if situation.requester == "third_party" and not rules.third_parties:
        why.append("it may not be given to others")
    return why
