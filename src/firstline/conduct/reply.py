"""What a client is told by a step: the rule with its place on the page, what follows, the way to
disagree. Courteous, and in their language.
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial

from firstline.kit.i18n import current, speaking
from firstline.kit.i18n import gettext as _
from firstline.policy import Policy
from firstline.policy.page.telling import clause_of, complaint_clause
from firstline.policy.rules.conduct import BAN, CLOSE, IGNORE, LAST, REFUSE, rule_words, step_after
from firstline.policy.text.dates import moment_words
from firstline.policy.text.wording import code_words


def step_words(step: str, lang: str) -> str:
    """What a step is called, as the page calls it."""
    return code_words(step, lang)


def conduct_names(policy: Policy, lang: str) -> dict[str, Callable[[str], str]]:
    """What templates call rules and steps: `rule_words(rule)`, `step_words(step)`."""
    return {
        "rule_words": partial(rule_words, policy, lang=lang),
        "step_words": partial(step_words, lang=lang),
    }


def conduct_reply(
    policy: Policy, step: str, rule: str, lang: str, site: str, lapses_at: datetime | None
) -> str:
    """The words of a step in the client's language; `site` is the desk's address."""
    with speaking(lang):
        parts = [
            _("We would like to help you, and we ask you to keep to our rules of conduct."),
            _cited(policy, rule, lang, site),
            " ".join(part for part in (_follows(step), _until(policy, lapses_at, lang)) if part),
            _next_time(policy, step, lang),
            _objection(policy, step, lang, site),
        ]
    return "\n\n".join(part for part in parts if part)


def _cited(policy: Policy, rule: str, lang: str, site: str) -> str:
    """What is not accepted, and where that stands."""
    said = _("These rules do not allow: %(rule)s.") % {"rule": rule_words(policy, rule, lang)}
    clause = clause_of(policy, rule, lang)
    if clause is None:
        return said
    where = _("The rule in full: %(url)s") % {"url": f"{site}/regulations#{clause.id}"}
    return f"{said} {where}"


def _follows(step: str) -> str:
    return {
        REFUSE: _("For this reason we refuse this request."),
        CLOSE: _("For this reason we close this request."),
        LAST: _("For this reason your requests are taken up after those of other clients."),
        BAN: _(
            "For this reason we take no new requests or messages from you. You can still read "
            "everything that was written."
        ),
        IGNORE: _("For this reason we no longer promise you a time for an answer."),
    }.get(step, _("Please take this as a warning."))


def _until(policy: Policy, lapses_at: datetime | None, lang: str) -> str:
    if lapses_at is None:
        return ""
    until = moment_words(lapses_at, policy.zone, lang)
    return _("This counts until %(time)s.") % {"time": until}


def _next_time(policy: Policy, step: str, lang: str) -> str:
    following = step_after(policy, step)
    if following is None:
        return ""
    name = step_words(following, lang)
    return _("If it happens again, this can follow: %(step)s.") % {"step": name}


def _objection(policy: Policy, step: str, lang: str, site: str) -> str:
    """How the client disagrees; whom we hear no longer can still complain."""
    complain = way_to_complain(policy, lang, site)
    if step == BAN:
        return complain
    reply = _("If you think that this is a mistake, reply here; we will look at it again.")
    return f"{reply} {complain}".strip()


def way_to_complain(policy: Policy, lang: str, site: str) -> str:
    """Where the client complains, in one sentence; empty where the policy has no complaints."""
    clause, rules = complaint_clause(policy, lang), policy.source.complaints
    if clause is None or rules is None:
        return ""
    url = f"{site}/regulations#{clause.id}"
    if rules.address:
        where = {"address": rules.address, "url": url}
        return _("You can complain: %(address)s. How to do it: %(url)s") % where
    return _("How to complain: %(url)s") % {"url": url}


def door_words(policy: Policy, rule: str) -> str:
    """What a client who is banned reads instead of being heard, in the language of the moment."""
    lang, rules = current(), policy.source.complaints
    why = _(
        "We take no new requests or messages from you, by our rules of conduct: %(rule)s. You "
        "can still read everything that was written."
    ) % {"rule": rule_words(policy, rule, lang)}
    if rules is None:
        return why
    if rules.address:
        return f"{why} " + _("You can complain: %(address)s.") % {"address": rules.address}
    return f"{why} " + _("How to complain stands in the regulations.")
