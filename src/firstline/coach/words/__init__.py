"""The words that the coach knows, as files by language; each is read once a process.

A file holds sections `[label]` or `[label weight]`, in them phrases with commas between; see
`lexicon` for what may stand in a phrase. Sections of `sets.txt` are closed lists.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files


@cache
def word_set(name: str) -> frozenset[str]:
    """A closed list of `sets.txt`."""
    return frozenset(phrase for label, _, phrase in sections_of("sets") if label == name)


@cache
def sections_of(file: str) -> tuple[tuple[str, float, str], ...]:
    """What a file of words holds: label, weight and phrase of each."""
    return tuple(_read(files(__name__).joinpath(f"{file}.txt").read_text("utf-8")))


def name_of_language(label: str) -> bool:
    """Whether a section holds sentences, which have commas of their own."""
    return label[:3] in ("en.", "uk.", "ru.") or label.startswith("any.")


def _read(text: str) -> Iterator[tuple[str, float, str]]:
    label, weight = "", 1.0
    for line in text.splitlines():
        if line.startswith("["):
            name, _, number = line.strip("[] ").partition(" ")
            label, weight = name, float(number or 1)
        elif line.startswith("#"):
            continue
        elif name_of_language(label):
            yield label, weight, line.strip()
        else:
            yield from ((label, weight, one.strip()) for one in line.split(",") if one.strip())
