"""Bullets: each is laid out as the one before, elsewhere on the page."""

from typing import Any

from weasyprint.formatting_structure.boxes import BlockBox, LineBox, PageBox, TextBox
from weasyprint.layout import absolute

from hmic_letters.pdf.faster.boxes import INITIAL_LENGTHS, lengths
from hmic_letters.pdf.faster.memory import put


def take() -> None:
    """Takes the shorter way of this room."""
    put(_absolute_box_layout, own_absolute_box_layout)


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
    """The boxes of a bullet that is a text beside its point, with nothing around it."""
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
    """What the layout of a bullet made of its boxes."""

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
        """The block of another bullet, laid out where it stands."""
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


# What a box has by itself, and where it stands.
OWN = frozenset({"children", "position_x", "position_y", "remove_decoration_sides"})
