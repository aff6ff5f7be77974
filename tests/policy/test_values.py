"""Values of a policy stand in a company's own words as its language writes them."""

import pytest
from babel.messages.pofile import read_po

from firstline.policy import clauses, load
from firstline.policy.text.speech import LOCALES
from firstline.policy.text.values import parse_span
from firstline.policy.text.wording import span_words

FILE = """
policy: {{timezone: Europe/Berlin, languages: [{lang}], business: work}}
calendars: {{work: {{mon-fri: 09:00-18:00}}, night: {{every-day: 20:00-32:00}}}}
channels: [{{id: chat, calendar: work}}, {{id: mail, calendar: always}}]
targets:
  - {{id: a, channel: chat, first: 8bh, fix: 3bd, clock: always, force: guarantee}}
  - {{id: b, first: 2h, clock: night}}
  - {{id: c, channel: mail, first: 2h, clock: channel, force: target}}
clauses: [{{id: own, words: {{{lang}: "{words}"}}}}]
"""
# Language: eight working hours, one, half a working day, the next working day.
SPANS = {
    "de": ("8 Arbeitsstunden", "1 Arbeitstag", "0,5 Arbeitstage", "am nächsten Arbeitstag"),
    "es": (
        "8 horas laborables",
        "1 día laborable",
        "0,5 días laborables",
        "el siguiente día laborable",
    ),
    "fr": ("8 heures ouvrées", "1 jour ouvré", "0,5 jour ouvré", "le jour ouvré suivant"),
    "pl": (
        "8 godzin roboczych",
        "1 dzień roboczy",
        "0,5 dnia roboczego",
        "następnego dnia roboczego",
    ),
    "ro": (
        "8 ore lucrătoare",
        "1 zi lucrătoare",
        "0,5 zile lucrătoare",
        "în următoarea zi lucrătoare",
    ),
    "it": (
        "8 ore lavorative",
        "1 giorno lavorativo",
        "0,5 giorni lavorativi",
        "il giorno lavorativo successivo",
    ),
    "cs": (
        "8 pracovních hodin",
        "1 pracovní den",
        "0,5 pracovního dne",
        "následující pracovní den",
    ),
    "sk": (
        "8 pracovných hodín",
        "1 pracovný deň",
        "0,5 pracovného dňa",
        "nasledujúci pracovný deň",
    ),
    "pt": ("8 horas úteis", "1 dia útil", "0,5 dia útil", "no dia útil seguinte"),
    "nl": ("8 werkuren", "1 werkdag", "0,5 werkdag", "de volgende werkdag"),
    "bg": ("8 работни часа", "1 работен ден", "0,5 работни дни", "на следващия работен ден"),
    "tr": ("8 mesai saati", "1 iş günü", "0,5 iş günü", "sonraki iş günü"),
    "uk": ("8 робочих годин", "1 робочий день", "0,5 робочого дня", "наступного робочого дня"),
    "ru": ("8 рабочих часов", "1 рабочий день", "0,5 рабочего дня", "на следующий рабочий день"),
    "en": ("8 working hours", "1 working day", "0.5 working days", "the next working day"),
}  # fmt: skip
BARE = sorted(path.name for path in LOCALES.iterdir() if path.name not in ("uk", "ru"))


def own(words: str, lang: str) -> str:
    made = clauses(load(FILE.format(lang=lang, words=words)), lang)
    return next(clause.words for clause in made if clause.id == "own")


def keys(lang: str) -> set[tuple[object, object]]:
    with (LOCALES / lang / "LC_MESSAGES" / "policy.po").open("rb") as file:
        return {
            (m.context, m.id) for m in read_po(file, locale=lang) if m.id and all(_texts(m.string))
        }


def _texts(string: object) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(map(str, string or ()))  # type: ignore[call-overload]


@pytest.mark.parametrize("lang", SPANS)
def test_lengths_of_time_are_in_the_language_of_the_words(lang: str) -> None:
    spans = ("8bh", "1bd", "0.5bd", "next_business_day")
    assert tuple(span_words(parse_span(span), lang) for span in spans) == SPANS[lang]
    assert own("{targets.a.first}", lang) == SPANS[lang][0]


def test_every_further_language_has_the_same_words() -> None:
    assert sorted(SPANS.keys() - {"en", "uk", "ru"}) == BARE
    for lang in BARE:
        assert keys(lang) == keys("de"), lang
        assert keys(lang) < keys("uk"), lang


@pytest.mark.parametrize("lang", [*BARE, "uk", "ru"])
def test_hours_days_and_force_are_in_the_language_of_the_words(lang: str) -> None:
    for path in ("calendars.night", "channels.mail.calendar", "targets.a.force", "targets.c.clock"):
        said = {one: own(f"{{{path}}}", one) for one in (lang, "en")}
        assert said[lang] != said["en"], path
    assert own("{calendars.work}", "de") == "Mo–Fr 09:00–18:00 (Europe/Berlin)"
    assert own("{calendars.night}", "pl") == "codziennie 20:00–08:00 (Europe/Berlin)"
    assert own("{targets.a.force}", "fr") == "garanti"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("targets.a.clock", "Mon–Fri 09:00–18:00"),
        ("targets.b.clock", "every day 20:00–08:00"),
        ("targets.c.clock", "the hours of the channel"),
        ("channels.chat.calendar", "Mon–Fri 09:00–18:00"),
        ("channels.mail.calendar", "around the clock"),
        ("targets.c.channel", "mail"),
    ],
)
def test_a_value_stands_in_words_and_never_as_an_id(path: str, said: str) -> None:
    assert own(f"{{{path}}}", "en") == said


def test_words_that_only_look_like_a_code_stay() -> None:
    text = FILE.format(lang="en", words="{channels.x.address}").replace(
        "{id: mail,", "{id: x, address: our_desk@host.example}, {id: mail,"
    )
    assert [c.words for c in clauses(load(text), "en") if c.id == "own"] == [
        "our_desk@host.example"
    ]
