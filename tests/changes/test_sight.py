"""Who may see which matter: the pure rule of each kind says the same as its SQL."""

from dataclasses import dataclass, replace

import pytest

from firstline.changes.model import ChangeLog
from firstline.kit.db import Conn
from firstline.people import Who, services
from firstline.timeline import get_request, may_see, scope_sql
from firstline.timeline.visibility import SIGHTS, Matter
from tests.desk.conftest import Opens


@dataclass
class Reader:
    """Asks the database with the condition of a kind."""

    conn: Conn

    async def sees(self, who: Who, table: str, key: int, kind: str) -> bool:
        scope, values = scope_sql(who, "r", kind=kind)
        cursor = await self.conn.execute(
            f"select from {table} r where r.no = %s and ({scope})".encode(), (key, *values)
        )
        return await cursor.fetchone() is not None


async def test_the_rule_of_each_kind_says_the_same_as_its_sql(
    conn: Conn, world: dict[str, Who], opens: Opens
) -> None:
    vera = world["vera"]
    assert vera.client_id is not None
    one, other = (service.id for service in (await services(conn, [vera.client_id]))[:2])
    limited = replace(vera, access="limited", services=frozenset({one}))
    stranger = replace(limited, id=world["pavel"].id)
    readers = [*world.values(), limited, stranger, replace(stranger, client_id=None)]
    opened = [await opens("vera", "Words", service=service) for service in (None, one, other)]
    matters: list[tuple[Matter, str, int]] = [(ChangeLog(), "matters", -1)]
    for no in opened:
        request = await get_request(conn, no)
        assert request is not None
        matters.append((request, "requests", no))
    assert {matter.matter_kind for matter, _, _ in matters} == set(SIGHTS)
    seen = {True: 0, False: 0}
    for who in readers:
        for matter, table, key in matters:
            by_rule = may_see(who, matter)
            assert by_rule == await Reader(conn).sees(who, table, key, matter.matter_kind), who
            seen[by_rule] += 1
    assert min(seen.values()) > 5, "both answers were given"


@pytest.mark.parametrize("name", ["anna", "vera", "martin"])
async def test_changes_are_for_those_who_run_the_desk(world: dict[str, Who], name: str) -> None:
    assert may_see(world[name], ChangeLog()) == (name == "martin")
