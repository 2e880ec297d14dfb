"""Drawing: a line is drawn as it was broken."""

import copy
from typing import Any

from weasyprint.draw import text as drawing
from weasyprint.pdf.fonts import Font
from weasyprint.text.ffi import FROM_UNITS, pango

from hmic_letters.shortcuts.glyphs import Glyphs
from hmic_letters.shortcuts.memory import put


def take() -> None:
    """Takes the shorter ways of this room."""
    put(_draw_text, own_draw_text)


own_draw_text = drawing.draw_text


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
    """The fonts of a line in the letter; None where one has pictures in the place of outlines."""
    held = stream._fonts
    fonts = []
    for part in glyphs:
        face = part.face
        if face.key not in held:
            held[face.key] = Font(face.font, face.description, face.size)
        font = held[face.key]
        if font.bitmap or font.png or font.svg or font.colr:
            return None
        fonts.append(font)
    return fonts


def _said(stream: Any, layout: Any, part: Glyphs, font: Any) -> str:
    """Glyphs as the page's content has them: hexadecimal, with what kerning takes away between."""
    # Kerning goes by the width that a glyph had where the letter has it first.
    known = font.__dict__.setdefault("said", {}).setdefault(part.face.size, {})
    try:
        return "".join([known[pair] for pair in zip(part.numbers, part.widths, strict=True)])
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
    return "".join([known[pair] for pair in zip(part.numbers, part.widths, strict=True)])
