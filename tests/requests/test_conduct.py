"""Conduct of clients: warned by a person, by a rule of the policy, step by step, on record."""

from datetime import UTC, timedelta
from typing import Any
from uuid import UUID

import pytest

from firstline import lines
from firstline.conduct import ConductStep, steps_of_client
from firstline.kit.errors import Conflict, Forbidden, Invalid, Missing
from firstline.policy import Policy, default_text
from firstline.requests import (
    ConductWish,
    changes,
    closing,
    give_secret,
    redacting,
    take_step,
    take_step_back,
)
from firstline.timeline import Request, transcript_text

from .hands import Hands

RULES = "{triggers: [insult_to_employee, profanity], steps: [warn, refuse, close, ban], lapse: 6mo}"
INSULT = "insult_to_employee"


async def govern(hands: Hands, rules: str = RULES) -> Policy:
    return await hands.govern(default_text().replace("conduct: {}", f"conduct: {rules}"))


async def held(hands: Hands) -> int:
    no = await hands.open()
    assert await hands.take("anna")
    return no


async def step(
    hands: Hands, no: int, name: str, who: str = "anna", rule: str = INSULT, **more: Any
) -> Request:
    return await hands.act(
        take_step, who, no, ConductWish(name, rule, **more), "https://desk.example"
    )


async def record(hands: Hands) -> list[ConductStep]:
    client = hands.world["vera"].client_id
    assert client
    async with hands.desk.db.connection() as conn:
        return await steps_of_client(conn, client)


async def last_id(hands: Hands) -> UUID:
    return (await record(hands))[0].id


async def test_without_rules_of_conduct_there_is_nothing_of_it(hands: Hands) -> None:
    no = await held(hands)
    with pytest.raises(Missing):
        await step(hands, no, "warn")
    for rules in ("{triggers: [profanity]}", "{steps: [warn]}"):
        await govern(hands, rules)
        with pytest.raises(Missing):
            await step(hands, no, "warn", rule="profanity")


async def test_a_warning_is_an_entry_and_a_record_and_changes_nobodys_turn(hands: Hands) -> None:
    await govern(hands)
    no = await held(hands)
    before = await hands.request(no)
    after = await step(hands, no, "warn")
    assert (after.promise, after.state) == (before.promise, before.state)
    assert await hands.promised(no) == before.promise_due_at, "the evidence says the same"
    entry = (await hands.entries(no))[-1]
    assert (entry.kind, entry.audience, entry.by_name) == ("conduct", "all", "Anna")
    assert entry.data == {"conduct": "warn", "code": INSULT}
    for said in (
        "These rules do not allow: insults to employees.",
        "https://desk.example/regulations#conduct",
        "If it happens again, this can follow: a refusal.",
        "11 September 2026",
        "reply here",
    ):
        assert said in entry.body
    (one,) = await record(hands)
    assert (one.step, one.rule, one.by_name) == ("warn", INSULT, "Anna")
    assert (one.request_no, one.entry_no, one.at) == (no, entry.no, hands.now)
    assert one.lapses_at
    assert timedelta(days=180) < one.lapses_at - hands.now < timedelta(days=186)


async def test_the_words_are_in_the_clients_language_and_may_be_written_anew(hands: Hands) -> None:
    await govern(hands)
    no = await held(hands)
    async with hands.desk.db.connection() as conn:
        await conn.execute("update requests set language = 'uk' where no = %s", (no,))
    await step(hands, no, "warn")
    body = (await hands.entries(no))[-1].body
    assert "образи працівників" in body
    assert "Please" not in body
    assert not set("ыэъё") & set(body)
    await step(hands, no, "warn", text="Please stay polite, Vera.")
    assert (await hands.entries(no))[-1].body == "Please stay polite, Vera."


async def test_the_next_step_follows_by_the_list_and_none_is_left_out(hands: Hands) -> None:
    await govern(hands)
    no = await held(hands)
    for early in ("refuse", "close", "ban", "lowest_priority", "nonsense"):
        with pytest.raises(Invalid) as refused:
            await step(hands, no, early)
        assert refused.value.extra["field"] == "step"
    await step(hands, no, "warn")
    await step(hands, no, "warn", rule="profanity")
    with pytest.raises(Invalid):
        await step(hands, no, "close")
    request = await step(hands, no, "refuse")
    assert (request.closed, request.outcome) == (True, "refused")
    with pytest.raises(Conflict, match="closed already"):
        await step(hands, no, "close")
    other = await held(hands)
    assert (await step(hands, other, "close")).outcome == "refused"
    assert [one.step for one in await record(hands)] == ["close", "refuse", "warn", "warn"]


async def test_a_rule_that_the_policy_does_not_have_is_refused(hands: Hands) -> None:
    await govern(hands)
    no = await held(hands)
    with pytest.raises(Invalid, match="profanity") as refused:
        await step(hands, no, "warn", rule="overuse")
    assert refused.value.extra["field"] == "rule"


async def test_a_lapsed_step_counts_no_longer_and_stays_in_the_record(hands: Hands) -> None:
    await govern(hands)
    no = await held(hands)
    await step(hands, no, "warn")
    hands.clock.pass_by(days=190)
    with pytest.raises(Invalid):
        await step(hands, no, "refuse")
    assert len(await record(hands)) == 1
    await step(hands, no, "warn")
    await step(hands, no, "refuse")


async def test_a_policy_without_a_lapse_lets_steps_count_for_good(hands: Hands) -> None:
    await govern(hands, "{triggers: [profanity], steps: [warn, refuse]}")
    no = await held(hands)
    await step(hands, no, "warn", rule="profanity")
    assert (await record(hands))[0].lapses_at is None
    assert "counts until" not in (await hands.entries(no))[-1].body
    hands.clock.pass_by(days=3000)
    await step(hands, no, "refuse", rule="profanity")


async def test_a_refusal_by_conduct_stays_open_where_refusals_do_and_a_closing_never(
    hands: Hands,
) -> None:
    text = default_text().replace("conduct: {}", f"conduct: {RULES}")
    await hands.govern(text.replace("\nclose:", "\nclose:\n  refused: kept_open"))
    no = await held(hands)
    await step(hands, no, "warn")
    request = await step(hands, no, "refuse")
    assert (request.closed, request.state) == (False, "with_client")
    assert (await step(hands, no, "close")).closed


async def test_who_may_take_a_step(hands: Hands) -> None:
    await govern(hands)
    no = await held(hands)
    for name in ("vera", "pavel"):
        with pytest.raises(Missing):
            await step(hands, no, "warn", name)
    for name in ("boris", "clara", "martin"):
        with pytest.raises(Forbidden):
            await step(hands, no, "warn", name)
    await step(hands, no, "warn", "ivan")
    await step(hands, no, "refuse")
    other = await held(hands)
    await step(hands, other, "close")
    with pytest.raises(Forbidden, match="management"):
        await step(hands, other, "ban")


async def test_what_a_colleague_wrote_into_the_record_meanwhile_is_read_first(
    hands: Hands,
) -> None:
    await govern(hands)
    no = await held(hands)
    await step(hands, no, "warn", count=0)
    with pytest.raises(Conflict, match="meanwhile"):
        await step(hands, no, "warn", "ivan", count=0)
    assert len(await record(hands)) == 1
    assert (await hands.kinds(no)).count("conduct") == 1


async def test_taking_back_is_managements_needs_a_reason_and_deletes_nothing(hands: Hands) -> None:
    await govern(hands)
    no = await held(hands)
    await step(hands, no, "warn")
    id = await last_id(hands)
    for name, error in (("anna", Forbidden), ("vera", Missing), ("sofia", Forbidden)):
        with pytest.raises(error):
            await hands.act(take_step_back, name, id, "A mistake")
    with pytest.raises(Invalid):
        await hands.act(take_step_back, "martin", id, " ")
    await hands.act(take_step_back, "martin", id, "That was somebody else.")
    entry = (await hands.entries(no))[-1]
    assert (entry.kind, entry.body, entry.audience) == ("conduct", "That was somebody else.", "all")
    (one,) = await record(hands)
    assert (one.back_no, one.back_by, one.back_at) == (entry.no, "Martin", hands.now)
    with pytest.raises(Conflict, match="already"):
        await hands.act(take_step_back, "martin", id, "Again")
    with pytest.raises(Invalid):
        await step(hands, no, "refuse")
    with pytest.raises(Missing):
        await hands.act(take_step_back, "martin", hands.world["vera"].id, "Nothing of it")


async def test_what_was_closed_by_a_step_stays_closed_until_somebody_reopens_it(
    hands: Hands,
) -> None:
    await govern(hands)
    no = await held(hands)
    await step(hands, no, "warn")
    await step(hands, no, "refuse")
    request = await hands.act(take_step_back, "martin", await last_id(hands), "A mistake")
    assert request.closed
    assert not (await hands.act(closing.reopen, "anna", no)).closed


BANS = "{triggers: [profanity], steps: [warn, ban], lapse: 1mo}"


async def banned(hands: Hands) -> int:
    await govern(hands, BANS)
    no = await held(hands)
    await step(hands, no, "warn", rule="profanity")
    await step(hands, no, "ban", "martin", rule="profanity")
    return no


async def test_a_ban_refuses_words_and_requests_with_the_rule_and_the_way_to_complain(
    hands: Hands,
) -> None:
    no = await banned(hands)
    before = await hands.kinds(no)
    closed = await hands.open("pavel")
    await hands.say("pavel", closed, "Other clients are heard")
    for deed in (hands.say("vera", no), hands.open("vera")):
        with pytest.raises(Forbidden) as refused:
            await deed
        assert "profanity" in refused.value.detail
        assert "management@firstline.example" in refused.value.detail
    assert await hands.kinds(no) == before
    assert await hands.open("anna", client=hands.world["vera"].client_id), "staff still may"


async def test_a_banned_client_reads_and_reopens_nothing(hands: Hands) -> None:
    no = await banned(hands)
    await hands.act(closing.close, "anna", no, "solved", "Done")
    with pytest.raises(Forbidden):
        await hands.act(closing.reopen, "vera", no)
    with pytest.raises(Forbidden):
        await hands.say("vera", no)
    assert (await hands.request(no)).closed


async def test_a_banned_client_writes_at_no_other_door_either(hands: Hands) -> None:
    """Mending a message, a new title, a password, a comment on a rating are words as well."""
    await govern(hands, BANS)
    no = await held(hands)
    await step(hands, no, "warn", rule="profanity")
    await step(hands, no, "ban", "martin", rule="profanity")
    secret = give_secret, "vera", hands.desk.seal, no, "Panel", "hidden"
    for deed in (
        hands.act(changes.edit, "vera", no, 1, "Mended"),
        hands.act(changes.amend, "vera", no, title="Mended"),
        hands.act(*secret),
    ):
        with pytest.raises(Forbidden, match="profanity"):
            await deed
    await hands.act(closing.close, "vera", no, "withdrawn", "")
    with pytest.raises(Forbidden, match="profanity"):
        await hands.act(closing.rate, "vera", no, 1, "Words")
    assert (await hands.kinds(no))[-1] == "closed", "giving up is no new word"


async def test_what_was_said_before_a_ban_is_said_once_and_answers_its_key(hands: Hands) -> None:
    await govern(hands, BANS)
    no = await held(hands)
    first = await hands.say("vera", no, "Hello", key="k")
    other = await hands.open("vera", key="o")
    await step(hands, no, "warn", rule="profanity")
    await step(hands, no, "ban", "martin", rule="profanity")
    assert (await hands.say("vera", no, "Hello", key="k")).no == first.no
    assert await hands.open("vera", key="o") == other


async def test_a_ban_ends_when_it_lapses_is_taken_back_or_leaves_the_policy(hands: Hands) -> None:
    no = await banned(hands)
    await hands.act(take_step_back, "martin", await last_id(hands), "Long ago")
    await hands.say("vera", no)
    await step(hands, no, "ban", "martin", rule="profanity")
    with pytest.raises(Forbidden):
        await hands.say("vera", no)
    hands.clock.pass_by(days=32)
    await hands.say("vera", no)
    await step(hands, no, "warn", rule="profanity")
    await step(hands, no, "ban", "martin", rule="profanity")
    await govern(hands, "{triggers: [profanity], steps: [warn]}")
    await hands.say("vera", no)


LAST = "{triggers: [profanity], steps: [warn, lowest_priority, ignore], lapse: 1mo}"


async def test_the_lowest_priority_puts_a_clients_requests_last_until_it_lapses(
    hands: Hands,
) -> None:
    await govern(hands, LAST)
    no = await held(hands)
    await step(hands, no, "warn", rule="profanity")
    with pytest.raises(Forbidden):
        await step(hands, no, "lowest_priority", rule="profanity")
    await step(hands, no, "lowest_priority", "martin", rule="profanity")
    first, second = await hands.open("vera"), await hands.open("pavel")
    places = {n: await place(hands, n) for n in (first, second)}
    assert places == {second: 1, first: 2}
    taken = await hands.take("ivan")
    assert taken
    assert taken.no == second
    assert "departure" not in (await hands.entries(second))[-1].data, "it was its turn"
    third = await hands.open("pavel")
    hands.clock.pass_by(days=32)
    assert await place(hands, first) == 1
    assert await place(hands, third) == 2


async def test_of_a_client_one_at_a_time_the_lowest_still_goes_last(hands: Hands) -> None:
    text = default_text().replace("conduct: {}", f"conduct: {LAST}")
    await hands.govern(text.replace("\norder: ", "\norder: [one_at_a_time_per_client, fifo] # "))
    no = await held(hands)
    await step(hands, no, "warn", rule="profanity")
    await step(hands, no, "lowest_priority", "martin", rule="profanity")
    await hands.act(closing.close, "anna", no, "solved", "Done")
    low = await hands.open("vera")
    others = [await hands.open("pavel") for _time in range(2)]
    assert [await place(hands, n) for n in (*others, low)] == [1, 2, 3]


async def place(hands: Hands, no: int) -> int | None:
    request, call = await hands.request(no), hands.call("anna")
    async with hands.desk.db.connection() as conn:
        return await lines.place(conn, call.order, request)


async def test_a_step_that_the_desk_does_not_carry_out_is_never_offered(hands: Hands) -> None:
    await govern(hands, LAST)
    no = await held(hands)
    await step(hands, no, "warn", rule="profanity")
    await step(hands, no, "lowest_priority", "martin", rule="profanity")
    with pytest.raises(Invalid):
        await step(hands, no, "ignore", "martin", rule="profanity")


async def test_the_words_of_a_step_can_be_erased_and_the_record_stays(hands: Hands) -> None:
    await govern(hands)
    no = await held(hands)
    await step(hands, no, "warn", text="Words that should not stand here")
    entry = (await hands.entries(no))[-1]
    await hands.act(redacting.redact, "anna", no, entry.no, "A slip")
    erased = next(one for one in await hands.entries(no) if one.no == entry.no)
    assert (erased.body, erased.salts) == ("", None)
    assert erased.data["conduct"] == "warn"
    assert len(await record(hands)) == 1
    vera = hands.world["vera"]
    found = transcript_text(vera, await hands.request(no), await hands.entries(no), UTC)
    assert "Anna (by the rules of conduct)" in found
    assert "should not stand" not in found
