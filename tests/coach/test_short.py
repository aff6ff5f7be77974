"""Short messages of each topic and of each clause of the scope, and questions that fit none."""

from pathlib import Path

import pytest

from firstline.coach import FirstMessage, advise
from firstline.policy import Policy, default_text, load
from tests.coach.scoring import score

FOLDER = Path(__file__).parent


@pytest.fixture(scope="module")
def policy() -> Policy:
    return load(default_text())


def lines(name: str) -> list[tuple[str, str]]:
    text = (FOLDER / name).read_text("utf-8")
    parts = [line.split("|", 2) for line in text.splitlines() if line[0] != "#"]
    return [(wanted, message) for wanted, _, message in parts]


def test_what_is_wished_meets_its_clause_and_what_is_only_asked_meets_none(policy: Policy) -> None:
    wrong = list[tuple[str, str, str]]()
    for wanted, text in lines("wishes.txt"):
        note = advise(policy, FirstMessage(text)).scope
        if (note.clause if note else "-") != wanted:
            wrong.append((wanted, note.clause if note else "-", text))
    assert len(wrong) <= 2, wrong


def test_the_language_is_told_by_a_few_words(policy: Policy) -> None:
    text = (FOLDER / "languages.txt").read_text("utf-8")
    lines = [line.split("|", 1) for line in text.splitlines()[1:]]
    wrong = [
        (wanted, found, message)
        for wanted, message in lines
        if (found := advise(policy, FirstMessage(message)).language) != wanted
    ]
    assert not wrong


@pytest.mark.parametrize(
    "text", ["NET::ERR_CERT_DATE_INVALID", "550 5.7.1 Message rejected", "404"]
)
def test_where_only_a_program_speaks_the_reader_is_asked_in_their_language(
    policy: Policy, text: str
) -> None:
    assert advise(policy, FirstMessage(text, reader="uk")).language == "uk"
    assert advise(policy, FirstMessage(f"I see {text} in Chrome", reader="uk")).language == "en"


@pytest.mark.parametrize(
    "text",
    ["Мой сайт на другом хостинге, почему он не открывается?", "My site is hosted elsewhere"],
)
def test_a_client_is_never_told_to_become_one(policy: Policy, text: str) -> None:
    stranger = advise(policy, FirstMessage(text)).scope
    assert stranger is not None
    assert stranger.clause == "not.strangers"
    assert advise(policy, FirstMessage(text, is_client=True)).scope is None
    assert advise(policy, FirstMessage(text, services=("acme.example",))).scope is None


@pytest.mark.parametrize("reader", ["uk", "ru"])
def test_words_of_both_languages_are_answered_in_that_of_the_reader(
    policy: Policy, reader: str
) -> None:
    texts = ("хочу сайт на wordpress", "ошибка номер 403", "помилка номер 403")
    found = [advise(policy, FirstMessage(text, reader=reader)).language for text in texts]
    assert found == [reader, "ru", "uk"]


def test_the_topic_is_seen_in_one_sentence(policy: Policy) -> None:
    found = [
        (wanted, advise(policy, FirstMessage(text)).topic, text)
        for wanted, text in lines("topics.txt")
    ]
    wrong = [one for one in found if one[0] != (one[1] or "null")]
    assert len(wrong) <= 13, wrong


def test_only_when_trouble_began_is_told_as_since_when(policy: Policy) -> None:
    wrong = list[tuple[str, list[str], str]]()
    for line in (FOLDER / "times.txt").read_text("utf-8").splitlines()[1:]:
        wanted, _, text, *exact = line.split("|")
        advice = advise(
            policy, FirstMessage(text.replace("\\n", "\n"), None, None, ("acme.example",))
        )
        found = [one.value.lower() for one in advice.known if one.fact == "since_when"]
        if found != ([] if wanted == "-" else [(exact or [wanted])[0].lower()]):
            wrong.append((wanted, found, text))
    assert len(wrong) <= 7, wrong


@pytest.mark.parametrize(
    ("name", "most"), [("errors.txt", 4), ("owners.txt", 2), ("missing.txt", 3)]
)
def test_what_stands_and_what_lacks_is_told(policy: Policy, name: str, most: int) -> None:
    wrong = list[tuple[str, set[str], str]]()
    for wanted, text in lines(name):
        advice = advise(policy, FirstMessage(text, None, None, ("acme.example",)))
        facts = {
            "errors.txt": [
                f"exact_error={one.value}" for one in advice.known if one.fact == "exact_error"
            ],
            "owners.txt": [f"{one.fact}={one.value}" for one in advice.known if one.fact in OWNED],
            "missing.txt": [one.fact for one in advice.missing],
        }[name]
        if set(facts) != {one for one in wanted.split(";") if one != "-"}:
            wrong.append((wanted, set(facts), text))
    assert len(wrong) <= most, wrong


OWNED = (
    "page",
    "domain",
    "other_party",
    "mailbox",
    "host",
    "ip",
    "panel_page",
    "document",
    "account",
)


def test_variants_of_what_was_read_wrong_are_read_as_well_as_ever() -> None:
    scores = score(FOLDER / "variants.jsonl")
    for name, least in (("facts", 0.96), ("topic", 0.97), ("missing", 0.94), ("scope", 0.97)):
        assert scores[name].precision >= least, (name, scores[name])
        assert scores[name].recall >= least, (name, scores[name])


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (2, "The site is down. And another thing: my invoice is wrong."),
        (2, "First, ftp does not connect. Second, please send me the act for October."),
        (2, "Two questions: why is my site slow? How much is the next plan?"),
        (2, "Не ходит почта. И ещё вопрос, как продлить домен?"),
        (3, "Пошук на сайті падає. По-друге, ftp не пускає. По-третє, скільки коштує тариф?"),
        (3, "Первое: лежит почта. Второе. Сайт без замка. Третье, пришлите счёт"),
        (3, "Вітаю. 1. acme.example/a віддає 403. 2. Надішліть рахунок. 3. Коли роботи?"),
        (2, "Two things: (a) may a colleague see bills, and (b) is there a phone?"),
        (1, "Версія 1.2. Сайт лежить. php 8.1."),
        (2, "Два питання. Чому сайт повільний? Скільки коштує наступний тариф?"),
        (3, "1. почта не ходит 2. SSL истёк 3. FTP не пускает"),
        (3, "Сайт не открывается. И ещё: почта. И счёт"),
        (2, "Пошта не працює і сайт не працює"),
        (2, "mail does not work and the site is down"),
        (1, "домен не работает и сайт не открывается"),
        (1, "сайт не работает и ничего не помогает"),
        (3, "1. The site shows 500\n2. The mailbox is full\n3. How do I renew the domain?"),
        (1, "My site also shows 500 on mobile"),
        (1, "Why does it not work? What is wrong?"),
        (1, "Сайт не відкривається, помилка 502 з учора, допоможіть будь ласка"),
        (0, "hi"),
    ],
)
def test_what_is_asked_apart_is_counted(policy: Policy, count: int, text: str) -> None:
    assert advise(policy, FirstMessage(text)).matters == count
