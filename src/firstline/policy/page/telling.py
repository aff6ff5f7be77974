"""Which clause of the published page tells a rule: for a refusal that quotes it and links it."""

from __future__ import annotations

from functools import lru_cache

from firstline.policy.page.published import Clause, clauses
from firstline.policy.page.writing import drafts_of
from firstline.policy.rules.policy import Policy
from firstline.policy.rules.prices import PriceTerms


# A version of the policy never changes, and writing its clauses takes milliseconds.
@lru_cache(64)
def _clauses(policy: Policy, lang: str) -> tuple[Clause, ...]:
    return tuple(clauses(policy, lang))


def clause_of(policy: Policy, code: str, lang: str, plan: str = "") -> Clause | None:
    """The clause that tells how a code of the scope stands for a plan: that of its own name, else
    the first whose rules speak of it. None where the page says nothing of it.
    """
    found = _clauses(policy, lang)
    own = next((clause for clause in found if clause.id == code), None)
    paths = _paths(policy, code, plan)
    return own or next((one for one in found if not paths.isdisjoint(one.paths)), None)


def _paths(policy: Policy, code: str, plan: str) -> set[str]:
    """The rules of the file that decide on a code."""
    rules, spec = policy.source.scope, policy.source.scope.by_plan.get(plan)
    paths = {f"scope.out.{code}", f"scope.in.{code}"}
    paths |= {f"scope.by_plan.{plan}.out"} if spec and code in spec.out else set[str]()
    paths |= {"refuse"} if code in policy.source.refuse else set[str]()
    paths |= {"conduct.triggers"} if code in policy.source.conduct.triggers else set[str]()
    hours = [i for i, row in enumerate(rules.when) if code in (*row.only, *row.out)]
    return paths | {f"scope.when.{i}.{key}" for i in hours for key in ("in", "out")}


def complaint_clause(policy: Policy, lang: str) -> Clause | None:
    """The clause that tells how to complain; None where the page has none."""
    about = (
        clause
        for clause in _clauses(policy, lang)
        if any(path.partition(".")[0] == "complaints" for path in clause.paths)
    )
    return next(about, None)


def is_about(clause: Clause, code: str) -> bool:
    """Whether the file wrote a clause for this very code, so that a refusal may quote it."""
    rules = {path for path in clause.paths if path.startswith(("scope.out.", "scope.in."))}
    return not clause.written and (clause.id == code or rules == {f"scope.out.{code}"})


def price_words(policy: Policy, terms: PriceTerms, lang: str) -> str:
    """What a row of the prices costs, as the page says it; as the file has it where the company
    tells it in words of its own.
    """
    paths = {f"{terms.rule}.{name}" for name in ("price", "fixed", "share", "items")}
    said = [
        sentence.text
        for draft in drafts_of(policy, lang)
        for sentence in draft.sentences
        if not paths.isdisjoint(sentence.paths)
    ]
    return " ".join(said) or terms.price or ""
