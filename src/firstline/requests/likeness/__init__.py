"""Whether somebody has just asked the same: words compared, and the requests that hold them."""

from firstline.requests.likeness.duplicates import asked_alike, find_duplicate, sent_twice
from firstline.requests.likeness.store import Duplicate

__all__ = ["Duplicate", "asked_alike", "find_duplicate", "sent_twice"]
