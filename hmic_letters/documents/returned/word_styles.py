"""How the words of a Word file look, and the labels of its automatic lists."""

from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from hmic_letters.documents.returned.sheet import HIDDEN, PROMPT, STRUCK
from hmic_letters.documents.returned.symbols import is_symbolic

Properties = Mapping[str, Element]
TOGGLES = ("w|strike", "w|vanish", "w|caps")  # a style inside another one turns them round
TINY = 4  # half points: nobody can read smaller words
NEAR = 0x20  # a colour that differs less from its ground does not show
HIGHLIGHTS = {"black": "000000", "white": "FFFFFF", "none": "FFFFFF"}
WHITE = "FFFFFF"
LETTERED, ROMAN = range(1, 26 * 9), range(1, 4_000)  # numbers that a list writes in that way
NUMERALS = {
    **{"m": 1000, "cm": 900, "d": 500, "cd": 400, "c": 100, "xc": 90, "l": 50, "xl": 40},
    **{"x": 10, "ix": 9, "v": 5, "iv": 4, "i": 1},
}


def is_on(element: Element | None) -> bool:
    """Return whether a property that is on or off is on."""
    return element is not None and element.get("w|val", "true") not in {"0", "false", "off"}


def value(parent: Element | None, path: str, default: str = "") -> str:
    """Return the value of the element at a path below another one."""
    element = parent.find(path) if parent is not None else None
    return default if element is None else element.get("w|val", default)


@dataclass(frozen=True)
class Look:
    """How words look. ``gone`` says why they do not count: struck out or hidden."""

    gone: str = ""
    capitals: bool = False
    raised: bool = False
    typeface: str = ""


class Styles:
    """The styles of a file."""

    def __init__(self, root: Element | None) -> None:
        self._styles: dict[str, Element] = {}
        self._chains: dict[str, Properties] = {}
        self._default = ""
        self._basis: Properties = {}
        if root is None:
            return
        self._basis = _by_tag(root.find("w|docDefaults/w|rPrDefault/w|rPr"))
        for style in root.iter("w|style"):
            name = style.get("w|styleId", "")
            self._styles[name] = style
            if style.get("w|type") == "paragraph" and style.get("w|default") in {"1", "true", "on"}:
                self._default = name

    def _of(self, name: str) -> Properties:
        """Return the properties of a style's words and of the styles below it."""
        if name not in self._chains:
            properties: dict[str, Element] = {}
            for style in self._line(name):
                properties = {**_by_tag(style.find("w|rPr")), **properties}
            self._chains[name] = properties
        return self._chains[name]

    def _line(self, name: str) -> list[Element]:
        """Return a style and those that it is based on."""
        line: list[Element] = []
        while name in self._styles and self._styles[name] not in line:
            line.append(self._styles[name])
            name = value(line[-1], "w|basedOn")
        return line

    def list_of(self, paragraph: Element) -> Element | None:
        """Return the properties of the list that a paragraph belongs to, if any."""
        own = paragraph.find("w|pPr/w|numPr")
        if own is not None:
            return own
        for style in self._line(value(paragraph, "w|pPr/w|pStyle", self._default)):
            if (listed := style.find("w|pPr/w|numPr")) is not None:
                return listed
        return None

    def has_shade(self, name: str) -> bool:
        """Return whether a style of tables shades anything."""
        return any(True for style in self._line(name) for _ in style.iter("w|shd"))

    def look(self, paragraph: Element, run: Element | None, table: str, ground: str | None) -> Look:
        """Return how a run looks in a paragraph, in a table of a style, on a ground.

        A ground of None is unknown.
        """
        own = _by_tag(run)
        around = self._of(value(paragraph, "w|pPr/w|pStyle", self._default))
        inside = self._of(value(run, "w|rStyle"))
        found = {**self._basis, **self._of(table), **around, **inside, **own}
        on = {tag: is_on(found.get(tag)) for tag in (*TOGGLES, "w|dstrike")}
        for tag in TOGGLES:
            if tag not in own and tag in inside:
                on[tag] = is_on(inside[tag]) != is_on(around.get(tag))
        gone = PROMPT if value(run, "w|rStyle") == "PlaceholderText" else ""
        if on["w|strike"] or on["w|dstrike"]:
            gone = STRUCK
        shade = paragraph.find("w|pPr/w|shd")
        if on["w|vanish"] or self._is_unseen(found, ground if shade is None else _fill(shade)):
            gone = HIDDEN
        fonts = found.get("w|rFonts")
        typeface = "" if fonts is None else fonts.get("w|ascii", fonts.get("w|hAnsi", ""))
        return Look(
            gone=gone,
            capitals=on["w|caps"],
            raised=_value(found, "w|vertAlign") == "superscript",
            typeface=typeface if is_symbolic(typeface) else "",
        )

    def _is_unseen(self, found: Properties, ground: str | None) -> bool:
        size = _value(found, "w|sz")
        is_tiny = size.isdecimal() and int(size) <= TINY
        fill = found.get("w14|textFill")
        if is_tiny or (fill is not None and fill.find("w14|noFill") is not None):
            return True
        if "w|shd" in found:
            ground = _fill(found["w|shd"])
        highlight = _value(found, "w|highlight") or "none"
        if highlight != "none":
            ground = HIGHLIGHTS.get(highlight)
        return is_same_colour(_value(found, "w|color"), ground)


def _value(properties: Properties, tag: str) -> str:
    return properties[tag].get("w|val", "") if tag in properties else ""


def _by_tag(properties: Element | None) -> dict[str, Element]:
    return {} if properties is None else {child.tag: child for child in properties}


def _fill(shade: Element) -> str:
    """Return the colour of a shade; no fill is white."""
    fill = shade.get("w|color" if shade.get("w|val") == "solid" else "w|fill", "auto")
    return WHITE if fill == "auto" else fill


def ground_of(properties: Element | None, ground: str | None) -> str | None:
    """Return the ground of a cell or table by its properties, or the given one around it."""
    shade = properties.find("w|shd") if properties is not None else None
    return ground if shade is None else _fill(shade)


def is_same_colour(colour: str, ground: str | None) -> bool:
    """Return whether two colours, such as 'FFFFFF', cannot be told apart."""
    try:
        pairs = zip(bytes.fromhex(colour), bytes.fromhex(ground or ""), strict=True)
        return bool(colour) and all(abs(one - other) < NEAR for one, other in pairs)
    except ValueError:
        return False


class Lists:
    """The automatic lists of a file, which count while its paragraphs are read in order."""

    def __init__(self, root: Element | None) -> None:
        self._kinds: dict[str, Element] = {}
        self._lists: dict[str, Element] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[str] = set()
        for child in root if root is not None else ():
            if child.tag == "w|abstractNum":
                self._kinds[child.get("w|abstractNumId", "")] = child
            elif child.tag == "w|num":
                self._lists[child.get("w|numId", "")] = child

    def label(self, listed: Element | None) -> str:
        """Count a paragraph of a list, and return its label: '2.1', 'b)' or '•'."""
        name = value(listed, "w|numId")
        numbered = self._lists.get(name)
        kind = value(numbered, "w|abstractNumId")
        if numbered is None or kind not in self._kinds:
            return ""
        depth = int(value(listed, "w|ilvl", "0"))
        levels = {int(one.get("w|ilvl", "0")): one for one in self._kinds[kind].iter("w|lvl")}
        counts = self._counts.setdefault(kind, {})
        for override in numbered.iter("w|lvlOverride"):
            at = int(override.get("w|ilvl", "0"))
            if (level := override.find("w|lvl")) is not None:
                levels[at] = level
            start = value(override, "w|startOverride")
            if start and name not in self._begun:
                counts[at] = int(start) - 1
        self._begun.add(name)
        if depth not in levels:
            return ""
        counts[depth] = counts.get(depth, int(value(levels[depth], "w|start", "1")) - 1) + 1
        for deeper in [at for at in counts if at > depth]:
            del counts[deeper]
        if value(levels[depth], "w|numFmt") == "bullet":
            return "•"
        text = value(levels[depth], "w|lvlText")
        for at, level in levels.items():
            if f"%{at + 1}" in text:
                number = counts.get(at, int(value(level, "w|start", "1")))
                text = text.replace(f"%{at + 1}", _counted(number, value(level, "w|numFmt")))
        return text


def _counted(number: int, way: str) -> str:
    """Write a number as a list does: 2, b, B, ii or II."""
    text = str(number)
    if way == "none":
        text = ""
    elif way.endswith("Letter") and number in LETTERED:
        text = chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)
    elif way.endswith("Roman") and number in ROMAN:
        text = ""
        for letters, size in NUMERALS.items():
            text += letters * (number // size)
            number %= size
    return text.upper() if way.startswith("upper") else text
