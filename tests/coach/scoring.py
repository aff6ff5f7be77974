"""Precision and recall of the coach on labelled messages: `python -m tests.coach.scoring FILE`.

A line of the file is `{id, language, services, text, topic, facts: [{fact, value}], missing,
scope}`. A fact counts where its words are the same; what was changed and how to reproduce it,
whose borders are a matter of taste, where at least half of the words are.
"""

import json
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from firstline.coach import FirstMessage, advise
from firstline.policy import Policy, default_text, load

LOOSE = ("what_changed", "how_to_reproduce")


@dataclass
class Score:
    """How often something was right, said though it is not there, or lost."""

    right: int = 0
    false: int = 0
    lost: int = 0

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.false)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.lost)


def score(file: Path) -> dict[str, Score]:
    """Scores by fact, and those of `topic`, `missing`, `scope` and of all `facts`."""
    policy, scores = load(default_text()), defaultdict[str, Score](Score)
    for line in file.read_text("utf-8").splitlines():
        add(scores, json.loads(line), policy)
    return scores


def add(scores: dict[str, Score], line: dict[str, Any], policy: Policy) -> None:
    """Add what one message tells."""
    services = tuple(line["services"])
    advice = advise(policy, FirstMessage(line["text"], line["language"], None, services))
    wanted = [(one["fact"], one["value"]) for one in line["facts"]]
    for fact in {name for name, _ in wanted} | {one.fact for one in advice.known}:
        found = [one.value for one in advice.known if one.fact == fact]
        compare(scores, fact, found, [value for name, value in wanted if name == fact])
    compare(scores, "topic", [str(advice.topic)], [str(line["topic"])])
    compare(scores, "missing", [one.fact for one in advice.missing], line["missing"])
    compare(scores, "scope", *([one] if one else [] for one in (
        advice.scope and advice.scope.clause, line["scope"]
    )))  # fmt: skip


def compare(scores: dict[str, Score], name: str, found: list[str], wanted: list[str]) -> None:
    """Pair what was found with what was wanted."""
    left = list(wanted)
    right = 0
    for value in found:
        pair = next((one for one in left if value == one or is_near(name, value, one)), None)
        if pair is not None:
            left.remove(pair)
            right += 1
    for key in (name, "facts") if name not in ("topic", "missing", "scope") else (name,):
        scores[key].right += right
        scores[key].false += len(found) - right
        scores[key].lost += len(left)


def is_near(name: str, one: str, other: str) -> bool:
    """Whether two clauses say mostly the same words."""
    words, others = set(one.lower().split()), set(other.lower().split())
    return name in LOOSE and 2 * len(words & others) >= min(len(words), len(others))


if __name__ == "__main__":
    for name, found in sorted(score(Path(sys.argv[1])).items()):
        print(f"{name:18} precision {found.precision:.2f}  recall {found.recall:.2f}", found)
