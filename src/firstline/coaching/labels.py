"""What a fact is called in a few words: on the chips of who writes, and above the thread."""

from firstline.kit.i18n import gettext as _
from firstline.policy.text.wording import code_words


def fact_label(fact: str, lang: str) -> str:
    """The name of a fact or of a field of the policy's own, in the language that is spoken."""
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
    return names.get(fact) or code_words(fact, lang)
