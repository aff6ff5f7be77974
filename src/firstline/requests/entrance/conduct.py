"""Clients whom the rules of conduct keep out: they read everything and write nothing."""

from firstline.conduct import door_words, standing_step
from firstline.kit.db import Conn
from firstline.kit.errors import Forbidden, Refused
from firstline.policy.rules.conduct import BAN, steps_in_force
from firstline.timeline import Call


async def ban_of(conn: Conn, call: Call) -> Refused | None:
    """Why this client's words are not taken; None where they are, and always for staff."""
    who = call.who
    if who.client_id is None or BAN not in steps_in_force(call.policy):
        return None
    step = await standing_step(conn, who.client_id, [BAN], call.now)
    return step and Forbidden(door_words(call.policy, step.rule), title="banned")


async def refuse_banned(conn: Conn, call: Call) -> None:
    """Refuse whatever else a client who is kept out would write."""
    if ban := await ban_of(conn, call):
        raise ban


async def find_ban(call: Call) -> Refused | None:
    """The same, on a connection of its own where one is needed at all."""
    if call.who.client_id is None or BAN not in steps_in_force(call.policy):
        return None
    async with call.db.connection() as conn:
        return await ban_of(conn, call)
