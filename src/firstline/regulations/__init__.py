"""The company's regulations: the policy file, its checking, its calendars and due times, its
published page.

Others ask a `Policy` (from `load`) and never read the file themselves; `due`, `policy_due` and
`policy_ask` show how an
answer came about. Everything here is pure: the time is passed in, nothing is stored.
"""

from .answers import due, policy_due
from .asking import policy_ask
from .counting import Due
from .finding import Finding, PolicyError
from .given import GivenError
from .lint import check
from .policy import Channel, Closing, ComplaintStage, Line, Policy, load
from .published import Clause, Section, clauses, page, sections
from .shipped import default_text

__all__ = [
    "Channel",
    "Clause",
    "Closing",
    "ComplaintStage",
    "Due",
    "Finding",
    "GivenError",
    "Line",
    "Policy",
    "PolicyError",
    "Section",
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
