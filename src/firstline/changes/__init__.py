"""Changes of rights and settings, as management reads them; `people.changes` writes them down."""

from firstline.changes.model import Change, ChangePage
from firstline.changes.reading import list_changes

__all__ = ["Change", "ChangePage", "list_changes"]
