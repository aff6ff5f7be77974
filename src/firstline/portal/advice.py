"""What a client should know before a request is sent, by the policy and for the chosen topic."""

from dataclasses import dataclass
from datetime import datetime

from babel import Locale, UnknownLocaleError

from firstline.kit.errors import Invalid
from firstline.kit.html import moment
from firstline.kit.i18n import _
from firstline.people import Who
from firstline.policy import Policy, Situation
from firstline.policy.file.doors import CLIENTS
from firstline.policy.rules.channels import language
from firstline.policy.rules.door import verdict
from firstline.policy.rules.requirements import requirements
from firstline.policy.rules.verdict import NotUsable, Usable
from firstline.policy.text.wording import code_words
from firstline.requests import Arrival

DOOR = "chat"
WIKI_FIRST = ("before_contact", "charged")


@dataclass(frozen=True, slots=True)
class Advice:
    """Why it is not taken (empty when it is), words for closed hours, what to state, and the
    languages of the answers where the reader's is not among them.
    """

    refusal: str
    outside: str
    opens_at: str
    must: list[str]
    languages: list[str]


def advice(
    policy: Policy, who: Who, plan: str, topic: str, priority: str, lang: str, now: datetime
) -> Advice:
    """The advice in the language of the page (clauses request.good, request.specific)."""
    arrival = Arrival(who, DOOR, topic, priority or None, policy.entry_line(DOOR, now), now)
    situation = arrival.situation(plan)
    found, answered = (
        verdict(policy, situation),
        language(policy, situation._replace(language=lang)),
    )
    opens = found.answered_from if isinstance(found, Usable) else None
    return Advice(
        found.sentence if isinstance(found, NotUsable) else "",
        found.words if isinstance(found, Usable) else "",
        moment(opens.astimezone(policy.zone), lang, now) if opens else "",
        to_state(policy, topic, lang) if topic else [],
        [] if answered.includes else [_name(code, lang) for code in answered.answered],
    )


def priorities(policy: Policy) -> list[str]:
    """The priorities that a client may choose from; none where others set them."""
    rules = policy.source.priorities
    return list(rules.levels) if CLIENTS & set(rules.set_by) else []


def wiki_first(policy: Policy) -> bool:
    """Whether clients have to look into the wiki before they write (clause request.wiki-first)."""
    return policy.source.request.kb_first in WIKI_FIRST


def refuse_unread(policy: Policy, read: bool) -> None:
    """Raises `Invalid` for who has not looked into the wiki, where the policy asks for it."""
    if wiki_first(policy) and not read:
        sentence = _("Look in the wiki first, and confirm below the text that you did.")
        raise Invalid(sentence, field="read")


def to_state(policy: Policy, topic: str, lang: str) -> list[str]:
    """What a request about this topic has to say, in words of that language."""
    return [code_words(code, lang) for code in requirements(policy, Situation(topic=topic)).must]


def _name(code: str, lang: str) -> str:
    try:
        return Locale.parse(code, sep="-").get_display_name(lang) or code
    except (UnknownLocaleError, ValueError):
        return code
