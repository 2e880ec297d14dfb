"""Styles whose values are seen from the letters before.

The same rules give the same style in every letter, and WeasyPrint works its hundred values out
anew. Here a style has those of the style that the same rules gave to a letter before.

Upstream: nothing. It pays only where many documents share their style sheets, and it has to watch
for each value that is changed after it was computed.
"""

import logging
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from weasyprint.css import AnonymousStyle, ComputedStyle, Style
from weasyprint.css.properties import INHERITED

from hmic_letters.pdf.faster.memory import Memory

STYLES = 2_000  # that are known, of some thirty style sheets
# Each of them is computed from the others.
TOGETHER = frozenset({"position", "float", "display"})
# The values that other modules remember of a style.
DERIVED = frozenset(
    {"lengths", "nothing_behind", "key_of_text", "has_plain_lines", "has_rules", "has_outline"}
)


def take() -> None:
    """Put the functions of this module in place of WeasyPrint's own."""
    for kind in (ComputedStyle, AnonymousStyle):
        kind.__setitem__ = _set_item
    anonymous = cached_property(_anonymous_style)
    anonymous.__set_name__(Style, "anonymous_style")
    Style.anonymous_style = anonymous
    logging.getLogger("weasyprint").addHandler(heard)


class _Heard(logging.Handler):
    """Count what was logged.

    WeasyPrint warns of a value only when it computes it. The next letter must get that warning,
    too.
    """

    times = 0

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002
        self.times += 1


heard = _Heard(logging.WARNING)


def spoken_of(style: Any) -> Mapping[str, Any]:
    """Return the properties that rules declare; none for an anonymous box."""
    return style.cascaded if isinstance(style, ComputedStyle) else {}


class Known:
    """The values that rules give a style."""

    def __init__(self) -> None:
        self.anonymous: Known | None = None
        self._latest: Any = None
        self._size = 0
        self._odd: set[str] = set()  # what is changed after it was computed
        self._values: dict[str, Any] = {}
        self._specified: dict[str, Any] = {}

    def fill(self, style: Any) -> None:
        """Give a new style the known values, and learn others from it."""
        if (latest := self._latest) is not None:
            if len(latest) != self._size:
                self._learn(latest)
            style.update(self._values)
            if style.specified is not style:
                style.specified.update(self._specified)
            if not self._odd:
                held = latest.__dict__
                style.__dict__.update({name: held[name] for name in DERIVED & held.keys()})
        style.known, self._latest = self, style

    def hands_on(self) -> bool:
        """Whether what a style within this one inherits is seen from the rules."""
        return self._odd.isdisjoint(INHERITED)

    def change(self, name: str) -> None:
        """Note that a value changes after it was computed."""
        if name not in self._odd:
            self._odd |= TOGETHER if name in TOGETHER else {name}
            self._learn(self._latest)

    def _learn(self, latest: Any) -> None:
        self._size = len(latest)
        rules = spoken_of(latest).items()
        taken_over = {name for name, (value, _) in rules if value == "inherit"}
        odd = self._odd | taken_over
        self._values = {name: value for name, value in latest.items() if name not in odd}
        if latest.specified is not latest and TOGETHER.isdisjoint(odd):
            self._specified = dict(latest.specified)
        else:
            self._specified = {}


def known(memory: Memory, parent: Any, rules: Any) -> Known | None:
    """Return what is known of a style with these rules in its parent; None if that was changed."""
    if memory.heard != heard.times or len(memory.styles) > STYLES:
        memory.styles.clear()
        memory.heard = heard.times
    inside = None
    if parent is not None:
        inside = parent.__dict__.get("known")
        if inside is None or not inside.hands_on():
            return None
    held: Known | None = memory.styles.get((inside, rules))
    if held is None:
        held = memory.styles[inside, rules] = Known()
    return held


def _anonymous_style(self: Any) -> Any:
    made = AnonymousStyle(self)
    inside: Known | None = self.__dict__.get("known")
    if inside is not None and inside.hands_on():
        if inside.anonymous is None:
            inside.anonymous = Known()
        inside.anonymous.fill(made)
    return made


computing = 0  # how many values are being computed, each for the one before


def _set_item(self: Any, name: str, value: Any) -> None:
    dict.__setitem__(self, name, value)
    if not computing and (held := self.__dict__.get("known")):
        held.change(name)
