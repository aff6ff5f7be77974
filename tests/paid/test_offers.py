"""Help for money: offered with its price, agreed to in the thread, worked on, charged by month."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from firstline.kit import i18n
from firstline.kit.errors import Conflict, Forbidden, Invalid, Missing
from firstline.paid import (
    Offer,
    OfferWish,
    Statement,
    WorkSpan,
    correct_time,
    decide,
    offer_help,
    paid_help,
    record_time,
    start_time,
    statement,
    statement_bytes,
    stop_forgotten,
    stop_time,
    withdraw,
)
from firstline.policy import default_text
from firstline.requests.actions.closing import close
from tests.requests.hands import Hands

HELP = OfferWish("help", minutes=60)


async def offered(hands: Hands, no: int, wish: OfferWish = HELP, who: str = "anna") -> Offer:
    made, _again = await offer_help(hands.call(who), no, wish)
    return made


async def agreed(hands: Hands, no: int, wish: OfferWish = HELP) -> Offer:
    made = await offered(hands, no, wish)
    return await decide(hands.call("vera"), no, made.id, agree=True, key=None)


async def month(hands: Hands, first: date | None = None) -> Statement:
    first = first or hands.now.date().replace(day=1)
    client = hands.world["vera"].client_id
    assert client
    async with hands.desk.db.connection() as conn:
        return await statement(conn, hands.desk.policies, client, first, hands.now)


async def spend(hands: Hands, no: int, offer: Offer, minutes: int) -> None:
    """Let time pass and write it down as work."""
    begin = hands.now
    hands.clock.pass_by(minutes=minutes)
    await hands.act(record_time, "anna", no, offer.id, WorkSpan(begin, hands.now))


async def test_an_offer_is_an_answer_with_terms_and_the_most_that_it_costs(
    hands: Hands, no: int
) -> None:
    with i18n.speaking("en"):
        made = await offered(
            hands, no, OfferWish("help", minutes=60, words="I can do that for you.")
        )
    entry = (await hands.entries(no))[-1]
    assert (made.state, made.amount, made.currency, made.vat) == ("open", 60, "EUR", "excl")
    assert entry.kind == "said"
    assert entry.body.startswith("I can do that for you.\n\nOffer: ")
    assert "60 EUR" in entry.body
    assert "At most 60 minutes, 60.00 EUR" in entry.body
    request = await hands.request(no)
    assert (request.promise, request.state) == (None, "with_client"), "it answers: the turn passes"


async def test_an_offer_is_in_the_clients_language(hands: Hands, no: int) -> None:
    async with hands.desk.db.connection() as conn:
        await conn.execute("update requests set language = 'uk' where no = %s", (no,))
    await offered(hands, no)
    body = (await hands.entries(no))[-1].body
    assert "Не більше ніж 60 хвилин" in body
    assert "Offer" not in body


async def test_only_what_the_price_table_sells_is_offered(hands: Hands, no: int) -> None:
    request = await hands.request(no)
    async with hands.desk.db.connection() as conn:
        found = await paid_help(conn, hands.call("anna"), request)
    assert found
    names = [one.name for one in found.sold]
    assert names == ["help", "migration", "ahead", "tuning"], "what is paid by month is not"
    for wish in (OfferWish("nonsense", minutes=60), OfferWish("administration"), OfferWish()):
        with pytest.raises(Invalid, match="help, migration, ahead, tuning"):
            await offered(hands, no, wish)
    for minutes in (None, 0, -1, 10**9):
        with pytest.raises(Invalid) as refused:
            await offered(hands, no, OfferWish("help", minutes=minutes))
        assert refused.value.extra["field"] == "minutes"


async def test_a_desk_that_sells_nothing_offers_nothing_and_asks_nothing(hands: Hands) -> None:
    no = await hands.open()
    await hands.take("anna")
    request = await hands.request(no)
    async with hands.desk.db.connection() as conn:
        assert await paid_help(conn, hands.call("anna"), request) is None
    with pytest.raises(Invalid):
        await offered(hands, no)


async def test_who_does_not_hold_it_offers_nothing(hands: Hands, no: int) -> None:
    with pytest.raises(Missing):
        await offered(hands, no, who="vera")
    with pytest.raises(Missing):
        await offered(hands, no, who="pavel")
    with pytest.raises(Forbidden):
        await offered(hands, no, who="sofia")


async def test_the_client_agrees_in_the_thread_once(hands: Hands, no: int) -> None:
    made = await offered(hands, no)
    done = await decide(hands.call("vera"), no, made.id, agree=True, key="k")
    assert (done.state, done.decided_by) == ("agreed", hands.world["vera"].name)
    entry = (await hands.entries(no))[-1]
    assert (entry.side, entry.data["offer"], entry.data["agreed"]) == ("client", str(made.id), True)
    assert (await hands.request(no)).promise, "now we owe a word"
    again = await decide(hands.call("vera"), no, made.id, agree=True, key="k")
    assert again == done
    assert len(await hands.entries(no)) == entry.no, "the key did it before"
    for agree in (True, False):
        with pytest.raises(Conflict, match="no longer open"):
            await decide(hands.call("vera"), no, made.id, agree=agree, key=None)
    assert len(await hands.entries(no)) == entry.no, "what is refused leaves no words"


async def test_nobody_else_agrees(hands: Hands, no: int) -> None:
    made = await offered(hands, no)
    for name in ("pavel", "anna", "martin"):
        with pytest.raises(Missing):
            await decide(hands.call(name), no, made.id, agree=True, key=None)
    with pytest.raises(Missing):
        await decide(hands.call("vera"), no, uuid4(), agree=True, key=None)


async def test_a_withdrawn_offer_is_agreed_to_by_nobody(hands: Hands, no: int) -> None:
    made = await offered(hands, no)
    assert (await withdraw(hands.call("anna"), no, made.id, None)).state == "withdrawn"
    with pytest.raises(Conflict):
        await decide(hands.call("vera"), no, made.id, agree=True, key=None)
    with pytest.raises(Conflict):
        await withdraw(hands.call("anna"), no, made.id, None)


async def test_an_offer_is_made_once_for_its_key(hands: Hands, no: int) -> None:
    wish = OfferWish("help", minutes=60, key="once")
    made, again = await offer_help(hands.call("anna"), no, wish)
    assert not again
    same, again = await offer_help(hands.call("anna"), no, wish)
    assert (same, again) == (made, True)
    with pytest.raises(Invalid, match="key"):
        await offer_help(hands.call("anna"), no, OfferWish("help", minutes=30, key="once"))


async def test_no_work_begins_before_consent(hands: Hands, no: int) -> None:
    made = await offered(hands, no)
    with pytest.raises(Conflict, match="has not agreed"):
        await hands.act(start_time, "anna", no, made.id)
    early = hands.now
    hands.clock.pass_by(minutes=30)
    await decide(hands.call("vera"), no, made.id, agree=True, key=None)
    with pytest.raises(Invalid, match="had not agreed"):
        await hands.act(record_time, "anna", no, made.id, WorkSpan(early, hands.now))


async def test_terms_that_ask_for_no_consent_are_agreed_by_opening(hands: Hands, no: int) -> None:
    made = await offered(hands, no, OfferWish("tuning", minutes=30))
    assert (made.state, made.decided_by) == ("agreed", None)
    assert "before you agree" not in (await hands.entries(no))[-1].body


async def test_the_clock_is_started_and_stopped_by_one_operator_at_a_time(
    hands: Hands, no: int
) -> None:
    offer = await agreed(hands, no)
    running = await hands.act(start_time, "anna", no, offer.id)
    with pytest.raises(Conflict, match=f"request {no}"):
        await hands.act(start_time, "anna", no, offer.id)
    with pytest.raises(Forbidden):
        await hands.act(stop_time, "ivan", no, running.id)
    hands.clock.pass_by(minutes=20)
    ended = await hands.act(stop_time, "anna", no, running.id, "Moved the database")
    assert ended.minutes == 20
    note = (await hands.entries(no))[-1]
    assert (note.kind, note.audience) == ("note", "staff")
    assert note.body.startswith("Paid time: 20 minutes")
    assert note.body.endswith("Moved the database")
    with pytest.raises(Conflict):
        await hands.act(stop_time, "anna", no, running.id)
    found = await month(hands)
    assert [(line.minutes, line.amount) for line in found.lines] == [(20.0, Decimal("30.00"))]


async def test_a_forgotten_clock_ends_after_a_day(hands: Hands, no: int) -> None:
    offer = await agreed(hands, no)
    running = await hands.act(start_time, "anna", no, offer.id)
    hands.clock.pass_by(days=9)
    ended = await hands.act(stop_time, "anna", no, running.id)
    assert ended.minutes == 24 * 60


async def test_a_correction_takes_the_place_of_a_record_which_stays(hands: Hands, no: int) -> None:
    offer = await agreed(hands, no)
    begin = hands.now
    hands.clock.pass_by(minutes=50)
    made = await hands.act(record_time, "anna", no, offer.id, WorkSpan(begin, hands.now))
    shorter = WorkSpan(begin, begin + timedelta(minutes=10))
    with pytest.raises(Forbidden):
        await hands.act(correct_time, "ivan", no, made.id, shorter, "Too much")
    with pytest.raises(Invalid):
        await hands.act(correct_time, "anna", no, made.id, shorter, " ")
    fixed = await hands.act(correct_time, "martin", no, made.id, shorter, "Had lunch")
    assert fixed.corrects == made.id
    assert (await month(hands)).totals[0].amount == Decimal("15.00")
    with pytest.raises(Missing):
        await hands.act(correct_time, "anna", no, made.id, shorter, "Twice")
    await hands.act(correct_time, "anna", no, fixed.id, None, "Not at all")
    assert (await month(hands)).lines == []
    async with hands.desk.db.connection() as conn:
        cursor = await conn.execute("select count(*) from paid_times")
        assert await cursor.fetchone() == (3,), "nothing was deleted"
    bodies = [one.body for one in await hands.entries(no) if one.kind == "note"]
    assert [body.partition(":")[0] for body in bodies] == [
        "Paid time", "Paid time corrected", "Paid time taken away",
    ]  # fmt: skip


async def test_a_span_that_cannot_be_is_refused(hands: Hands, no: int) -> None:
    offer = await agreed(hands, no)
    now = hands.clock.pass_by(hours=30)
    minute = timedelta(minutes=1)
    for begin, end in (
        (now, now),
        (now, now - minute),
        (now - timedelta(hours=25), now),
        (now - minute, now + timedelta(hours=1)),
    ):
        with pytest.raises(Invalid):
            await hands.act(record_time, "anna", no, offer.id, WorkSpan(begin, end))


async def test_time_paid_in_advance_is_bought_by_consent_and_used_up(hands: Hands, no: int) -> None:
    ahead = await agreed(hands, no, OfferWish("ahead"))
    with pytest.raises(Conflict, match="bought"):
        await hands.act(start_time, "anna", no, ahead.id)
    offer = await agreed(hands, no, OfferWish("help", minutes=120))
    await spend(hands, no, offer, 75)
    found = await month(hands)
    assert [(one.kind, one.minutes, one.prepaid, one.amount) for one in found.lines] == [
        ("prepaid", 60.0, 0.0, Decimal("40.00")),
        ("time", 75.0, 60.0, Decimal("15.00")),
    ]
    assert [(one.vat, one.amount) for one in found.totals] == [(None, 40), ("excl", 15)]


async def test_an_offer_tells_what_comes_off_before_the_client_pays(hands: Hands, no: int) -> None:
    await agreed(hands, no, OfferWish("ahead"))
    with i18n.speaking("en"):
        await offered(hands, no)
    assert (
        "60 minutes that you paid in advance come off before" in (await hands.entries(no))[-1].body
    )


async def test_dearer_hours_cost_the_client_no_more_than_was_agreed(hands: Hands) -> None:
    rows = """paid:
  - {id: late, for: help, when: night, price: 120 EUR, unit: 15m, consent: before}
  - {id: help, for: help, price: 60 EUR, unit: 15m, consent: before}
"""
    night = '\ncalendars:\n  night: {every-day: "20:00-24:00"}\n'
    await hands.govern(default_text().replace("\ncalendars:\n", night, 1) + "\n" + rows)
    no = await hands.open()
    assert await hands.take("anna")
    offer = await agreed(hands, no)
    assert offer.amount == 60
    hands.clock.pass_by(hours=10)  # eight in the evening, in Kyiv
    await spend(hands, no, offer, 60)
    [line] = (await month(hands)).lines
    assert (line.rule, line.amount, line.waived) == ("paid.late", Decimal(60), Decimal(60))


async def test_a_clock_that_runs_on_in_a_closed_request_ends_with_it(hands: Hands, no: int) -> None:
    offer = await agreed(hands, no)
    await hands.act(start_time, "anna", no, offer.id)
    hands.clock.pass_by(minutes=7)
    await hands.act(close, "anna", no, "solved", "It is done.")
    hands.clock.pass_by(minutes=30)
    for _time in range(2):
        await stop_forgotten(hands.desk.db, hands.desk.policies, hands.now)
    [line] = (await month(hands)).lines
    assert line.minutes == 7.0
    notes = [one for one in await hands.entries(no) if one.kind == "note"]
    assert [note.by_name for note in notes] == ["Firstline"]


async def test_a_fixed_price_without_a_clock_is_charged_when_its_request_is_done(
    hands: Hands, no: int
) -> None:
    await agreed(hands, no, OfferWish("", "migration"))
    assert not (await month(hands)).lines
    await hands.act(close, "anna", no, "solved", "It is done.")
    [line] = (await month(hands)).lines
    assert (line.kind, line.item, line.amount) == ("fixed", "migration", 50)


async def test_an_agreed_offer_is_taken_back_only_before_the_work(hands: Hands, no: int) -> None:
    idle, worked = await agreed(hands, no), await agreed(hands, no)
    await spend(hands, no, worked, 5)
    with pytest.raises(Conflict, match="Time was spent"):
        await withdraw(hands.call("anna"), no, worked.id, None)
    with i18n.speaking("en"):
        assert (await withdraw(hands.call("anna"), no, idle.id, None)).state == "withdrawn"
    assert "60.00 EUR" in (await hands.entries(no))[-1].body


async def test_what_is_sold_is_called_as_the_regulations_call_it(hands: Hands) -> None:
    await hands.govern(f"{default_text()}\npaid: [{{for: not.scripts, price: 40 EUR}}]\n")
    no = await hands.open()
    assert await hands.take("anna")
    with i18n.speaking("en"):
        await offered(hands, no, OfferWish("not.scripts", minutes=30))
        body = (await hands.entries(no))[-1].body
    assert "not.scripts" not in body
    assert "Installing scripts" in body or "install scripts" in body


async def test_the_price_of_the_hour_is_shown_not_of_the_first_row(hands: Hands) -> None:
    night = '\ncalendars:\n  night: {every-day: "20:00-24:00"}\n'
    rows = "paid: [{when: night, price: 120 EUR}, {price: 60 EUR}]"
    await hands.govern(default_text().replace("\ncalendars:\n", night, 1) + "\n" + rows)
    no = await hands.open()
    request = await hands.request(no)
    async with hands.desk.db.connection() as conn:
        found = await paid_help(conn, hands.call("anna"), request)
    assert found is not None
    assert [one.price for one in found.sold] == ["60 EUR"]


async def test_a_statement_is_of_one_month_and_one_client(hands: Hands, no: int) -> None:
    offer = await agreed(hands, no, OfferWish("", "migration"))
    await spend(hands, no, offer, 5)
    hands.clock.pass_by(days=40)
    later = await agreed(hands, no, OfferWish("help", minutes=60))
    await spend(hands, no, later, 15)
    first = await month(hands, date(2026, 3, 1))
    second = await month(hands, date(2026, 4, 1))
    assert [line.amount for line in first.lines] == [50]
    assert [line.amount for line in second.lines] == [15]
    assert (first.lines[0].item, first.lines[0].agreed_by) == ("migration", "Vera")
    client = hands.world["pavel"].client_id
    assert client
    async with hands.desk.db.connection() as conn:
        policies = hands.desk.policies
        assert not (await statement(conn, policies, client, date(2026, 3, 1), hands.now)).lines


async def test_a_table_program_is_handed_no_formula(hands: Hands, no: int) -> None:
    async with hands.desk.db.connection() as conn:
        await conn.execute("update requests set title = '=cmd()' where no = %s", (no,))
    await spend(hands, no, await agreed(hands, no), 5)
    head, line = statement_bytes(await month(hands), "csv").decode().splitlines()
    assert head.startswith("month,client,kind,request,title,")
    assert ",'=cmd()," in line
    assert ",'," not in line, "what is empty is no formula"
