"""A refusal names its rule and the way out, both from the policy, in the reader's language."""

from dataclasses import replace

import pytest

from firstline.kit.errors import Conflict, Invalid
from firstline.policy import default_text, load
from firstline.requests.actions import closing
from firstline.requests.entrance.refusals import refusal_reply, refusals
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


LANGUAGES = ("en", "uk", "ru")
SITE = "https://desk.example"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_rule_of_the_shipped_file_is_refused_in_words_of_every_language(
    lang: str, hands: Hands, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = load(default_text())
    offered = refusals(policy, "", lang, hands.now)
    assert [one.code for one in offered] == list(policy.source.scope.out)
    replies = {one.code: refusal_reply(policy, one, lang, SITE, hands.now) for one in offered}
    with capsys.disabled():
        print(*(f"\n--- {lang} {code}\n{text}" for code, text in replies.items()))
    for one in offered:
        text = replies[one.code]
        assert one.clause.rstrip(".") in text
        assert f"{SITE}/regulations#{one.code}" in text
        assert one.way_out in text
        assert "Kyiv" in text or "2026" in text, "until when the client may disagree"
    assert f"{SITE}/wiki/install-wordpress" in replies["not.scripts"]


def test_a_ukrainian_reply_holds_no_letter_of_another_language(hands: Hands) -> None:
    policy = load(default_text())
    for one in refusals(policy, "", "uk", hands.now):
        text = refusal_reply(policy, one, "uk", SITE, hands.now)
        assert not set("ыэъё") & set(text)
        assert "Thank you" not in text


async def test_one_choice_is_enough_for_a_courteous_refusal(hands: Hands) -> None:
    no = await hands.open()
    await hands.take("anna")
    act = (closing.close, "anna", no, "refused", " ", "not.scripts", SITE)
    request = await hands.act(*act)
    assert request.promise is None
    body = (await hands.entries(no))[-1].body
    assert "Support does not install scripts" in body
    assert f"{SITE}/regulations#not.scripts" in body


async def test_by_the_policy_a_refusal_leaves_the_request_with_the_client(hands: Hands) -> None:
    await hands.govern(default_text().replace("\nclose:", "\nclose:\n  refused: kept_open"))
    no = await close(hands, "refused", "not.code")
    request = await hands.request(no)
    assert (request.state, request.closed, request.promise) == ("with_client", False, None)
    last = (await hands.entries(no))[-1]
    assert (last.kind, last.data["outcome"], last.data["code"]) == ("said", "refused", "not.code")
    assert "Refused: Site code" in await told(hands, no, "en")
    await hands.say("vera", no, "I do not agree")
    assert (await hands.request(no)).promise is not None


async def test_a_refusal_that_stays_open_needs_words(hands: Hands) -> None:
    await hands.govern(default_text().replace("\nclose:", "\nclose:\n  refused: kept_open"))
    no = await hands.open()
    await hands.take("anna")
    await hands.say("anna", no, "I am reading it")
    with pytest.raises(Invalid) as refused:
        await hands.act(closing.close, "anna", no, "refused", "")
    assert refused.value.extra["field"] == "text"


async def test_what_is_done_at_other_hours_or_for_money_says_when_and_how_much(
    hands: Hands,
) -> None:
    scope = "scope:\n  when: [{calendar: not work, out: [duty.panel]}]\n"
    paid = "paid: [{id: hour, model: time, price: 70 EUR, for: [duty.services]}]\n"
    policy = await hands.govern(default_text().replace("scope:\n", scope) + paid)
    hands.clock.pass_by(days=3)  # Saturday
    found = {one.code: one for one in refusals(policy, "", "en", hands.now)}
    later = refusal_reply(policy, found["duty.panel"], "en", SITE, hands.now)
    assert "We can take it up from 16 March 2026, 09:00 on." in later
    price = refusal_reply(policy, found["duty.services"], "en", SITE, hands.now)
    assert "70" in price
    assert "EUR" in price or "€" in price


async def test_the_words_of_a_client_after_the_days_of_the_policy_reopen_nothing(
    hands: Hands,
) -> None:
    no = await close(hands, "refused", "not.code")
    hands.clock.pass_by(days=15)
    with pytest.raises(Conflict):
        await hands.say("vera", no, "I do not agree")
