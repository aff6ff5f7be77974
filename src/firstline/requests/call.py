"""All that a hot call needs, as one dependency.

Litestar resolves several dependencies of a handler as tasks of a group, which costs more than the
rest of the call; one alone it simply awaits.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Request

from firstline.kit.db import Db
from firstline.kit.live import Hub
from firstline.people import Who
from firstline.people.web import who_of
from firstline.policy.file.doors import Order
from firstline.regulations.versions import Policies
from firstline.timeline import Ledger


@dataclass(frozen=True, slots=True)
class Call:
    """Who calls, when, and what of the desk answers."""

    db: Db
    ledger: Ledger
    policies: Policies
    hub: Hub
    who: Who
    now: datetime

    @property
    def order(self) -> Order:
        """The order of work that is in force."""
        return self.policies.current(self.now)[1].order


async def provide_call(request: Request[Any, Any, Any]) -> Call:
    """Dependency `call`. Raises `NotSignedIn`."""
    desk: Any = request.app.state.desk
    now = desk.clock()
    who = await who_of(request)
    return Call(desk.db, desk.ledger, await desk.policies.fresh(now), desk.hub, who, now)
