"""The company's regulations: the policy file, its checking, its calendars and due times, its published page.

Others ask a `Policy` (from `load`) and never read the file themselves; `due`, `policy_due` and `policy_ask` show how an
answer came about. Everything here is pure: the time is passed in, nothing is stored.
"""

from .counting import Due
from .finding import Finding, PolicyError
from .policy import Channel, Closing, ComplaintStage, Line, Policy, default_text, load

__all__ = ["Channel", "Closing", "ComplaintStage", "Due", "Finding", "Line", "Policy", "PolicyError", "default_text", "load"]
