"""A text that was set once, in one line however long, and is cut into lines.

To break a paragraph, WeasyPrint sets the rest of it anew for each line, and up to three times.
Where a line ends is seen from the widths of the whole text, too, but by a hair: there, WeasyPrint
breaks the line itself.

Upstream: create_layout sets the rest of a paragraph anew for each line. Where a paragraph has one
style and one width, Pango could break it as a whole, and WeasyPrint could take the lines from
that.
"""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import accumulate, compress
from operator import lt
from typing import Any

from weasyprint.text.ffi import FROM_UNITS, TO_UNITS, ffi, pango
from weasyprint.text.line_break import Layout, line_size

from hmic_letters.pdf.faster.glyphs import Glyphs, glyphs

# Breaks that are not plain: a hyphen that shows at a line's end alone, what has no width, and other
# spaces than the usual ones.
ODD_TEXT = re.compile("[\u00ad\u1680\u2000-\u200b\u205f\u2060\u3000\ufeff]")
# The most that the width of a line may differ from that of the same words in the whole text, in
# ems: a letter and the space after it may be closer.
HAIR = 1 / 8
# Of the width of a line, at least: for narrower ones WeasyPrint takes another way.
EMS = 4

SPACE = ord(" ")
WHILE_SET = frozenset({"layout", "language", "style"})


def _of_break() -> bytes:
    """Return what Pango says of a character that may begin a line."""
    attribute = ffi.new("PangoLogAttr *")
    attribute.is_line_break = 1
    return bytes(ffi.buffer(attribute))


BREAK = _of_break()
AT = next(place for place, said in enumerate(BREAK) if said)
BREAKS = bytes(said & BREAK[AT] for said in range(256))


@dataclass(frozen=True, slots=True)
class Spread:
    """A text in one line."""

    text: bytes
    layout: dict[str, Any]
    height: float
    baseline: float
    glyphs: Glyphs
    edges: list[int]  # of the glyphs, from the left, in Pango's units
    breaks: list[int]  # where a line may begin, in bytes; the last is the text's end
    widths: list[int]  # of the text to each break, without the space before it

    def line(self, begin: int, width: float) -> Any:
        """Return what WeasyPrint's split_first_line tells of the line that begins at a byte.

        The line has a width in pixels. Return None if rounding decides what fits on it.
        """
        size = self.glyphs.face.size
        if width < EMS * size:
            return None
        first = bisect_left(self.glyphs.at, begin)
        left = self.edges[first]
        limit, hair = left + width * TO_UNITS, size * HAIR * TO_UNITS
        after = bisect_right(self.widths, limit)
        if after < len(self.widths) and self.widths[after] - limit < hair:
            return None
        if after == 0 or limit - self.widths[after - 1] < hair or self.breaks[after - 1] <= begin:
            return None
        resume = self.breaks[after - 1]
        shown = self.text[begin:resume].rstrip(b" ")
        last = bisect_left(self.glyphs.at, begin + len(shown))
        face, numbers, widths = self.glyphs.face, self.glyphs.numbers, self.glyphs.widths
        if resume == len(self.text):
            if begin + len(shown) != resume:
                return None
        elif widths[last - 1] != face.width(numbers[last - 1]):
            # It stands closer to what comes next, which the line has not.
            return None
        layout = Layout.__new__(Layout)
        layout.__dict__.update(self.layout)
        layout.text, layout.max_width = shown.decode(), width
        part = slice(first, last)
        layout.glyphs = [
            Glyphs(
                face, numbers[part], widths[part], self.glyphs.at[part], -begin, begin + len(shown)
            )
        ]
        resume_at = None if resume == len(self.text) else resume - begin
        wide = (self.edges[last] - left) * FROM_UNITS
        return layout, len(shown), resume_at, wide, self.height, self.baseline


def spread(layout: Any) -> Spread | None:
    """Return the text of a layout without width that is not yet deactivated.

    Return None for text that is not plain: with double spaces or several fonts.
    """
    if ODD_TEXT.search(layout.text):
        return None
    parts = glyphs(layout)
    text = layout.text.encode()
    if not parts or len(parts) > 1 or parts[0].end != len(text):
        return None
    part = parts[0]
    if not all(map(lt, part.at, part.at[1:])):
        return None
    edges = list(accumulate(part.widths, initial=0))
    breaks = _breaks(layout)
    if len(text) != len(layout.text):
        begins = list(accumulate(map(len, map(str.encode, layout.text)), initial=0))
        breaks = [begins[place] for place in breaks]
    breaks.append(len(text))
    ends = [place - 1 if text[place - 1] == SPACE else place for place in breaks]
    if any(text[end - 1] == SPACE for end in ends):
        return None
    if len(part.at) != len(text):
        ends = [bisect_left(part.at, end) for end in ends]
    widths = [edges[end] for end in ends]
    line = pango.pango_layout_get_line_readonly(layout.layout, 0)
    _, height = line_size(line, layout.style)
    baseline = pango.pango_layout_get_baseline(layout.layout) * FROM_UNITS
    held = {name: it for name, it in layout.__dict__.items() if name not in WHILE_SET}
    return Spread(text, held, height, baseline, part, edges, breaks, widths)


def _breaks(layout: Any) -> list[int]:
    """Where a line may begin, in characters."""
    attributes = pango.pango_layout_get_log_attrs_readonly(layout.layout, ffi.NULL)
    data = bytes(ffi.buffer(attributes, len(layout.text) * len(BREAK)))[AT :: len(BREAK)]
    return list(compress(range(1, len(data)), data.translate(BREAKS)[1:]))
