"""The main way of a request, through the API, as the regulations tell it."""

from datetime import datetime, timedelta
from typing import Any


async def opened(api: Any, body: str = "403 on https://acme.example/page/", **more: Any) -> Any:
    answer = await api.post("/api/v1/requests", json={"topic": "web", "body": body, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


def when(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def test_a_new_request_starts_on_the_first_line_as_a_chat_with_an_hour_promised(
    client_for: Any,
) -> None:
    vera = await client_for("vera")
    request = await opened(vera)
    assert (request["mode"], request["line"], request["state"]) == ("chat", "first", "waiting")
    assert request["position"] == 1
    assert request["promise"]["kind"] == "answer"
    due = when(request["promise"]["due_at"]) - when(request["arrived_at"])
    assert due == timedelta(hours=1)
    shown = (await vera.get(f"/api/v1/requests/{request['no']}")).json()
    assert shown["promise"] == request["promise"]
    entries = (await vera.get(f"/api/v1/requests/{request['no']}/entries")).json()
    assert [(e["no"], e["kind"], e["body"]) for e in entries["entries"]] == [
        (1, "opened", "403 on https://acme.example/page/")
    ]
    assert entries["head"] == 1


async def test_the_whole_way_from_chat_to_the_administrators_and_back_to_the_client(
    client_for: Any, clock: Any
) -> None:
    vera, anna, boris, sofia = [await client_for(n) for n in ("vera", "anna", "boris", "sofia")]
    no = (await opened(vera))["no"]

    taken = await anna.post("/api/v1/lines/first/take")
    assert taken.status_code == 200, taken.text
    assert (taken.json()["no"], taken.json()["state"]) == (no, "with_us")
    assert taken.json()["position"] is None

    clock.pass_by(minutes=3)
    said = await anna.post(f"/api/v1/requests/{no}/entries", json={"body": "I am looking."})
    assert said.status_code == 201, said.text
    assert (await vera.get(f"/api/v1/requests/{no}")).json()["promise"] is None
    clock.pass_by(minutes=1)
    await vera.post(f"/api/v1/requests/{no}/entries", json={"body": "Since this morning."})
    owed = (await vera.get(f"/api/v1/requests/{no}")).json()
    assert when(owed["promise"]["due_at"]) == clock.now + timedelta(hours=1)
    assert owed["state"] == "with_us"

    assert await _up_two_lines(no, clock, anna, boris, sofia) == owed["promise"], (
        "handed over unanswered: the promise stays"
    )
    await _delayed_and_closed(no, clock, vera, sofia)
    mine = (await vera.get(f"/api/v1/requests/{no}/entries")).json()["entries"]
    assert [e["no"] for e in mine] == list(range(1, len(mine) + 1))
    assert "mod_security" not in str(mine), "summaries are between members of staff"
    staff = (await anna.get(f"/api/v1/requests/{no}/entries")).json()["entries"]
    assert any("mod_security" in e["body"] for e in staff)


async def _up_two_lines(no: int, clock: Any, anna: Any, boris: Any, sofia: Any) -> Any:
    clock.pass_by(minutes=5)
    up = await anna.post(
        f"/api/v1/requests/{no}/handover", json={"summary": "Rights are fine; 403 by mod_security"}
    )
    assert up.status_code == 200, up.text
    assert (up.json()["line"], up.json()["mode"]) == ("second", "ticket")
    assert (await boris.post("/api/v1/lines/second/take")).json()["no"] == no
    hint = await boris.post(f"/api/v1/requests/{no}/handover", json={"summary": "Needs a rule"})
    assert hint.json()["line"] == "administrators"
    assert (await sofia.post("/api/v1/lines/administrators/take")).json()["no"] == no
    return up.json()["promise"]


async def _delayed_and_closed(no: int, clock: Any, vera: Any, sofia: Any) -> None:
    late = clock.now + timedelta(hours=4)
    notice = await sofia.post(
        f"/api/v1/requests/{no}/delay-notice",
        json={"reason": "investigation", "until": late.isoformat(), "text": "We test the rule."},
    )
    assert notice.status_code == 201, notice.text
    promise = (await vera.get(f"/api/v1/requests/{no}")).json()["promise"]
    assert promise["kind"] == "delay"
    assert when(promise["due_at"]) == late

    closed = await sofia.post(
        f"/api/v1/requests/{no}/closure", json={"outcome": "solved", "text": "The rule is gone."}
    )
    assert closed.status_code == 201, closed.text
    assert closed.json()["state"] == "closed"
    again = await sofia.post(
        f"/api/v1/requests/{no}/closure", json={"outcome": "solved", "text": "Again."}
    )
    assert again.status_code == 409
    assert again.json()["state"] == "closed"

    rated = await vera.post(f"/api/v1/requests/{no}/rating", json={"score": 5})
    assert rated.status_code == 201, rated.text
    back = await vera.delete(f"/api/v1/requests/{no}/closure")
    assert back.status_code == 200, back.text
    assert back.json()["line"] == "administrators"


async def test_a_key_makes_one_request_and_one_entry(client_for: Any) -> None:
    vera = await client_for("vera")
    first = await vera.post(
        "/api/v1/requests", json={"topic": "web", "body": "Down", "key": "open-1"}
    )
    second = await vera.post(
        "/api/v1/requests", json={"topic": "web", "body": "Down", "key": "open-1"}
    )
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["no"] == second.json()["no"]
    other = await vera.post(
        "/api/v1/requests", json={"topic": "web", "body": "Up", "key": "open-1"}
    )
    assert other.status_code == 422
    no = first.json()["no"]
    path = f"/api/v1/requests/{no}/entries"
    one = await vera.post(path, json={"body": "More", "key": "k"})
    two = await vera.post(path, json={"body": "More"}, headers={"Idempotency-Key": "k"})
    assert (one.status_code, two.status_code) == (201, 200)
    assert one.json() == two.json()
    assert (await vera.post(path, json={"body": "Else", "key": "k"})).status_code == 422


async def test_a_note_is_for_staff_alone(client_for: Any) -> None:
    vera, anna = await client_for("vera"), await client_for("anna")
    no = (await opened(vera))["no"]
    await anna.post("/api/v1/lines/first/take")
    note = await anna.post(
        f"/api/v1/requests/{no}/entries", json={"body": "canary", "audience": "staff"}
    )
    assert note.status_code == 201
    seen = await vera.get(f"/api/v1/requests/{no}/entries")
    assert "canary" not in seen.text
    assert [e["no"] for e in seen.json()["entries"]] == [1, 2], "opened and taken"
    refused = await vera.post(
        f"/api/v1/requests/{no}/entries", json={"body": "x", "audience": "staff"}
    )
    assert refused.status_code == 422


async def test_foreign_and_unknown_requests_are_not_there(client_for: Any) -> None:
    vera, pavel = await client_for("vera"), await client_for("pavel")
    no = (await opened(vera))["no"]
    for number in (no, 999_999, 2**70):
        assert (await pavel.get(f"/api/v1/requests/{number}")).status_code == 404
        said = await pavel.post(f"/api/v1/requests/{number}/entries", json={"body": "hello"})
        assert said.status_code == 404


async def test_the_earliest_is_taken_first_and_the_limit_holds(client_for: Any) -> None:
    vera, pavel, anna = [await client_for(n) for n in ("vera", "pavel", "anna")]
    numbers = [(await opened(who, f"matter {i}"))["no"] for i in range(4) for who in (vera, pavel)]
    taken = [(await anna.post("/api/v1/lines/first/take")).json()["no"] for _ in range(5)]
    assert taken == numbers[:5]
    full = await anna.post("/api/v1/lines/first/take")
    assert full.status_code == 409
    assert (await anna.post("/api/v1/lines/second/take")).status_code == 403
    assert (await vera.post("/api/v1/lines/first/take")).status_code in (403, 404)


async def test_an_empty_line_gives_nothing(client_for: Any) -> None:
    boris = await client_for("boris")
    assert (await boris.post("/api/v1/lines/second/take")).status_code == 204


async def test_bad_input_names_its_field(client_for: Any) -> None:
    vera = await client_for("vera")
    no = (await opened(vera))["no"]
    path = f"/api/v1/requests/{no}/entries"
    cases = [
        ({"body": "x" * 20_001}, 413, "body"),
        ({"body": "a\0b"}, 422, "body"),
        ({"body": "  "}, 422, "body"),
        ({}, 422, "body"),
        ({"body": "x", "state": "closed"}, 422, "state"),
    ]
    for json, status, field in cases:
        answer = await vera.post(path, json=json)
        assert (answer.status_code, answer.json().get("field")) == (status, field), answer.text
    broken = await vera.post(path, content=b"{", headers={"Content-Type": "application/json"})
    assert broken.status_code == 400
    assert (await vera.post("/api/v1/requests", json={"topic": "x", "body": "y"})).json()[
        "field"
    ] == "topic"


async def test_unreadable_json_is_refused_as_such(client_for: Any) -> None:
    vera = await client_for("vera")
    kind = {"Content-Type": "application/json"}
    for body in (b'{"topic":"web","body":"\xff\xfe"}', b"[" * 100_000, b"{"):
        answer = await vera.post("/api/v1/requests", content=body, headers=kind)
        assert answer.status_code == 400, answer.text
    absent = await vera.post("/api/v1/requests")
    assert absent.status_code == 422
    assert "openapi" in absent.json()["detail"]


async def test_the_key_of_an_opening_may_say_something_afterwards(client_for: Any) -> None:
    vera = await client_for("vera")
    no = (await opened(vera, "The same words", key="k"))["no"]
    path = f"/api/v1/requests/{no}/entries"
    said = await vera.post(path, json={"body": "The same words", "key": "k"})
    again = await vera.post(path, json={"body": "The same words", "key": "k"})
    assert (said.status_code, said.json()["no"]) == (201, 2)
    assert (again.status_code, again.json()["no"]) == (200, 2)


async def test_a_request_comes_back_to_its_holder_who_is_present(client_for: Any) -> None:
    vera, anna = await client_for("vera"), await client_for("anna")
    no = (await opened(vera))["no"]
    await anna.post("/api/v1/lines/first/take")
    closing = {"outcome": "solved", "text": "Done"}
    await anna.post(f"/api/v1/requests/{no}/closure", json=closing)
    back = (await vera.delete(f"/api/v1/requests/{no}/closure")).json()
    assert (back["state"], back["holder"]) == ("with_us", "Anna")


async def test_a_key_in_the_header_is_the_key_in_the_body(client_for: Any) -> None:
    vera, anna = await client_for("vera"), await client_for("anna")
    no = (await opened(vera))["no"]
    first = await anna.post("/api/v1/lines/first/take", headers={"Idempotency-Key": "t"})
    again = await anna.post("/api/v1/lines/first/take", json={"key": "t"})
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["no"] == again.json()["no"] == no
