"""The catalogs hold every sentence of the product, in both languages, without guesses."""

import ast
import re
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import firstline
from firstline.kit import i18n
from firstline.kit.html import environment
from firstline.policy.file.fields import fields_of, parts_of
from firstline.policy.file.model import PolicyFile
from firstline.policy.text.wording import messages

PACKAGE = Path(firstline.__file__).parent
# The policy speaks for itself: its sentences stand in its own folder.
FOLDERS = {"firstline": PACKAGE, "policy": PACKAGE / "policy"}
CATALOGS = [(domain, language) for domain in FOLDERS for language in ("uk", "ru")]
METHODS = [("**/templates/**.html", "jinja2"), ("**/templates/**.txt", "jinja2")]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
PLACES = re.compile(r"%\(\w+\)[sd]|\{\w*(?=[:}])|%[sd]")


def catalog(domain: str, language: str) -> Catalog:
    path = FOLDERS[domain] / "locales" / language / "LC_MESSAGES" / f"{domain}.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)


def wanted(domain: str) -> Iterator[tuple[str, ...]]:
    folder, other = FOLDERS[domain], FOLDERS["policy"]
    found = extract_from_dir(folder, method_map=METHODS, keywords=KEYWORDS)
    for _file, _line, message, _comments, _context in found:
        yield message if isinstance(message, tuple) else (message,)
    if domain == "policy":
        yield from said_of_fields()
        yield from messages()
    for path in folder.rglob("*.py"):
        if domain == "policy" or not path.is_relative_to(other):
            yield from said_in(ast.parse(path.read_text("utf-8")))


def said_of_fields() -> Iterator[tuple[str, ...]]:
    """Sentences that the fields of the policy file say of themselves."""
    for _path, part in parts_of(PolicyFile):
        for field in fields_of(part):
            yield from field.says.messages if field.says else ()


def said_in(code: ast.Module) -> Iterator[tuple[str, ...]]:
    """Sentences of Python code, also those inside f-strings, which Babel passes over."""
    for node in ast.walk(code):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            texts = [a.value for a in node.args if isinstance(a, ast.Constant)]
            words = [text for text in texts if isinstance(text, str)]
            if node.func.id in ("_", "gettext", "phrase", "remark") and words:
                yield (words[0],)
            elif node.func.id in ("ngettext", "counting_remark") and len(words) == 2:
                yield (words[0], words[1])


@cache
def sentences(domain: str) -> set[tuple[str, ...]]:
    return set(wanted(domain))


@pytest.mark.parametrize(("domain", "language"), CATALOGS)
def test_every_sentence_is_translated(domain: str, language: str) -> None:
    known = {key(message): message for message in catalog(domain, language) if message.id}
    missing = sorted(" / ".join(s) for s in sentences(domain) if s not in known)
    assert not missing
    said = [known[s] for s in sentences(domain)]
    assert not [m.id for m in said if m.fuzzy]
    assert not [m.id for m in said if not all(strings(m))]
    stale = sorted(set(known) - sentences(domain))
    assert not stale


def key(message: Message) -> tuple[str, ...]:
    """One text, or one and many; a context stands before \\4, as in a compiled catalog."""
    texts = message.id if isinstance(message.id, (tuple, list)) else (message.id,)
    before = f"{message.context}\4" if message.context else ""
    return (before + str(texts[0]), *map(str, texts[1:]))


def strings(message: Message) -> list[str]:
    said = message.string
    return [str(one) for one in said] if isinstance(said, (tuple, list)) else [str(said)]


@pytest.mark.parametrize(("domain", "language"), CATALOGS)
def test_translations_keep_the_places_of_their_sentences(domain: str, language: str) -> None:
    for message in catalog(domain, language):
        if not message.id:
            continue
        places = set(PLACES.findall(key(message)[-1]))
        for said in strings(message):
            assert set(PLACES.findall(said)) == places, message.id


@pytest.mark.parametrize(("domain", "language"), CATALOGS)
def test_numbers_take_three_forms(domain: str, language: str) -> None:
    for message in catalog(domain, language):
        if isinstance(message.id, (tuple, list)):
            assert len(strings(message)) == 3, message.id


# Numbers that name a thing, follow a colon, have a sign for a unit, or bound what has its noun
# elsewhere: nothing agrees with them.
NAMING = re.compile(
    r"%\((?:no|number|line|place|score|limit|entry|seen|version)\)[sd]|: %\(\w+\)[sd]|%\(\w+\)d MB"
)
COUNTING = re.compile(
    r"%\(\w+\)d|%d|(?:%\(|\{)(?:count|num|n|most|least|minutes|seconds|rows|pieces)\b"
)


@pytest.mark.parametrize("domain", FOLDERS)
def test_every_number_in_a_sentence_goes_through_plural_forms(domain: str) -> None:
    """In words of a fraction ("part") there is one form."""
    single = [said[-1] for said in sentences(domain) if len(said) == 1]
    stiff = [text for text in single if COUNTING.search(NAMING.sub("", text))]
    assert not [text for text in stiff if not text.startswith("part\4")]


@pytest.mark.parametrize(("domain", "language"), CATALOGS)
def test_no_translation_sets_a_number_apart_to_do_without_forms(domain: str, language: str) -> None:
    """Such as "wait (minutes: 14)" in place of "wait 14 minutes"."""
    apart = re.compile(r": (?:%\(\w+\)d|\{number\})")
    for message in catalog(domain, language):
        if isinstance(message.id, (tuple, list)) and not apart.search(key(message)[-1]):
            assert not any(apart.search(said) for said in strings(message)), message.id


def test_a_catalog_speaks_without_its_compiled_twin() -> None:
    with i18n.speaking("uk"):
        assert i18n.gettext("Queue") == "Черга"
        three = i18n.ngettext("%(num)d open request", "%(num)d open requests", 3) % {"num": 3}
        five = i18n.ngettext("%(num)d open request", "%(num)d open requests", 5) % {"num": 5}
        assert three != five
    assert i18n.gettext("Queue") == "Queue"


def test_every_template_compiles() -> None:
    for path in PACKAGE.glob("*/templates/**/*.html"):
        feature, _, name = path.relative_to(PACKAGE).as_posix().partition("/templates/")
        environment().get_template(name if feature == "kit" else f"{feature}/{name}")


def test_every_catalog_goes_into_the_wheel() -> None:
    """Those that are compiled are not in git, so the build must be told of them."""
    root = PACKAGE.parents[1]
    built = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["tool"]["hatch"]["build"]
    patterns = built["targets"]["wheel"]["artifacts"]
    for folder in FOLDERS.values():
        for source in folder.glob("locales/*/LC_MESSAGES/*.po"):
            made = source.with_suffix(".mo").relative_to(root).as_posix()
            assert any(fnmatch(made, pattern) for pattern in patterns), made
