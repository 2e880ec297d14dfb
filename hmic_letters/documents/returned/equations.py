"""Write an equation of Word on one line: '(a+b)/2', 'x²', '√(3)'."""

import re
from collections.abc import Callable
from xml.etree.ElementTree import Element

SUPERSCRIPTS = str.maketrans("0123456789+-−=()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾")
RAISABLE = set("0123456789+-−=()")


def equation(element: Element) -> str:
    """Return the text of an equation or of a part of one."""
    if element.tag in {"m|t", "w|t"}:
        return element.text or ""
    if element.tag in {"w|del", "w|moveFrom"}:
        return ""
    texts = [(child.tag, equation(child)) for child in element if not child.tag.endswith("Pr")]
    if element.tag in SHAPES:
        return SHAPES[element.tag](_Parts(element, texts))
    return BETWEEN.get(element.tag, "").join(text for _, text in texts)


class _Parts:
    """The parts of an equation, as texts by their tags, and the signs that are set for it."""

    def __init__(self, element: Element, texts: list[tuple[str, str]]) -> None:
        self.base = "".join(text for tag, text in texts if tag == "m|e")
        self.bases = [text for tag, text in texts if tag == "m|e"]
        self._texts = dict(texts)
        self._signs = {one.tag: one.get("m|val", "") for one in element.findall("./*/*")}

    def __getitem__(self, tag: str) -> str:
        return self._texts.get(f"m|{tag}", "")

    def sign(self, tag: str, usual: str) -> str:
        """Return a sign that is set for the equation, or the usual one."""
        return self._signs.get(f"m|{tag}", usual)

    @property
    def raised(self) -> str:
        """The base with what is set lower and higher beside it."""
        below = f"_{_grouped(self['sub'])}" if self["sub"] else ""
        return f"{_grouped(self.base)}{below}{_raised(self['sup'])}"


SHAPES: dict[str, Callable[[_Parts], str]] = {
    "m|f": lambda parts: f"{_grouped(parts['num'])}/{_grouped(parts['den'])}",
    "m|sSup": lambda parts: parts.raised,
    "m|sSub": lambda parts: parts.raised,
    "m|sSubSup": lambda parts: parts.raised,
    "m|rad": lambda parts: f"{_raised(parts['deg'])}√({parts.base})",
    "m|d": lambda parts: (
        parts.sign("begChr", "(")
        + parts.sign("sepChr", "|").join(parts.bases)
        + parts.sign("endChr", ")")
    ),
    "m|nary": lambda parts: (
        f"{parts.sign('chr', '∫')}({parts['sub']}; {parts['sup']}) {parts.base}"
    ),
    "m|func": lambda parts: f"{parts['fName']} {parts.base}",
    "m|acc": lambda parts: parts.base + parts.sign("chr", "\N{COMBINING CIRCUMFLEX ACCENT}"),
}
BETWEEN = {"m|m": "; ", "m|eqArr": "; ", "m|mr": ", "}


def _grouped(text: str) -> str:
    """Put brackets around a part of several signs."""
    return text if re.fullmatch(r"[\w.%]*|.", text) else f"({text})"


def _raised(text: str) -> str:
    """Write a part that is set higher."""
    return text.translate(SUPERSCRIPTS) if set(text) <= RAISABLE else f"^{_grouped(text)}"
