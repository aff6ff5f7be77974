"""Whether somebody has just asked the same: words compared, and the requests that hold them."""

from firstline.requests.likeness.duplicates import Duplicate, asked_alike, find_duplicate

__all__ = ["Duplicate", "asked_alike", "find_duplicate"]
