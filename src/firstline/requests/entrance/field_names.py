"""The names of a request's fields: facts of the coach, and what the policy asks for besides."""

from firstline.coach import FACTS
from firstline.kit.i18n import gettext as _
from firstline.policy import Policy
from firstline.policy.text.wording import code_words


def field_names(policy: Policy) -> tuple[str, ...]:
    """Every field that a request under this policy may have."""
    rules = policy.source.request
    asked = (code for codes in rules.by_topic.values() for code in codes)
    return tuple(dict.fromkeys((*FACTS, *rules.must, *asked, *rules.should)))


def field_label(field: str, lang: str) -> str:
    """What a field is called in a few words, in the language that is spoken; one of the policy's
    own by its code.
    """
    names = {
        "page": _("page"),
        "exact_error": _("error"),
        "since_when": _("since"),
        "database": _("database"),
        "account": _("user"),
        "mailbox": _("mailbox"),
        "domain": _("domain"),
        "panel_page": _("panel page"),
        "document": _("document"),
        "host": _("server"),
        "ip": _("IP address"),
        "what_changed": _("what changed"),
        "how_to_reproduce": _("how to see it"),
        "other_party": _("other side"),
    }
    return names.get(field) or code_words(field, lang)
