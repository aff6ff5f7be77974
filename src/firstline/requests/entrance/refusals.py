"""Why the regulations refuse a request (clauses not.*): what is no part of support, the way out."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from firstline.kit.errors import Invalid
from firstline.kit.i18n import gettext as _
from firstline.kit.i18n import speaking
from firstline.policy import Policy, Situation
from firstline.policy.page.telling import clause_of, is_about, price_words
from firstline.policy.rules import scope as scopes
from firstline.policy.rules.closing import reopening
from firstline.policy.text.dates import moment_words
from firstline.policy.text.values import pick

REFUSED = "refused"
KEPT_OPEN = "kept_open"
VERDICTS = ("out", "later", "paid")


@dataclass(frozen=True, slots=True)
class Refusal:
    """A reason for refusing in one language: its code and name, the `clause` that the published
    page has for it and the `anchor` of it, and what the client can do: the way out with its
    `link`, the hours from which it is done, its price, the plans that have it.
    """

    code: str
    verdict: str
    words: str
    clause: str
    anchor: str
    way_out: str
    link: str
    since: str
    price: str
    plans: str


def refusals(policy: Policy, plan: str, lang: str, now: datetime | None = None) -> list[Refusal]:
    """What may be refused to a client with this plan at a moment, in the words of the policy."""
    rules = policy.source.scope
    own = rules.by_plan.get(plan)
    ours = [*rules.out, *(own.out if own else []), *policy.source.refuse]
    others = sorted(scopes.codes(policy.source) - set(ours))
    found = (refusal_of(policy, code, plan, lang, now) for code in dict.fromkeys([*ours, *others]))
    return [one for one in found if one is not None]


def refusal_of(
    policy: Policy, code: str, plan: str, lang: str, now: datetime | None
) -> Refusal | None:
    """How a code is refused; None for what is part of support then."""
    asked = Situation(code=code, plan=plan or None, received=now, reader=lang)
    found = scopes.scope(policy, asked)
    if not isinstance(found, scopes.Scope):
        return None
    further = code in policy.source.refuse
    if found.verdict not in VERDICTS and not further:
        return None
    with speaking(lang):
        return _in_words(policy, found, plan, lang, "out" if further else found.verdict)


def _in_words(policy: Policy, found: scopes.Scope, plan: str, lang: str, verdict: str) -> Refusal:
    rules, code = policy.source.scope, found.code
    clause = clause_of(policy, code, lang, plan)
    return Refusal(
        code=code,
        verdict=verdict,
        words=policy.label("topic", code, lang),
        clause=clause.words if clause and is_about(clause, code) else "",
        anchor=clause.id if clause else "",
        way_out=pick(rules.refer.get(code, {}), lang, policy.languages),
        link=rules.links.get(code, ""),
        since=moment_words(found.from_, policy.zone, lang) if found.from_ else "",
        price=price_words(policy, found.price, lang) if found.price else "",
        plans=", ".join(policy.label("plan", name, lang) for name in found.plans),
    )


def check_code(
    policy: Policy, plan: str, outcome: str, code: str | None, now: datetime
) -> Refusal | None:
    """The refusal with which a request is closed, if the policy has its code; raises `Invalid`."""
    if not code:
        return None
    if outcome != REFUSED:
        raise Invalid(_("Only a refusal names a rule; leave code out."), field="code")
    known = {one.code: one for one in refusals(policy, plan, policy.languages[0], now)}
    if code not in known:
        raise Invalid(
            _("%(field)s must be one of %(known)s.") % {"field": "code", "known": ", ".join(known)},
            field="code",
        )
    return known[code]


def refusal_sentence(policy: Policy, code: str, lang: str) -> str:
    """The refusal as it stands under the closing: what is out of scope, and the way out."""
    words = policy.label("topic", code, lang)
    way = pick(policy.source.scope.refer.get(code, {}), lang, policy.languages)
    return f"{words}. {way}" if way else words


@lru_cache(2_000)
def anchor_of(policy: Policy, code: str, lang: str) -> str:
    """Where the published page tells the rule; empty where it does not."""
    clause = clause_of(policy, code, lang) if code else None
    return clause.id if clause else ""


def refusal_reply(policy: Policy, refusal: Refusal, lang: str, site: str, now: datetime) -> str:
    """The courteous reply that refuses, in the client's language: the rule with its place on the
    page, what the client can do instead, and how to disagree. `site` is the desk's address.
    """
    with speaking(lang):
        parts = [
            _("Thank you for your message."),
            " ".join(_why(refusal)),
            _read_it(refusal, site),
            _instead(refusal, site),
            _order(refusal) or _objection(policy, lang, now),
        ]
    return "\n\n".join(part for part in parts if part)


def _why(refusal: Refusal) -> list[str]:
    """Why it is not done, or not now, or not for nothing."""
    if refusal.verdict == "later":
        why = [_("We do this only at certain hours: %(name)s.") % {"name": refusal.words}]
        if refusal.since:
            why.append(_("We can take it up from %(time)s on.") % {"time": refusal.since})
        return why
    if refusal.verdict == "paid":
        return [_("We do this for a fee: %(name)s.") % {"name": refusal.words}]
    if refusal.clause:
        return [
            _("We are sorry, but we cannot do this for you. Our regulations say: “%(clause)s”.")
            % {"clause": refusal.clause.rstrip(".")}
        ]
    return [
        _("We are sorry, but our support does not deal with this: %(name)s.")
        % {"name": refusal.words}
    ]


def refusal_in_short(refusal: Refusal) -> str:
    """Why it is not done and what can be done instead, for somebody who has not asked yet, in the
    language that is spoken; the clause is left to its place.
    """
    why = " ".join(_why(replace(refusal, clause="")))
    said = (why, refusal.price, _with_plans(refusal), refusal.way_out)
    return " ".join(part for part in said if part)


def _read_it(refusal: Refusal, site: str) -> str:
    if not refusal.anchor:
        return ""
    return _("The rule in full: %(url)s") % {"url": f"{site}/regulations#{refusal.anchor}"}


def _instead(refusal: Refusal, site: str) -> str:
    """The way out, with its page, its price and who has it."""
    link = f"{site}{refusal.link}" if refusal.link.startswith("/") else refusal.link
    said = [refusal.price, _with_plans(refusal), refusal.way_out, link]
    return " ".join(part for part in said if part)


def _with_plans(refusal: Refusal) -> str:
    if not refusal.plans or refusal.verdict != "out":
        return ""
    return _("It is part of these plans: %(plans)s.") % {"plans": refusal.plans}


def _order(refusal: Refusal) -> str:
    """How to have what is done for a fee: nobody disputes a price list."""
    if refusal.verdict != "paid":
        return ""
    return _("If you want us to do it, reply here: you will get an offer that you can agree to.")


def _objection(policy: Policy, lang: str, now: datetime) -> str:
    """How the client disagrees, while words of theirs still open the request again."""
    if policy.source.close.refused != KEPT_OPEN:
        rule = reopening(policy)
        if rule is None:
            return ""
        last = rule.last(policy, now)
        if last is not None:
            return _(
                "If you think that this rule does not fit your request, reply here by %(time)s; "
                "we will look at it again."
            ) % {"time": moment_words(last, policy.zone, lang)}
    return _(
        "If you think that this rule does not fit your request, reply here; we will look at it "
        "again."
    )
