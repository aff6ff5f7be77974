"""Leaving out what cannot be read of a file's plain values, so that the rest is looked at too."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

PLACEHOLDER = "?"
Keys = tuple[str | int, ...]


def without_errors(value: Any, errors: Iterable[Any]) -> Any:
    """The value without the parts that pydantic's `errors` name; None when they cannot be taken out
    without moving the items of a list of parts, whose places would then be told wrongly.
    """
    result = _copy(value)
    leaving = list[tuple[Any, Any]]()
    for error in errors:
        path = cast("Keys", tuple(error["loc"]))
        steps = _walk(result, path)
        if error["type"] == "missing" and path[-1] == "id" and isinstance(steps[-1][0], dict):
            steps[-1][0]["id"] = f"{PLACEHOLDER}{path[-2]}"
            continue
        found = None if error["type"] == "missing" else _to_leave_out(steps)
        if found is None:
            return None
        leaving.append(found)
    for holder, key in leaving:
        holder.pop(key, None)
    return result


def _copy(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _copy(v) for k, v in cast("dict[str, Any]", value).items()}
    return [_copy(v) for v in cast("list[Any]", value)] if isinstance(value, list) else value


def _walk(value: Any, path: Keys) -> list[tuple[Any, Any]]:
    """The steps of a path that the file writes, each (the value there, its key). Parts that the
    model put in (`days`, the index of a list of one) are skipped.
    """
    steps: list[tuple[Any, Any]] = [(value, None)]
    for part in path:
        here = steps[-1][0]
        if isinstance(here, dict) and part in here:
            steps.append((cast("dict[Any, Any]", here)[part], part))
        elif isinstance(here, list) and isinstance(part, int):
            items = cast("list[Any]", here)
            steps += [(items[part], part)] if part < len(items) else []
    return steps


def _to_leave_out(steps: list[tuple[Any, Any]]) -> tuple[Any, Any] | None:
    """The nearest table that has the end of the steps, and under which key; None when an item among
    parts would have to go.
    """
    for (holder, _), (inner, key) in zip(reversed(steps[:-1]), reversed(steps[1:]), strict=True):
        if isinstance(holder, dict):
            return cast("dict[Any, Any]", holder), key
        if isinstance(inner, (dict, list)):
            return None
    return None
