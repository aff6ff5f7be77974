"""Forms of paid help, as browsers send them: each done once, whoever else may not send them."""

import re
from collections.abc import Callable
from typing import Any

from tests.desk.conftest import Browser
from tests.desk.conftest import browser_for as browser_for
from tests.requests.hands import Hands

OF = re.compile(r"/(offers|times)/([0-9a-f-]{36})/(\w+)")


async def test_every_form_that_comes_twice_is_done_once(
    hands: Hands, no: int, browser_for: Callable[[str], Any]
) -> None:
    anna, at = await browser_for("anna"), f"/desk/requests/{no}"
    page = await anna.get(f"{at}/paid/offer")
    assert 'value="help/"' in page.text
    wish = {"help": "help/", "minutes": "60", "words": "I can do it", "key": "offer"}
    page = await _twice(anna, f"{at}/offers", **wish)
    [(_kind, offer, _deed)] = set(OF.findall(page))
    vera = await browser_for("vera")
    decision = {"agree": "yes", "key": "yes"}
    for _time in range(2):
        done = await vera.form(f"/requests/{no}/offers/{offer}/decision", **decision)
        assert done.status_code == 303
    page = await _twice(anna, f"{at}/offers/{offer}/start", key="start")
    hands.clock.pass_by(minutes=10)
    [running] = {id for kind, id, deed in OF.findall(page) if kind == "times" and deed == "stop"}
    await _twice(anna, f"{at}/times/{running}/stop", words="Done", key="stop")
    correction = {"void": "1", "words": "Not me", "key": "away"}
    await _twice(anna, f"{at}/times/{running}/correction", **correction)
    begin = f"{hands.now.astimezone(hands.desk.policies.current(hands.now)[1].zone):%Y-%m-%dT%H:%M}"
    hands.clock.pass_by(minutes=9)
    until = f"{begin[:-2]}{int(begin[-2:]) + 9:02}"
    span = {"started_at": begin, "stopped_at": until, "words": "Now me", "key": "by hand"}
    await _twice(anna, f"{at}/offers/{offer}/times", **span)
    said = [e.body for e in await hands.entries(no) if e.kind in ("said", "note")]
    assert [body.splitlines()[0].partition(":")[0] for body in said] == [
        "I can do it", "I agree", "Paid time", "Paid time taken away", "Paid time",
    ]  # fmt: skip


async def _twice(operator: Browser, address: str, **fields: str) -> str:
    answers = [await operator.act(address, **fields) for _time in range(2)]
    assert [one.status_code for one in answers] == [200, 200], answers[-1].text
    return answers[-1].text


async def test_what_is_typed_wrong_is_said_in_a_sentence(
    hands: Hands, no: int, browser_for: Callable[[str], Any]
) -> None:
    anna, at = await browser_for("anna"), f"/desk/requests/{no}"
    for fields, word in (
        ({"help": "help/", "minutes": "soon"}, "whole number"),
        ({"help": "help/", "minutes": "1e9"}, "whole number"),
        ({"help": "<script>/"}, "price list"),
        ({"help": ""}, "price list"),
    ):
        answer = await anna.act(f"{at}/offers", **fields)
        assert (answer.status_code, word in answer.text) == (422, True), answer.text
    assert (await anna.get(f"{at}/paid/nonsense")).status_code == 404
    assert await hands.kinds(no) == ["opened", "taken"]
