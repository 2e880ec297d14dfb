"""Lines: each is broken once, with the fonts of the lines like it.

Upstream: strut and split_first_line could be cached by the values of the style that they read, as
OF_LINE lists them, within one document. The short way for lines of plain words is for letters
alone.
"""

from operator import itemgetter
from typing import Any

from weasyprint.css.properties import INITIAL_VALUES
from weasyprint.formatting_structure.boxes import TextBox
from weasyprint.layout import inline
from weasyprint.text import line_break
from weasyprint.text.line_break import Layout

from hmic_letters.pdf.faster.boxes import INITIAL_LENGTHS, lengths
from hmic_letters.pdf.faster.glyphs import glyphs
from hmic_letters.pdf.faster.memory import memory, put
from hmic_letters.pdf.faster.one_line_text import Spread, spread


def take() -> None:
    """Put the functions of this module in place of WeasyPrint's own."""
    Layout.deactivate = _deactivate
    put(_next_line, own_next_line)
    put(_strut, own_strut)
    put(_split_first_line, own_split)


own_next_line = inline.get_next_linebox


def _next_line(  # noqa: PLR0913, PLR0917
    context: Any,
    whole: Any,
    y: float,
    bottom_space: float,
    skip_stack: Any,
    block: Any,
    absolute_boxes: Any,
    fixed_boxes: Any,
    first_letter_style: Any,
    first_line_style: Any,
) -> Any:
    made = None
    if not first_letter_style and not first_line_style and _is_plain(whole, block):
        for shape in context.excluded_shapes:
            if shape.position_y >= y or shape.position_y + shape.margin_height() > y:
                break
        else:
            made = _plain_line(context, whole, y, skip_stack, block)
    return made or own_next_line(
        context,
        whole,
        y,
        bottom_space,
        skip_stack,
        block,
        absolute_boxes,
        fixed_boxes,
        first_letter_style,
        first_line_style,
    )


PLAIN = {
    "direction": {"ltr"},
    "position": {"static"},
    "float": {"none"},
    "vertical_align": {"baseline"},
    "text_align_all": {"start", "left"},
    "text_align_last": {"auto", "start", "left"},
    "white_space": {"normal"},
    "box_decoration_break": {"slice"},
}


def _is_plain(whole: Any, block: Any) -> bool:
    """Whether lines are of words alone, all in one style, and begin at the left."""
    style, children = whole.style, whole.children
    if len(children) != 1 or type(children[0]) is not TextBox or children[0].style is not style:
        return False
    if style.parent_style is not block.style:
        return False
    try:
        held: bool = style.has_plain_lines
    except AttributeError:
        held = style.has_plain_lines = (
            lengths(style) is INITIAL_LENGTHS
            and style["font_size"] != 0
            and all(style[name] in values for name, values in PLAIN.items())
        )
    return held


def _plain_line(context: Any, whole: Any, y: float, skip_stack: Any, block: Any) -> Any:
    """Return the next line and the start of the one after it; None if the text is not plain."""
    words, style = whole.children[0], whole.style
    begin = 0
    if skip_stack is not None:
        ((child, of_child),) = skip_stack.items()
        if child:
            return None
        if of_child is not None:
            (begin,) = of_child
    text = words.text.encode()
    while text.startswith(b" ", begin):
        begin += 1
    if begin == len(text):
        return None

    left = block.content_box_x()
    x = left + whole.text_indent
    end = (left + (left + block.width - left)) * (1 + 1e-9)
    whole_text = None if words.justification_spacing else _spread(words.text, style)
    broken: Any = whole_text.line(begin, end - x) if whole_text else None
    if broken is None:
        broken = _split_first_line(
            text[begin:].decode(), style, context, end - x, words.justification_spacing
        )
    length, resume = broken[1:3]
    if length <= 0:
        return None
    if resume is not None:
        resume += begin
        if text[begin + length : resume].strip(b" "):
            return None
    words.position_x, words.position_y = x, y
    whole.position_x, whole.position_y = left, y
    line = _line(context, whole, broken, begin > 0)
    return line, None if resume is None else {0: {resume: None}}


def _line(context: Any, whole: Any, broken: Any, goes_on: bool) -> Any:
    """Return the box of a broken line, cut to its words, at its position."""
    words, style = whole.children[0], whole.style
    left, y = whole.position_x, whole.position_y
    layout, _, resume, width, height, baseline = broken
    words.__dict__.update(INITIAL_LENGTHS)
    line_height, line_baseline = _strut(style)
    above = (line_height - height) / 2
    shown = words.copy()
    shown.__dict__.update(
        text=layout.text,
        pango_layout=layout,
        width=width,
        height=height,
        margin_top=above,
        margin_bottom=above,
        baseline=baseline + above,
    )
    size = style["font_size"]
    line = whole.copy_with_children([shown])
    if goes_on:
        line.remove_decoration_sides.add("top")
    if resume is not None:
        line.remove_decoration_sides.add("bottom")
    whole.width = line.width = words.position_x + width - left
    whole.height = size
    if layout.text.endswith(" "):
        inline.remove_last_whitespace(context, line)

    around = (line_height - size) / 2
    top = min(-shown.baseline, -line_baseline)
    bottom = max(
        -shown.baseline + (height + above + above), -line_baseline + (size + around + around)
    )
    line.__dict__.update(baseline=-top, height=bottom - top, margin_top=0, margin_bottom=0)
    shown.position_y = -shown.baseline + (y - top)
    return line


OF_LINE = (
    "direction",
    "lang",
    "font_language_override",
    "font_style",
    "font_stretch",
    "font_weight",
    "font_size",
    "font_variation_settings",
    "font_variant_numeric",
    "text_decoration_line",
    "white_space",
    "hyphens",
    "hyphenate_limit_chars",
    "hyphenate_limit_zone",
    "hyphenate_character",
    "letter_spacing",
    "word_spacing",
    "overflow_wrap",
    "word_break",
    "tab_size",
    "line_height",
)
# The other properties that switch features of a font.
OF_FONT = (
    "font_kerning",
    "font_variant_ligatures",
    "font_variant_position",
    "font_variant_caps",
    "font_variant_alternates",
    "font_variant_east_asian",
    "font_feature_settings",
)
LINE, FEATURES = itemgetter(*OF_LINE), itemgetter(*OF_FONT)
NO_FEATURES = FEATURES(INITIAL_VALUES)
# With any other value, a line has what the text in one line has not.
UNCUT = {"letter_spacing": "normal", "word_spacing": 0, "hyphens": "manual"}
own_deactivate = Layout.deactivate
own_strut, own_split = line_break.strut, line_break.split_first_line


def _key(style: Any) -> Any:
    """By what a style's lines are known; None where they are not plain."""
    try:
        key = style.key_of_text
    except AttributeError:
        key = *style["font_family"], *LINE(style)
        try:
            hash(key)
        except TypeError:
            key = None
        if FEATURES(style) != NO_FEATURES:
            key = None
        style.key_of_text = key
    return key


def _strut(style: Any) -> Any:
    if (key := _key(style)) is None:
        return own_strut(style)
    struts = memory(style.font_config).struts
    if (held := struts.get(key)) is None:
        held = struts[key] = own_strut(style)
    return held


def _spread(text: str, style: Any) -> Spread | None:
    """Return a text set in one line; None if it cannot be cut into lines."""
    of_style = _key(style)
    if of_style is None or any(style[name] != it for name, it in UNCUT.items()):
        return None
    held = memory(style.font_config)
    key = text, of_style
    made: Any = held.spreads.get(key)
    if made is None:
        known, layout = len(held.faces), held.layouts.pop(of_style, None) or Layout(style)
        layout.set_text(text)
        layout.get_first_line()
        made = spread(layout) or False
        held.spreads.put(key, made)
        # One that holds a font is not set again.
        if len(held.faces) == known:
            held.layouts[of_style] = layout
    return made or None


_is_broken_to_be_drawn = False


def _split_first_line(  # noqa: PLR0913, PLR0917
    text: str,
    style: Any,
    context: Any,
    max_width: float | None,
    justification_spacing: float,
    is_line_start: bool = True,
    minimum: bool = False,
) -> Any:
    global _is_broken_to_be_drawn  # noqa: PLW0603
    if (of_style := _key(style)) is None:
        return own_split(
            text, style, context, max_width, justification_spacing, is_line_start, minimum
        )
    lines = memory(style.font_config).lines
    key = text, of_style, max_width, justification_spacing, is_line_start, minimum
    if (held := lines.get(key)) is None:
        _is_broken_to_be_drawn = not minimum
        try:
            held = own_split(
                text, style, context, max_width, justification_spacing, is_line_start, minimum
            )
        finally:
            _is_broken_to_be_drawn = False
        lines.put(key, held)
    return held


def _deactivate(self: Any) -> None:
    if _is_broken_to_be_drawn:
        self.glyphs = glyphs(self)
    own_deactivate(self)
