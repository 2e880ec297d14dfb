"""The typeface of the letters: which characters it has."""

from functools import cache
from pathlib import Path

FONTS = Path(__file__).parent


def has(character: str) -> bool:
    """Whether every face of Liberation Sans has the character."""
    return ord(character) in _characters()


@cache
def _characters() -> frozenset[int]:
    # Here and not above: few letters have a character that has to be looked up.
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    faces = []
    for path in FONTS.glob("*.ttf"):
        with TTFont(path, lazy=True) as font:
            faces.append(frozenset(font.getBestCmap()))
    return frozenset.intersection(*faces)
