"""Who asks again what they have asked a while ago is told so; who asks something else is not."""

from dataclasses import replace
from typing import Any

import pytest

from firstline.requests import Duplicate, find_duplicate
from firstline.requests.actions import closing
from firstline.requests.likeness.measure import ALIKE, gist, likeness

from .hands import Hands

AGAIN = [
    (
        "My site acme.example does not open since this morning, error 500",
        "Hello! ACME.EXAMPLE is not opening: error 500 again, please help",
    ),
    ("Please install WordPress on acme.example", "install wordpres on https://acme.example/ pls"),
    ("Не працює пошта info@acme.example", "Доброго дня, знову не працює пошта INFO@acme.example!"),
    (
        "Сайт acme.example не открывается",
        "Здравствуйте. Не открывается сайт acme.example, помогите",
    ),
    ("Сайт не открывается", "сайт не открывался"),
    ("Не работает", "не работает!!!"),
    ("FTP login answers 530 for user shop01", "ftp: login for the user shop01 answers 530"),
]
ANOTHER = [
    (
        "The server answers 403 at acme.example/shop/",
        "The server answers 403 at acme.example/blog/",
    ),
    ("acme.example error 500 on the contact form", "acme.example error 500 when I log in as admin"),
    ("Please install WordPress on acme.example", "Please install Joomla on acme.example"),
    ("The site answers 403", "The site answers 502"),
    ("Не приходить пошта на info@acme.example", "Не приходить пошта на sales@acme.example"),
    ("Продлите домен acme.example", "Перенесите домен acme.example"),
    ("Hello", "Thanks"),
    ("Invoice 1042 is not paid", "Invoice 1043 is not paid"),
]


@pytest.mark.parametrize(("before", "now"), AGAIN)
def test_the_same_in_other_words_forms_and_signs_is_alike(before: str, now: str) -> None:
    assert likeness(gist(before), gist(now)) >= ALIKE


@pytest.mark.parametrize(("before", "now"), ANOTHER)
def test_another_page_code_or_wish_is_not_alike(before: str, now: str) -> None:
    assert likeness(gist(before), gist(now)) < ALIKE


def test_a_message_of_log_lines_is_read_as_far_as_its_beginning() -> None:
    log = "\n".join(f"2026-03-11 PHP Fatal error line {i} /srv/www/{i}.php" for i in range(5000))
    assert likeness(gist(log), gist(log)) == 1
    assert len(gist(log).names) <= 300


async def found(hands: Hands, name: str, words: str, **more: Any) -> Duplicate | None:
    asked = {"topic": "web", "service": None} | more
    who = more.pop("who", hands.world[name])
    asked.pop("who", None)
    async with hands.desk.db.connection() as conn:
        return await find_duplicate(conn, who, words, now=hands.now, **asked)


async def test_an_own_open_request_is_found_by_its_first_and_its_later_words(hands: Hands) -> None:
    no = await hands.open(body="My site acme.example answers 403")
    duplicate = await found(hands, "vera", "The site acme.example answers 403!")
    assert duplicate is not None
    assert (duplicate.no, duplicate.at) == (no, hands.now)
    hands.clock.pass_by(minutes=20)
    await hands.say("vera", no, "And now cron job backup.sh sends no mail")
    changed = "Cron job backup.sh mails nothing now"
    assert await found(hands, "vera", changed, topic="mail") is None
    assert await found(hands, "vera", "Cron job backup.sh sends no mail", topic="mail") is not None
    later = await found(hands, "vera", changed)
    assert later is not None
    assert later.at == hands.now


async def test_what_is_closed_old_staff_s_or_somebody_else_s_is_no_duplicate(hands: Hands) -> None:
    words = "My site acme.example answers 403"
    no = await hands.open(body=words)
    assert await found(hands, "pavel", words) is None
    assert await found(hands, "anna", words) is None
    hands.clock.pass_by(hours=37)
    assert await found(hands, "vera", words) is None
    await hands.say("vera", no, words)
    assert await found(hands, "vera", words) is not None
    await hands.act(closing.close, "vera", no, "withdrawn", "")
    assert await found(hands, "vera", words) is None


NAMED = [
    ("сайт acme.example 500", "сайт acme.example отдаёт 500", "web"),
    (
        "Letters from info@acme.example to bob@mail.example come back: 550 5.1.1",
        "Листи з info@acme.example на bob@mail.example повертаються, 550 5.1.1",
        "mail",
    ),
    ("Пошта info@acme.example не надсилає", "письма с info@acme.example не уходят", "mail"),
    ("info@acme.example: 550", "info@acme.example не може написати на bob@mail.example", "mail"),
    ("Invoice INV-2026-0042 is wrong", "в счёте INV-2026-0042 не та сумма", "billing"),
    ("Сайт acme.example не открывается", "сайт acme.example не відкривається", "web"),
    ("Сайт acme.example не открывается", "acme.example is down", "web"),
    ("acme.example/cart не відкривається", "nobody can buy at https://acme.example/cart/", "web"),
]
NOT_NAMED = [
    ("acme.example shows 403", "please switch on gzip for acme.example", "web"),
    ("acme.example shows 500", "Install WordPress on acme.example", "web"),
    ("info@acme.example is full", "sales@acme.example is full", "mail"),
    ("Not from info@acme.example to a@mail.example", "info@acme.example to b@mail.example", "mail"),
    ("acme.example/cart 403", "acme.example/cart 502", "web"),
]


@pytest.mark.parametrize(("before", "again", "topic"), NAMED)
async def test_the_same_object_under_the_same_topic_is_enough(
    hands: Hands, before: str, again: str, topic: str
) -> None:
    no = await hands.open(body=before, topic=topic)
    duplicate = await found(hands, "vera", again, topic=topic)
    assert duplicate is not None
    assert duplicate.no == no


@pytest.mark.parametrize(("before", "again", "topic"), NOT_NAMED)
async def test_another_object_or_a_host_alone_is_not_enough(
    hands: Hands, before: str, again: str, topic: str
) -> None:
    await hands.open(body=before, topic=topic)
    assert await found(hands, "vera", again, topic=topic) is None


async def test_the_same_object_under_another_topic_is_another_matter(hands: Hands) -> None:
    await hands.open(body="info@acme.example is full", topic="mail")
    words = "The invoice did not reach info@acme.example"
    assert await found(hands, "vera", words, topic="billing") is None


async def test_words_of_the_staff_are_not_the_client_s_question(hands: Hands) -> None:
    no = await hands.open(body="Something is slow")
    await hands.take("anna")
    await hands.say("anna", no, "Does the page acme.example/shop answer 403 for you?")
    assert await found(hands, "vera", "Does the page acme.example/shop answer 403 for you?") is None


async def test_a_limited_contact_is_told_only_of_what_they_may_read(hands: Hands) -> None:
    words = "My site acme.example answers 403"
    site = await hands.service("vera", "hosting")
    await hands.open(body=words, service=site)
    vera = hands.world["vera"]
    stranger = replace(vera, id=hands.world["pavel"].id, access="limited")
    assert await found(hands, "vera", words, who=stranger) is None
    may_read = replace(stranger, services=frozenset({site}))
    assert await found(hands, "vera", words, who=may_read, service=site) is not None
