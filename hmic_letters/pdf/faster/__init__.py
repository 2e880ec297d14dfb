"""Shorter ways through WeasyPrint, to the same bytes.

WeasyPrint works out again what it has worked out before: the style of every bullet and margin, the
font of every line, each line once to break it and once more to draw it. Here that is done once and
remembered, some of it for a letter and some for all letters that share their fonts. The key of a
remembered value names everything that the value depends on, so no letter depends on those before
it. WeasyPrint itself does everything that is not of the plain kind that letters are made of.

All this knows WeasyPrint from inside. It is therefore done with the versions named here alone: with
others WeasyPrint goes its own way, more slowly. tests/pdf/test_shortcuts.py compares the bytes.
"""

from importlib import import_module

from hmic_letters.pdf.faster.declarations import read_once

__all__ = ["KNOWN", "ROOMS", "read_once", "take"]

KNOWN = {"weasyprint": "70.0", "pydyf": "0.13.0", "tinyhtml5": "2.1.0", "cssselect2": "0.10.1"}
ROOMS: tuple[str, ...] = ("known_styles", "styles", "boxes", "lines", "drawing")


def take() -> bool:
    """Put the shorter ways in the place of WeasyPrint's own, where its versions are known.

    No room is imported before: with another version one may not even have what a room names.
    """
    if any(import_module(name).__version__ != known for name, known in KNOWN.items()):
        return False
    for room in ROOMS:
        import_module(f"{__name__}.{room}").take()
    return True
