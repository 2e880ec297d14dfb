"""Turns an inspectorate's findings about police forces into embargoed letters."""

__version__ = "0.2.0"
