"""Pages of the regulations: on the desk their versions and the editor; for everybody the text."""

from firstline.kit.i18n import _
from firstline.kit.menu import MenuItem
from firstline.people.visit import desk_pages
from firstline.regulations.pages import edit, published, versions

__all__ = ["ON_DESK", "PUBLISHED", "routes"]

ON_DESK = MenuItem("/desk/regulations", lambda: _("Regulations"), "book")
PUBLISHED = MenuItem("/regulations", lambda: _("Regulations"), "list")
routes = [desk_pages(*versions.handlers, *edit.handlers), *published.public_handlers]
