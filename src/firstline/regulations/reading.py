"""From text to a checked policy file: every error at once, each with its place and how to mend
it.
"""

from __future__ import annotations

from difflib import get_close_matches
from types import UnionType
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from .finding import Finding, PolicyError
from .model import FORMAT, PolicyFile
from .names import unknown_names
from .source import Document, Path, read

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
}


def parse(text: str) -> tuple[PolicyFile, Document]:
    """The model of a text and where everything stands; PolicyError with all errors of form and
    of names.
    """
    document = read(text)
    _newer(document)
    try:
        file = PolicyFile.model_validate(document.value)
    except ValidationError as problem:
        raise PolicyError(
            _sorted(
                _finding(error, document)
                for error in problem.errors(include_url=False)[:MOST_FINDINGS]
            )
        ) from None
    wrong = unknown_names(file, document)
    if wrong:
        raise PolicyError(_sorted(wrong))
    return file, document


def _sorted(findings: Any) -> list[Finding]:
    return sorted(set(findings), key=lambda f: (f.line, f.column, f.code))


def _newer(document: Document) -> None:
    written = document.value.get("format", FORMAT)
    if isinstance(written, int) and written > FORMAT:
        line, column = document.place(("format",))
        message = (
            f"the file has format {written} and this Firstline reads format "
            f"{FORMAT}; update Firstline or write format: {FORMAT}"
        )
        raise PolicyError([Finding("newer-format", line, column, "error", message)])


def _finding(error: Any, document: Document) -> Finding:
    path: Path = tuple(error["loc"])
    name = ".".join(str(part) for part in path if part != "days")
    if error["type"] == "extra_forbidden":
        line, column = document.place(path, key=True)
        return Finding("unknown-key", line, column, "error", _unknown(path, name))
    line, column = document.place(path)
    if error["type"] == "missing":
        return Finding("missing-key", line, column, "error", f"{name} is missing; write it")
    code = "bad-value"
    message = str(error["msg"]).removeprefix("Value error, ")
    if error["type"] == "value_error":
        for word, special in (
            ("time zone", "unknown-zone"),
            ("time of day", "bad-time"),
            ("window", "bad-window"),
            ("length of time", "bad-duration"),
        ):
            code = special if word in message else code
    else:
        plain = f"{message[:1].lower()}{message[1:]}; correct the value"
        message = PLAIN.get(error["type"], plain)
    return Finding(code, line, column, "error", f"{name}: {message}")


def _unknown(path: Path, name: str) -> str:
    model = _model_at(PolicyFile, path[:-1])
    known = keys_of(model) if model else []
    if model is not None and model.__name__ == "CalendarSpec":
        known = [*known, "mon-fri", "sat-sun", "every-day"]
    near = get_close_matches(str(path[-1]), known, 1, 0.5)
    if near:
        return f"{name} is not a key of a policy file; did you mean {near[0]}?"
    return (
        f"{name} is not a key of a policy file; the keys here are {', '.join(known[:24]) or 'free'}"
    )


def keys_of(model: type[BaseModel]) -> list[str]:
    """Keys as they are written in the file."""
    return [info.alias or name for name, info in model.model_fields.items()]


def _model_at(model: type[BaseModel] | None, path: Path) -> type[BaseModel] | None:
    """The model that stands at a path: names lead into fields, indexes and free names into what
    is inside them.
    """
    for part in path:
        if model is None:
            return None
        fields = {info.alias or name: info for name, info in model.model_fields.items()}
        if part in fields:
            model = model_inside(fields[str(part)].annotation)
    return model


def model_inside(annotation: Any) -> type[BaseModel] | None:
    """The model inside list[…], dict[str, …], … | None, Annotated[…]."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) is not None or isinstance(annotation, UnionType):
        for argument in get_args(annotation):
            found = model_inside(argument)
            if found is not None:
                return found
    return None
