"""A hundred thousand requests to search in: plausible words with a long tail, put in by COPY."""

import random
from datetime import datetime, timedelta
from typing import Any

import psycopg

from firstline.kit.db import Db
from firstline.kit.ids import uuid7
from firstline.timeline.search.index import write_anew

ENTRIES = 5
CLIENTS = 2_000
AT_ONCE = 1_000
COMMON = (
    "the server returns error page when I open site please check and help we have looked at "
    "account mail database password connection hosting domain certificate сервер сайт працює "
    "помилка сторінка пошта ошибка открывается письмо почта доступ база данных файл клієнт"
).split()
SYLLABLES = "ka lo mi ter van sor pel du ri no tra gen est ul ba ко ра ми до ве на ли то ре".split()


class Words:
    """A writer with a vocabulary of its own: six words in ten are common, the rest thin out."""

    def __init__(self, seed: int = 1) -> None:
        self.chance = random.Random(seed)
        self.rare = [self._word() for _ in range(30_000)]

    def _word(self) -> str:
        return "".join(self.chance.choices(SYLLABLES, k=self.chance.randint(2, 4)))

    def text(self, length: int) -> str:
        return " ".join(self._one() for _ in range(length))

    def _one(self) -> str:
        x = self.chance.random()
        if x < 0.6:
            return self.chance.choice(COMMON)
        if x < 0.97:
            return self.rare[min(int(self.chance.paretovariate(0.6)), len(self.rare) - 1)]
        return f"www.site{self.chance.randint(1, 5000)}.example"


async def fill(database: str, requests: int, first: int, now: datetime) -> None:
    """Add `requests` closed ones of five entries each, numbered from `first`, and index them."""
    words = Words(first)
    async with await psycopg.AsyncConnection.connect(database) as conn:
        people = await _people(conn, now, first)
        numbers = range(first, first + requests)
        await _copy(conn, "matters", ({"no": no, "kind": "request"} for no in numbers))
        await _copy(conn, "requests", _requests(words, people, numbers, now))
        await _copy(conn, "entries", _entries(words, people, numbers, now))
        await conn.execute(
            "update counters set value = greatest(value, %s) where name = 'request'",
            (first + requests - 1,),
        )
        await conn.commit()
    db = Db(database)
    await db.open()
    for start in range(first, first + requests, AT_ONCE):
        async with db.transaction() as tx:
            await write_anew(tx.conn, range(start, min(start + AT_ONCE, first + requests)))
    await db.close()
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as conn:
        await conn.execute("vacuum analyze")


async def _people(conn: Any, now: datetime, first: int) -> list[tuple[Any, Any]]:
    pairs = [(uuid7(), uuid7()) for _ in range(CLIENTS)]
    await _copy(
        conn, "clients", [{"id": c, "name": f"Client {n}", "created_at": now}
                          for n, (c, _) in enumerate(pairs)],
    )  # fmt: skip
    await _copy(
        conn, "people",
        [{"id": p, "side": "client", "email": f"f{first}-{n}@bench.example", "name": f"Name {n}",
          "created_at": now} for n, (_, p) in enumerate(pairs)],
    )  # fmt: skip
    await _copy(
        conn, "contacts", [{"person_id": p, "client_id": c, "access": "owner"} for c, p in pairs]
    )
    return pairs


def _requests(words: Words, people: list[Any], numbers: range, now: datetime) -> Any:
    for no in numbers:
        client, person = people[words.chance.randrange(len(people))]
        at = now - timedelta(minutes=5 * (numbers.stop - no))
        yield {
            "no": no, "client_id": client, "opened_by": person, "topic": "web",
            "title": words.text(6), "language": "en", "channel": "chat", "mode": "chat",
            "line": "first", "state": "closed", "arrived_at": at, "line_since": at,
            "policy_version": 1, "head": ENTRIES, "updated_at": at, "closed_at": at,
            "outcome": "solved",
        }  # fmt: skip


def _entries(words: Words, people: list[Any], numbers: range, now: datetime) -> Any:
    for request in numbers:
        _, person = people[request % len(people)]
        for no in range(1, ENTRIES + 1):
            yield {
                "matter": request, "no": no, "kind": "opened" if no == 1 else "said",
                "by_id": person, "by_name": "Name", "side": "client",
                "audience": "staff" if no == 4 else "all", "channel": "chat",
                "body": words.text(words.chance.choice((8, 15, 30, 60))), "at": now,
                "sha": b"", "digests": b"",
            }  # fmt: skip


async def _copy(conn: Any, table: str, rows: Any) -> None:
    rows = iter(rows)
    head = next(rows)
    columns = list(head)
    async with (
        conn.cursor() as cursor,
        cursor.copy(f"copy {table} ({', '.join(columns)}) from stdin") as copy,
    ):
        await copy.write_row(list(head.values()))
        for row in rows:
            await copy.write_row(list(row.values()))
