"""What starts a promise anew, by the policy's `restart_on`. Pure.

The desk asks here while it acts, and whoever reads the log again (`owed`) asks the same.
"""

from firstline.policy import Policy

AFTER_ANSWER = ("hand_over", "hand_over_after_answer")


def words_start(policy: Policy, *, answered: bool) -> bool:
    """Whether words of the client are owed an answer; the first ones always are."""
    return not answered or "client_word" in policy.restart_on


def hand_over_starts(policy: Policy, promise: str | None) -> bool:
    """Whether a hand-over starts a new promise, `promise` being the kind of the present one: never
    in place of what a delay notice promised.
    """
    if promise is None:
        return not policy.restart_on.isdisjoint(AFTER_ANSWER)
    return promise == "answer" and "hand_over" in policy.restart_on


def reopening_starts(policy: Policy, *, by_staff: bool, unanswered: bool) -> bool:
    """Whether a reopening is owed an answer: the client's own always; the staff's where it takes
    back the only answer to the client's last words, or where the policy says so.
    """
    return not by_staff or unanswered or "reopen" in policy.restart_on
