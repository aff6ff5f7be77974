"""What a desk publishes: the versions of its policy file, their store and their API."""

from firstline.regulations.versions import FILE_BODY_LIMIT, BrokenFile, Policies, refuse_broken

__all__ = ["FILE_BODY_LIMIT", "BrokenFile", "Policies", "refuse_broken"]
