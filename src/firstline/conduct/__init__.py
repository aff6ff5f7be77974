"""Conduct of clients: the steps that were taken by the rules of the policy, client by client.

A step is an entry of its request, which holds the words; here stands what of it has to be found
again. It is taken and taken back by `requests.conducting`.
"""

from firstline.conduct.model import ConductStep, standing_steps
from firstline.conduct.reply import (
    conduct_names,
    conduct_reply,
    door_words,
    step_words,
    way_to_complain,
)
from firstline.conduct.store import (
    ConductFilters,
    add_step,
    find_step,
    list_steps,
    lock_client,
    standing_step,
    steps_of_client,
    take_back,
)

__all__ = [
    "ConductFilters",
    "ConductStep",
    "add_step",
    "conduct_names",
    "conduct_reply",
    "door_words",
    "find_step",
    "list_steps",
    "lock_client",
    "standing_step",
    "standing_steps",
    "step_words",
    "steps_of_client",
    "take_back",
    "way_to_complain",
]
