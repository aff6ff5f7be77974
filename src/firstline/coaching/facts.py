"""The coach as a reader of the log: facts of what clients wrote become fields of their requests.

A step behind the index, which puts down which requests have new words. What was read before is
replaced as a whole, so reading twice is reading once; what a person has set stays.
"""

import logging
from collections.abc import Iterator, Sequence

from firstline.coach import FirstMessage, advise
from firstline.coaching import store
from firstline.kit.aside import Aside
from firstline.kit.db import Db
from firstline.kit.masks import MASK
from firstline.policy import Policy
from firstline.regulations import Policies
from firstline.requests import RequestField, put_facts

log = logging.getLogger(__name__)
AT_ONCE = 5  # what is read of them is bounded, and takes some seconds at worst
MOST_VALUES = 3  # of one fact in one entry
LONGEST_VALUE = 500
_aside = Aside("facts")


async def read_facts(db: Db, policies: Policies) -> int:
    """Read the words of some requests, the newest first; returns how many, 0 when none is left.

    Run by the worker, again and again; several may run at once.
    """
    async with db.derived() as tx:
        numbers = await store.take_unread(tx.conn, AT_ONCE)
        if not numbers:
            return 0
        requests = await store.requests_at(tx.conn, numbers)
        words = await store.words_of(tx.conn, numbers)
        await policies.with_versions((one.policy_version for one in requests), tx.conn)
        found = await _aside.run(_facts_of_each, policies, requests, words)
        for no, facts in found.items():
            await put_facts(tx.conn, no, facts)
        return len(numbers)


def _facts_of_each(
    policies: Policies, requests: Sequence[store.ReadRequest], words: Sequence[store.ClientWords]
) -> dict[int, list[RequestField]]:
    """The facts by request; one that cannot be read takes nobody with it."""
    found: dict[int, list[RequestField]] = {}
    for request in requests:
        own = [one for one in words if one.matter == request.no]
        try:
            policy = policies.version(request.policy_version)
            found[request.no] = list(facts_of(policy, request, own))
        except Exception:
            log.exception("the coach cannot read request %d", request.no)
    return found


def facts_of(
    policy: Policy, request: store.ReadRequest, words: Sequence[store.ClientWords]
) -> Iterator[RequestField]:
    """Each fact as the earliest words tell it; of several values there the first few. What holds a
    masked secret is no fact. After the first answer it is a conversation: then only what the topic
    requires is a fact.
    """
    seen, required = set[str](), set(policy.source.request.by_topic.get(request.topic, ()))
    for entry in words:
        names = tuple(request.names)
        message = FirstMessage(entry.body, None, request.topic, names, is_client=True)
        values: dict[str, list[str]] = {}
        for one in advise(policy, message).known:
            wanted = not entry.later or one.fact in required
            if wanted and one.fact not in seen and MASK not in one.value:
                values.setdefault(one.fact, []).append(" ".join(one.value.split()))
        for fact, several in values.items():
            value = ", ".join(several[:MOST_VALUES])[:LONGEST_VALUE]
            yield RequestField(fact, value, "coach", None, entry.at, entry.no, entry.no)
        seen |= values.keys()
