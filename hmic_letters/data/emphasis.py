"""Emphasis that a writer marks in a finding: ``*words*``, as text, as HTML or without stars."""

import re
from html import escape
from typing import Any

# A star before a word and one after a word, with no star between them.
MARKED = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*]*[^\s*])\*(?![\w*])")


class Emphasised(str):
    """A text with marked words. A page gets them as ``<em>``, any other text with their stars."""

    __slots__ = ()

    def __html__(self) -> str:
        return MARKED.sub(r"<em>\1</em>", escape(self))


def emphasised(value: Any) -> Any:
    """Return a text, or a list or group of texts, in which pages show the marked words."""
    if isinstance(value, str):
        return Emphasised(value) if MARKED.search(value) else value
    if isinstance(value, tuple):
        return tuple(emphasised(item) for item in value)
    if isinstance(value, dict):
        return {key: emphasised(item) for key, item in value.items()}
    return value


def unmarked(text: str) -> str:
    """Return a text without the stars around its marked words."""
    return MARKED.sub(r"\1", text) if "*" in text else text


def stars(text: str) -> tuple[int, ...]:
    """List the offsets of the stars that ``unmarked`` leaves out."""
    return tuple(
        offset for match in MARKED.finditer(text) for offset in (match.start(), match.end() - 1)
    )
