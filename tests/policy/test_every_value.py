"""Every value of the shipped file matters: changing it is refused or changes an answer."""

import copy
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from pydantic import ValidationError

from firstline.policy import Policy, Situation, default_text, load, page, policy_ask, policy_due
from firstline.policy.file.model import PolicyFile
from firstline.policy.file.names import wrong_names
from firstline.policy.rules.closing import reopening
from firstline.policy.rules.requirements import requirements
from firstline.policy.rules.scope import scope
from firstline.policy.text.source import Document, read

START = datetime(2026, 3, 6, 19, 0, tzinfo=UTC)
GIVEN: list[dict[str, Any]] = [
    {"start": "2026-03-06T21:30:00+02:00", "channel": "chat", "line": "first", "topic": "web"},
    {"start": "2026-03-06T10:00:00+02:00", "channel": "ticket", "line": "second"},
    {"start": "2026-03-06T21:30:00+02:00", "line": "administrators", "code": "not.custom"},
]
Path = tuple[str | int, ...]


def leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from leaves(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from leaves(inner, (*path, index))
    else:
        yield path, value


def changed(value: Any) -> Iterator[Any]:
    """Other values of the same kind; the first that can be read is taken."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield value + 1
    else:
        text = str(value)
        if text[:1].isdigit():
            yield f"1{text}" if "-" not in text else "10:00-17:00"
            yield "2025-01-01"
        yield f"{text}x"


LANGS = ("en", "uk", "ru")


def answers(policy: Policy) -> Iterator[Any]:
    """Everything the policy can be asked, the cheap and often decisive questions first."""
    kinds = {"topic": policy.topics, "outcome": policy.outcomes}
    kinds |= {"delay_reason": policy.delay_reasons, "channel": tuple(policy.doors)}
    kinds |= {"line": tuple(line.id for line in policy.lines)}
    kinds |= {"state": ("waiting", "with_us", "with_client", "with_third_party", "closed")}
    names = [(kind, name) for kind, ids in kinds.items() for name in ids]
    yield [policy.label(kind, name, lang) for kind, name in names for lang in LANGS]
    yield [
        policy.lines,
        policy.restart_on,
        reopening(policy),
        policy.alarm_every,
        policy.delay_longest,
    ]
    yield [policy.chats_per_operator, policy.skip_pause, policy.presence_grace, policy.edit_window]
    yield [policy.open_requests_per_client, policy.first_line_days]
    due_at = START + timedelta(hours=3)
    yield [policy.stages(START, due_at, kind=kind, mode="chat") for kind in ("answer", "delay")]
    yield page(policy, "en")
    yield [requirements(policy, Situation(topic=topic)) for topic in policy.topics]
    codes = tuple(policy.source.scope.out)
    yield [scope(policy, Situation(code=code, language=lang)) for code in codes for lang in LANGS]
    yield from (policy_due(policy, given) for given in GIVEN)
    yield from (
        policy_ask(policy, {**given, "language": lang}) for given in GIVEN for lang in LANGS
    )
    yield from (page(policy, lang) for lang in LANGS)


def test_every_value_of_the_shipped_file_matters() -> None:
    tree = read(default_text()).value
    before = list(answers(load(default_text())))
    dead: list[str] = []
    for path, value in leaves(tree):
        if path == ("format",):
            continue  # a newer format is refused: test_reading
        if not any(_matters(tree, path, other, before) for other in changed(value)):
            dead.append(".".join(map(str, path)))
    assert dead == []


def _matters(tree: Any, path: Path, other: Any, before: list[Any]) -> bool:
    mutated = copy.deepcopy(tree)
    place = mutated
    for part in path[:-1]:
        place = place[part]
    place[path[-1]] = other
    try:
        file = PolicyFile.model_validate(mutated)
    except ValidationError:
        return isinstance(other, str)  # refused: the value is read
    if wrong_names(file, Document()):
        return True
    now = answers(Policy(file))
    return any(one != other for one, other in zip(now, before, strict=True))
