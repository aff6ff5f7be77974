"""What the form of a refusal offers: the rules with the words for each, and the one that fits."""

import asyncio

from firstline.coach import FirstMessage, advise
from firstline.desk.work import Panes
from firstline.kit import web
from firstline.kit.db import Conn
from firstline.policy import Policy
from firstline.requests import closing, refusals
from firstline.timeline import Request, entries_after

# Of the client's words, which tell what is wished.
MOST_ENTRIES, MOST_CHARACTERS = 50, 8_000


async def refusal_form(panes: Panes, conn: Conn, request: Request) -> web.Values:
    """The reply for each rule in the client's language, and the rule that their words call for."""
    policy = panes.call.policy_of(request)
    entries = await entries_after(conn, request.no, 0, MOST_ENTRIES, staff=False)
    words = "\n".join(entry.body for entry in entries if entry.side == "client")
    replies = {
        one.code: closing.proposed_reply(policy, request, one.code, panes.public_url, panes.now)
        for one in refusals(policy, request.plan, request.language, panes.now)
    }
    found = await asyncio.to_thread(_wished, policy, request, words[:MOST_CHARACTERS])
    return {"replies": replies, "proposed": found if found in replies else ""}


def _wished(policy: Policy, request: Request, words: str) -> str:
    """The code of the scope that the coach recognises in words."""
    message = FirstMessage(words, request.language, request.topic)
    scope = advise(policy, message, request.plan or None).scope
    return scope.clause if scope else ""
