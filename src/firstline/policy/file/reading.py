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
from firstline.policy.text.remark import (
    Foreign,
    Listed,
    Remark,
    counting_remark,
    guess,
    remark,
    remark_of,
)
from firstline.policy.text.source import Document, Path, read
from firstline.policy.text.values import day_meant

MOST_FINDINGS = 200
TABLE = remark("a table of keys belongs here; write key: value pairs")
WHOLE = remark("a whole number belongs here; write it in digits")
NUMBER = remark("a number belongs here; write it in digits")
TRUTH = remark("write true or false")
PLAIN = {
    "model_type": TABLE,
    "dict_type": TABLE,
    "list_type": remark("a list belongs here; write [one, two], or items after dashes"),
    "string_type": remark("a word belongs here; write it in quotes"),
    "bool_type": TRUTH,
    "bool_parsing": TRUTH,
    "int_type": WHOLE,
    "int_parsing": WHOLE,
    "int_from_float": remark("a whole number belongs here; write it without a fraction"),
    "float_type": NUMBER,
    "float_parsing": NUMBER,
    "greater_than": remark("write more than {gt}"),
    "greater_than_equal": remark("write {ge} or more"),
    "less_than_equal": remark("write {le:g} or less"),
}
# Where keys stand that are in no part.
WHOLE_FILE = remark("the file itself")
# What an error of the values speaks of, and its code.
SPECIAL = {
    "time zone": "unknown-zone",
    "time of day": "bad-time",
    "window": "bad-window",
    "length of time": "bad-duration",
    "not a date": "bad-date",
    "carries an offset": "bad-date",
    "country": "unknown-country",
}
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
    return sorted(set(findings), key=lambda f: (f.line, f.column, f.code, f.message))[
        :MOST_FINDINGS
    ]


def _check_format(document: Document) -> None:
    written = document.value.get("format", FORMAT)
    number = int(written) if str(written).isdigit() and len(str(written)) < 10 else written
    if number == FORMAT and isinstance(written, int):
        return
    if isinstance(number, (int, float)) and not isinstance(number, bool) and number > FORMAT:
        code = "newer-format"
        message = remark(
            "the file has format {written} and comes from a newer Firstline, this one "
            "reads format {ours}; update Firstline, or write format: {ours}",
            written=str(written),
            ours=FORMAT,
        )
    else:
        code, message = (
            "bad-value",
            remark("the format is not known; write format: {ours}", ours=FORMAT),
        )
    raise PolicyError([Finding(code, *document.place(("format",)), "error", message)])


def _finding(error: Any, document: Document) -> Finding:
    path: Path = tuple(error["loc"])
    name = ".".join(str(part) for part in path if part != "days")
    if error["type"] == "extra_forbidden":
        place = document.place(path, key=True)
        return Finding("unknown-key", *place, "error", _unknown(path, name))
    place = document.place(path)
    if error["type"] == "missing":
        missing = remark("{name} is missing; write it", name=name)
        return Finding("missing-key", *place, "error", missing)
    message = _mend(error)
    found = remark("{name}: {message}", name=name, message=message)
    return Finding(_code(error, str(message)), *place, "error", found)


def _code(error: Any, message: str) -> str:
    """The code of a value that cannot be read, by what its error speaks of."""
    if error["type"] != "value_error":
        return "bad-value"
    return next((code for word, code in SPECIAL.items() if word in message), "bad-value")


def _mend(error: Any) -> Remark:
    """What is wrong with a value, and how it is mended."""
    kind, limits = error["type"], error.get("ctx", {})
    if kind == "value_error":
        return remark_of(limits["error"])
    if kind == "literal_error":
        return _choice(error)
    if meant := kind.startswith("bool_") and choice_meant(str(error["input"]), BOOLEANS):
        text = str(error["input"])[:40]
        return remark("'{text}' is neither true nor false; {mend}", text=text, mend=guess(meant))
    if kind == "too_long":
        return counting_remark(
            "at most {number} item belongs here; write fewer",
            "at most {number} items belong here; write fewer",
            limits["max_length"],
        )
    if kind == "too_short":
        return counting_remark(
            "this must not be empty; write at least {number}",
            "this must not be empty; write at least {number}",
            limits["min_length"],
        )
    if kind in PLAIN:
        return PLAIN[kind].with_values(**limits)
    said = str(error["msg"])
    words = Foreign(said[:1].lower() + said[1:], remark("this value cannot stand here"))
    return remark("{words}; correct the value", words=words)


def _choice(error: Any) -> Remark:
    """Which of the allowed words was meant."""
    words = str(error["ctx"]["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
    written = str(error["input"])[:40]
    near = choice_meant(written, words) or next(
        iter(get_close_matches(written, words, 1, 0.5)), None
    )
    mend = guess(near) if near else remark("write one of {words}", words=", ".join(words))
    return remark("'{written}' is not known here; {mend}", written=written, mend=mend)


def _unknown(path: Path, name: str) -> Remark:
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
        return remark("{name} is not a key of a policy file; {mend}", name=name, mend=guess(found))
    for word in (key, other):
        if places := _places_near(word, path):
            where = Listed(tuple(place or WHOLE_FILE for place in places[:3]))
            return remark(
                "{name} is not a key here; {word} is a key of {places}, write it there",
                name=name,
                word=word,
                places=where,
            )
    return remark(
        "{name} is not a key of a policy file; the keys here are {keys}",
        name=name[:80],
        keys=", ".join(keys[:40]) or remark("free"),
    )


def _places_near(key: str, path: Path) -> list[str]:
    """Where a key belongs that stands too far out or in: the whole file, its head, or a part of the
    same part. A key of the same name elsewhere is another rule.
    """
    places = _places().get(key, [])
    if len(path) == 1:
        return places
    top = str(path[0])
    return [place for place in places if place.split(".")[0] in (top, "policy", "")]


@cache
def _places() -> dict[str, list[str]]:
    """Where each key of the file belongs."""
    found: dict[str, list[str]] = {}
    for path, model in parts_of(PolicyFile):
        for field in fields_of(model):
            found.setdefault(field.key, []).append(path)
    return found
