"""Firstline: the support desk that runs a hosting company's published support regulations."""

from importlib.metadata import PackageNotFoundError, version


def __getattr__(name: str) -> str:
    """`__version__`: read when asked for, since most commands never tell it."""
    if name != "__version__":
        raise AttributeError(f"module {__name__} has no attribute {name}")
    try:
        return version("firstline")
    except PackageNotFoundError:
        return "0+source"  # run from the source, without having been installed
