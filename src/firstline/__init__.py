"""Firstline: the support desk that runs a hosting company's published support regulations."""

__version__ = "0.1.0"
