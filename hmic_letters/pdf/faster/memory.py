"""The memory of all letters that share their fonts, and the way to replace a function.

Upstream: nothing. WeasyPrint has a place of its own for what one document remembers
(LayoutContext).
"""

import sys
from collections.abc import Callable
from typing import Any


class Recent:
    """The values that were asked for last, up to a number."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._held: dict[Any, Any] = {}

    def get(self, key: Any) -> Any:
        """Return what is remembered; None for nothing."""
        value = self._held.pop(key, None)
        if value is not None:
            self._held[key] = value
        return value

    def put(self, key: Any, value: Any) -> None:
        """Remember a value; if there are too many, forget the one unused for longest."""
        self._held[key] = value
        if len(self._held) > self._size:
            del self._held[next(iter(self._held))]


class Memory:
    """The remembered values: they end with the fonts."""

    def __init__(self) -> None:
        self.style_sheets: dict[Any, tuple[Any, Any]] = {}
        self.rules_of: set[Any] = set()
        self.rules: dict[int, Any] = {}
        self.styles: dict[Any, Any] = {}
        self.heard = 0
        self.struts: dict[Any, Any] = {}
        self.layouts: dict[Any, Any] = {}
        # Words that all letters share, and words of single letters.
        self.spreads = Recent(150)
        self.lines = Recent(300)
        self.faces: dict[int, Any] = {}


def memory(fonts: Any) -> Memory:
    """Return what is remembered with a FontConfiguration."""
    held: Memory | None = fonts.__dict__.get("_memory")
    if held is None:
        held = fonts._memory = Memory()
    return held


def put(short: Callable[..., Any], own: Callable[..., Any]) -> None:
    """Put a function in place of WeasyPrint's own, in each module that has imported it."""
    name = own.__name__
    for module in [held for name, held in sys.modules.items() if name.startswith("weasyprint.")]:
        if module.__dict__.get(name) is own:
            setattr(module, name, short)
