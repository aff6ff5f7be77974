"""A field of the file is described once: what stands on it makes its checks, its sentence, its row
of the reference and its differences.
"""

from typing import Annotated

import pytest
from pydantic import Field

from firstline.policy import Policy, clauses
from firstline.policy.file.fields import Ref, Says, fields_of, parts_of, uses
from firstline.policy.file.model import PolicyFile
from firstline.policy.file.names import wrong_names
from firstline.policy.file.parts import CalendarName, Duration, Names
from firstline.policy.file.record import History
from firstline.policy.file.reference import reference
from firstline.policy.page.differences import changes
from firstline.policy.text.source import read


class Archive(History):
    """A history with two more fields than the shipped model has."""

    moved: Annotated[Duration | None, Says("It moves to the archive {time:after}.")] = Field(
        default=None, description="When it moves to the archive."
    )
    opens: Annotated[CalendarName | None, Says("The archive is open: {hours}")] = Field(
        default=None, description="Calendar of the archive."
    )
    readers: Annotated[Names, Ref("plan"), Says("It is read by: {names:and}")] = Field(
        default=[], description="Plans that read it."
    )


class Wider(PolicyFile):
    """A file with it."""

    history: Archive | None = Field(default=None, description="History.")


FILE = """
policy: {timezone: Europe/Berlin}
plans: [gold, silver]
calendars: {office: {mon-fri: 09:00-17:00}}
history: {moved: 1y, opens: office, readers: [gold, silver]}
"""


def policy(text: str) -> Policy:
    return Policy(Wider.model_validate(read(text).value))


def test_a_new_field_is_told_on_the_page() -> None:
    words = {clause.id: clause.words for clause in clauses(policy(FILE), "en")}["history"]
    assert words == (
        "It moves to the archive after 1 year. The archive is open: Mon–Fri 09:00–17:00. "
        "It is read by: Gold and Silver."
    )


def test_a_new_field_has_its_names_checked() -> None:
    wrong = FILE.replace("opens: office", "opens: ofice").replace("readers: [gold", "readers: [god")
    document = read(wrong)
    found = wrong_names(Wider.model_validate(document.value), document)
    assert {(f.code, f.line) for f in found} == {("unknown-calendar", 5), ("unknown-plan", 5)}
    assert all("did you mean" in f.message for f in found)


def test_a_new_field_stands_in_the_reference() -> None:
    rows = reference(Wider).splitlines()
    assert "| `moved` | duration |  | When it moves to the archive. |" in rows


@pytest.mark.parametrize(
    ("lang", "was", "now"), [("en", "1 year", "2 years"), ("uk", "1 рік", "2 роки")]
)
def test_a_new_field_is_read_as_a_difference(lang: str, was: str, now: str) -> None:
    (change,) = changes(policy(FILE), policy(FILE.replace("1y", "2y")), lang)
    assert (was in change.before, now in change.after) == (True, True)


def test_every_reference_is_of_a_kind_that_is_checked_or_has_words() -> None:
    kinds = {"calendar", "line", "channel", "plan", "priority", "topic", "site", "section"}
    kinds |= {"hours", "arrival", "code", "country"}
    refs = {
        ref.kind
        for _path, part in parts_of(PolicyFile)
        for field in fields_of(part)
        for ref in (field.ref, field.key_ref)
        if ref
    }
    assert refs == kinds


@pytest.mark.parametrize(
    ("text", "path", "name"),
    [
        ("plans: [gold]\nquota: {plan: [gold, god]}", ("quota", 0, "plan", 1), "god"),
        ("sites: {de: {}}\nchannels: {id: a, sites: ed}", ("channels", 0, "sites", 0), "ed"),
        (
            "topics: [web]\npriorities: {by_topic: {wbe: high}}",
            ("priorities", "by_topic", "wbe"),
            "wbe",
        ),
        (
            "channels: {id: a}\ncomplaints: {stages: {how: b}}",
            ("complaints", "stages", 0, "how", 0),
            "b",
        ),
    ],
)
def test_names_that_no_list_by_hand_had_are_checked(
    text: str, path: tuple[str | int, ...], name: str
) -> None:
    document = read(text)
    file = PolicyFile.model_validate(document.value)
    assert (path, name) in {(use.path, use.text) for use in uses(file)}
    assert [f.message for f in wrong_names(file, document) if f"'{name}'" in f.message]
