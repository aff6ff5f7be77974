"""The API of paid help, as billing and other programs use it."""

import asyncio
from typing import Any

from tests.requests.hands import Hands

V1 = "/api/v1"


async def test_from_offer_to_statement(hands: Hands, no: int, client_for: Any) -> None:
    anna, vera, pavel = [await client_for(name) for name in ("anna", "vera", "pavel")]
    base = f"{V1}/requests/{no}"
    sold = (await anna.get(f"{base}/paid")).json()["sold"]
    assert {"purpose": "help", "item": "", "model": "time", "price": "60 EUR"} in sold
    wish = {"purpose": "help", "minutes": 60, "key": "o1"}
    made = await anna.post(f"{base}/offers", json=wish)
    assert made.status_code == 201
    offer = made.json()
    assert (offer["state"], offer["amount"], offer["minutes"]) == ("open", "60.00", 60)
    again = await anna.post(f"{base}/offers", json=wish)
    assert (again.status_code, again.json()) == (200, offer)
    theirs = (await vera.get(f"{base}/paid")).json()
    assert (theirs["offers"][0]["spent"], theirs["times"], theirs["sold"]) == (None, [], [])
    assert (await pavel.get(f"{base}/paid")).status_code == 404
    at = f"{base}/offers/{offer['id']}"
    assert (await pavel.post(f"{at}/decision", json={"agree": True})).status_code == 404
    assert (await anna.post(f"{at}/decision", json={"agree": True})).status_code == 404
    assert (await vera.post(f"{at}/decision", json={"agree": 1})).status_code in (400, 422)
    done = await vera.post(f"{at}/decision", json={"agree": True})
    assert (done.status_code, done.json()["state"]) == (200, "agreed")
    started = await anna.post(f"{at}/start")
    assert started.status_code == 201
    hands.clock.pass_by(minutes=16)
    stopped = await anna.post(f"{base}/times/{started.json()['id']}/stop", json={"words": "Done"})
    assert (stopped.status_code, stopped.json()["minutes"]) == (200, 16.0)
    client = hands.world["vera"].client_id
    found = await vera.get(f"{V1}/clients/{client}/statement")
    assert found.headers["content-type"] == "application/json"
    assert found.json()["totals"] == [{"currency": "EUR", "vat": "excl", "amount": "30.00"}]
    table = await anna.get(f"{V1}/clients/{client}/statement", params={"format": "csv"})
    assert table.headers["content-disposition"].endswith('statement-2026-03.csv"')
    assert (await pavel.get(f"{V1}/clients/{client}/statement")).status_code == 404
    for month in ("2026-13", "2026-04", "march", "2026-03-01", "0000-01"):
        answer = await vera.get(f"{V1}/clients/{client}/statement", params={"month": month})
        assert (month, answer.status_code) == (month, 422)


async def test_two_who_decide_at_once_leave_one_decision(
    hands: Hands, no: int, client_for: Any
) -> None:
    anna, vera = await client_for("anna"), await client_for("vera")
    offer = (await anna.post(f"{V1}/requests/{no}/offers", json={"item": "migration"})).json()
    at = f"{V1}/requests/{no}/offers/{offer['id']}/decision"
    answers = await asyncio.gather(
        *(vera.post(at, json={"agree": agree}) for agree in (True, False, True))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]
    said = [entry for entry in await hands.entries(no) if "agreed" in entry.data]
    assert len(said) == 1


async def test_times_without_an_offset_or_half_a_correction_are_refused(
    hands: Hands, no: int, client_for: Any
) -> None:
    anna, vera = await client_for("anna"), await client_for("vera")
    base = f"{V1}/requests/{no}"
    offer = (await anna.post(f"{base}/offers", json={"item": "migration"})).json()
    at = f"{base}/offers/{offer['id']}"
    await vera.post(f"{at}/decision", json={"agree": True})
    begin = hands.now
    end = hands.clock.pass_by(minutes=10)
    naive = {"started_at": "2026-03-11T08:00:00", "stopped_at": "2026-03-11T08:10:00"}
    assert (await anna.post(f"{at}/times", json=naive)).json()["field"] == "started_at"
    span = {"started_at": begin.isoformat(), "stopped_at": end.isoformat(), "key": "t1"}
    made = await anna.post(f"{at}/times", json=span)
    assert (await anna.post(f"{at}/times", json=span)).json() == made.json(), "once for its key"
    fix = f"{base}/times/{made.json()['id']}/correction"
    half = {"started_at": begin.isoformat(), "reason": "Wrong"}
    assert (await anna.post(fix, json=half)).status_code == 422
    gone = await anna.post(fix, json={"reason": "It was for another request"})
    assert (gone.status_code, gone.json()["void"]) == (201, True)
    assert (await anna.get(f"{base}/paid")).json()["times"] == []


async def test_every_post_is_answered_once_for_its_key_wherever_it_stands(
    hands: Hands, no: int, client_for: Any
) -> None:
    anna, vera = await client_for("anna"), await client_for("vera")
    base = f"{V1}/requests/{no}"

    async def twice(who: Any, path: str, change: dict[str, Any], **body: Any) -> dict[str, Any]:
        first = await who.post(f"{base}{path}", json={**body, "key": path})
        again = await who.post(f"{base}{path}", json=body, headers={"Idempotency-Key": path})
        assert (first.is_success, again.status_code) == (True, 200), (path, again.text)
        assert again.json() == first.json(), path
        if change:
            other = await who.post(f"{base}{path}", json={**body, **change, "key": path})
            assert (other.status_code, other.json()["field"]) == (422, "key"), path
        return first.json()

    offer = await twice(anna, "/offers", {"words": "Another"}, item="migration", words="One")
    at = f"/offers/{offer['id']}"
    await twice(vera, f"{at}/decision", {"agree": False}, agree=True)
    running = await twice(anna, f"{at}/start", {})
    hands.clock.pass_by(minutes=5)
    stop = f"/times/{running['id']}/stop"
    ended = await twice(anna, stop, {"words": "Another"}, words="Done")
    gone = await twice(anna, f"/times/{ended['id']}/correction", {"reason": "B"}, reason="A")
    assert gone["void"]
    other = (await anna.post(f"{base}/offers", json={"item": "migration"})).json()
    await twice(anna, f"/offers/{other['id']}/withdrawal", {})
