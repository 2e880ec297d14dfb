"""A document after WeasyPrint's layout -> the faults of its pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hmic_letters.letter.page import LINKS
from hmic_letters.pdf.engine import (
    INITIAL_VALUES,
    ORIGIN,
    AbsolutePlaceholder,
    BlockContainerBox,
    Box,
    Document,
    MarginBox,
    TextBox,
)

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

MAX_HEIGHT = INITIAL_VALUES["max_height"]

TYPEFACE = "Liberation Sans"


def missing_stamps(document: Document, body: Element) -> Iterator[str]:
    """Yield a fault for every page whose margins do not show the stamp."""
    stamp = body.get("data-stamp")
    if not stamp:
        yield "the body of the letter has no data-stamp, which every page must show"
        return
    for number, page in enumerate(document.pages, 1):
        # Why private: WeasyPrint has no public way to the content of a page's margins.
        boxes = [box for box in page._page_box.children if isinstance(box, MarginBox)]
        shown = [
            "".join(text.text for text in box.descendants() if isinstance(text, TextBox))
            for box in boxes
        ]
        if stamp not in shown:
            yield f"page {number} does not show the stamp '{stamp}' in its margin"


def stamps_of_public(body: Element) -> Iterator[str]:
    """Yield a fault if a public letter has a stamp."""
    if body.get("data-stamp"):
        yield f"the letter is public, and bears the stamp '{body.get('data-stamp')}'"


def _missing_words(document: Document) -> Iterator[str]:
    """Yield a fault for a missing language or title."""
    for name in ("lang", "title"):
        if not (getattr(document.metadata, name) or "").strip():
            yield f"the letter has no {'language' if name == 'lang' else name}"


def _foreign_links(document: Document) -> Iterator[str]:
    """Yield a fault for each link that is neither https nor mailto."""
    for page in document.pages:
        for kind, target, *_ in page.links:
            # WeasyPrint puts our origin, which does not exist, before a link without a site.
            to = str(target).removeprefix(ORIGIN)
            if kind != "attachment" and not to.startswith(LINKS):
                yield f"a link leads to '{to}', and only https and mailto may be linked to"


def missing_fonts(document: Document) -> Iterator[str]:
    """Yield a fault for each font that is asked for and not there; fontconfig replaces it."""
    for page in document.pages:
        for box in page._page_box.descendants():
            if isinstance(box, TextBox) and (font := box.style["font_family"][0]) != TYPEFACE:
                yield f"there is no font '{font}': the letters are set in {TYPEFACE}"


def overflowing(document: Document) -> Iterator[str]:
    """Yield a fault for each text that leaves its box, on the page or in the margin."""
    for number, page in enumerate(document.pages, 1):
        sheet = page._page_box
        for box in sheet.children:
            limits = Limits.of(box) if isinstance(box, MarginBox) else Limits.of(sheet, "content")
            for text in _leaving(box, limits, limits):
                yield f"'{text.text}' on page {number} does not fit into its box"


@dataclass(frozen=True)
class Limits:
    """The edges between which a page may have text, in CSS pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def of(cls, box: Box, which: str = "border") -> Limits:
        """Return the edges of a box: those of its border, or of its content."""
        left, top = getattr(box, f"{which}_box_x")(), getattr(box, f"{which}_box_y")()
        width, height = (
            (box.width, box.height)
            if which == "content"
            else (box.border_width(), box.border_height())
        )
        return cls(left, top, left + width, top + height)

    def hold(self, text: Box) -> bool:
        """Return whether a box of text is inside, give or take a pixel."""
        return bool(
            text.position_x > self.left - 1
            and text.position_x + text.width < self.right + 1
            and text.position_y > self.top - 1
            and text.position_y + text.height < self.bottom + 1
        )


def _leaving(box: Box, limits: Limits, page: Limits) -> Iterator[TextBox]:
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    if isinstance(box, TextBox):
        if not limits.hold(box):
            yield box
    elif box.is_outside_marker:
        # A bullet is outside its item.
        limits = page
    elif isinstance(box, BlockContainerBox):
        own = Limits.of(box)
        fixed = box.style["height"] != "auto" or box.style["max_height"] != MAX_HEIGHT
        limits = Limits(
            max(page.left, own.left),
            limits.top,
            min(page.right, own.right),
            min(limits.bottom, own.bottom) if fixed else limits.bottom,
        )
    for child in box.children:
        yield from _leaving(child, limits, page)


CHECKS = (_missing_words, _foreign_links, missing_fonts, overflowing)
