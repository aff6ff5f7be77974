"""Headers of letters, read back as they were written."""

import email
from collections.abc import Iterator
from datetime import UTC, datetime
from email import policy
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

import firstline
from firstline.kit.ids import uuid7
from firstline.kit.mail import Letter, compose, header

CATALOGS = sorted(Path(firstline.__file__).parent.glob("**/LC_MESSAGES/*.po"))
NAME = "Підтримка хостингової компанії з дуже довгою назвою"
NOW = datetime(2026, 3, 7, 12, tzinfo=UTC)


def sent(subject: str, sender: str = "s@desk.example") -> bytes:
    return compose(Letter(uuid7(), "vera@acme.example", subject, "x"), sender, now=NOW).as_bytes()


def by_rfc(message: Message, name: str) -> str:
    """As a reader of RFC 2047 decodes the lines of a header."""
    return str(make_header(decode_header(message[name])))


def shipped(path: Path) -> Iterator[str]:
    with path.open("rb") as file:
        for message in read_po(file):
            texts = [message.string] if isinstance(message.string, str) else message.string
            yield from (text for text in texts if text)


@pytest.mark.parametrize("path", CATALOGS, ids=lambda p: f"{p.stem} {p.parent.parent.name}")
def test_every_shipped_sentence_is_a_subject_that_reads_back(path: Path) -> None:
    for text in shipped(path):
        raw = sent(text)
        assert str(email.message_from_bytes(raw, policy=policy.default)["Subject"]) == header(text)
        assert by_rfc(email.message_from_bytes(raw), "Subject") == header(text)
        assert max(map(len, raw.split(b"\r\n\r\n")[0].split(b"\r\n"))) <= 78


@given(st.text(alphabet='Зміна паролю й, :;=?_-—"«»()<>@aZ9ї’😀é', max_size=220))
def test_any_subject_reads_back(text: str) -> None:
    raw = sent(text)
    assert str(email.message_from_bytes(raw, policy=policy.default)["Subject"]) == header(text)


def test_a_long_name_of_the_sender_reads_back() -> None:
    message = email.message_from_bytes(sent("x", f"{NAME} <s@desk.example>"))
    assert parseaddr(by_rfc(message, "From")) == (NAME, "s@desk.example")
