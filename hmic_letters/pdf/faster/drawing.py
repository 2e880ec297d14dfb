"""Drawing: a line is drawn as it was broken, and no border is where a style has none.

Upstream: WeasyPrint shapes each line once more to draw it; it could keep the glyphs that breaking
it gave, as here. draw_border and draw_outline could return early by the style. pydyf could choose
by type how a value becomes bytes, and count page_references once and not for each element of the
structure.
"""

import copy
from typing import Any
from xml.etree.ElementTree import tostring

import pydyf
from weasyprint.draw import border
from weasyprint.draw import text as drawing
from weasyprint.formatting_structure.boxes import Box
from weasyprint.images import SVGImage
from weasyprint.pdf.fonts import Font
from weasyprint.text.ffi import FROM_UNITS, pango

from hmic_letters.pdf.faster.glyphs import Face, Glyphs
from hmic_letters.pdf.faster.known_styles import heard
from hmic_letters.pdf.faster.memory import Recent, put


def take() -> None:
    """Put the functions of this module in place of WeasyPrint's own."""
    put(_draw_text, own_draw_text)
    put(_draw_border, own_draw_border)
    put(_draw_outline, own_draw_outline)
    Font.subset = _subset
    SVGImage.draw = _draw_picture
    _take_writing()


own_draw_text = drawing.draw_text
SMALLEST = 1e-6  # that is drawn, in CSS pixels


def _draw_text(
    stream: Any, box: Any, offset_x: float, text_overflow: str, block_ellipsis: str = "none"
) -> None:
    layout, style = box.pango_layout, box.style
    glyphs = layout.__dict__.get("glyphs")
    fonts = None
    if (
        glyphs
        and text_overflow == "clip"
        and block_ellipsis == "none"
        and style["visibility"] == "visible"
        and style["font_size"] >= SMALLEST
        and style["text_decoration_line"] == "none"
    ):
        fonts = _fonts(stream, glyphs)
    if fonts is None:
        # Drawing changes it, and another line may have it.
        box.pango_layout = copy.copy(layout)
        own_draw_text(stream, box, offset_x, text_overflow, block_ellipsis)
        return
    stream.set_color(style["color"])
    stream.begin_text()
    stream.set_text_matrix(1, 0, 0, -1, box.position_x, box.position_y + box.baseline)
    shown, before = "", None
    for part, font in zip(glyphs, fonts, strict=True):
        if font is not before:
            if shown:
                stream.show_text(shown)
            shown, before = "", font
            stream.set_font_size(font.hash, part.face.size)
        shown += "<" + _said(stream, layout, part, font)
        shown = shown[:-1] if shown[-1] == "<" else shown + ">"
    stream.show_text(shown)
    stream.end_text()


def _fonts(stream: Any, glyphs: list[Glyphs]) -> list[Any] | None:
    """Return the fonts of a line; None if one has pictures instead of outlines."""
    held = stream._fonts
    fonts = []
    for part in glyphs:
        face = part.face
        if face.key not in held:
            held[face.key] = _new_font(face)
        font = held[face.key]
        if font.bitmap or font.png or font.svg or font.colr:
            return None
        fonts.append(font)
    return fonts


SUBSETS = 20  # of a font, that are remembered


def _new_font(face: Face) -> Any:
    """Return the font of a face in a letter that has not used it yet."""
    if face.first is None:
        face.first = Font(face.font, face.description, face.size)
        face.first.subsets = Recent(SUBSETS)
    font = copy.copy(face.first)
    font.widths, font.to_unicode, font.missing = {}, {}, {}
    font.variations = dict(font.variations)
    return font


own_subset = Font.subset


def _subset(self: Any, to_unicode: Any, hinting: bool) -> None:
    """Reuse the file of a font: the same glyphs make the same file in each letter."""
    subsets = self.__dict__.get("subsets")
    if subsets is None or self.missing:
        own_subset(self, to_unicode, hinting)
        return
    key = frozenset(to_unicode), hinting
    if (held := subsets.get(key)) is not None:
        self.file_content = held
        return
    said = heard.times
    own_subset(self, to_unicode, hinting)
    if said == heard.times:
        subsets.put(key, self.file_content)


def _said(stream: Any, layout: Any, part: Glyphs, font: Any) -> str:
    """Glyphs as the page's content has them: hexadecimal, with what kerning takes away between."""
    # Kerning goes by the width that a glyph had where the letter has it first.
    known = font.__dict__.setdefault("said", {}).setdefault(part.face.size, {})
    try:
        return "".join(map(known.__getitem__, zip(part.numbers, part.widths, strict=True)))
    except KeyError:
        pass
    text = layout.text.encode()
    ends = [*part.at[1:], part.end]
    for glyph, width, begin, end in zip(part.numbers, part.widths, part.at, ends, strict=True):
        if (glyph, width) in known:
            continue
        if glyph not in font.to_unicode:
            font.to_unicode[glyph] = text[part.begin + begin : part.begin + end].decode()
        if glyph not in font.widths:
            pango.pango_font_get_glyph_extents(
                part.face.font, glyph, stream.ink_rect, stream.logical_rect
            )
            font.widths[glyph] = round(
                stream.logical_rect.width * 1000 * FROM_UNITS / part.face.size
            )
        kerning = font.widths[glyph] - width * 1000 * FROM_UNITS / part.face.size
        known[glyph, width] = f"{glyph:04x}" + (f">{int(kerning)}<" if kerning else "")
    return "".join(map(known.__getitem__, zip(part.numbers, part.widths, strict=True)))


own_draw_border, own_draw_outline = border.draw_border, border.draw_outline


def _draw_border(stream: Any, box: Any) -> None:
    if _has_rules(box.style) or not (
        box.border_top_width
        == box.border_right_width
        == box.border_bottom_width
        == box.border_left_width
        == 0
    ):
        own_draw_border(stream, box)


def _has_rules(style: Any) -> bool:
    """Whether boxes of a style may have lines beside their borders' own."""
    try:
        held: bool = style.has_rules
    except AttributeError:
        held = style.has_rules = (
            style["column_width"] != "auto"
            or style["column_count"] != "auto"
            or style["border_image_source"][0] != "none"
        )
    return held


def _draw_outline(stream: Any, box: Any) -> None:
    # It has the outlines of the boxes inside, too.
    if _has_outline(box.style):
        own_draw_outline(stream, box)
        return
    for child in box.children:
        if isinstance(child, Box):
            _draw_outline(stream, child)


def _has_outline(style: Any) -> bool:
    """Whether boxes of a style may have a line around them."""
    try:
        held: bool = style.has_outline
    except AttributeError:
        held = style.has_outline = style["outline_width"] != 0
    return held


# Pictures of lines and areas: each is drawn once, and stands on every page as it was drawn.

PICTURES = 50  # that are remembered
_drawn: dict[Any, tuple[list[bytes], dict[str, dict[str, Any]]]] = {}
own_draw_picture = SVGImage.draw
NO_STATE = ("XObject", "Pattern", "Shading")
OF_OTHERS = (b"href", b"url(", b"@import", b"\\")  # what a picture may have of other files


def _draw_picture(self: Any, stream: Any, width: float, height: float, style: Any) -> None:
    text = self.__dict__.get("text")
    if text is None:
        text = self.text = tostring(self._svg.tree._etree_node)
    key = text, width, height
    states, begin = stream._resources["ExtGState"], len(stream.stream)
    if states or stream.stream[-1:] == [b"q"] or any(word in text for word in OF_OTHERS):
        own_draw_picture(self, stream, width, height, style)
        return
    if (held := _drawn.get(key)) is not None:
        operators, of_states = held
        stream.stream += operators
        states.update({name: pydyf.Dictionary(state) for name, state in of_states.items()})
        return
    said = heard.times
    own_draw_picture(self, stream, width, height, style)
    # A picture with text needs fonts, and the letter must have them, too.
    if said != heard.times or b"BT" in stream.stream:
        return
    if any(stream._resources[name] for name in NO_STATE) or len(_drawn) >= PICTURES:
        return
    _drawn[key] = stream.stream[begin:], {name: dict(state) for name, state in states.items()}


# Writing: what goes into a file is made into bytes by its kind, and pages are counted once.


def _take_writing() -> None:
    # Every object has these values until it is added to a file.
    pydyf.Object.number, pydyf.Object.offset = None, 0
    pydyf.Object.generation, pydyf.Object.free = 0, "n"
    del pydyf.Object.__init__, pydyf.Dictionary.__init__, pydyf.Array.__init__
    pydyf._to_bytes = _to_bytes
    pydyf.Dictionary.data = property(_dictionary)
    pydyf.Array.data = property(_array)
    pydyf.PDF.page_references = property(_page_references)


own_to_bytes = pydyf._to_bytes


def _to_bytes(item: Any) -> bytes:
    kind = type(item)
    if kind is bytes:
        return item  # type: ignore[no-any-return]
    if kind is str:
        return item.encode("ascii")  # type: ignore[no-any-return]
    if kind is int:
        return b"%d" % item
    return own_to_bytes(item)  # type: ignore[no-any-return]


def _dictionary(self: Any) -> bytes:
    parts = [b"/%b %b" % (_to_bytes(key), _to_bytes(value)) for key, value in self.items()]
    return b"<<%b>>" % b"".join(parts)


def _array(self: Any) -> bytes:
    return b"[%b]" % b" ".join(map(_to_bytes, self))


own_page_references = pydyf.PDF.page_references.fget


def _page_references(self: Any) -> Any:
    """Asked for with every element of the structure."""
    count = len(self.pages["Kids"])
    if (held := self.__dict__.get("references")) is None or held[0] != count:
        held = self.references = count, own_page_references(self)
    return held[1]
