"""Clients, their contacts and services; operators; rights; and how each proves who they are.

The names below are the front door for every layer above. What speaks HTTP (the provider of
`who`, guards, handlers) is entered by `people.web`, so that stores and actions that import this
package never load a web framework.
"""

from firstline.people.access.bearers import identify_bearer
from firstline.people.access.sessions import COOKIE, identify_cookie
from firstline.people.access.store import epochs, sweep
from firstline.people.access.tokens import new_token
from firstline.people.coach_store import wants_coach
from firstline.people.hosts_store import respell_hosts
from firstline.people.model import (
    ACCESSES,
    ROLES,
    Access,
    Client,
    Contact,
    Operator,
    Service,
    Side,
    Who,
)
from firstline.people.rights import demand_scope
from firstline.people.roles import role_names
from firstline.people.store import (
    client,
    clients,
    contacts,
    operator,
    operators,
    service,
    services,
    who,
    who_by_email,
)

__all__ = [
    "ACCESSES",
    "COOKIE",
    "ROLES",
    "Access",
    "Client",
    "Contact",
    "Operator",
    "Service",
    "Side",
    "Who",
    "client",
    "clients",
    "contacts",
    "demand_scope",
    "epochs",
    "identify_bearer",
    "identify_cookie",
    "new_token",
    "operator",
    "operators",
    "respell_hosts",
    "role_names",
    "service",
    "services",
    "sweep",
    "wants_coach",
    "who",
    "who_by_email",
]
