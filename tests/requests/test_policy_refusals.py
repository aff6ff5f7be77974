"""A refusal names its rule and the way out, both from the policy, in the reader's language."""

from dataclasses import replace

import pytest

from firstline.kit.errors import Invalid
from firstline.policy import default_text
from firstline.requests.actions import closing
from firstline.requests.entrance.refusals import refusals
from firstline.requests.live.entry_html import entry_html

from .hands import Hands


async def close(hands: Hands, outcome: str, code: str | None, no: int | None = None) -> int:
    no = no or await hands.open()
    if (await hands.request(no)).holder is None:
        await hands.take("anna")
    anna = hands.world["anna"]
    await hands.act(closing.close, anna, no, outcome, "It is your code.", code=code)
    return no


async def told(hands: Hands, no: int, lang: str) -> str:
    policy = hands.desk.policies.current(hands.now)[1]
    vera = replace(hands.world["vera"], language=lang)
    return entry_html((await hands.entries(no))[-1], vera, policy, now=hands.now)


async def test_the_client_reads_the_rule_and_the_way_out(hands: Hands) -> None:
    no = await close(hands, "refused", "not.code")
    assert (await hands.entries(no))[-1].data == {"outcome": "refused", "code": "not.code"}
    assert "Closed: Refused — Site code. Ask the developer of the site." in await told(
        hands, no, "en"
    )
    assert "Зверніться до розробника сайту." in await told(hands, no, "uk")


async def test_the_way_out_is_the_files(hands: Hands) -> None:
    text = default_text().replace("en: Ask the developer of the site.", "en: Ask the author.")
    await hands.govern(text)
    no = await close(hands, "refused", "not.code")
    assert "Ask the author." in await told(hands, no, "en")


async def test_only_codes_of_the_policy_are_taken_and_only_for_a_refusal(hands: Hands) -> None:
    no = await hands.open()
    for outcome, code in (("refused", "not.there"), ("solved", "not.code")):
        with pytest.raises(Invalid) as refused:
            await close(hands, outcome, code, no)
        assert refused.value.extra["field"] == "code"
    assert "data-no" in await told(hands, await close(hands, "refused", None, no), "en")


async def test_further_reasons_and_those_of_a_plan_are_offered(hands: Hands) -> None:
    scope = "scope:\n  by_plan: {gold: {in: [not.scripts]}, silver: {out: [cluster]}}\n"
    text = default_text().replace("scope:\n", scope) + "refuse: [wrong_format]\n"
    policy = await hands.govern(text + "plans: [gold, silver]\n")
    offered = {plan: {r.code for r in refusals(policy, plan, "en")} for plan in ("gold", "silver")}
    assert "wrong_format" in offered["gold"] & offered["silver"]
    assert "not.scripts" in offered["silver"] - offered["gold"]
    assert "cluster" in offered["silver"] - offered["gold"]
    no = await close(hands, "refused", "wrong_format")
    assert "— wrong format" in await told(hands, no, "en")
