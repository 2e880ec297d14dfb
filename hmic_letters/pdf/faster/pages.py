"""Pages: what a page begins with, and walks through its boxes."""

import copy
from types import SimpleNamespace
from typing import Any

from weasyprint import anchors
from weasyprint.formatting_structure.boxes import Box
from weasyprint.layout import page

from hmic_letters.pdf.faster.memory import put


def take() -> None:
    """Takes the shorter ways of this room."""
    page.copy = SimpleNamespace(deepcopy=_deepcopy)
    Box.descendants = _descendants
    put(_gather_anchors, own_gather_anchors)


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


own_gather_anchors = anchors.gather_anchors


def _gather_anchors(  # noqa: PLR0913, PLR0917
    box: Any,
    found: Any,
    links: Any,
    bookmarks: Any,
    forms: Any,
    matrix: Any = None,
    form: Any = None,
    link: Any = None,
) -> None:
    leads = link or box.link or box.bookmark_label or not _is_plain(box.style)
    if leads or (box.element is not None and box.element.tag == "form"):
        # It goes on with the boxes inside.
        own_gather_anchors(box, found, links, bookmarks, forms, matrix, form, link)
        return
    for child in box.all_children():
        _gather_anchors(child, found, links, bookmarks, forms, matrix, form, link)


def _is_plain(style: Any) -> bool:
    """Whether nothing of a style turns boxes, or makes a place or a field of them."""
    try:
        held: bool = style.is_plain
    except AttributeError:
        held = style.is_plain = not (
            style["transform"] or style["anchor"] or style["appearance"] == "auto"
        )
    return held
