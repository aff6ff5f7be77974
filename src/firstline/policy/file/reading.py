"""From text to a checked policy file: every error at once, each with its place and how to mend
it.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from typing import Any

from pydantic import ValidationError

from firstline.policy.file.fields import fields_of, part_at, parts_of
from firstline.policy.file.hours import CalendarSpec, SeasonSpec
from firstline.policy.file.model import FORMAT, PolicyFile
from firstline.policy.file.names import wrong_names
from firstline.policy.text.finding import Finding, PolicyError
from firstline.policy.text.meant import choice_meant
from firstline.policy.text.pruning import without_errors
from firstline.policy.text.source import Document, Path, read
from firstline.policy.text.values import day_meant

MOST_FINDINGS = 200
PLAIN = {
    "model_type": "a table of keys belongs here; write key: value pairs",
    "dict_type": "a table of keys belongs here; write key: value pairs",
    "list_type": "a list belongs here; write [one, two], or items after dashes",
    "string_type": "a word belongs here; write it in quotes",
    "bool_type": "write true or false",
    "bool_parsing": "write true or false",
    "int_type": "a whole number belongs here; write it in digits",
    "int_parsing": "a whole number belongs here; write it in digits",
    "int_from_float": "a whole number belongs here; write it without a fraction",
    "float_type": "a number belongs here; write it in digits",
    "float_parsing": "a number belongs here; write it in digits",
    "greater_than": "write more than {gt}",
    "greater_than_equal": "write {ge} or more",
    "less_than_equal": "write {le:g} or less",
    "too_long": "at most {max_length} items belong here; write fewer",
    "too_short": "this must not be empty; write at least {min_length}",
}
WHOLE_FILE = "the file itself"
BOOLEANS = ("true", "false")
# What people write who have seen other formats.
OTHER_WORDS = {
    "tz": "timezone",
    "zone": "timezone",
    "prio": "priority",
    "severity": "priority",
    "response": "first",
    "reply": "first",
    "resolution": "fix",
    "solve": "fix",
    "name": "title",
    "label": "title",
    "type": "id",
    "hours": "calendar",
    "ticket_number": "request_number",
    "lang": "languages",
    "language": "languages",
    "cost": "price",
    "sla": "targets",
    "response_times": "targets",
    "tiers": "plans",
    "levels": "lines",
    "holiday": "holidays",
    "closing": "close",
    "autoclose": "close",
}


def parse(text: str) -> tuple[PolicyFile, Document]:
    """The model of a text and where everything stands; PolicyError with all errors of form and
    of names.
    """
    document = read(text)
    _check_format(document)
    file, wrong = _model(document)
    wrong = [*document.wrong, *wrong]
    if file is not None:
        wrong += wrong_names(file, document)
    if wrong or file is None:
        raise PolicyError(_in_order(wrong))
    return file, document


def _model(document: Document) -> tuple[PolicyFile | None, list[Finding]]:
    """The model of what can be read, and what cannot: parts that are wrong are left out and the
    rest is read again, so that a slip of form does not hide a name that nothing defines.
    """
    try:
        return PolicyFile.model_validate(document.value), []
    except ValidationError as problem:
        errors = problem.errors(include_url=False)[:MOST_FINDINGS]
    wrong = [_finding(error, document) for error in errors]
    try:
        rest = without_errors(document.value, errors)
        return (None if rest is None else PolicyFile.model_validate(rest)), wrong
    except ValidationError:
        return None, wrong


def _in_order(findings: list[Finding]) -> list[Finding]:
    return sorted(set(findings), key=lambda f: (f.line, f.column, f.code))[:MOST_FINDINGS]


def _check_format(document: Document) -> None:
    written = document.value.get("format", FORMAT)
    number = int(written) if str(written).isdigit() and len(str(written)) < 10 else written
    if number == FORMAT and isinstance(written, int):
        return
    if isinstance(number, (int, float)) and not isinstance(number, bool) and number > FORMAT:
        code = "newer-format"
        message = (
            f"the file has format {written} and comes from a newer Firstline, this one reads "
            f"format {FORMAT}; update Firstline, or write format: {FORMAT}"
        )
    else:
        code, message = "bad-value", f"the format is not known; write format: {FORMAT}"
    raise PolicyError([Finding(code, *document.place(("format",)), "error", message)])


def _finding(error: Any, document: Document) -> Finding:
    path: Path = tuple(error["loc"])
    name = ".".join(str(part) for part in path if part != "days")
    if error["type"] == "extra_forbidden":
        place = document.place(path, key=True)
        return Finding("unknown-key", *place, "error", _unknown(path, name))
    place = document.place(path)
    if error["type"] == "missing":
        return Finding("missing-key", *place, "error", f"{name} is missing; write it")
    code, message = "bad-value", str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "value_error":
        for word, special in (
            ("time zone", "unknown-zone"),
            ("time of day", "bad-time"),
            ("window", "bad-window"),
            ("length of time", "bad-duration"),
            ("not a date", "bad-date"),
            ("carries an offset", "bad-date"),
            ("country", "unknown-country"),
        ):
            code = special if word in message else code
    elif error["type"] == "literal_error":
        message = _choice(error)
    elif meant := error["type"].startswith("bool_") and choice_meant(str(error["input"]), BOOLEANS):
        message = f"'{str(error['input'])[:40]}' is neither true nor false; did you mean {meant}?"
    else:
        plain = f"{message[:1].lower()}{message[1:]}; correct the value"
        message = PLAIN.get(error["type"], plain).format(**error.get("ctx", {}))
    return Finding(code, *place, "error", f"{name}: {message}")


def _choice(error: Any) -> str:
    """Which of the allowed words was meant."""
    words = str(error["ctx"]["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
    written = str(error["input"])[:40]
    near = choice_meant(written, words) or next(
        iter(get_close_matches(written, words, 1, 0.5)), None
    )
    mend = f"did you mean {near}?" if near else f"write one of {', '.join(words)}"
    return f"'{written}' is not known here; {mend}"


def _unknown(path: Path, name: str) -> str:
    """What to write instead of a key that its part does not have."""
    key = str(path[-1])
    model = part_at(PolicyFile, path[:-1])
    keys = [field.key for field in fields_of(model)] if model else []
    if model in (CalendarSpec, SeasonSpec):
        keys = [*keys, "mon-fri", "sat-sun", "every-day"]
    other = OTHER_WORDS.get(key.lower(), "")
    near = get_close_matches(key, keys, 1, 0.7)
    meant = [day_meant(key) if "mon-fri" in keys else None, other if other in keys else None, *near]
    if found := next(filter(None, meant), None):
        return f"{name} is not a key of a policy file; did you mean {found}?"
    for word in (key, other):
        if places := _places_near(word, path):
            where = f"{word} is a key of {', '.join(places[:3])}"
            return f"{name} is not a key here; {where}, write it there"
    return (
        f"{name[:80]} is not a key of a policy file; the keys here are "
        f"{', '.join(keys[:40]) or 'free'}"
    )


def _places_near(key: str, path: Path) -> list[str]:
    """Where a key belongs that stands too far out or in: the whole file, its head, or a part of the
    same part. A key of the same name elsewhere is another rule.
    """
    places = _places().get(key, [])
    if len(path) == 1:
        return places
    top = str(path[0])
    return [place for place in places if place.split(".")[0] in (top, "policy", WHOLE_FILE)]


@cache
def _places() -> dict[str, list[str]]:
    """Where each key of the file belongs."""
    found: dict[str, list[str]] = {}
    for path, model in parts_of(PolicyFile):
        for field in fields_of(model):
            found.setdefault(field.key, []).append(path or WHOLE_FILE)
    return found
