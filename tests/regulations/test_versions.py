"""Versions of the regulations: published, published again, withdrawn; the API of all that."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from firstline.app import Desk
from firstline.cli.doctor import examine
from firstline.kit.db import BoundDb, Db
from firstline.kit.errors import Conflict, Forbidden, Invalid, Missing
from firstline.people import Who, who_by_email
from firstline.policy import default_text, load
from firstline.regulations import store
from firstline.regulations.versions import (
    Policies,
    Unreadable,
    other_number,
    publish,
    publish_again,
    standings,
    text_of,
    withdraw,
)

HALF_AN_HOUR = default_text().replace("first: 1h, next: 1h", "first: 30m, next: 30m")
BROKEN = default_text().replace("Europe/Kyiv", "Europe/Kiyv", 1).replace("21:00", "21:77")


async def listed(db: BoundDb) -> list[store.Version]:
    async with db.connection() as conn:
        return await store.versions(conn)


async def test_who_published_when_and_why_stands_in_the_history(
    db: BoundDb, desk: Desk, world: dict[str, Who], clock: Any
) -> None:
    await db.run(publish, world["martin"], HALF_AN_HOUR, note="  Quicker answers ", now=clock())
    newest, first = await listed(db)
    assert (newest.version, newest.published_by, newest.note) == (2, "Martin", "Quicker answers")
    assert newest.published_at == newest.effective_at == clock()
    assert (first.version, first.published_by, first.again_of) == (1, None, None)
    assert standings([newest, first], clock()) == {1: "past", 2: "in_force"}


async def test_an_older_text_is_put_in_force_again_as_a_new_version(
    db: BoundDb, desk: Desk, world: dict[str, Who], clock: Any
) -> None:
    await db.run(publish, world["martin"], HALF_AN_HOUR, now=clock())
    clock.pass_by(minutes=1)
    number = await db.run(publish_again, world["martin"], 1, note="Too quick", now=clock())
    assert number == 3
    newest = (await listed(db))[0]
    assert (newest.again_of, newest.note) == (1, "Too quick")
    await desk.policies.fresh(clock())
    assert desk.policies.current(clock())[0] == 3
    async with db.connection() as conn:
        assert await text_of(conn, 3) == default_text()
    with pytest.raises(Missing):
        await db.run(publish_again, world["martin"], 9, now=clock())


async def test_a_coming_version_takes_effect_by_itself_unless_it_is_withdrawn(
    db: BoundDb, desk: Desk, world: dict[str, Who], clock: Any
) -> None:
    later, latest = clock() + timedelta(hours=1), clock() + timedelta(hours=2)
    await db.run(publish, world["martin"], HALF_AN_HOUR, effective_at=later, now=clock())
    await db.run(publish, world["martin"], default_text(), effective_at=latest, now=clock())
    assert standings(await listed(db), clock()) == {1: "in_force", 2: "coming", 3: "coming"}
    await db.run(withdraw, world["martin"], 3, note="Not yet", now=clock())
    withdrawn = (await listed(db))[0]
    assert (withdrawn.withdrawn_by, withdrawn.withdrawn_note) == ("Martin", "Not yet")
    assert withdrawn.withdrawn_at == clock()
    clock.pass_by(hours=3)
    await desk.policies.fresh(clock())
    assert desk.policies.current(clock())[0] == 2
    assert standings(await listed(db), clock()) == {1: "past", 2: "in_force", 3: "withdrawn"}


async def test_only_what_is_still_to_come_can_be_withdrawn(
    db: BoundDb, desk: Desk, world: dict[str, Who], clock: Any
) -> None:
    later = clock() + timedelta(hours=1)
    await db.run(publish, world["martin"], HALF_AN_HOUR, effective_at=later, now=clock())
    with pytest.raises(Forbidden):
        await db.run(withdraw, world["anna"], 2, now=clock())
    for number, state in ((1, "in_force"), (2, "withdrawn")):
        if number == 2:
            await db.run(withdraw, world["martin"], 2, now=clock())
        with pytest.raises(Conflict) as refused:
            await db.run(withdraw, world["martin"], number, now=clock())
        assert refused.value.extra["state"] == state
    with pytest.raises(Missing):
        await db.run(withdraw, world["martin"], 7, now=clock())
    # At the very moment it is in force already.
    await db.run(publish, world["martin"], HALF_AN_HOUR, effective_at=later, now=clock())
    with pytest.raises(Conflict):
        await db.run(withdraw, world["martin"], 3, now=later)


async def test_a_withdrawn_version_still_judges_whom_it_has_met(
    db: BoundDb, desk: Desk, world: dict[str, Who], clock: Any
) -> None:
    later = clock() + timedelta(seconds=1)
    await db.run(publish, world["martin"], HALF_AN_HOUR, effective_at=later, now=clock())
    await db.run(withdraw, world["martin"], 2, now=clock())
    late_comer = Policies(db)
    await late_comer.fresh(clock() + timedelta(minutes=1))
    assert late_comer.current(clock() + timedelta(minutes=1))[0] == 1
    assert late_comer.version(2).source.targets[0].first is not None


async def test_what_another_release_published_changes_nothing_where_it_cannot_be_read(
    db: BoundDb, desk: Desk, clock: Any, caplog: pytest.LogCaptureFixture
) -> None:
    newer = HALF_AN_HOUR.replace("format: 1", "format: 2")
    async with db.transaction() as tx:
        await store.add(tx.conn, 2, newer, clock(), None, clock())
        await store.add(tx.conn, 3, HALF_AN_HOUR, clock() + timedelta(hours=1), None, clock())
    for _look in range(2):
        clock.pass_by(minutes=1)
        await desk.policies.fresh(clock())
    assert caplog.text.count("cannot read version 2 of the regulations (line ") == 1
    assert desk.policies.current(clock())[0] == 1
    assert desk.policies.version(2) is desk.policies.version(1)
    clock.pass_by(hours=1)
    assert [number for number, _ in desk.policies.effective_versions()] == [1, 3]
    assert desk.policies.current(clock())[0] == 3
    told = await examine(db, desk.settings, now=clock())
    assert [(one.code, one.count) for one in told] == [("regulations", 1)]


async def test_a_desk_that_can_read_no_version_says_which_and_what_to_do(
    db: BoundDb, clock: Any
) -> None:
    async with db.transaction() as tx:
        await tx.conn.execute("update policies set body = 'format: 2\nlanes: []\n'")
    with pytest.raises(Unreadable, match=r"version 1 .*newer Firstline.* go back to the release"):
        await Policies(db).fresh(clock())


async def test_who_does_not_know_of_a_newer_version_is_told_of_it(
    db: BoundDb, desk: Desk, world: dict[str, Who], clock: Any
) -> None:
    await db.run(publish, world["martin"], HALF_AN_HOUR, seen=1, note="First", now=clock())
    with pytest.raises(Conflict) as refused:
        await db.run(publish, world["martin"], default_text(), seen=1, now=clock())
    assert refused.value.title == "published-meanwhile"
    (newer,) = refused.value.extra["published"]
    assert (newer["version"], newer["published_by"], newer["note"]) == (2, "Martin", "First")
    assert len(await listed(db)) == 2


async def test_a_broken_file_names_every_error_and_changes_nothing(
    db: BoundDb, desk: Desk, world: dict[str, Who], clock: Any
) -> None:
    with pytest.raises(Invalid) as refused:
        await db.run(publish, world["martin"], BROKEN, now=clock())
    found = refused.value.extra["findings"]
    assert {"unknown-zone"} < {finding["code"] for finding in found}
    for name in ("anna", "vera"):
        with pytest.raises(Forbidden):
            await db.run(publish, world[name], HALF_AN_HOUR, now=clock())
        with pytest.raises(Forbidden):
            await db.run(publish_again, world[name], 1, now=clock())
    assert len(await listed(db)) == 1


@pytest.mark.parametrize(
    ("when", "error"),
    [
        (timedelta(seconds=-1), Conflict),
        (timedelta(days=3000), Invalid),
    ],
)
async def test_a_time_gone_by_or_too_far_is_refused(
    db: BoundDb, desk: Desk, world: dict[str, Who], clock: Any, when: timedelta, error: type
) -> None:
    with pytest.raises(error):
        await db.run(
            publish, world["martin"], HALF_AN_HOUR, effective_at=clock() + when, now=clock()
        )
    naive = (clock() + timedelta(days=1)).replace(tzinfo=None)
    with pytest.raises(Invalid):
        await db.run(publish, world["martin"], HALF_AN_HOUR, effective_at=naive, now=clock())


def test_a_number_of_its_own_is_said() -> None:
    assert other_number(default_text(), load(default_text()).version) == []
    (finding,) = other_number(default_text(), 12)
    assert (finding.code, finding.severity) == ("version-number", "warning")
    assert default_text().splitlines()[finding.line - 1].strip().startswith("version:")


async def test_two_who_publish_at_once_get_one_order_and_the_second_is_told(
    live_database: str,
) -> None:
    db = Db(live_database, size=4)
    await db.open()
    now = datetime.now(UTC)
    async with db.connection() as conn:
        martin = await who_by_email(conn, "martin@firstline.example")
    both = await asyncio.gather(
        *[db.run(publish, martin, HALF_AN_HOUR, seen=1, now=now) for _ in range(2)],
        return_exceptions=True,
    )
    told = [each for each in both if isinstance(each, Conflict)]
    assert [each[0] for each in both if not isinstance(each, BaseException)] == [2]
    assert [each.title for each in told] == ["published-meanwhile"]
    blind = await asyncio.gather(
        *[db.run(publish, martin, HALF_AN_HOUR, now=now) for _ in range(3)]
    )
    assert sorted(number for number, _ in blind) == [3, 4, 5]
    await db.close()


Clients = Callable[[str | None], Any]


@pytest.fixture
async def martin(client_for: Clients) -> Any:
    return await client_for("martin")


async def test_the_api_publishes_once_a_key_and_shows_the_history(
    martin: Any, desk: Desk, clock: Any
) -> None:
    later = (clock() + timedelta(days=1)).isoformat()
    body = {"file": HALF_AN_HOUR, "note": "Quicker", "effective_at": later, "key": "k1"}
    made = await martin.post("/api/v1/policy", json=body)
    assert made.status_code == 201
    version = made.json()["version"]
    assert (version["version"], version["state"], version["note"]) == (2, "coming", "Quicker")
    assert [f["code"] for f in made.json()["findings"]] == ["version-number"]
    again = await martin.post("/api/v1/policy", json=body)
    assert (again.status_code, again.json()) == (200, made.json())
    other = await martin.post("/api/v1/policy", json={**body, "note": "Another"})
    assert (other.status_code, other.json()["field"]) == (422, "key")
    listed = (await martin.get("/api/v1/policy/versions?limit=1")).json()
    assert ([v["version"] for v in listed["items"]], listed["after"]) == ([2], "2")
    listed = (await martin.get("/api/v1/policy/versions?limit=1&after=2")).json()
    assert ([v["version"] for v in listed["items"]], listed["after"]) == ([1], None)
    gone = await martin.delete("/api/v1/policy/versions/2")
    assert (gone.status_code, gone.json()["state"]) == (200, "withdrawn")
    assert (await martin.delete("/api/v1/policy/versions/2")).status_code == 409
    assert (await martin.delete("/api/v1/policy/versions/1")).json()["state"] == "in_force"
    assert (await martin.delete("/api/v1/policy/versions/99")).status_code == 404


async def test_the_api_tells_what_is_in_force_at_once(
    martin: Any, client_for: Clients, desk: Desk
) -> None:
    assert (await martin.post("/api/v1/policy", json={"file": HALF_AN_HOUR})).status_code == 201
    vera = await client_for("vera")
    told = (await vera.get("/api/v1/policy")).json()
    assert (told["version"], told["file"], told["timezone"]) == (2, None, "Europe/Kyiv")
    assert (await vera.get(told["page"])).status_code == 200
    assert (await martin.get("/api/v1/policy")).json()["file"] == HALF_AN_HOUR
    made = await vera.post("/api/v1/requests", json={"topic": "web", "body": "Words"})
    due = datetime.fromisoformat(made.json()["promise"]["due_at"])
    assert due - datetime.fromisoformat(made.json()["arrived_at"]) == timedelta(minutes=30)


async def test_the_api_refuses_a_broken_file_with_every_finding(
    martin: Any, client_for: Clients, clock: Any
) -> None:
    refused = await martin.post("/api/v1/policy", json={"file": BROKEN})
    assert refused.status_code == 422
    assert refused.json()["field"] == "file"
    checked = await martin.post("/api/v1/policy/check", json={"file": BROKEN})
    assert refused.json()["findings"] == checked.json()["findings"]
    assert len(checked.json()["findings"]) > 1
    past = {"file": HALF_AN_HOUR, "effective_at": (clock() - timedelta(days=1)).isoformat()}
    assert (await martin.post("/api/v1/policy", json=past)).status_code == 409
    stale = {"file": HALF_AN_HOUR, "seen": 0}
    assert (await martin.post("/api/v1/policy", json=stale)).status_code == 409
    assert (await martin.get("/api/v1/policy")).json()["version"] == 1
    anna = await client_for("anna")
    for path in ("/api/v1/policy", "/api/v1/policy/trial"):
        assert (await anna.post(path, json={"file": HALF_AN_HOUR})).status_code == 403


BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{b}: &{b} [{','.join(['*' + a] * 9)}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize("file", [BOMB, "policy:\n\tversion: 1", "", "[" * 5000, "a: \x00"])
async def test_hostile_files_are_refused_in_one_sentence(martin: Any, file: str) -> None:
    for path in ("/api/v1/policy", "/api/v1/policy/trial"):
        answer = await martin.post(path, json={"file": file})
        assert answer.status_code == 422
    checked = await martin.post("/api/v1/policy/check", json={"file": file})
    assert checked.status_code == 200


async def test_ten_megabytes_are_too_much(martin: Any) -> None:
    for path in ("", "/check", "/trial"):
        answer = await martin.post(f"/api/v1/policy{path}", json={"file": "a" * 10_000_000})
        assert answer.status_code == 413


async def test_the_api_tries_a_file_against_the_log(
    martin: Any, client_for: Clients, clock: Any
) -> None:
    vera = await client_for("vera")
    no = (await vera.post("/api/v1/requests", json={"topic": "web", "body": "Words"})).json()["no"]
    clock.pass_by(minutes=45)
    tried = await martin.post("/api/v1/policy/trial", json={"file": HALF_AN_HOUR, "days": 7})
    told = tried.json()
    assert told["whole"] == {"promises": 1, "late": 0, "promises_then": 1, "late_then": 1}
    assert told["lines"] == {"first": told["whole"]}
    assert [one["request"] for one in told["listed"]] == [no]
    wrong = await martin.post("/api/v1/policy/trial", json={"file": HALF_AN_HOUR, "days": 0})
    assert (wrong.status_code, wrong.json()["field"]) == (422, "days")
    assert (await martin.get("/api/v1/policy")).json()["version"] == 1, "it changed nothing"
