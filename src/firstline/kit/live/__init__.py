"""Live news: what changed on a topic reaches everybody who follows it, once it has committed.

A `Hub` knows who follows what in this process, a `Bus` carries hints between processes, a
`Stream` is one reader's queue: a map from topic to head, never a list of messages. Whatever the
bus loses is found by polling the heads, so hints may be lost, repeated and reordered.
"""

from firstline.kit.live.bus import Bus, LocalBus, PostgresBus
from firstline.kit.live.hub import Follower, Hub, Item, Source
from firstline.kit.live.stream import Place, Stream
from firstline.kit.live.wait import wait_for

__all__ = [
    "Bus",
    "Follower",
    "Hub",
    "Item",
    "LocalBus",
    "Place",
    "PostgresBus",
    "Source",
    "Stream",
    "wait_for",
]
