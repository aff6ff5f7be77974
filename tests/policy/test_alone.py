"""The policy stands alone: no other part of Firstline, no database driver, no web framework."""

import subprocess
import sys

ALONE = """
import importlib.abc, sys

class Absent(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        top, _, rest = name.partition(".")
        ours = top == "firstline" and rest and not rest.startswith("policy")
        if ours or top in ("psycopg", "psycopg_pool", "litestar", "msgspec", "uvicorn", "jinja2"):
            raise ModuleNotFoundError(f"{name} is absent on purpose", name=name)
        return None

sys.meta_path.insert(0, Absent())
import pkgutil
import firstline.policy

for module in pkgutil.walk_packages(firstline.policy.__path__, "firstline.policy."):
    __import__(module.name)

from datetime import UTC, datetime
from firstline.policy import check, default_text, load, page, policy_ask, policy_due

text = default_text()
policy = load(text)
asked = {"received": "2026-03-02T10:00:00+02:00", "topic": "web"}
assert policy_due(policy, asked)["measures"]["first"]["due_at"] == "2026-03-02T11:00:00+02:00"
assert policy_ask(policy, asked)["promise"]["due_at"] == "2026-03-02T11:00:00+02:00"
assert len(page(policy, "uk")["sections"]) > 3
assert not [one for one in check(text, datetime(2026, 3, 2, tzinfo=UTC)) if one.severity == "error"]
print("alone")
"""


def test_the_policy_answers_where_nothing_else_of_the_house_is_installed() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ALONE], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout == "alone\n", done.stderr
