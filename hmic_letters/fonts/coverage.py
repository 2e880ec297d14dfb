"""The characters that the typeface of the letters has."""

from functools import cache
from pathlib import Path

FONTS = Path(__file__).parent


def has(character: str) -> bool:
    """Tell whether every face of Liberation Sans has the character."""
    return ord(character) in _characters()


@cache
def _characters() -> frozenset[int]:
    # Why here and not above: few letters have a character that needs a look-up.
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    faces = []
    for path in FONTS.glob("*.ttf"):
        with TTFont(path, lazy=True) as font:
            faces.append(frozenset(font.getBestCmap()))
    return frozenset.intersection(*faces)
