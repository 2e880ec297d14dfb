"""A document that WeasyPrint has laid out -> the faults of its pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hmic_letters.letter.page import LINKS
from hmic_letters.pdf.engine import (
    INITIAL_VALUES,
    ORIGIN,
    AbsolutePlaceholder,
    BlockContainerBox,
    MarginBox,
    TextBox,
)

MAX_HEIGHT = INITIAL_VALUES["max_height"]

TYPEFACE = "Liberation Sans"


def missing_stamps(document: Any, body: Any) -> Iterator[str]:
    """What to say of every page whose margins do not show the stamp."""
    stamp = body.get("data-stamp")
    if not stamp:
        yield "the body of the letter has no data-stamp, which every page must show"
        return
    for number, page in enumerate(document.pages, 1):
        # WeasyPrint has no public way to what a page's margins hold.
        boxes = [box for box in page._page_box.children if isinstance(box, MarginBox)]
        shown = [
            "".join(text.text for text in box.descendants() if isinstance(text, TextBox))
            for box in boxes
        ]
        if stamp not in shown:
            yield f"page {number} does not show the stamp '{stamp}' in its margin"


def stamps_of_public(body: Any) -> Iterator[str]:
    """What to say of a stamp on a letter that is public."""
    if body.get("data-stamp"):
        yield f"the letter is public, and bears the stamp '{body.get('data-stamp')}'"


def _missing_words(document: Any) -> Iterator[str]:
    """What a file has to say of itself."""
    for name in ("lang", "title"):
        if not (getattr(document.metadata, name) or "").strip():
            yield f"the letter has no {'language' if name == 'lang' else name}"


def _foreign_links(document: Any) -> Iterator[str]:
    """Links that lead elsewhere than to the web and to post."""
    for page in document.pages:
        for kind, target, *_ in page.links:
            # What names no site is taken to be one of our own origin, which is nowhere.
            to = str(target).removeprefix(ORIGIN)
            if kind != "attachment" and not to.startswith(LINKS):
                yield f"a link leads to '{to}', and only https and mailto may be linked to"


def missing_fonts(document: Any) -> Iterator[str]:
    """Fonts that are asked for and not there: fontconfig puts another in their place."""
    for page in document.pages:
        for box in page._page_box.descendants():
            if isinstance(box, TextBox) and (font := box.style["font_family"][0]) != TYPEFACE:
                yield f"there is no font '{font}': the letters are set in {TYPEFACE}"


def overflowing(document: Any) -> Iterator[str]:
    """Text that leaves its box, the page's or the margin's."""
    for number, page in enumerate(document.pages, 1):
        sheet = page._page_box
        for box in sheet.children:
            limits = Limits.of(box) if isinstance(box, MarginBox) else Limits.of(sheet, "content")
            for text in _leaving(box, limits, limits):
                yield f"'{text.text}' on page {number} does not fit into its box"


@dataclass(frozen=True)
class Limits:
    """Where text may stand on a page: edges in CSS pixels."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def of(cls, box: Any, which: str = "border") -> "Limits":
        """The edges of a box: of its border, or of its content."""
        left, top = getattr(box, f"{which}_box_x")(), getattr(box, f"{which}_box_y")()
        width, height = (
            (box.width, box.height)
            if which == "content"
            else (box.border_width(), box.border_height())
        )
        return cls(left, top, left + width, top + height)

    def hold(self, text: Any) -> bool:
        """Whether a box of text stands inside, give or take a pixel."""
        return bool(
            text.position_x > self.left - 1
            and text.position_x + text.width < self.right + 1
            and text.position_y > self.top - 1
            and text.position_y + text.height < self.bottom + 1
        )


def _leaving(box: Any, limits: Limits, page: Limits) -> Iterator[Any]:
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    if isinstance(box, TextBox):
        if not limits.hold(box):
            yield box
    elif box.is_outside_marker:
        # A bullet stands outside its item.
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
