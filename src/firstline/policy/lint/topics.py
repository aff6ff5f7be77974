"""Findings about what a request is about: codes by which the desk cannot tell it, and emergencies
that nothing tells.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from difflib import get_close_matches

from firstline.policy.file.channels import ChannelSpec
from firstline.policy.file.fields import uses
from firstline.policy.file.matters import ScopePlan, ScopeSpec
from firstline.policy.file.names import WHAT
from firstline.policy.file.shipped import default_file
from firstline.policy.file.typos import NEAR
from firstline.policy.lint.base import Lint, Rule
from firstline.policy.text.finding import Finding
from firstline.policy.text.remark import Remark, guess, remark
from firstline.policy.text.source import Path

MOST_WORDS = 8
# Who may ask where a file names no kinds of its own.
CONTACTS = ("owner", "contacts", "representative", "organisation_members")


def _codes(lint: Lint) -> Iterator[Finding]:
    """The desk knows what a request is about by its topic, and a code beside the topics does
    nothing there.
    """
    topics = lint.policy.topics
    for path, codes, severe in _lists(lint):
        other = [code for code in codes if code not in topics]
        if not other:
            continue
        where = ".".join(str(part) for part in path)
        message = remark(
            "{where} has {codes}, and no topic is called so, so that the desk never applies it; "
            "{mend}",
            where=where,
            codes=", ".join(other[:MOST_WORDS]),
            mend=_mend(other, topics),
        )
        if severe:
            yield lint.warning("code-without-topic", path, message)
        else:
            other_way = remark(
                "{found}, or write a clause of that id with its words", found=message
            )
            yield lint.info("code-without-topic", path, other_way)


def _slips(lint: Lint) -> Iterator[Finding]:
    """Kinds of contacts, and lines where the file has none, that are nearly one that is known."""
    identity = lint.file.identity
    lines = [] if lint.file.lines else [line.id for line in default_file().lines]
    contacts = [*CONTACTS, *identity.who, *identity.contacts]
    for use in uses(lint.file):
        line = use.ref.kind == "line"
        known = lines if line else contacts if use.ref.group == "contact" else []
        if use.text not in known and (near := get_close_matches(use.text, known, 1, NEAR)):
            what = WHAT["line"] if line else remark("the kind of contacts '{name}'")
            message = remark(
                "{what} is not defined; {mend}",
                what=what.with_values(name=use.text[:40]),
                mend=guess(near[0]),
            )
            yield lint.error("unknown-line" if line else "unknown-name", use.path, message)


def _mend(codes: list[str], topics: Collection[str]) -> Remark:
    near = (get_close_matches(code, topics, 1, NEAR) for code in codes)
    if meant := [found[0] for found in near if found]:
        return remark("write {codes} if it is meant", codes=", ".join(meant))
    return remark("add it to topics, or name the topics that are meant")


def _lists(lint: Lint) -> Iterator[tuple[Path, Collection[str], bool]]:
    """Every list of codes that the desk compares with a topic, and whether it decides by it alone.

    Codes of `scope` are published too; those that name a clause are there for their words.
    """
    scope, clauses = lint.file.scope, {clause.id for clause in lint.file.clauses}
    rules: list[tuple[Path, ScopeSpec | ScopePlan]] = [(("scope",), scope)]
    rules += [(("scope", "by_plan", plan), rule) for plan, rule in scope.by_plan.items()]
    for path, rule in rules:
        for key, codes in (("in", rule.include), ("out", rule.out)):
            yield (*path, key), [code for code in codes if code not in clauses], False
    for i, channel in enumerate(lint.file.channels):
        yield ("channels", i, "covers"), channel.covers, True
        yield ("channels", i, "never"), channel.never, True
        for j, variant in enumerate(channel.variants):
            yield ("channels", i, "variants", j, "covers"), variant.covers, True


def _emergencies(lint: Lint) -> Iterator[Finding]:
    """A channel for emergencies, and nothing that tells one: neither a priority nor a topic."""
    if lint.file.priorities.levels:
        return
    for i, channel in enumerate(lint.file.channels):
        if "emergency_only" in _statuses(channel) and not _covers_topic(lint, channel):
            message = remark(
                "channel {channel} is for emergencies only, and nothing tells one, so "
                "nobody may use it; write priorities: {{levels: [...]}} with the most "
                "urgent first, or covers: [...] with the topics that are emergencies",
                channel=channel.id,
            )
            yield lint.warning("emergency-unknown", ("channels", i, "status"), message)


def _statuses(channel: ChannelSpec) -> set[str]:
    return {channel.status, *(other.status for other in channel.variants if other.status)}


def _covers_topic(lint: Lint, channel: ChannelSpec) -> bool:
    lists = (channel.covers, *(other.covers for other in channel.variants))
    return any(code in lint.policy.topics for codes in lists for code in codes)


RULES: tuple[Rule, ...] = (_codes, _slips, _emergencies)
