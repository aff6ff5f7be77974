"""Writes the reference of every key in docs/policy.md, and the JSON Schema beside it, from the
model.

`python -m firstline.policy.file.reference docs` writes both; a test sees that they are fresh.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, cast, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from firstline.policy.file.fields import FieldOf, fields_of, parts_of
from firstline.policy.file.hours import CalendarSpec, ExceptionSpec, Holidays, SeasonSpec
from firstline.policy.file.model import PolicyFile
from firstline.policy.file.parts import Read
from firstline.policy.text.values import Span, Window

BEGIN, END = "<!-- made by firstline.policy.file.reference: begin -->", "<!-- end -->"
FINDINGS = "<!-- made of the pages of findings: begin -->"
# Words for all windows of a day.
WHOLE = {"enum": ["24h", "all-day", "closed", None]}
PAGE, SCHEMA, FOLDER = "policy.md", "policy.schema.json", "findings"


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a policy file, for editors that complete and check while one
    types.
    """
    made = PolicyFile.model_json_schema(by_alias=True)
    made["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    calendar = made["$defs"][CalendarSpec.__name__]
    windows = calendar["properties"]["days"]["additionalProperties"]
    # Day classes may stand directly in a calendar or season, and one word or window for a list.
    days = "^(mon|tue|wed|thu|fri|sat|sun|weekdays|weekend|every-?day|daily)"
    for part in (calendar, made["$defs"][SeasonSpec.__name__]):
        part["patternProperties"] = {days: _loosen_list(windows)}
    for part, key in ((CalendarSpec, "on_holidays"), (ExceptionSpec, "hours")):
        made["$defs"][part.__name__]["properties"][key]["anyOf"].append(WHOLE)
    made["$defs"][CalendarSpec.__name__] = {"anyOf": [{"const": "24x7"}, calendar]}
    short = {"type": "string", "pattern": "^[A-Za-z]{2}(-[A-Za-z0-9]{1,4})?$"}
    made["$defs"][Holidays.__name__] = {"anyOf": [short, made["$defs"][Holidays.__name__]]}
    made["properties"]["calendars"]["properties"] = {"exceptions": made["properties"]["exceptions"]}
    return _loosen_all(made)


def _loosen_list(node: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [node, node.get("items", {}), WHOLE]}


def _loosen_all(node: Any) -> Any:
    """Lists may be written as one item, words in several languages as one text."""
    if isinstance(node, list):
        return [_loosen_all(item) for item in cast("list[Any]", node)]
    if not isinstance(node, dict):
        return node
    table = {key: _loosen_all(value) for key, value in cast("dict[str, Any]", node).items()}
    kept = {key: table[key] for key in ("description", "default", "title") if key in table}
    bare = {key: value for key, value in table.items() if key not in kept}
    if table.get("type") == "array" and "items" in table:
        return {**kept, "anyOf": [bare, table["items"]]}
    inner: Any = table.get("additionalProperties")
    if table.get("type") == "object" and isinstance(inner, dict) and "properties" not in table:
        plain = (
            [{"type": "string"}] if cast("dict[str, Any]", inner).get("type") == "string" else []
        )
        names = {"type": "array", "items": {"type": "string"}}
        return {**kept, "anyOf": [bare, names, *plain]}
    return table


def reference(root: type[BaseModel] = PolicyFile) -> str:
    """The reference in Markdown: a table of keys for every part of the file."""
    parts: list[str] = []
    for path, model in parts_of(root):
        head = (model.__doc__ or "").strip().replace("\n    ", " ").replace("\n", " ")
        rows = [_row(field) for field in fields_of(model)]
        table = "\n".join(["| key | value | default | meaning |", "|---|---|---|---|", *rows])
        parts.append(f"### {path or 'The file'}\n\n{head}\n\n{table}\n")
    return "\n".join(parts)


def _row(field: FieldOf) -> str:
    info = field.info
    default = "" if info.is_required() else _default(info)
    text = (info.description or "").replace("|", "\\|")
    return f"| `{field.key}` | {_kind(info)} | {default} | {text} |"


def _default(info: FieldInfo) -> str:
    value = info.default
    if info.default_factory is not None or value is None or value in ({}, []):
        return ""
    return f"`{json.dumps(value, ensure_ascii=False)}`".replace('"', "")


def _kind(info: FieldInfo) -> str:
    # The metadata of `x: DayTime` is kept beside the plain type.
    return _read_as(info.metadata) or _type(info.annotation)


def _read_as(metadata: Iterable[object]) -> str:
    return next((how.read_as for how in metadata if isinstance(how, Read)), "")


def _type(annotation: Any) -> str:
    """A type in words."""
    if hasattr(annotation, "__metadata__"):
        return _read_as(annotation.__metadata__) or _type(get_args(annotation)[0])
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        return " or ".join(_type(item) for item in arguments if item is not type(None))
    if origin is Literal:
        return ", ".join(f"`{item}`" for item in arguments)
    if origin is list:
        return f"list of {_type(arguments[0])}"
    if origin is dict:
        return f"table of {_type(arguments[1])}"
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return "part"
    plain: dict[Any, str] = {
        Span: "duration",
        Window: "window",
        str: "text",
        int: "number",
        float: "number",
    }
    return plain.get(annotation, "`true`, `false`" if annotation is bool else "value")


def page(text: str, findings: Path) -> str:
    """The page with its reference and its table of findings replaced by fresh ones."""
    for begin, made in ((BEGIN, reference()), (FINDINGS, table_of(findings))):
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(END)
        text = f"{before}{begin}\n\n{made}\n{END}{after}"
    return text


def table_of(findings: Path) -> str:
    """The findings in Markdown, errors first, each linked to its page; a page has its code, its
    severity and one sentence at its head.
    """
    rows: list[tuple[int, str]] = []
    for path in sorted(findings.glob("*.md")):
        severity, _, words = path.read_text("utf-8").split("\n")[2].partition(" · ")
        severity = severity.strip("*")
        row = f"| [`{path.stem}`]({findings.name}/{path.name}) | {severity} | {words} |"
        rows.append((("error", "warning", "info").index(severity), row))
    return "\n".join(
        ["| code | severity | what |", "|---|---|---|", *(r for _, r in sorted(rows)), ""]
    )


def schema_text() -> str:
    """The JSON Schema as it is written to its file."""
    return json.dumps(schema(), ensure_ascii=False, indent=1) + "\n"


def main(folder: Path) -> None:
    """Write both files in `folder`; the page must exist, for only its reference is made here."""
    path = folder / PAGE
    path.write_text(page(path.read_text("utf-8"), folder / FOLDER), "utf-8")
    (folder / SCHEMA).write_text(schema_text(), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs"))
