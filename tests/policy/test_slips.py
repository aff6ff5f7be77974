"""Words that look right and mean nothing: each is found, and what is right is counted and told."""

from datetime import UTC, datetime
from typing import Any

import pytest

from firstline.policy import PolicyError, check, clauses, load, policy_ask
from firstline.policy.text.bands import parse_band
from firstline.policy.text.values import day_meant

NOW = datetime(2026, 11, 22, tzinfo=UTC)
HEAD = """policy: {timezone: Europe/Berlin}
calendars: {work: {mon-fri: 09:00-17:00, holidays: de}, night: {every-day: 22:00-30:00}}
"""


def price(paid: str, **given: Any) -> Any:
    asked = policy_ask(load(f"{HEAD}paid: {paid}"), {"minutes": 60, **given})["price"]
    return asked and asked["amount"]


def page(text: str) -> str:
    return "\n".join(c.words for c in clauses(load(HEAD + text), "en"))


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("paid: {when: nihgt, price: 7 EUR}", "unknown-name", "did you mean night?"),
        ("paid: {when: not nihgt, price: 7 EUR}", "unknown-name", "did you mean not night?"),
        ("paid: {when: weekends, price: 7 EUR}", "unknown-name", "did you mean weekend?"),
        ("paid: {surcharges: {when: wrok, percent: 5}}", "unknown-name", "did you mean work?"),
        ("paid: {surcharges: {when: urgent and sunday}}", "unknown-name", "did you mean sun?"),
        ("paid: {surcharges: {when: not urgent}}", "unknown-name", "a day class (sat-sun)"),
        ("paid: {surcharges: {when: our fault}}", "unknown-name", "a fact in one word"),
        ("targets: [{first: 1h, received: wrok}]", "bad-received", "did you mean work?"),
        ("targets: [{first: 99999999999999999999h}]", "bad-duration", "too long"),
        ("targets: [{first: 1234567 hours}]", "bad-duration", "too long"),
        ("targets: [{first: 1.23456h}]", "bad-duration", "three after the point"),
        ("targets: [{first: 1h, clock: not 24x7}]", "unknown-calendar", "without `not`"),
        ("channels: [{id: a, calendar: not 24/7}]", "unknown-calendar", "without `not`"),
        ("targets: [{first: 1h, clock: wrok}]", "unknown-calendar", "did you mean work?"),
        ("provision: {within: 8h, clock: wrok}", "unknown-calendar", "did you mean work?"),
        ("provision: {within: 8h, clock: plan}", "unknown-calendar", "no plan is in question"),
        ("close: {close: 72h, clock: channel}", "unknown-calendar", "no channel is in question"),
        ("lines: [{id: a, own_clock: plan}]", "unknown-calendar", "no plan is in question"),
        ("channels: [{id: a, calendar: not wrok}]", "unknown-calendar", "did you mean work?"),
        ("credits: {basis: availability, bands: {99.9: 5%}}", "bad-value", "is not a band"),
        ("credits: {basis: availability, bands: {'<abc': 5%}}", "bad-value", "is not a band"),
        ("credits: {basis: availability, bands: {'<999': 5%}}", "bad-value", "beyond 100"),
        ("credits: {basis: availability, bands: {99-95: 5%}}", "bad-value", "lower end first"),
        ("stats: [{measure: solvedby(first)}]", "unknown-name", "did you mean solved_by?"),
        ("stats: [{measure: on_time(frist)}]", "unknown-name", "did you mean first?"),
        ("stats: [{measure: on_time(first), claim: 850}]", "bad-value", "write 0 to 100"),
        ("policy: {version: 99999999999999999999999999}", "bad-value", "999999 or less"),
        ("delay: {send_before: deadlin}", "bad-duration", "did you mean deadline?"),
        ("targets: [{first: next_bussiness_day}]", "bad-duration", "next_business_day?"),
        ("calendars: {a: {mon: 09:00-60:00}}", "bad-time", "the latest here is 48:00"),
        ("calendars: {a: {mon: 09:00–18:00}}", "bad-window", "U+2013"),
        ("calendars: {a: {mon: -09:00-18:00}}", "bad-window", "a start and an end"),
        ("policy: {timezone: Europe/Kiyv}", "unknown-zone", "did you mean Europe/Kyiv?"),
        ("policy: {timezone: europe/kyiv}", "unknown-zone", "did you mean Europe/Kyiv?"),
        ("policy: {timezone: CEST}", "unknown-zone", "no summer time"),
        ("policy: {timezone: '+02:00'}", "unknown-zone", "no summer time"),
    ],
)
def test_a_word_that_means_nothing_is_an_error_that_says_what_was_meant(
    text: str, code: str, words: str
) -> None:
    whole = text if text.startswith(("policy", "calendars")) else HEAD + text
    found = [f for f in check(whole, NOW) if f.code == code and f.severity == "error"]
    assert any(words in f.message for f in found), check(whole, NOW)


def test_a_free_fact_stays_a_fact() -> None:
    for fact in ("urgent", "our_fault", "fast"):
        found = check(f"{HEAD}paid: {{price: 7 EUR, surcharges: {{when: {fact}}}}}", NOW)
        assert "unknown-name" not in {f.code for f in found}
    # What is near a day class is one where the file has it as a fact elsewhere too.
    assert load(HEAD + "paid: {price: 7 EUR, free_when: weekends, surcharges: {when: weekends}}")
    with pytest.raises(PolicyError):
        load(HEAD + "paid: {price: 7 EUR, surcharges: {when: weekends}}")


def test_day_classes_and_facts_hold_in_rows_and_in_surcharges() -> None:
    dearer = "{price: 70 EUR, surcharges: [{when: sat-sun, percent: 50}]}"
    assert price(dearer, received="2026-11-28T12:00") == "105.00"
    assert price(dearer, received="2026-11-27T12:00") == "70.00"
    hours = "{price: 70 EUR, surcharges: [{when: fri 12:00-14:00 and urgent, percent: 50}]}"
    assert price(hours, received="2026-11-27T12:00") == "70.00"
    assert price(hours, received="2026-11-27T12:00", facts=["urgent"]) == "105.00"
    rows = "[{when: urgent and night, price: 90 EUR}, {price: 60 EUR}]"
    assert price(rows, received="2026-11-27T23:00", facts=["urgent"]) == "90.00"
    assert price(rows, received="2026-11-27T23:00") == "60.00"


def test_included_minutes_cost_nothing_at_any_hour() -> None:
    row = (
        "{unit: 15m, price: 70 EUR, included: 15m, included_applies: only_if_not_exceeded, "
        "minimum: 25 EUR, surcharges: [{when: holiday, amount: 10 EUR}]}"
    )
    assert price(row, received="2026-12-25T10:00", minutes=10) == "0.00"
    assert price(row, received="2026-12-25T10:00", minutes=16) == "45.00"
    # A fee for the request is asked for, and so is what makes it dearer.
    fee = row.replace("unit: 15m", "unit: 15m, fixed: 100 EUR")
    assert price(fee, received="2026-12-25T10:00", minutes=10) == "110.00"


@pytest.mark.parametrize(
    ("bands", "share", "band"),
    [
        ("{99.0-99.9: 10%, '>99.9': 25%}", 98, None),
        ("{99.0-99.9: 10%, '>99.9': 25%}", 99, "99.0-99.9"),
        ("{99.0-99.9: 10%, '>99.9': 25%}", 99.9, None),
        ("{99.0-99.9: 10%, '>=99.9': 25%}", 99.9, ">=99.9"),
        ("{'<= 95 %': 10%, 95% – 99%: 5%}", 95, "<= 95 %"),
        ("{'<99.9': 5%, '<99': 10%, below 95: 20%}", 98, "<99"),
        ("{'<99.9': 5%, '<99': 10%, below 95: 20%}", 94, "below 95"),
        ("{over 95: 5%, over 98: 10%}", 99, "over 98"),
    ],
)
def test_bands_hold_as_they_are_written(bands: str, share: float, band: str | None) -> None:
    policy = load(f"credits: {{basis: availability, bands: {bands}}}")
    assert policy_ask(policy, {"availability": share})["credit"]["band"] == band


def test_a_band_without_a_number_is_refused() -> None:
    for text in ("", "<", "99", "<1-2", "-5", "lots"):
        with pytest.raises(ValueError, match="is not a band"):
            parse_band(text)


def test_days_are_understood_as_people_write_them() -> None:
    meant = {"monday": "mon", "Mon": "mon", "workdays": "weekdays", "Mon–Fri": "mon-fri"}
    meant |= {"weekends": "weekend", "monday-thursday": "mon-thu", "tues,weds": "tue,wed"}
    assert {text: day_meant(text) for text in meant} == meant
    assert day_meant("monitoring") is None
    assert day_meant("sunset") is None


def test_the_whole_day_may_stand_wherever_windows_may() -> None:
    text = (
        "policy: {timezone: UTC}\n"
        "calendars: {a: {mon: 09:00-18:00, holidays: de, on_holidays: 24h}}\n"
        "exceptions: [{calendar: a, from: 2026-12-27, to: 2026-12-27, hours: [24h]}]\n"
    )
    calendar = load(text).calendars["a"]
    for day in (25, 27):
        assert calendar.is_open(datetime(2026, 12, day, 3, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "said", "unsaid"),
    [
        ("paid: {unit: 15m, price: 25 EUR, fixed: 100 EUR}", "charged once: 100 EUR", "per month"),
        ("paid: {model: subscription, fixed: 9 EUR}", "Fixed fee per month: 9 EUR", "once"),
        ("credits: {basis: a, bands: {'99.0-99.9': 5%}}", "99–99.9%: 5%", ""),
        ("credits: {basis: a, bands: {'<= 99.9': 5%}}", "99.9% or less: 5%", ""),
        ("credits: {basis: a, bands: {'>99': 5%}}", "Above 99%: 5%", ""),
        ("credits: {basis: a, bands: {'>=99': 5%}}", "99% or more: 5%", ""),
        ("targets: [{first: 2d, clock: work}]", "counted around the clock", "Only these hours"),
        ("targets: [{first: 2h, fix: 2d, clock: work}]", "Days, weeks and months run", "The time"),
        ("targets: [{first: 2bd, clock: work}]", "Only these hours are counted", "the clock"),
        ("provision: {within: 1w, clock: work}", "counted around the clock", "Only these hours"),
        ("close: {close: 3d, clock: work}", "counted around the clock", "Only these hours"),
        ("plans: [a]\ntargets: [{first: 1h, clock: plan}]", "around the clock", "of the plan"),
        (
            "plans: {a: {calendar: work}}\ntargets: [{first: 1h, clock: plan}]",
            "Only the hours of the plan",
            "around the clock",
        ),
    ],
)
def test_the_page_tells_what_is_counted_and_charged(text: str, said: str, unsaid: str) -> None:
    shown = page(text)
    assert said in shown
    assert not unsaid or unsaid not in shown


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("calendars: {a: {monday: 09:00-18:00}}", "did you mean mon?"),
        ("calendars: {a: {workdays: 09:00-18:00}}", "did you mean weekdays?"),
        ("calendars: {a: {seasons: {from: 06-01, to: 08-01, weekends: 24h}}}", "mean weekend?"),
        ("channels:\n  - id: chat\n     status: official", "indented deeper"),
        ("channels:\n  - id: chat\n    title: hello: you", "a second colon"),
        ("policy:\n\u00a0 timezone: UTC", "a no-break space"),
    ],
)
def test_a_slip_of_form_is_called_by_its_name(text: str, words: str) -> None:
    assert any(words in f.message for f in check(text, NOW) if f.severity == "error")


def test_hours_that_rows_by_plan_cover_are_no_gap() -> None:
    rows = (
        f"{HEAD}plans: [gold, basic]\ntargets: [{{received: work, first: 10m}}, "
        "{plan: gold, received: not work, first: 40m}, "
    )
    gap = [f for f in check(rows + "]", NOW) if f.code == "received-gap"]
    assert "Mon 01:00 (Europe/Berlin)" in gap[0].message
    covered = check(rows + "{plan: basic, received: not work, first: 3h}]", NOW)
    assert "received-gap" not in {f.code for f in covered}


SAME_DAY, NEXT_DAY = "did you mean same_business_day?", "did you mean next_business_day?"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        *((word, SAME_DAY) for word in ("same_day", "today", "EOD", "same working day", "cob")),
        *((word, NEXT_DAY) for word in ("next_day", "tomorrow", "NBD", "next-working-day")),
        *((word, "write words: {en: as soon as we can}") for word in ("asap", "ASAP", "immediately",
          "n/a", "tbd", "best_effort", "as soon as possible", "right away")),
        ("1 week", "mean 1w?"), ("half an hour", "mean 30m?"), ("an hour", "mean 1h?"),
        ("two working days", "mean 2bd?"), ("3 business hours", "mean 3bh?"),
        ("1h 30m", "mean 90m?"), ("1 hour and 30 minutes", "mean 90m?"), ("4H", "mean 4h?"),
        ("5 to 10 minutes", "mean 5m-10m?"), ("within 4 hours", "mean 4h?"),
        ("'1,5h'", "mean 1.5h?"), ("half a day", "mean 0.5d?"), ("15M", "mean 15m?"),
        ("PT4H", "mean 4h?"), ("P1M", "mean 1mo?"), ("2 months", "mean 2mo?"),
        ("quarterly", "mean 3mo?"), ("'24'", "24bd (working days)"), ("24/7", "clock: always"),
        ("fortnight or so", "write for example 30m"), ("soonish", "write for example 30m"),
    ],
)  # fmt: skip
def test_a_length_of_time_is_understood_as_people_write_it(text: str, words: str) -> None:
    (finding,) = [f for f in check(f"targets: [{{first: {text}}}]", NOW) if f.severity == "error"]
    assert finding.code == "bad-duration"
    assert words in finding.message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("calendars: {a: {mon: 9-18}}", "did you mean 09:00-18:00?"),
        ("calendars: {a: {mon: 9am to 5:30pm}}", "did you mean 09:00-17:30?"),
        ("calendars: {a: {mon: 0900-1800}}", "did you mean 09:00-18:00?"),
        ("calendars: {a: {mon: 09.00-18.00}}", "did you mean 09:00-18:00?"),
        ("calendars: {a: {mon: 24/7}}", "write 00:00-24:00"),
        ("calendars: {a: {mon: always}}", "write 00:00-24:00"),
        ("calendars: {a: {sat: off}}", "write closed"),
        ("calendars: {a: {sat: n/a}}", "write closed"),
        ("calendars: {a: {m-f: 09:00-18:00}}", "did you mean mon-fri?"),
        ("calendars: {a: {monday to friday: 09:00-18:00}}", "did you mean mon-fri?"),
        ("paid: {price: 70 EUR/h}", "write 70 EUR, and what it is for under per"),
        ("paid: {price: 70 EUR per hour}", "write 70 EUR, and what it is for under per"),
        ("paid: {price: 1 000 EUR}", "did you mean 1000 EUR?"),
        ("paid: {price: '1.000,50 EUR'}", "did you mean 1000.50 EUR?"),
        ("paid: {price: free}", "0 EUR"),
        ("paid: {price: on request}", "leave the key out"),
        ("channels: [{id: a, status: open}]", "did you mean official?"),
        ("channels: [{id: a, status: closed}]", "did you mean refused?"),
        ("channels: [{id: a, status: emergency}]", "did you mean emergency_only?"),
        ("channels: [{id: a, status: best effort}]", "did you mean advisory?"),
        ("channels: [{id: a, status: faq}]", "did you mean self_help?"),
        ("targets: [{first: 1h, force: guaranteed}]", "did you mean guarantee?"),
        ("targets: [{first: 1h, force: at most}]", "did you mean max?"),
        ("targets: [{first: 1h, force: goal}]", "did you mean target?"),
        ("targets: [{first: 1h, force: usually}]", "did you mean typical?"),
        ("calendars: {a: {mon: 09:00-18:00, holiday_as: off}}", "did you mean closed?"),
        ("close: {reopen: never}", "did you mean new_request?"),
        ("history: {saved: always}", "did you mean true?"),
        ("request: {one_issue: never}", "did you mean false?"),
        ("identity: {pin: {valid: 1 day}}", "mean 1d, or unlimited where it never ends?"),
        ("targets: [{first: 1h, next: 1 day}]", "mean 1d, or none where no time is promised?"),
    ],
)
def test_hours_money_and_choices_are_understood_as_people_write_them(text: str, words: str) -> None:
    found = [f.message for f in check(text, NOW) if f.severity == "error"]
    assert any(words in message for message in found), found


def test_a_currency_may_be_written_by_its_name() -> None:
    for written in ("70 euros", "70 Euro", "70 EUR", "70 eur"):
        row = load(f"paid: {{price: {written}}}").source.paid[0]
        assert row.price == "70 EUR"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("channels: [{id: a, keep: 1y}]", "the keys here are from, to, id"),
        ("channels: [{id: a, second_miss: x}]", "the keys here are from, to, id"),
        ("targets: [{first: 1h, price: 70 EUR}]", "the keys here are from, to, id"),
        ("plans: {gold: {reopen: reply}}", "the keys here are title"),
        ("complaints: {reply: 3bd}", "reply is a key of complaints.stages"),
        ("identity: {tries: 3}", "tries is a key of identity.pin"),
        ("calendars: {a: {country: de}}", "country is a key of calendars.holidays"),
        ("calendars: {a: {mon: 24h, targets: []}}", "targets is a key of the file itself"),
        ("timezone: UTC", "timezone is a key of policy"),
        ("channels: [{id: a, hours: work}]", "did you mean calendar?"),
    ],
)
def test_a_key_is_never_led_to_another_rule(text: str, words: str) -> None:
    (finding,) = [f for f in check(text, NOW) if f.code == "unknown-key"]
    assert words in finding.message
    assert words.startswith("the keys here") == (
        "write it there" not in finding.message and "did you mean" not in finding.message
    )


def test_who_may_and_by_plan_are_not_led_to_scope_and_identity() -> None:
    """Whether their parts have such a key or not, the hint stays inside the part."""
    for text, other in (
        ("priorities: {by_plan: {gold: high}}", "scope"),
        ("channels: [{id: a, who: owner}]", "identity"),
    ):
        assert all(f"of {other}" not in f.message for f in check(text, NOW))
