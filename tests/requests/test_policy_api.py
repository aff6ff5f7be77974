"""The API keeps the policy: priorities, codes of refusals, and what the door says."""

from typing import Any

from firstline.policy import default_text

from .hands import Hands
from .test_policy_order import LEVELS


async def test_without_priorities_the_field_is_refused_in_a_sentence(client_for: Any) -> None:
    vera = await client_for("vera")
    words = {"topic": "web", "body": "Down"}
    refused = await vera.post("/api/v1/requests", json={**words, "priority": "high"})
    assert (refused.status_code, refused.json()["field"]) == (422, "priority")
    assert "no priorities" in refused.json()["detail"]
    no = (await vera.post("/api/v1/requests", json=words)).json()["no"]
    amended = await vera.patch(f"/api/v1/requests/{no}", json={"priority": "high"})
    assert amended.status_code == 422


async def test_a_priority_is_set_shown_and_changed(hands: Hands, client_for: Any) -> None:
    await hands.govern(default_text() + LEVELS)
    vera, anna = await client_for("vera"), await client_for("anna")
    words = {"topic": "web", "body": "Down", "priority": "high"}
    made = await vera.post("/api/v1/requests", json=words)
    assert made.status_code == 201
    address = f"/api/v1/requests/{made.json()['no']}"
    assert (await vera.get(address)).json()["priority"] == "high"
    unknown = await vera.patch(address, json={"priority": "asap"})
    assert unknown.status_code == 422
    assert "high, normal, low" in unknown.json()["detail"]
    assert (await anna.patch(address, json={"priority": "low"})).status_code == 403
    changed = await vera.patch(address, json={"priority": "low"})
    assert changed.json()["priority"] == "low"
    foreign = await client_for("pavel")
    assert (await foreign.patch(address, json={"priority": "high"})).status_code == 404


async def test_a_refusal_names_its_code(client_for: Any) -> None:
    vera, anna = await client_for("vera"), await client_for("anna")
    made = await vera.post("/api/v1/requests", json={"topic": "web", "body": "Write me a plugin"})
    address = f"/api/v1/requests/{made.json()['no']}"
    await anna.post("/api/v1/lines/first/take")
    closing = {"outcome": "refused", "text": "We do not write code.", "code": "not.there"}
    wrong = await anna.post(f"{address}/closure", json=closing)
    assert (wrong.status_code, wrong.json()["field"]) == (422, "code")
    closed = await anna.post(f"{address}/closure", json={**closing, "code": "not.code"})
    assert closed.status_code == 201
    entry = (await vera.get(f"{address}/entries")).json()["entries"][-1]
    assert (entry["kind"], entry["body"]) == ("closed", "We do not write code.")


async def test_a_closed_door_is_a_problem_with_the_policys_words(
    hands: Hands, client_for: Any
) -> None:
    old = "  - id: api\n    title: {en: API, uk: API, ru: API}\n    status: official\n"
    assert old in default_text()
    refused = old.replace("official", "refused") + "    reply: use(chat)\n"
    await hands.govern(default_text().replace(old, refused))
    vera = await client_for("vera")
    answer = await vera.post("/api/v1/requests", json={"topic": "web", "body": "Down"})
    assert answer.status_code == 403
    assert answer.json()["detail"].endswith("Use this instead: Online chat.")
    told = await vera.post(
        "/api/v1/requests",
        json={"topic": "web", "body": "Down"},
        headers={"Accept-Language": "uk"},
    )
    assert told.status_code == 403
