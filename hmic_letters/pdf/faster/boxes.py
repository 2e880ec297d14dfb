"""Boxes: their style gives every value that does not depend on their position.

Upstream: page_values works out both ends of each box inside and drops one, twice as much at each
level of nesting; a loop follows one end alone. Lengths in pixels could be resolved once for a
style, and the walk for backgrounds could pass by styles that paint none. A marker outside its
item could be laid out once for all items alike.
"""

from typing import Any

from weasyprint.css.properties import INITIAL_VALUES, Dimension
from weasyprint.formatting_structure.boxes import (
    BlockBox,
    Box,
    LineBox,
    PageBox,
    ParentBox,
    TextBox,
)
from weasyprint.layout import absolute, background, block, percent
from weasyprint.layout.absolute import AbsolutePlaceholder

from hmic_letters.pdf.faster.known_styles import spoken_of
from hmic_letters.pdf.faster.memory import put
from hmic_letters.pdf.faster.styles import names


def take() -> None:
    """Put the functions of this module in place of WeasyPrint's own."""
    Box.is_in_normal_flow = _is_in_normal_flow
    ParentBox.page_values = _page_values
    put(_resolve_percentages, own_resolve_percentages)
    put(_layout_box_backgrounds, own_layout_box_backgrounds)
    put(_collapse_margin, own_collapse_margin)
    put(_absolute_box_layout, own_absolute_box_layout)


own_is_in_normal_flow = Box.is_in_normal_flow


def _is_in_normal_flow(self: Any) -> bool:
    style = self.style
    plain = style["float"] == "none" and style["position"] == "static"
    return plain or bool(own_is_in_normal_flow(self))


def _page_values(self: Any) -> tuple[Any, Any]:
    """Return the names of the pages where a box begins and ends: those of its innermost boxes."""
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
    """Set values of a box, also of the placeholder of a box that was taken out of the flow."""
    (box._box if isinstance(box, AbsolutePlaceholder) else box).__dict__.update(values)


BORDERS = tuple(f"border_{side}_{kind}" for side in SIDES for kind in ("width", "style"))
OF_LENGTHS = names(*LENGTHS, *BORDERS, "box_sizing")
NO_BORDERS = {f"border_{side}_width": 0 for side in SIDES}


def _used(name: str, value: Any) -> Any:
    """Return a length as boxes have it; None if it depends on the containing block."""
    if value == "auto":
        return 0 if name.startswith("min_") else value
    return value.value if type(value) is Dimension and value.unit == "px" else None


INITIAL_LENGTHS = NO_BORDERS | {name: _used(name, INITIAL_VALUES[name]) for name in LENGTHS}


def lengths(style: Any) -> dict[str, Any] | None:
    """Return the lengths of every box of a style; None if they depend on the containing block."""
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
    """Return the values of boxes without a background; None if the style paints one."""
    if style["visibility"] != "hidden" and OF_BACKGROUNDS.isdisjoint(spoken_of(style)):
        return NOTHING_BEHIND
    return None


# Bullets: each is laid out as the one before, elsewhere on the page.

own_absolute_box_layout = absolute.absolute_box_layout
Boxes = tuple[Any, Any, Any]  # of a bullet: its block, the line in it, the text in that


def _absolute_box_layout(  # noqa: PLR0913, PLR0917
    context: Any, box: Any, block: Any, fixed_boxes: Any, bottom_space: float, skip_stack: Any
) -> Any:
    asked = context, box, block, fixed_boxes, bottom_space, skip_stack
    boxes = None if skip_stack else _boxes(box)
    if boxes is None:
        return own_absolute_box_layout(*asked)
    # Styles live as long as the letter: no other takes their place in memory.
    key = *(id(part.style) for part in boxes), boxes[2].text
    known = context.__dict__.setdefault("bullets", {})
    room = block.width if isinstance(block, PageBox) else block.padding_width()
    if (held := known.get(key)) and held.width <= room:
        return held.like(boxes), None
    before = [dict(part.__dict__) for part in boxes]
    made, resume_at = own_absolute_box_layout(*asked)
    if (done := _boxes(made)) and resume_at is None:
        bullet = _Bullet(before, done)
        if _places(_boxes(bullet.like(boxes))) == _places(done):
            known[key] = bullet
    return made, resume_at


def _boxes(box: Any) -> Boxes | None:
    """Return the boxes of a bullet that is a text beside its marker, with nothing around it."""
    if type(box) is not BlockBox or not box.is_outside_marker or len(box.children) != 1:
        return None
    (line,) = box.children
    if type(line) is not LineBox or len(line.children) != 1:
        return None
    (text,) = line.children
    if type(text) is not TextBox or box.style["direction"] != "ltr":
        return None
    boxes = box, line, text
    return boxes if all(lengths(one.style) is INITIAL_LENGTHS for one in boxes) else None


class _Bullet:
    """The boxes of a bullet before and after its layout."""

    def __init__(self, before: list[dict[str, Any]], done: Boxes) -> None:
        self.width = done[0].width
        self._said = [
            {
                name: value
                for name, value in box.__dict__.items()
                if name not in OWN and (name not in held or held[name] is not value)
            }
            for held, box in zip(before, done, strict=True)
        ]

    def like(self, boxes: Boxes) -> Any:
        """Return the block of another bullet, laid out at its position."""
        block, line, text = (box.copy() for box in boxes)
        for box, said in zip((block, line, text), self._said, strict=True):
            box.__dict__.update(said)
            box.remove_decoration_sides = set()
        block.children, line.children = [line], [text]
        # As WeasyPrint reckons, to the last bit.
        x, y = block.position_x + (0 - self.width), block.position_y
        for box in (block, line, text):
            box.position_x, box.position_y = x, y
        text.position_y = (0 - text.baseline) + (y - -line.baseline)
        block.height = max(0, y + line.height - y)
        return block


def _places(boxes: Boxes | None) -> list[Any]:
    assert boxes
    return [(box.position_x, box.position_y, box.width, box.height) for box in boxes]


# The values that each box has by itself, and its position.
OWN = frozenset({"children", "position_x", "position_y", "remove_decoration_sides"})
