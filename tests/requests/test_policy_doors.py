"""By which channel, by whom, about what and how often: the desk takes what the policy lets in."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from firstline.kit import i18n
from firstline.kit.errors import Refused
from firstline.people import Who
from firstline.policy import default_text

from .hands import Hands

# A Saturday in Kyiv, and the Monday after it.
SATURDAY = datetime(2027, 3, 6, 9, 0, tzinfo=UTC)
MONDAY = datetime(2027, 3, 8, 9, 0, tzinfo=UTC)
CHAT = """  - id: chat
    title: {en: Online chat, uk: Онлайн-чат, ru: Онлайн-чат}
    status: official
    calendar: always
"""
LEVELS = "priorities: {levels: [high, normal], set_by: client, default: normal}\n"


def chat(*, status: str = "official", calendar: str = "always", more: str = "") -> str:
    """The shipped file with another rule for the chat."""
    changed = CHAT.replace("official", status).replace("always", calendar) + more
    text = default_text().replace(CHAT, changed)
    # Nothing may depend on a chat that is not there for everybody.
    text = text.replace("    reached_through: chat\n", "")
    return text.replace("refer(chat)", "refer(ticket)")


async def refused(hands: Hands, name: str = "vera", **more: Any) -> Refused:
    with pytest.raises(Refused) as found:
        await hands.open(name, **more)
    return found.value


async def test_a_refused_channel_names_the_other_way(hands: Hands) -> None:
    await hands.govern(chat(status="refused", more="    reply: use(phone)\n"))
    found = await refused(hands)
    assert (found.status, found.title) == (403, "channel-refused")
    assert found.detail == "No requests are taken here: Online chat. Use this instead: Phone."
    with i18n.speaking("uk"):
        assert "Скористайтеся натомість цим: Телефон." in (await refused(hands)).detail
    assert await hands.open("anna", client=hands.world["vera"].client_id), "staff open it for them"
    assert await hands.open(channel="widget"), "the other doors have rules of their own"


async def test_a_channel_that_the_staff_opens_is_not_the_clients(hands: Hands) -> None:
    await hands.govern(chat(more="    opened_by: staff\n"))
    assert (await refused(hands)).title == "channel-refused"


async def test_a_channel_of_other_plans_is_refused_and_of_the_own_plan_is_not(
    hands: Hands,
) -> None:
    await hands.govern(chat(more="    plans: [gold]\n    fallback: phone\n") + "plans: [gold]\n")
    found = await refused(hands)
    assert found.detail == "It is not part of your plan: Online chat. Use this instead: Phone."
    await hands.on_plan("vera", "gold")
    assert await hands.open()


async def test_a_variant_by_plan_has_a_status_of_its_own(hands: Hands) -> None:
    variant = "    variants: [{plan: free, status: refused}]\n"
    await hands.govern(chat(more=variant) + "plans: [free, gold]\n")
    await hands.on_plan("vera", "free")
    assert (await refused(hands)).status == 403
    await hands.on_plan("vera", "gold")
    assert await hands.open()


async def test_an_emergency_channel_takes_emergencies(hands: Hands) -> None:
    rules = chat(status="emergency_only", more="    fallback: phone\n") + LEVELS
    await hands.govern(rules)
    assert (await refused(hands)).title == "emergencies-only"
    assert (await refused(hands, priority="normal")).status == 409
    assert await hands.open(priority="high")


async def test_a_channel_deals_with_what_it_covers(hands: Hands) -> None:
    await hands.govern(chat(more="    covers: [billing]\n    beyond: refer(phone)\n"))
    found = await refused(hands, topic="web")
    assert (found.status, found.extra["field"]) == (409, "topic")
    assert found.detail.endswith("Use this instead: Phone.")
    assert await hands.open(topic="billing")
    await hands.govern(chat(more="    never: [billing]\n"))
    assert (await refused(hands, topic="billing")).title == "beyond-channel"


@pytest.mark.parametrize("at", [SATURDAY, MONDAY])
async def test_outside_its_hours_a_channel_refuses_or_takes_it_for_later(
    hands: Hands, at: datetime
) -> None:
    words = "    outside: {en: We answer on working days.}\n"
    await hands.govern(chat(calendar="work", more=words))
    hands.clock.now = at
    await hands.desk.policies.fresh(hands.now)
    assert await hands.open(), "to be answered later"
    hands.clock.now = datetime.now(UTC).replace(microsecond=0)
    await hands.govern(chat(calendar="work", more=words + "    outside_hours: refuse\n"))
    hands.clock.now = at
    await hands.desk.policies.fresh(hands.now)
    if at == MONDAY:
        assert await hands.open()
    else:
        found = await refused(hands)
        assert (found.status, found.title) == (409, "channel-closed")
        assert found.detail == "We answer on working days."


async def test_a_plan_without_support_has_none(hands: Hands) -> None:
    await hands.govern(default_text() + "plans: {free: {support: false, title: Free}, gold: {}}\n")
    await hands.on_plan("vera", "free")
    assert (await refused(hands)).detail == "The plan Free has no support."
    await hands.on_plan("vera", "gold")
    assert await hands.open()


async def test_a_plan_that_has_ended_names_the_day_and_what_takes_its_place(hands: Hands) -> None:
    plans = "plans: {old: {title: Old, ends: 2027-03-06, then: new}, new: {title: New}}\n"
    await hands.govern(default_text() + plans)
    await hands.on_plan("vera", "old")
    hands.clock.now = SATURDAY
    assert await hands.open(), "its last day"
    hands.clock.now = MONDAY
    found = await refused(hands)
    assert (found.status, found.title) == (403, "no-support")
    assert found.detail == "The plan Old ended on 6 March 2027; now it is the plan New."


async def test_a_channel_is_for_the_kinds_of_contacts_that_the_policy_names(
    hands: Hands, world: dict[str, Who]
) -> None:
    await hands.govern(chat(more="    who: [owner]\n    fallback: phone\n"))
    assert await hands.open("vera"), "the owner"
    world["liam"] = replace(world["vera"], access="global")
    found = await refused(hands, "liam")
    assert found.detail.startswith("It is not for your kind of contact: Online chat.")


async def test_the_line_that_answers_first_is_that_of_the_hour(hands: Hands) -> None:
    lines = "    lines: [{when: not work, line: second}]\n"
    await hands.govern(chat(more=lines))
    for now, line in ((MONDAY, "first"), (SATURDAY, "second")):
        hands.clock.now = now
        assert (await hands.request(await hands.open())).line == line


async def test_the_line_of_a_channel_is_where_its_requests_begin(hands: Hands) -> None:
    await hands.govern(
        chat().replace("    line: first\n    becomes", "    line: consulting\n    becomes")
    )
    assert (await hands.request(await hands.open())).line == "consulting"
    assert (await hands.request(await hands.open(channel="api"))).line == "first"


async def test_contacts_write_where_the_policy_lets_them(
    hands: Hands, world: dict[str, Who]
) -> None:
    world["liam"] = replace(world["vera"], access="global")
    assert await hands.open("liam")
    await hands.govern(default_text().replace("who: [owner, contacts]", "who: [owner]"))
    assert (await refused(hands, "liam")).status == 403
    assert await hands.open("vera")
    await hands.govern(default_text().replace("login: full", "login: none"))
    assert (await refused(hands)).status == 403


async def test_a_topic_out_of_scope_is_refused_with_its_way_out(hands: Hands) -> None:
    text = default_text().replace("out: [not.code,", "out: [billing, not.code,")
    way = "  refer:\n    billing: {en: Ask the accountants., uk: Зверніться до бухгалтерії.}\n"
    await hands.govern(text.replace("  refer:\n", way, 1))
    found = await refused(hands, topic="billing")
    assert (found.status, found.title) == (409, "out-of-scope")
    assert found.detail.endswith("Ask the accountants.")
    assert await hands.open(topic="web")


async def test_a_plan_and_an_hour_have_a_scope_of_their_own(hands: Hands) -> None:
    text = default_text().replace("in: [duty.services,", "in: [web, mail, duty.services,")
    rules = "  by_plan: {silver: {out: [mail]}}\n  when: [{calendar: work, in: [web, mail]}, "
    rules += "{calendar: always, in: [web]}]\n"
    text = text.replace("scope:\n", "scope:\n" + rules) + "plans: [silver, gold]\n"
    await hands.govern(text)
    hands.clock.now = MONDAY
    await hands.desk.policies.fresh(hands.now)
    await hands.on_plan("vera", "gold")
    assert await hands.open(topic="mail")
    await hands.on_plan("vera", "silver")
    assert (await refused(hands, topic="mail")).title == "out-of-scope"
    hands.clock.now = SATURDAY
    await hands.desk.policies.fresh(hands.now)
    await hands.on_plan("vera", "gold")
    assert (await refused(hands, topic="mail")).title == "out-of-scope"
    assert await hands.open(topic="web")


async def test_a_quota_is_counted_by_month_and_not_carried_over(hands: Hands) -> None:
    rules = "plans: [silver, gold]\nquota: {amount: 2, per: month, plan: silver}\n"
    paid = "paid: {model: time, plan: silver, unit: 15m, price: 10 EUR, consent: before}\n"
    await hands.govern(default_text() + rules + paid)
    await hands.on_plan("vera", "silver")
    hands.clock.now = MONDAY
    await hands.desk.policies.fresh(hands.now)
    assert await hands.open(key="one")
    assert await hands.open()
    found = await refused(hands)
    assert (found.status, found.title) == (409, "quota-used")
    assert found.detail.startswith("The plan includes 2 requests in this period")
    assert found.detail.endswith("Further help is paid: 10 EUR.")
    assert await hands.open(key="one"), "a repeated call is no further request"
    assert await hands.open("pavel"), "another client's are counted apart"
    hands.clock.now = datetime(2027, 4, 1, 0, 0, tzinfo=UTC)  # three in the morning in Kyiv
    await hands.desk.policies.fresh(hands.now)
    assert await hands.open()
    await hands.on_plan("vera", "gold")
    for _ in range(3):
        assert await hands.open()


@pytest.mark.parametrize(
    ("paid", "beyond", "end"),
    [
        ("[{for: [moving], price: 99 EUR}, {price: 10 EUR}]", "paid", "is paid: 10 EUR."),
        ("[{model: subscription, price: 5 EUR}, {price: 10 EUR}]", "paid", "is paid: 10 EUR."),
        ("[{price: 1 EUR, to: 2027-01-31}, {price: 10 EUR}]", "paid", "is paid: 10 EUR."),
        ("[{for: [other], price: 3 EUR}, {price: 10 EUR}]", "paid", "is paid: 3 EUR."),
        ("[{model: per_request, fixed: 7 EUR}]", "paid", "is paid: 7 EUR."),
        ("[{for: [moving], price: 99 EUR}]", "paid", "and it is used."),
        ("[{price: 0 EUR}]", "paid", "and it is used."),
        ("[{fixed: unstated}]", "paid", "and it is used."),
        ("[{price: 10 EUR}]", "refused", "and it is used."),
        ("[{price: 10 EUR}]", "next_period", "and it is used."),
    ],
)
async def test_a_used_quota_names_the_price_that_would_be_charged(
    hands: Hands, paid: str, beyond: str, end: str
) -> None:
    hands.clock.now = MONDAY
    await hands.govern(f"{default_text()}quota: {{amount: 1, beyond: {beyond}}}\npaid: {paid}\n")
    assert await hands.open(topic="other")
    assert (await refused(hands, topic="other")).detail.endswith(end)


async def test_a_quota_that_is_over_stops_nobody(hands: Hands) -> None:
    hands.clock.now = MONDAY
    await hands.govern(default_text() + "quota: {amount: 1, to: 2027-01-31}\n")
    assert await hands.open()
    assert await hands.open()


async def test_a_quota_may_count_each_service_apart(hands: Hands) -> None:
    await hands.govern(default_text() + "quota: {amount: 1, per: year, per_service: true}\n")
    service = await hands.service("vera", "hosting")
    assert await hands.open(service=service)
    assert await hands.open(), "about no service in particular"
    assert (await refused(hands, service=service)).title == "quota-used"


async def test_openings_at_once_do_not_pass_the_quota_together(hands: Hands) -> None:
    await hands.govern(default_text() + "quota: {amount: 2}\n")
    tries = [hands.open(body=f"Words {n}") for n in range(6)]
    found = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(one, int) for one in found) == 2
    assert {one.title for one in found if isinstance(one, Refused)} == {"quota-used"}
