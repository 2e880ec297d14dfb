"""Turns an inspectorate's findings about police forces into embargoed letters, one PDF a force."""

__version__ = "0.1.0"
