"""Reading what is to be imported: CSV or JSON, into flat rows with their numbers.

A file is read whole before anything is done, so that a broken one changes nothing.
"""

import codecs
import csv
import io
import json
import re
from collections.abc import Mapping, Sequence
from typing import cast

from firstline.kit.errors import Invalid
from firstline.kit.i18n import gettext as _
from firstline.kit.i18n import ngettext

CLIENT = ("external_id", "name", "plan", "language")
CONTACT = ("email", "name", "access", "language", "external_id", "services")
SERVICE = ("external_id", "name", "kind", "server", "host")
COLUMNS = (
    *CLIENT,
    *(f"contact_{name}" for name in CONTACT),
    *(f"service_{name}" for name in SERVICE),
)
# What spreadsheets write into a first line of its own.
SEPARATOR = re.compile(r'"?sep=(?P<sign>[,;|\t])"?[,;|\t]*', re.IGNORECASE)
# An end of JSON without its beginning is told as what it is, too.
JSON = re.compile(r'\s*([\[{]|"[^"\n]*"\s*:)')
REQUIRED = ("external_id", "name")

Row = Mapping[str, str]
Numbered = tuple[int, Row]
# What JSON calls so. `isinstance` cannot look inside, hence the casts behind it.
Object = dict[str, object]


def read(source: bytes | str | Sequence[object]) -> list[Numbered]:
    """The rows of a file's content, or of a list of clients, numbered for the report.

    A CSV row is numbered by its line, a JSON row by its client's place. Keys are COLUMNS.
    Raises Invalid (field file).
    """
    if not isinstance(source, bytes | str):
        return _from_objects(source)
    text = _decode(source) if isinstance(source, bytes) else source
    text = text.removeprefix("\ufeff")
    if "\x00" in text:
        raise unreadable(_("it is not text"))
    return _read_json(text) if JSON.match(text) else _read_csv(text)


def unreadable(why: str) -> Invalid:
    return Invalid(_("The file cannot be read: %(why)s.") % {"why": why}, field="file")


def _decode(source: bytes) -> str:
    """UTF-8, or the UTF-16 of a spreadsheet's "Unicode text", which its first two bytes tell."""
    wide = source.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return source.decode("utf-16" if wide else "utf-8")
    except UnicodeDecodeError as error:
        line = source[: error.start].count(b"\n") + 1
        why = _("line %(line)d is not UTF-8; save the file as UTF-8") % {"line": line}
        raise unreadable(why) from None


def _read_csv(text: str) -> list[Numbered]:
    delimiter, said = _delimiter(text)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Numbered] = []
    try:
        if said:
            next(reader)
        names = _without_empty_end([name.strip() for name in next(reader, list[str]())])
        _check_columns(names)
        line = reader.line_num + 1
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((line, _row(names, cells, line)))
            line = reader.line_num + 1  # a cell may hold line ends; a row is named by its first
    except csv.Error as error:
        why = _("line %(line)d: %(error)s") % {"line": reader.line_num, "error": error}
        raise unreadable(why) from None
    return rows


def _delimiter(text: str) -> tuple[str, bool]:
    """What stands between cells: said by a first line of its own (`sep=;`), else by the names."""
    first = text.partition("\n")[0].rstrip("\r")
    said = SEPARATOR.fullmatch(first)
    if said:
        return said["sign"], True
    return max(",;\t", key=first.count), False


def _without_empty_end(cells: list[str], least: int = 0) -> list[str]:
    """The cells without empty ones at the end, but not fewer than `least`."""
    end = len(cells)
    while end > least and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _row(names: list[str], cells: list[str], line: int) -> Row:
    cells = _without_empty_end(cells, len(names))
    if len(cells) != len(names):
        raise unreadable(
            ngettext(
                "line %(line)d has %(cells)d cell, and the columns are %(limit)d",
                "line %(line)d has %(cells)d cells, and the columns are %(limit)d",
                len(cells),
            )
            % {"line": line, "cells": len(cells), "limit": len(names)}
        )
    return dict(zip(names, cells, strict=True))


def _check_columns(names: list[str]) -> None:
    if missing := [name for name in REQUIRED if name not in names]:
        raise unreadable(_("the column “%(name)s” is missing") % {"name": missing[0]})
    if unknown := [name for name in names if name not in COLUMNS]:
        raise unreadable(
            _("the column “%(name)s” is unknown; the columns are %(known)s")
            % {"name": unknown[0], "known": ", ".join(COLUMNS)}
        )
    if len(set(names)) < len(names):
        raise unreadable(_("a column appears twice"))


def _read_json(text: str) -> list[Numbered]:
    try:
        found: object = json.loads(text)
    except ValueError as error:
        raise unreadable(_("it is broken JSON (%(error)s)") % {"error": error}) from None
    except RecursionError:
        raise unreadable(_("it is nested too deeply")) from None
    if isinstance(found, dict):
        client = cast("Object", found)
        found = client.get("clients", [client])
    if not isinstance(found, list):
        raise unreadable(_("a list of clients is expected"))
    return _from_objects(cast("list[object]", found))


def _from_objects(clients: Sequence[object]) -> list[Numbered]:
    """Clients with nested services and contacts, or flat as in CSV, to one row per object."""
    return [(number, row) for number, each in enumerate(clients, 1) for row in _flat(each, number)]


def _flat(value: object, number: int) -> list[Row]:
    where = _("client %(number)d") % {"number": number}
    client = _object(value, where)
    nested: Object = {name: client.get(name) or [] for name in ("services", "contacts")}
    own = _texts({k: v for k, v in client.items() if k not in nested}, COLUMNS, where)
    _check_columns(list(own))
    rows: list[Row] = []
    # Services first: contacts may be limited to them.
    for prefix, name, columns in (
        ("service", "services", SERVICE),
        ("contact", "contacts", CONTACT),
    ):
        parts = nested[name]
        if not isinstance(parts, list):
            raise unreadable(
                _("%(where)s: “%(name)s” is not a list") % {"where": where, "name": name}
            )
        for each in cast("list[object]", parts):
            inner = _texts(each, columns, f"{where}, {prefix}")
            rows.append({**own, **{f"{prefix}_{key}": value for key, value in inner.items()}})
    return rows or [own]


def _object(value: object, where: str) -> Object:
    if not isinstance(value, dict):
        raise unreadable(_("%(where)s is not an object") % {"where": where})
    return cast("Object", value)


def _texts(value: object, columns: tuple[str, ...], where: str) -> dict[str, str]:
    """The fields of an object as texts; a list of ids is joined by spaces."""
    texts: dict[str, str] = {}
    for name, item in _object(value, where).items():
        if name not in columns:
            raise unreadable(_("%(where)s: “%(name)s” is unknown") % {"where": where, "name": name})
        if isinstance(item, list) and name in ("services", "contact_services"):
            item = " ".join(map(str, cast("list[object]", item)))
        if item is not None and (not isinstance(item, str | int) or isinstance(item, bool)):
            raise unreadable(
                _("%(where)s: “%(name)s” is not text") % {"where": where, "name": name}
            )
        texts[name] = "" if item is None else str(item)
    return texts
