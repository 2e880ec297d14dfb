"""Pages: what a page begins with, and a walk through its boxes."""

import copy
from types import SimpleNamespace
from typing import Any

from weasyprint.formatting_structure.boxes import Box
from weasyprint.layout import page


def take() -> None:
    """Takes the shorter ways of this room."""
    page.copy = SimpleNamespace(deepcopy=_deepcopy)
    Box.descendants = _descendants


VALUES = frozenset({str, int, float, bool, type(None)})


def _deepcopy(held: Any) -> Any:
    """A copy of counters and of where a page begins, in which nothing stands twice."""
    kind = type(held)
    if kind in VALUES:
        return held
    if kind is dict:
        return {key: _deepcopy(value) for key, value in held.items()}
    if kind is list or kind is tuple:
        return kind([_deepcopy(value) for value in held])
    if kind is set and VALUES.issuperset(map(type, held)):
        return set(held)
    return copy.deepcopy(held)


def _descendants(self: Any, placeholders: bool = False) -> Any:
    left = [self]
    while left:
        box = left.pop()
        if not isinstance(box, Box):
            if not placeholders:
                yield box
                continue
            box = box._box
        yield box
        left += reversed(box.children)
