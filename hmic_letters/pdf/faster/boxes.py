"""Boxes: what does not depend on where they stand is told by their style."""

from typing import Any

from weasyprint.css.properties import INITIAL_VALUES, Dimension
from weasyprint.formatting_structure.boxes import Box, ParentBox
from weasyprint.layout import background, block, percent
from weasyprint.layout.absolute import AbsolutePlaceholder

from hmic_letters.pdf.faster.known_styles import spoken_of
from hmic_letters.pdf.faster.memory import put
from hmic_letters.pdf.faster.styles import names


def take() -> None:
    """Takes the shorter ways of this room."""
    Box.is_in_normal_flow = _is_in_normal_flow
    ParentBox.page_values = _page_values
    put(_resolve_percentages, own_resolve_percentages)
    put(_layout_box_backgrounds, own_layout_box_backgrounds)
    put(_collapse_margin, own_collapse_margin)


own_is_in_normal_flow = Box.is_in_normal_flow


def _is_in_normal_flow(self: Any) -> bool:
    style = self.style
    plain = style["float"] == "none" and style["position"] == "static"
    return plain or bool(own_is_in_normal_flow(self))


def _page_values(self: Any) -> tuple[Any, Any]:
    """The names of the pages on which a box begins and ends: those of what is innermost there."""
    return _innermost_page(self, first=True), _innermost_page(self, first=False)


def _innermost_page(box: Any, first: bool) -> Any:
    name = box.style["page"]
    # A table tells no name of what is inside.
    while type(box).page_values is _page_values:
        for child in box.children if first else reversed(box.children):
            if child.is_in_normal_flow() or child.is_floated():
                box, name = child, child.style["page"] or name
                break
        else:
            break
    return name


own_collapse_margin = block.collapse_margin


def _collapse_margin(margins: Any) -> Any:
    return max(0, *margins) + min(0, *margins) if margins else 0


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
    if (used := lengths(box.style)) is None:
        own_resolve_percentages(box, containing_block)
    else:
        _set(box, used)


def _set(box: Any, values: dict[str, Any]) -> None:
    """Gives a box its values, also through what stands in its place where it was taken out."""
    (box._box if isinstance(box, AbsolutePlaceholder) else box).__dict__.update(values)


BORDERS = tuple(f"border_{side}_{kind}" for side in SIDES for kind in ("width", "style"))
OF_LENGTHS = names(*LENGTHS, *BORDERS, "box_sizing")
NO_BORDERS = {f"border_{side}_width": 0 for side in SIDES}


def _used(name: str, value: Any) -> Any:
    """A length as boxes have it; None where it depends on what they stand in."""
    if value == "auto":
        return 0 if name.startswith("min_") else value
    return value.value if type(value) is Dimension and value.unit == "px" else None


INITIAL_LENGTHS = NO_BORDERS | {name: _used(name, INITIAL_VALUES[name]) for name in LENGTHS}


def lengths(style: Any) -> dict[str, Any] | None:
    """The lengths of every box of a style; None where they depend on what it stands in."""
    try:
        held: dict[str, Any] | None = style.lengths
    except AttributeError:
        held = style.lengths = _lengths(style)
    return held


def _lengths(style: Any) -> dict[str, Any] | None:
    if style["border_collapse"] == "collapse":
        return None
    if OF_LENGTHS.isdisjoint(spoken_of(style)):
        return INITIAL_LENGTHS
    used = {name: _used(name, style[name]) for name in LENGTHS}
    if style["box_sizing"] != "content-box" or None in used.values():
        return None
    return {name: style[name] for name in NO_BORDERS} | used


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


OF_BACKGROUNDS = names(
    *CORNERS,
    *("border_image_source", "mask_border_source", "background_image", "background_color"),
    "box_shadow",
)
NOTHING_BEHIND = {**dict.fromkeys(CORNERS, (0, 0)), "background": None}


def _nothing_behind(style: Any) -> dict[str, Any] | None:
    """What boxes of a style have where nothing is painted behind them; None where something is."""
    if style["visibility"] != "hidden" and OF_BACKGROUNDS.isdisjoint(spoken_of(style)):
        return NOTHING_BEHIND
    return None
