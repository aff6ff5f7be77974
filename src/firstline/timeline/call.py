"""Who acts, when, and on what: the one thing that every use case is handed."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Concatenate, ParamSpec, TypeVar

from firstline.kit.db import Db, Tx
from firstline.people import Who
from firstline.policy import Policy
from firstline.policy.file.doors import Order
from firstline.regulations import Policies
from firstline.timeline.ledger.batches import Ledger
from firstline.timeline.model import Request

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Call:
    """Somebody's call on the desk. As a dependency of a handler it is one instead of five:
    Litestar resolves several as tasks of a group, which costs more than the rest of a hot call.
    """

    db: Db
    ledger: Ledger
    policies: Policies
    who: Who
    now: datetime

    @property
    def policy(self) -> Policy:
        """The policy that is in force."""
        return self.policies.current(self.now)[1]

    @property
    def order(self) -> Order:
        """The order in which waiting requests are served now."""
        return replace(self.policy.order, at=self.now)

    def policy_of(self, request: Request) -> Policy:
        """The policy by which the request is handled: that of its arrival."""
        return self.policies.version(request.policy_version)

    async def run(
        self,
        action: "Callable[Concatenate[Tx, Call, P], Awaitable[T]]",
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Run `action(tx, call, …)` in a transaction of its own."""
        return await self.db.run(action, self, *args, **kwargs)
