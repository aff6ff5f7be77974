"""What an import may name: plans and kinds of services that the regulations know."""

from difflib import get_close_matches

from firstline.kit.errors import Invalid
from firstline.kit.i18n import gettext as _
from firstline.policy import Policy


def refuse_plan(policy: Policy | None, plan: str) -> None:
    """Raises Invalid for a plan that the regulations do not list, where they list any."""
    plans = list(policy.source.plans) if policy else []
    if plan and plans and plan not in plans:
        raise Invalid(
            _("The regulations have no plan “%(name)s”; choose one of these: %(plans)s.")
            % {"name": plan, "plans": ", ".join(plans)},
            field="plan",
        )


def refuse_kind(policy: Policy | None, kind: str) -> None:
    """Raises Invalid for a slip in a kind of service that rows of the regulations name.

    Other kinds are free: no row needs to be about them.
    """
    if policy is None or not kind:
        return
    named = {name for row in policy.source.targets for name in row.service}
    if kind in named:
        return
    small = {name.lower(): name for name in sorted(named)}
    if near := get_close_matches(kind.lower(), small, 1, 0.8):
        raise Invalid(
            _("In the regulations it is written “%(right)s”, not “%(name)s”.")
            % {"right": small[near[0]], "name": kind},
            field="service_kind",
        )
