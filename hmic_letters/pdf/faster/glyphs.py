"""The glyphs of a line, as Pango has them once it is broken.

Upstream: reading a run's glyphs as one block of memory, in place of a call of cffi for each,
would serve draw_first_line as it is.
"""

import re
from array import array
from dataclasses import dataclass
from typing import Any

from weasyprint.text.ffi import ffi, pango
from weasyprint.text.fonts import get_pango_font_key

from hmic_letters.pdf.faster.memory import memory


class Face:
    """A font at a size, as Pango gives it, held for as long as it is known by its address."""

    def __init__(self, font: Any, layout: Any) -> None:
        self.font, self._holder = font, layout
        self.key, self.description, self.size = get_pango_font_key(font)
        self._widths: dict[int, int] = {}
        self.first: Any = None  # what letters have of it to begin with

    def width(self, glyph: int) -> int:
        """Return the width of a single glyph in Pango's units."""
        if (held := self._widths.get(glyph)) is None:
            extents = ffi.new("PangoRectangle *")
            pango.pango_font_get_glyph_extents(self.font, glyph, ffi.NULL, extents)
            held = self._widths[glyph] = extents.width
        return held


@dataclass(frozen=True, slots=True)
class Glyphs:
    """Return the glyphs of a run of one font, each with its width in Pango's units.

    Return also the place of each in the text, in bytes of UTF-8 from ``begin`` to ``end``.
    """

    face: Face
    numbers: list[int]
    widths: list[int]
    at: list[int]
    begin: int
    end: int


# PangoGlyphInfo: a glyph's number, its width, its offsets to the right and down, and flags.
FIELDS, SIZE = 5, 20
ODD_GLYPH = pango.PANGO_GLYPH_EMPTY  # and above: what no font has
ODD_TEXT = re.compile("[\n\r\t\f\u0085\u2028\u2029]")


def glyphs(layout: Any) -> list[Glyphs] | None:
    """Return what to draw of a broken line; None for a line that is not plain."""
    text = layout.text
    if layout.justification_spacing or not text.strip() or ODD_TEXT.search(text):
        return None
    line = pango.pango_layout_get_line_readonly(layout.layout, 0)
    if pango.pango_layout_get_line_readonly(layout.layout, 1) != ffi.NULL:
        return None
    known = memory(layout.style.font_config).faces
    found = []
    run = line.runs
    while run != ffi.NULL:
        item, run = run.data, run.next
        font, level = item.item.analysis.font, item.item.analysis.level
        count = item.glyphs.num_glyphs
        fields = array("i", ffi.buffer(item.glyphs.glyphs, count * SIZE)[:])
        numbers = fields[0::FIELDS].tolist()
        offsets = fields[2::FIELDS].tobytes() + fields[3::FIELDS].tobytes()
        if level % 2 or offsets.strip(b"\0"):
            return None
        if not numbers or max(numbers) >= ODD_GLYPH:
            return None
        address = int(ffi.cast("uintptr_t", font))
        if (face := known.get(address)) is None:
            face = known[address] = Face(font, layout.layout)
        widths = fields[1::FIELDS].tolist()
        at = ffi.unpack(item.glyphs.log_clusters, count)
        found.append(Glyphs(face, numbers, widths, at, item.item.offset, item.item.length))
    return found
