"""Pictures of lines and areas: each is drawn once, and stands on every page as it was drawn."""

from typing import Any
from xml.etree.ElementTree import tostring

from pydyf import Dictionary
from weasyprint.images import SVGImage

from hmic_letters.pdf.faster.known_styles import heard

PICTURES = 50  # that are remembered
_drawn: dict[Any, tuple[list[bytes], dict[str, dict[str, Any]]]] = {}


def take() -> None:
    """Takes the shorter ways of this room."""
    SVGImage.draw = _draw


own_draw = SVGImage.draw
NO_STATE = ("XObject", "Pattern", "Shading")
OF_OTHERS = (b"href", b"url(", b"@import", b"\\")  # what a picture may have of other files


def _draw(self: Any, stream: Any, width: float, height: float, style: Any) -> None:
    text = self.__dict__.get("text")
    if text is None:
        text = self.text = tostring(self._svg.tree._etree_node)
    key = text, width, height
    states, begin = stream._resources["ExtGState"], len(stream.stream)
    if states or stream.stream[-1:] == [b"q"] or any(word in text for word in OF_OTHERS):
        own_draw(self, stream, width, height, style)
        return
    if (held := _drawn.get(key)) is not None:
        operators, of_states = held
        stream.stream += operators
        states.update({name: Dictionary(state) for name, state in of_states.items()})
        return
    said = heard.times
    own_draw(self, stream, width, height, style)
    # What text needs of fonts, the letter has to have, too.
    if said != heard.times or b"BT" in stream.stream:
        return
    if any(stream._resources[name] for name in NO_STATE) or len(_drawn) >= PICTURES:
        return
    _drawn[key] = stream.stream[begin:], {name: dict(state) for name, state in states.items()}
