"""The application that the tests of a worker have in common: to read its routes takes long."""

from firstline.app import Desk, Whole, create_app
from firstline.settings import Settings

_built: list[Whole] = []


def app_of(settings: Settings, desk: Desk) -> Whole:
    """The application, serving this desk until the next one asks for it. Nothing of a desk
    before it is left there.
    """
    if not _built:
        _built.append(create_app(settings, desk))
    _built[0].serve(settings, desk)
    return _built[0]
