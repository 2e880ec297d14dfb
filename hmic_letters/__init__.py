"""Turns an inspectorate's findings about police forces into embargoed letters."""

__version__ = "0.1.0"
