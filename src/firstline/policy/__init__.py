"""The company's regulations: the policy file, its checking, its calendars and due times, its
published page.

Others ask a `Policy` (from `load`) and never read the file themselves; `due`, `policy_due` and
`policy_ask` show how an
answer came about. Everything here is pure: the time is passed in, nothing is stored.
"""

from firstline.policy.file.shipped import default_text
from firstline.policy.lint.check import check
from firstline.policy.page.published import Clause, Section, clauses, page, sections
from firstline.policy.rules.ask import policy_ask
from firstline.policy.rules.due import due, policy_due
from firstline.policy.rules.policy import Line, Policy, load
from firstline.policy.rules.situation import GivenError, Situation
from firstline.policy.text.finding import Finding, PolicyError
from firstline.policy.time.counting import Due

__all__ = [
    "Clause",
    "Due",
    "Finding",
    "GivenError",
    "Line",
    "Policy",
    "PolicyError",
    "Section",
    "Situation",
    "check",
    "clauses",
    "default_text",
    "due",
    "load",
    "page",
    "policy_ask",
    "policy_due",
    "sections",
]
