"""A document after WeasyPrint's layout -> the faults of its pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hmic_letters.letter.page import LINKS, bare, differences
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
SMALLEST = 8  # CSS pixels: 6 point
LEAST_CONTRAST = 0.25  # of black on white


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
            "".join(
                text.text
                for text in box.descendants()
                if isinstance(text, TextBox) and _can_be_seen(text, box)
            )
            for box in boxes
        ]
        if stamp not in shown:
            yield f"page {number} does not show the stamp '{stamp}' in its margin"


def _can_be_seen(text: TextBox, box: Box) -> bool:
    """Return whether the ink of a text differs from what is behind it, and is large enough."""
    if text.style["visibility"] != "visible" or text.style["font_size"] < SMALLEST:
        return False
    ink, behind = (
        _grey(one.style[name]) for one, name in ((text, "color"), (box, "background_color"))
    )
    return abs(ink - behind) > LEAST_CONTRAST


def _grey(colour: Any) -> float:
    """Return how light a colour is on white paper, from 0 to 1."""
    red, green, blue = map(float, colour.to("srgb").coordinates)
    return 1 - float(colour.alpha) * (1 - (0.2126 * red + 0.7152 * green + 0.0722 * blue))


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
            if isinstance(box, TextBox):
                yield from _missing_font(box)


def _missing_font(text: TextBox) -> Iterator[str]:
    if (font := text.style["font_family"][0]) != TYPEFACE:
        yield f"there is no font '{font}': the letters are set in {TYPEFACE}"


UNLIKE = "the pages show"
UNPRINTED = {"style", "script", "title", "template", "svg"}


def faults_of_texts(document: Document, body: Element) -> Iterator[str]:
    """Yield a fault for each missing font, and if the pages have other words than the HTML.

    So it is if they have them in another order. Whoever reads the PDF back would refuse it, however
    often it is made.
    """
    others: list[TextBox] = []
    printed = [text for page in document.pages for text in _painted(page._page_box, others)]
    for text in (*printed, *others):
        yield from _missing_font(text)
    wanted = "".join(_words(body))
    shown = "".join(text.text for text in printed)
    if bare(shown) == bare(wanted):
        return
    for text in printed:
        element, _, part = (text.element_tag or "").partition("::")
        words = text.text.strip()
        if part and bare(words):
            how = "numbers the items" if part == "marker" else f"adds words to <{element}>"
            yield f"the style {how}, and the template does not say '{words}': write it there"
            return
    for now, given in differences(" ".join(text.text for text in printed), wanted):
        yield f"{UNLIKE} {now} where the template says {given}: print it as it is written"


def _words(element: Element) -> Iterator[str]:
    if element.tag not in UNPRINTED:
        yield "\n" if element.tag == "br" else element.text or ""
        for child in element:
            yield from _words(child)
            yield child.tail or ""


def _painted(box: Box, others: list[TextBox]) -> list[TextBox]:
    """List the texts within a box in the order of painting.

    ``others`` gets the texts in the margins of a page, and the bullets and numbers beside lists.
    """
    floats: list[TextBox] = []
    flow: list[TextBox] = []
    above: list[TextBox] = []
    left = [box]
    while left:
        one = left.pop()
        if isinstance(one, TextBox):
            (flow if one.style["visibility"] == "visible" else others).append(one)
        elif isinstance(one, AbsolutePlaceholder):
            if one._box.is_outside_marker:
                others += _painted(one._box, others)
            else:
                above += _painted(one._box, others)
        elif isinstance(one, MarginBox):
            others += [text for text in one.descendants() if isinstance(text, TextBox)]
        elif one is not box and one.is_floated():
            floats += _painted(one, others)
        elif one is not box and one.style["position"] == "relative":
            above += _painted(one, others)
        else:
            left += reversed(getattr(one, "children", ()))
    return floats + flow + above


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


CHECKS = (_missing_words, _foreign_links, overflowing)
