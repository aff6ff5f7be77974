"""The roles of staff, in the words of the reader."""

from firstline.kit.i18n import gettext as _
from firstline.people.model import Role

__all__ = ["role_names"]


def role_names() -> dict[Role, str]:
    """What people read for each role; programs read its code."""
    return {
        "operator": _("operator"),
        "editor": _("editor"),
        "management": _("management"),
        "keeper": _("desk administrator"),
    }
