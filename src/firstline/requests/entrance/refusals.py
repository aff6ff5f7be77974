"""Why the regulations refuse a request: codes of what is out of scope, each with its way out."""

from dataclasses import dataclass

from firstline.kit.errors import Invalid
from firstline.kit.i18n import gettext as _
from firstline.policy import Policy
from firstline.policy.text.values import pick

REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reason for refusing: its code, what it says, and where the client turns instead."""

    code: str
    words: str
    way_out: str


def refusals(policy: Policy, plan: str, lang: str) -> list[Refusal]:
    """What may be refused to a client with this plan, in the words of the policy."""
    rules = policy.source.scope
    own = rules.by_plan.get(plan)
    inside = set(own.include) if own else set[str]()
    codes = [*rules.out, *(own.out if own else []), *policy.source.refuse]
    return [_refusal(policy, code, lang) for code in dict.fromkeys(codes) if code not in inside]


def _refusal(policy: Policy, code: str, lang: str) -> Refusal:
    way = pick(policy.source.scope.refer.get(code, {}), lang, policy.languages)
    return Refusal(code, policy.label("topic", code, lang), way)


def check_code(policy: Policy, plan: str, outcome: str, code: str | None) -> str | None:
    """The code with which a request is closed, if the policy has it; raises `Invalid`."""
    if not code:
        return None
    if outcome != REFUSED:
        raise Invalid(_("Only a refusal names a rule; leave code out."), field="code")
    known = [found.code for found in refusals(policy, plan, policy.languages[0])]
    if code not in known:
        raise Invalid(
            _("%(field)s must be one of %(known)s.") % {"field": "code", "known": ", ".join(known)},
            field="code",
        )
    return code


def refusal_sentence(policy: Policy, code: str, lang: str) -> str:
    """The refusal as it stands under the closing: what is out of scope, and the way out."""
    found = _refusal(policy, code, lang)
    return f"{found.words}. {found.way_out}".rstrip() if found.way_out else found.words
