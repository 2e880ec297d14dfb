"""Shorter ways through WeasyPrint, to the same bytes.

WeasyPrint works out again what it has worked out before: the style of every bullet and margin, the
font of every line, each line once to break it and once more to draw it. Here that is done once and
remembered, some of it for a letter and some for all letters that share their fonts. What is
remembered is found by all that it depends on, so that no letter depends on those before it; and
what is not of the plain kind that letters are made of, WeasyPrint does itself.

All this knows WeasyPrint from inside. It is therefore done with the versions named here alone: with
others WeasyPrint goes its own way, more slowly. tests/test_shortcuts.py compares the bytes.
"""

import copy
import logging
import sys
from collections.abc import Callable, Mapping
from enum import Enum, auto
from operator import itemgetter
from typing import Any

import pydyf
import weasyprint
from weasyprint import css
from weasyprint.css import AnonymousStyle, ComputedStyle, StyleFor
from weasyprint.css.computed_values import COMPUTER_FUNCTIONS, PHYSICAL_FUNCTIONS
from weasyprint.css.functions import check_math
from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES, Dimension
from weasyprint.draw import text as drawing
from weasyprint.formatting_structure.boxes import Box, LineBox
from weasyprint.layout import background, percent
from weasyprint.layout import float as floats
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.matrix import Matrix
from weasyprint.pdf.fonts import Font
from weasyprint.text import line_break
from weasyprint.text.ffi import FROM_UNITS, ffi, gobject, pango
from weasyprint.text.fonts import get_pango_font_key
from weasyprint.text.line_break import Layout

KNOWN = {"weasyprint": "70.0", "pydyf": "0.13.0"}
LINES = 1_000  # that are remembered, some seven letters'


def take() -> bool:
    """Puts the shorter ways in the place of WeasyPrint's own, where its versions are known."""
    if {"weasyprint": weasyprint.__version__, "pydyf": pydyf.__version__} != KNOWN:
        return False
    ffi.cdef("PangoLayout * pango_layout_copy (PangoLayout *);")
    ffi.cdef("gpointer g_object_ref (gpointer);")
    ComputedStyle.__missing__ = _computed
    AnonymousStyle.__missing__ = _anonymous
    for kind in (ComputedStyle, AnonymousStyle):
        kind.copy = _copied(kind.copy)
    StyleFor.set_computed_styles = _set_computed_styles
    css.CSS = _style_sheet
    Box.is_in_normal_flow = _is_in_normal_flow
    Layout.setup = _set_up
    Layout.deactivate = _deactivate
    short_for = {
        percent.resolve_percentages: _resolve_percentages,
        background.layout_box_backgrounds: _layout_box_backgrounds,
        floats.avoid_collisions: _avoid_collisions,
        line_break.strut: _strut,
        line_break.split_first_line: _split_first_line,
        drawing.draw_text: _draw_text,
    }
    names = {own.__name__: own for own in short_for}
    for module in [held for name, held in sys.modules.items() if name.startswith("weasyprint.")]:
        for name, own in names.items():
            if module.__dict__.get(name) is own:
                setattr(module, name, short_for[own])
    return True


class _Memory:
    """What is remembered for all letters that share their fonts: it goes with them."""

    def __init__(self) -> None:
        self.layouts: dict[Any, dict[str, Any]] = {}
        self.struts: dict[Any, Any] = {}
        self.lines: dict[Any, Any] = {}
        self.fonts: dict[int, _Face] = {}
        self.style_sheets: dict[str, tuple[bytes, Any]] = {}


def _memory(fonts: Any) -> _Memory:
    """What is remembered beside a FontConfiguration."""
    held: _Memory | None = fonts.__dict__.get("_memory")
    if held is None:
        held = fonts._memory = _Memory()
    return held


# Styles: what a property is where no rule speaks of it, and who has the same style.


class _How(Enum):
    INHERITED = auto()
    INITIAL = auto()
    COMPUTED = auto()
    OTHERWISE = auto()


def _how(name: str) -> _How:
    """How a property that no rule speaks of has its value, where nothing is odd about it."""
    if name in {"float", "display", "position", "page"} or name.startswith("text_decoration_"):
        return _How.OTHERWISE
    if name in INHERITED:
        return _How.INHERITED
    if name not in INITIAL_NOT_COMPUTED:
        return _How.INITIAL
    return _How.COMPUTED if name in COMPUTER_FUNCTIONS else _How.OTHERWISE


HOW = {name: _how(name) for name in INITIAL_VALUES}
# A rule may speak of a property under the name that goes by the direction of the text.
LOGICAL = {
    name: {direction: function(block="ttb", inline=direction) for direction in ("ltr", "rtl")}
    for name, function in PHYSICAL_FUNCTIONS.items()
}
NO_FUNCTIONS = frozenset({str, int, float, type(None), Dimension})
own_computed, own_anonymous = ComputedStyle.__missing__, AnonymousStyle.__missing__


def _computed(self: Any, key: str) -> Any:
    how, spoken_of = HOW.get(key, _How.OTHERWISE), self.cascaded
    if how is _How.OTHERWISE or key in spoken_of:
        return own_computed(self, key)
    if (logical := LOGICAL.get(key)) and logical[self["direction"]] in spoken_of:
        return own_computed(self, key)
    if how is _How.INITIAL:
        value = INITIAL_VALUES[key]
    elif how is _How.COMPUTED:
        value = COMPUTER_FUNCTIONS[key](self, key, INITIAL_VALUES[key])
    else:
        if self.parent_style is None:
            return own_computed(self, key)
        value = self.parent_style[key]
        if type(value) not in NO_FUNCTIONS and check_math(value):
            return own_computed(self, key)
    self[key] = value
    return value


def _anonymous(self: Any, key: str) -> Any:
    how = HOW.get(key, _How.OTHERWISE)
    if how is _How.INHERITED:
        value = self[key] = self.parent_style[key]
        return value
    if how is _How.INITIAL:
        value = self[key] = INITIAL_VALUES[key]
        return value
    return own_anonymous(self, key)


def _copied(own_copy: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A style that is copied is going to be changed: nothing is remembered of it."""

    def copied(self: Any) -> Any:
        made = own_copy(self)
        made.lengths = made.nothing_behind = None
        return made

    return copied


own_set_computed_styles = StyleFor.set_computed_styles


def _set_computed_styles(  # noqa: PLR0913, PLR0917
    self: Any,
    element: Any,
    parent: Any,
    root: Any = None,
    pseudo_type: str | None = None,
    base_url: str | None = None,
    target_collector: Any = None,
) -> None:
    # WeasyPrint shares the styles of elements itself. Those of pages are changed later.
    asked = (element, parent, root, pseudo_type, base_url, target_collector)
    if pseudo_type is None or pseudo_type.startswith("@"):
        own_set_computed_styles(self, *asked)
        return
    styles = self._computed_styles
    cascaded = self._cascaded_styles.get((element, pseudo_type), {})
    # Rules and styles live as long as the letter, so that no other takes their place in memory.
    said = tuple((name, id(value), weight) for name, (value, weight) in cascaded.items())
    key = id(styles[parent, None]), pseudo_type, base_url, said
    shared = self.__dict__.setdefault("_shared", {})
    if (style := shared.get(key)) is None:
        own_set_computed_styles(self, *asked)
        shared[key] = styles[element, pseudo_type]
        return
    styles[element, pseudo_type] = style
    if target_collector and style["anchor"]:
        target_collector.collect_anchor(style["anchor"])


# Style sheets: a letter's is that of the letter before.

# What a style sheet does beside giving rules.
WITH_EFFECTS = (b"@import", b"@font-face", b"@layer", b"@color-profile", b"@counter-style")
own_style_sheet = css.CSS


def _style_sheet(**asked: Any) -> Any:
    url, fetcher = asked.get("url"), asked["url_fetcher"]
    if url is None:
        return own_style_sheet(**asked)
    known = _memory(asked["font_config"]).style_sheets
    if url in known:
        data, held = known[url]
        if fetcher.fetch(url).read() == data:
            made = copy.copy(held)
            made.page_rules, made.layers = asked["page_rules"], asked["layers"]
            made.page_rules += held.page_rules
            return made
        return own_style_sheet(**asked)
    data = fetcher.fetch(url).read()
    if any(word in data.lower() for word in WITH_EFFECTS):
        return own_style_sheet(**asked)
    before = len(asked["page_rules"])
    heard = _Heard(logging.WARNING)
    logging.getLogger("weasyprint").addHandler(heard)
    try:
        made = own_style_sheet(**asked)
    finally:
        logging.getLogger("weasyprint").removeHandler(heard)
    if not heard.anything:
        held = copy.copy(made)
        held.page_rules = made.page_rules[before:]
        known[url] = data, held
    return made


class _Heard(logging.Handler):
    """Whether anything was logged."""

    anything = False

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002
        self.anything = True


# Boxes: what does not depend on where they stand is told by their style.


own_is_in_normal_flow = Box.is_in_normal_flow


def _is_in_normal_flow(self: Any) -> bool:
    style = self.style
    plain = style["float"] == "none" and style["position"] == "static"
    return plain or bool(own_is_in_normal_flow(self))


def _names(*names: str) -> frozenset[str]:
    """Properties, also under the names that go by the direction of the text."""
    return frozenset(names).union(*(LOGICAL[name].values() for name in names if name in LOGICAL))


def _spoken_of(style: Any) -> Mapping[str, Any]:
    """The properties that rules speak of; none for an anonymous box."""
    return style.cascaded if isinstance(style, ComputedStyle) else {}


SIDES = ("top", "right", "bottom", "left")
LENGTHS = (
    *(f"{kind}_{side}" for kind in ("margin", "padding") for side in SIDES),
    *(f"{limit}{axis}" for limit in ("", "min_", "max_") for axis in ("width", "height")),
)
CORNERS = tuple(
    f"border_{corner}_radius" for corner in ("top_left", "top_right", "bottom_right", "bottom_left")
)
own_resolve_percentages = percent.resolve_percentages


def _resolve_percentages(box: Any, containing_block: Any) -> None:
    style = box.style
    try:
        lengths = style.lengths
    except AttributeError:
        lengths = style.lengths = _lengths(style)
    if lengths is None:
        own_resolve_percentages(box, containing_block)
    else:
        _set(box, lengths)


def _set(box: Any, values: dict[str, Any]) -> None:
    """Gives a box its values, also through what stands in its place where it was taken out."""
    (box._box if isinstance(box, AbsolutePlaceholder) else box).__dict__.update(values)


BORDERS = tuple(f"border_{side}_{kind}" for side in SIDES for kind in ("width", "style"))
OF_LENGTHS = _names(*LENGTHS, *BORDERS, "box_sizing")
NO_BORDERS = {f"border_{side}_width": 0 for side in SIDES}


def _used(name: str, value: Any) -> Any:
    """A length as boxes have it; None where it depends on what they stand in."""
    if value == "auto":
        return 0 if name.startswith("min_") else value
    return value.value if type(value) is Dimension and value.unit == "px" else None


INITIAL_LENGTHS = NO_BORDERS | {name: _used(name, INITIAL_VALUES[name]) for name in LENGTHS}


def _lengths(style: Any) -> dict[str, Any] | None:
    """The lengths of every box of a style; None where they depend on what it stands in."""
    if style["border_collapse"] == "collapse":
        return None
    if OF_LENGTHS.isdisjoint(_spoken_of(style)):
        return INITIAL_LENGTHS
    lengths = {name: _used(name, style[name]) for name in LENGTHS}
    if style["box_sizing"] != "content-box" or None in lengths.values():
        return None
    return {name: style[name] for name in NO_BORDERS} | lengths


own_layout_box_backgrounds = background.layout_box_backgrounds


def _layout_box_backgrounds(
    page: Any, box: Any, get_image: Any, layout_children: bool = True, style: Any = None
) -> None:
    own = box.style
    try:
        nothing = own.nothing_behind
    except AttributeError:
        nothing = own.nothing_behind = _nothing_behind(own)
    if nothing is None or style is not None or not layout_children or box is page:
        own_layout_box_backgrounds(page, box, get_image, layout_children, style)
        return
    _set(box, nothing)
    for child in box.all_children():
        _layout_box_backgrounds(page, child, get_image)


OF_BACKGROUNDS = _names(
    *CORNERS,
    *("border_image_source", "mask_border_source", "background_image", "background_color"),
    "box_shadow",
)
NOTHING_BEHIND = {**dict.fromkeys(CORNERS, (0, 0)), "background": None}


def _nothing_behind(style: Any) -> dict[str, Any] | None:
    """What boxes of a style have where nothing is painted behind them; None where something is."""
    if style["visibility"] != "hidden" and OF_BACKGROUNDS.isdisjoint(_spoken_of(style)):
        return NOTHING_BEHIND
    return None


own_avoid_collisions = floats.avoid_collisions


def _avoid_collisions(context: Any, box: Any, block: Any, outer: bool = True) -> Any:
    if context.excluded_shapes or outer or type(box) is not LineBox:
        return own_avoid_collisions(context, box, block, outer)
    if block.style["direction"] != "ltr" or box.style["float"] != "none":
        return own_avoid_collisions(context, box, block, outer)
    edge = block.content_box_x()
    left, right = edge + box.margin_left, edge + block.width - box.margin_right
    return left - box.margin_left, box.border_box_y() - box.margin_top, right - left


# Lines: each is broken once, with the fonts of the lines like it, and drawn as it was broken.

FONT = itemgetter(
    "direction",
    "lang",
    "font_language_override",
    "font_style",
    "font_stretch",
    "font_weight",
    "font_size",
    "font_variation_settings",
    "text_decoration_line",
)
# What of a font is switched on and off: where any of it is, WeasyPrint's lines share it.
FEATURES = tuple(
    f"font_{name}"
    for name in (
        *("kerning", "variant_ligatures", "variant_position", "variant_caps", "variant_numeric"),
        *("variant_alternates", "variant_east_asian", "feature_settings"),
    )
)
SPACING = itemgetter(
    "white_space",
    "hyphens",
    "hyphenate_limit_chars",
    "hyphenate_limit_zone",
    "hyphenate_character",
    "letter_spacing",
    "word_spacing",
    "overflow_wrap",
    "tab_size",
    "line_height",
)
own_set_up, own_deactivate = Layout.setup, Layout.deactivate
own_strut, own_split = line_break.strut, line_break.split_first_line


def _keys(style: Any) -> tuple[Any, Any] | None:
    """By what a style's fonts, and its lines, are known; None where they are not plain."""
    try:
        keys: tuple[Any, Any] | None = style.keys_of_text
    except AttributeError:
        font = (*style["font_family"], *FONT(style))
        keys = font, (*font, *SPACING(style))
        try:
            hash(keys)
        except TypeError:
            keys = None
        if any(style[name] != INITIAL_VALUES[name] for name in FEATURES):
            keys = None
        style.keys_of_text = keys
    return keys


def _set_up(self: Any, style: Any) -> None:
    if (keys := _keys(style)) is None:
        own_set_up(self, style)
        return
    layouts = _memory(style.font_config).layouts
    if (held := layouts.get(keys[0])) is None:
        own_set_up(self, style)
        not_of_style = {"style", "justification_spacing", "max_width", "text", "glyphs"}
        held = {name: it for name, it in self.__dict__.items() if name not in not_of_style}
        layouts[keys[0]] = held
    self.__dict__.update(held)
    self.style = style
    self.layout = ffi.gc(pango.pango_layout_copy(held["layout"]), gobject.g_object_unref)


def _strut(style: Any) -> Any:
    if (keys := _keys(style)) is None:
        return own_strut(style)
    struts = _memory(style.font_config).struts
    if (held := struts.get(keys[1])) is None:
        held = struts[keys[1]] = own_strut(style)
    return held


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
    if (keys := _keys(style)) is None:
        return own_split(
            text, style, context, max_width, justification_spacing, is_line_start, minimum
        )
    lines = _memory(style.font_config).lines
    key = text, keys[1], max_width, justification_spacing, is_line_start, minimum
    if (held := lines.get(key)) is None:
        _is_broken_to_be_drawn = not minimum
        try:
            held = own_split(
                text, style, context, max_width, justification_spacing, is_line_start, minimum
            )
        finally:
            _is_broken_to_be_drawn = False
        if len(lines) >= LINES:
            lines.clear()
        lines[key] = held
    return held


def _deactivate(self: Any) -> None:
    if _is_broken_to_be_drawn:
        self.glyphs = _glyphs(self)
    own_deactivate(self)


class _Face:
    """A font at a size, as Pango gives it, held for as long as it is known by its address."""

    def __init__(self, font: Any) -> None:
        self.font = ffi.gc(
            ffi.cast("PangoFont *", gobject.g_object_ref(font)), gobject.g_object_unref
        )
        self.key, self.description, self.size = get_pango_font_key(font)


class _Glyphs:
    """The glyphs of a part of a line that has one font, each with its width; and where in the text
    each stands, in bytes of UTF-8."""

    def __init__(self, face: _Face, item: Any, glyphs: bytes) -> None:
        self.face = face
        self.glyphs = glyphs
        self.begin, self.length = item.item.offset, item.item.length
        self.at = ffi.unpack(item.glyphs.log_clusters, item.glyphs.num_glyphs)


# PangoGlyphInfo: a glyph's number, its width, its offsets to the right and down, and flags.
FIELDS, SIZE = 5, 20
ODD_GLYPH = pango.PANGO_GLYPH_EMPTY  # and above: what no font has
ODD_TEXT = frozenset("\n\r\t\f\u0085\u2028\u2029")


def _glyphs(layout: Any) -> list[_Glyphs] | None:
    """What is drawn of a line that was broken; None for lines that are not plain."""
    if (
        layout.justification_spacing
        or not layout.text.strip()
        or not ODD_TEXT.isdisjoint(layout.text)
    ):
        return None
    line = pango.pango_layout_get_line_readonly(layout.layout, 0)
    if pango.pango_layout_get_line_readonly(layout.layout, 1) != ffi.NULL:
        return None
    known = _memory(layout.style.font_config).fonts
    found = []
    run = line.runs
    while run != ffi.NULL:
        item, run = run.data, run.next
        font, level = item.item.analysis.font, item.item.analysis.level
        data = bytes(ffi.buffer(item.glyphs.glyphs, item.glyphs.num_glyphs * SIZE))
        fields = memoryview(data).cast("I")
        if level % 2 or any(fields[2::FIELDS]) or any(fields[3::FIELDS]) or not data:
            return None
        if max(fields[0::FIELDS]) >= ODD_GLYPH:
            return None
        address = int(ffi.cast("uintptr_t", font))
        if (face := known.get(address)) is None:
            face = known[address] = _Face(font)
        found.append(_Glyphs(face, item, data))
    return found


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
    place = Matrix(d=-1, e=box.position_x, f=box.position_y + box.baseline)
    stream.set_text_matrix(*place.values)
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


def _fonts(stream: Any, glyphs: list[_Glyphs]) -> list[Any] | None:
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


def _said(stream: Any, layout: Any, part: _Glyphs, font: Any) -> str:
    """Glyphs as the page's content has them: hexadecimal, with what kerning takes away between."""
    fields = memoryview(part.glyphs).cast("i")
    pairs = list(zip(fields[0::FIELDS], fields[1::FIELDS], strict=True))
    # Kerning goes by the width that a glyph had where the letter has it first.
    known = font.__dict__.setdefault("said", {}).setdefault(part.face.size, {})
    try:
        return "".join([known[pair] for pair in pairs])
    except KeyError:
        pass
    text = layout.text.encode()
    ends = [*part.at[1:], part.length]
    for (glyph, width), begin, end in zip(pairs, part.at, ends, strict=True):
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
    return "".join([known[pair] for pair in pairs])
