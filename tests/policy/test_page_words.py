"""The words of the page agree: with their numbers, in three languages, and with what the file says
and does not say.
"""

import pytest
from babel import Locale
from babel.units import format_unit
from hypothesis import assume, given
from hypothesis import strategies as st

from firstline.policy import Clause, clauses, load
from firstline.policy.text.values import parse_span
from firstline.policy.text.wording import (
    UNITS,
    WORKING,
    Time,
    money_words,
    percent_words,
    span_words,
)

NUMBERS = (1, 2, 3, 4, 5, 11, 12, 14, 21, 22, 25, 101, 111)
LANGUAGES = ("en", "uk", "ru")
numbers, languages = st.sampled_from(NUMBERS), st.sampled_from(LANGUAGES)
# The feminine words, whose accusative differs: a minute, an hour, a week of Russian …
FEMININE = {("uk", "s"), ("uk", "m"), ("uk", "h"), ("uk", "bh"), ("ru", "s"), ("ru", "m")}
FEMININE |= {("ru", "w")}


def made(text: str, lang: str = "en") -> dict[str, Clause]:
    return {clause.id: clause for clause in clauses(load(text), lang)}


def category(number: int, lang: str) -> str:
    """one, few, many … by the rules of Unicode."""
    return Locale.parse(lang).plural_form(number)


@given(numbers, st.sampled_from(sorted(UNITS.keys() - WORKING)), languages)
def test_a_span_is_counted_as_unicode_counts_it(number: int, unit: str, lang: str) -> None:
    assume(unit != "y" or number <= 50)  # no file may say more
    said = span_words(parse_span(f"{number}{unit}"), lang)
    assert said == format_unit(number, f"duration-{UNITS[unit]}", locale=lang)


@given(numbers, st.sampled_from(sorted(UNITS)), st.sampled_from(("uk", "ru")))
def test_the_cases_of_a_span_agree_with_its_number(number: int, unit: str, lang: str) -> None:
    assume(unit != "y" or number <= 50)

    def word(text: str, case: str = "") -> str:
        return span_words(parse_span(f"{text}{unit}"), lang, case).partition(" ")[2]

    one = category(number, lang) == "one"
    # The genitive of one is that of a part, the genitive of several that of many.
    assert word(str(number), "g") == (word("0.5") if one else word("5"))
    changed = word(str(number), "a") != word(str(number))
    assert changed == (one and (lang, unit) in FEMININE)
    if changed:
        assert all(part[-1] in "ую" for part in word(str(number), "a").split())


COUNTED: list[tuple[str, str, dict[str, dict[str, str]]]] = [
    (
        "desk: {{open_requests_per_client: {n}}}",
        "limits",
        {
            "en": {"one": "{n} open request at", "other": "{n} open requests at"},
            "uk": {
                "one": "{n} відкрите звернення.",
                "few": "{n} відкриті звернення.",
                "many": "{n} відкритих звернень.",
            },
            "ru": {
                "one": "{n} открытого обращения.",
                "few": "{n} открытых обращений.",
                "many": "{n} открытых обращений.",
            },
        },
    ),
    (
        "close: {{reopen_days: {n}}}",
        "close",
        {
            "en": {"one": "for {n} day.", "other": "for {n} days."},
            "uk": {"one": "{n} дня.", "few": "{n} днів.", "many": "{n} днів."},
            "ru": {"one": "{n} дня.", "few": "{n} дней.", "many": "{n} дней."},
        },
    ),
    (
        "request: {{attachments: {n}}}",
        "request.rules",
        {
            "en": {"one": "{n} file at most.", "other": "{n} files at most."},
            "uk": {"one": "{n} файл.", "few": "{n} файли.", "many": "{n} файлів."},
            "ru": {"one": "{n} файла.", "few": "{n} файлов.", "many": "{n} файлов."},
        },
    ),
    (
        "stats: [{{id: a, measure: solved_by(first), within_days: {n}}}]",
        "stat.a",
        {
            "en": {"one": "within {n} day is", "other": "within {n} days is"},
            "uk": {"one": "{n} дня,", "few": "{n} днів,", "many": "{n} днів,"},
            "ru": {"one": "{n} дня,", "few": "{n} дней,", "many": "{n} дней,"},
        },
    ),
    (
        "request: {{list_from: {n}}}",
        "request.rules",
        {
            "en": {"one": "{n} task or more", "other": "{n} tasks or more"},
            "uk": {"one": "{n} завдання", "few": "{n} завдання", "many": "{n} завдань"},
            "ru": {"one": "{n} задачу", "few": "{n} задачи", "many": "{n} задач"},
        },
    ),
    (
        "identity: {{pin: {{tries: {n}}}}}",
        "identity.pin",
        {
            "en": {"one": "{n} wrong try.", "other": "{n} wrong tries."},
            "uk": {
                "one": "{n} невдалої спроби.",
                "few": "{n} невдалих спроб.",
                "many": "{n} невдалих спроб.",
            },
            "ru": {
                "one": "{n} неудачной попытки.",
                "few": "{n} неудачных попыток.",
                "many": "{n} неудачных попыток.",
            },
        },
    ),
    (
        "quota: {{amount: {n}, per: year}}",
        "quota",
        {
            "en": {"one": "{n} incident a year.", "other": "{n} incidents a year."},
            "uk": {
                "one": "{n} випадок на рік.",
                "few": "{n} випадки на рік.",
                "many": "{n} випадків на рік.",
            },
            "ru": {
                "one": "{n} случай в год.",
                "few": "{n} случая в год.",
                "many": "{n} случаев в год.",
            },
        },
    ),
]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("file", "clause", "said"), COUNTED, ids=[row[0] for row in COUNTED])
def test_what_is_counted_agrees_with_its_number(
    file: str, clause: str, said: dict[str, dict[str, str]], lang: str
) -> None:
    for number in NUMBERS:
        words = made(file.format(n=number), lang)[clause].words
        assert said[lang][category(number, lang)].format(n=number) in words


@given(st.integers(0, 10**7), st.integers(0, 99), languages)
def test_a_sum_is_written_as_the_language_writes_it(whole: int, cents: int, lang: str) -> None:
    english = f"{whole:,}.{cents:02}"
    other = english.translate({ord(","): "\u00a0", ord("."): ","})
    said = money_words(f"{whole}.{cents:02} UAH", lang)
    assert said == f"{english if lang == 'en' else other} UAH"
    assert money_words(f"{whole} EUR", lang) == said.replace("UAH", "EUR")[:-7] + " EUR"


def test_words_that_are_no_sum_stay_as_they_are() -> None:
    assert money_words("by agreement", "uk") == "by agreement"
    assert money_words("25%", "uk") == "25%"
    assert [percent_words(93.5, lang) for lang in LANGUAGES] == ["93.5%", "93,5 %", "93,5 %"]


@pytest.mark.parametrize(
    ("codes", "words"),
    [
        ("[en]", ("Language: English.", "Мова: англійська.", "Язык: английский.")),
        (
            "[en, fr]",
            (
                "Languages: English, French.",
                "Мови: англійська, французька.",
                "Языки: английский, французский.",
            ),
        ),
    ],
)
def test_one_is_not_spoken_of_as_several(codes: str, words: tuple[str, ...]) -> None:
    text = f"plans: {{gold: {{languages: {codes}}}}}"
    assert tuple(made(text, lang)["plan.gold"].words for lang in LANGUAGES) == words


SAID: list[tuple[str, str, str, str]] = [
    # file, clause, title, words
    ("paid: {for: hardware, price: 0 USD}", "paid", "Free help · hardware",
     "This help is free of charge."),
    ("paid: {model: per_request, price: 9 USD}", "paid", "Paid help",
     "Each request is charged. Price per request: 9 USD."),
    ("paid: {model: subscription, price: 9 USD}", "paid", "Paid help",
     "It is a subscription. Price per month: 9 USD."),
    ("paid: {model: price_list, price: 9 USD}", "paid", "Paid help",
     "It is charged by a price list. Price: 9 USD."),
    ("paid: {for: urgent, price: 9 USD}", "paid", "Paid help · urgent help",
     "Price per hour: 9 USD."),
    ("paid: {price: 9 USD, free_if: We were wrong., free_when: [odd_code, our_fault]}", "paid",
     "Paid help",
     "Price per hour: 9 USD. It costs nothing if: We were wrong or the fault is ours."),
    ("paid: {when: not sat-sun, surcharges: [{when: not holiday, percent: 5}]}", "paid",
     "Paid help · except Sat–Sun",
     "This help is charged for. Surcharge (except public holidays): 5%."),
    ("delay: {must: [progress]}", "delay", "When an answer takes longer",
     "A delay notice says: what has been done."),
    ("delay: {send_before: deadline}", "delay", "When an answer takes longer",
     "If an answer takes longer, we say so before it is due."),
    ("maintenance: {words: We tell you of planned work in good time.}", "maintenance",
     "Planned work", "We tell you of planned work in good time."),
    ("history: {keep: 1y}", "history", "History of requests", "Requests are kept for 1 year."),
    ("identity: {pin: {valid: 1d}}", "identity.pin", "PIN", "The PIN is good for 1 day."),
    ("provision: {within: 1d}", "provision", "Setting up what was ordered",
     "What was ordered is set up within 1 day."),
    ("channels: [{id: chat}]", "channel.chat", "Online chat", "Requests are accepted here."),
    ("channels: [{id: chat, status: limited}]", "channel.chat", "Online chat",
     "Not every matter is dealt with here."),
    ("channels: [{id: chat, status: limited, covers: [sales]}]", "channel.chat", "Online chat",
     "Only this is dealt with here: sales."),
    ("channels: [{id: chat, purpose: [sales], covers: [sales]}]", "channel.chat", "Online chat",
     "Requests are accepted here. It is for: sales."),
    ("channels: [{id: email}, {id: chat}]\ncomplaints: {channels: [email, chat]}", "complaints",
     "How to complain", "Complaints come by: e-mail or online chat."),
    ("identity: {never: [services_from_elsewhere, not_clients]}\n", "identity", "Who may ask",
     "Not served: services bought elsewhere, people who are not clients."),
    ("conduct: {triggers: {overuse: fair use, profanity: }}", "conduct", "Conduct",
     "We do not accept: overuse (fair use); profanity."),
    ("credits: {basis: availability, bands: {'1%-99%': 5%}}", "credits", "Credits",
     ("When a guarantee is missed, the client gets a credit. It is judged by: availability. "
      "1–99%: 5%.")),
    ("credits: {basis: fix, bands: {'<99.9': 10 %}}", "credits", "Credits",
     ("When a guarantee is missed, the client gets a credit. It is judged by: the solution. "
      "Below 99.9%: 10%.")),
    ("targets: [{received: [sat-sun, holiday], first: 1h}]", "target.sat-sun.holiday",
     "Received: Sat–Sun or public holidays", "First answer and each further answer within 1 hour."),
]  # fmt: skip


@pytest.mark.parametrize(("file", "clause", "title", "words"), SAID, ids=[s[0] for s in SAID])
def test_the_page_says_what_the_file_says_and_no_more(
    file: str, clause: str, title: str, words: str
) -> None:
    found = made(file)[clause]
    assert (found.title, found.words) == (title, words)


CALENDARS = """
policy: {timezone: Europe/Kyiv}
topics: [billing]
calendars:
  work: {mon-fri: ["09:00-18:00"]}
  billing: {mon-fri: ["10:00-16:00"]%s}
  q7: {every-day: ["08:00-20:00"]}
channels: [{id: phone, calendar: q7}, {id: chat, calendar: billing}]
lines: [{id: one, title: First}]
scope: {in: [billing], when: [{calendar: not work, out: [billing]}]}
"""


def test_a_calendar_is_called_by_its_title_or_by_whose_hours_it_keeps() -> None:
    plain = made(CALENDARS % "")
    assert [plain[f"calendar.{name}"].title for name in ("work", "billing", "q7")] == [
        "Working days",
        "Online chat",
        "Phone",
    ]
    named = made(CALENDARS % ", title: Accounts office")
    assert named["calendar.billing"].title == "Accounts office"
    assert named["calendar.billing"].words == "Mon–Fri 10:00–16:00 (Europe/Kyiv)."
    assert "Hours: Accounts office, Mon–Fri 10:00–16:00." in named["channel.chat"].words
    hours = made(CALENDARS % ", title: From 10 to 16")
    assert hours["calendar.billing"].words == "From 10 to 16."
    assert "Hours: From 10 to 16." in hours["channel.chat"].words


def test_hours_outside_of_a_calendar_are_named() -> None:
    said = {lang: made(CALENDARS % "", lang)["scope.when"].words for lang in LANGUAGES}
    assert said == {
        "en": "Outside working days, Mon–Fri 09:00–18:00 — not dealt with: Payment, documents.",
        "uk": "Поза часом «робочі дні, пн–пт 09:00–18:00» — цим не займаються: Оплата, документи.",
        "ru": "Вне времени «рабочие дни, пн–пт 09:00–18:00» — этим не занимаются: "
        "Оплата, документы.",
    }


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2026-12-25", "2026-12-25", "25 грудня 2026 року"),
        ("2026-12-25", "2026-12-26", "25–26 грудня 2026 року"),
        ("2026-12-30", "2027-01-02", "30 грудня 2026 року – 2 січня 2027 року"),
        (
            "2026-12-25T09:00",
            "2026-12-25T12:00",
            "25 грудня 2026 року, 09:00 – 25 грудня 2026 року, 12:00",
        ),
    ],
)
def test_days_of_an_exception_read_as_people_write_them(start: str, end: str, said: str) -> None:
    one = f"{{calendar: work, from: '{start}', to: '{end}', closed: true}}"
    text = f"calendars: {{work: {{mon-fri: ['09:00-18:00']}}, exceptions: [{one}]}}"
    words = made(text, "uk")["exceptions"].words
    assert words == f"{said}, робочі дні: не працює."


def test_names_with_commas_stand_between_semicolons() -> None:
    text = "identity: {never: [services_from_elsewhere, not_clients]}"
    assert "послуги, придбані деінде; особи, які" in made(text, "uk")["identity"].words


@pytest.mark.parametrize("words", ["'Kept {history.keep}.'", "{en: 'Kept {history.keep}.'}"])
def test_a_value_stands_in_the_language_of_the_words_around_it(words: str) -> None:
    text = "policy: {languages: [en, uk]}\nhistory: {keep: 2y}\n"
    clause = f"clauses: [{{id: kept, words: {words}, rule: history.keep}}]"
    assert made(text + clause, "uk")["kept"].words == "Kept 2 years."


def test_a_value_without_words_around_it_is_in_the_language_of_the_page() -> None:
    text = "history: {keep: 2y}\nclauses: [{id: kept, words: '{history.keep}', rule: history.keep}]"
    assert made(text, "uk")["kept"].words == "2 роки"


def test_a_row_for_all_is_for_the_others_where_each_row_above_has_its_times() -> None:
    rows = "targets: [{line: a, first: 1h, fix: 1d}, {channel: chat, %s: 2h}, {first: 4h}]"
    assert made(rows % "first")["target.any"].title == "All other requests"
    assert made(rows % "fix")["target.any"].title == "Response time"
    assert made("targets: [{first: 4h}]")["target.any"].title == "Response time"


def test_a_sentence_of_the_file_loses_its_full_stop_in_a_list() -> None:
    words = made("scope: {in: {disks: We replace disks., dns_help: DNS}}")["scope.in"].words
    assert words == "Support deals with: We replace disks; DNS."


def test_a_range_of_two_units_has_both_ends_in_their_case() -> None:
    said = [f"{Time(parse_span('5m-2h'), lang):within}" for lang in LANGUAGES]
    assert said == [
        "within 5 minutes to 2 hours",
        "у межах від 5 хвилин до 2 годин",
        "в пределах от 5 минут до 2 часов",
    ]
