"""What the things of a file are called: by their title, else by the words that are known for their
id. One label for the page, for questions and at the desk. Pure.
"""

from __future__ import annotations

import re

from firstline.policy.file.model import PolicyFile
from firstline.policy.file.shipped import default_file
from firstline.policy.rules.views import vocabulary
from firstline.policy.text.values import pick
from firstline.policy.text.wording import capital, code_phrase, code_words, phrase

# An id that says nothing by itself: 2, L2, t1.
BARE = re.compile("[A-Za-z]{0,2}[0-9]*")
# What begins with a capital where it stands alone.
HEADINGS = ("line", "channel", "plan")


def label(file: PolicyFile, kind: str, name: str, lang: str) -> str:
    """Words for an id of a kind that `vocabulary` has, as a heading or in quotes."""
    if kind == "topic":
        return code_label(file, name, lang)
    words = vocabulary(file, kind).get(name) or vocabulary(default_file(), kind).get(name) or {}
    found = pick(words, lang, tuple(file.policy.languages)) or _words_for_id(file, kind, name, lang)
    return capital(found) if kind in HEADINGS else found


def code_label(file: PolicyFile, code: str, lang: str, group: str = "") -> str:
    """Words for a topic or another code, as the file has them, else as they are known."""
    languages = tuple(file.policy.languages)
    if own := pick(code_texts(file, code), lang, languages):
        return own.rstrip(".")
    shipped = vocabulary(default_file(), "topic")
    known = {} if group or code not in (file.topics or shipped) else shipped.get(code, {})
    return pick(known, lang, languages) or code_words(code, lang, group)


def code_texts(file: PolicyFile, code: str) -> dict[str, str]:
    """What the file itself says for a code, in its languages; empty where it says nothing."""
    tables = (file.topics or {}, file.scope.include, file.scope.out, file.refuse)
    titles = {clause.id: clause.title for clause in file.clauses}
    none = dict[str, str]()
    return next((found for table in (*tables, titles) if (found := table.get(code))), none)


def _words_for_id(file: PolicyFile, kind: str, name: str, lang: str) -> str:
    """What has no title: the words that are known for it, or a number instead of a bare id."""
    # A plan is called what the company calls it, whatever the word means elsewhere.
    if kind == "plan":
        return name.replace("_", " ")
    known = code_phrase(f"{kind}/{name}", lang) or code_phrase(name, lang)
    lines = [line.id for line in file.lines]
    if kind == "line" and name in lines and not known and BARE.fullmatch(name):
        return phrase(lang, "line {number}").format(number=lines.index(name) + 1)
    return known or code_words(name, lang, kind)
