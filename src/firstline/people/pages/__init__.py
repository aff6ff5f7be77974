"""Pages of people: how they come in, their own account; on the desk clients and operators."""

from firstline.kit.i18n import _
from firstline.kit.menu import MenuItem
from firstline.people.pages import account, clients, operators, sign_in, widget
from firstline.people.visit import desk_pages

__all__ = ["ACCOUNT", "CLIENTS", "OPERATORS", "WIDGET", "routes"]

ACCOUNT = MenuItem("/account", lambda: _("My account"), "person")
CLIENTS = MenuItem("/desk/clients", lambda: _("Clients"), "people")
OPERATORS = MenuItem(
    "/desk/settings",
    lambda: _("Operators"),
    "people",
    below=("/desk/settings/operators", "/desk/clients"),
)
WIDGET = MenuItem(
    "/desk/settings/widget", lambda: _("Widget"), "chat", allowed=lambda who: who.runs_the_desk
)
routes = [
    *sign_in.routes,
    *account.routes,
    desk_pages(*clients.handlers, *operators.handlers, *widget.handlers),
]
