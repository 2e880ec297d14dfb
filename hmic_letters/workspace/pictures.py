"""A picture in ``templates/`` -> the reason, if any, for which no page may draw it.

A small file can ask for more work than a machine has: an SVG whose parts refer to each other, or a
picture of a billion pixels.
"""

import io
import re
from functools import lru_cache
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from PIL import Image, UnidentifiedImageError

MOST_PIXELS = 25_000_000  # the width of an A4 page at 600 dots per inch, squared
MOST_BYTES = 1_000_000  # of an SVG
MOST_ELEMENTS = 10_000  # of an SVG as it is drawn: an element counts as often as others refer to it
DEEPEST = 50  # elements that are within each other, or refer to each other
FORMATS = {"PNG", "JPEG", "GIF", "WEBP"}
MOST_STYLE = 2_000  # characters of the style sheet of an SVG
BEFORE_XML = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"  # byte order marks and spaces
PAINT = re.compile(r"\b(fill|stroke)\b")
REFERENCE = re.compile(r"#([^\s)\"']+)")


@lru_cache(maxsize=64)
def picture_fault(data: bytes) -> str:
    """Return the reason for which no page may draw a file; empty if there is none."""
    Image.MAX_IMAGE_PIXELS = None  # Why: it would only warn, and MOST_PIXELS is lower
    try:
        with Image.open(io.BytesIO(data)) as image:
            if image.format not in FORMATS:
                return f"is a picture of a kind that no page shows ({image.format})"
            if image.width * image.height > MOST_PIXELS:
                return f"has more than {MOST_PIXELS:,} pixels"
    except UnidentifiedImageError:
        return _fault_of_file(data)
    except Exception as error:  # whatever its parser makes of it
        return f"is a damaged picture ({type(error).__name__})"
    return ""


def _fault_of_file(data: bytes) -> str:
    if len(data) > MOST_BYTES and data.lstrip(BEFORE_XML).startswith(b"<"):
        return f"is a drawing with more than {MOST_BYTES:,} bytes"
    try:
        root = fromstring(data)
    except DefusedXmlException:
        return "declares entities"
    except (ParseError, ValueError, LookupError):
        # It is no drawing: a style sheet, a font, or a file that WeasyPrint will warn of.
        return ""
    return drawing_fault(root)


def drawing_fault(root: Element) -> str:
    """Return the reason for which no page may draw an SVG; empty if there is none."""
    return next(filter(None, map(_element_fault, root.iter())), "") or _Drawing(root).fault()


def _element_fault(element: Element) -> str:
    kind = str(element.tag).rpartition("}")[2]
    style = "".join(element.itertext()) if kind == "style" else ""
    elsewhere = any(
        name.endswith("href") and not value.strip().startswith("#")
        for name, value in element.attrib.items()
    )
    faults = {
        "is a drawing with a picture in it": kind == "image",
        "is a drawing whose style sheet is long or refers to its parts": len(style) > MOST_STYLE
        or "url(" in style.lower()
        or "\\" in style,
        "is a drawing with escaped characters (\\)": "\\" in "".join(element.attrib.values()),
        "is a drawing that refers to another file": elsewhere and kind != "a",
        # Why: a path draws its marker at each of its points.
        "is a drawing with markers": any(
            "marker" in text for text in (*element.attrib, element.get("style", ""), style)
        ),
        "is a drawing with a gradient that repeats": element.get("spreadMethod", "pad") != "pad",
    }
    return next((fault for fault, is_so in faults.items() if is_so), "")


class _Drawing:
    """An SVG with the number of elements that each of its elements draws, and their depth."""

    def __init__(self, root: Element) -> None:
        self._root = root
        self._by_id: dict[str, list[Element]] = {}
        for element in root.iter():
            self._by_id.setdefault(element.get("id", ""), []).append(element)
        self._sizes: dict[Element, tuple[int, int]] = {}

    def fault(self) -> str:
        size, depth = self._size(self._root, 0)
        if depth > DEEPEST:
            return f"is a drawing nested more than {DEEPEST} deep, or in a circle"
        if size > MOST_ELEMENTS:
            return f"is a drawing that draws more than {MOST_ELEMENTS:,} elements"
        return ""

    def _size(self, element: Element, above: int) -> tuple[int, int]:
        if above > DEEPEST:
            return 1, 1
        if element not in self._sizes:
            paints: list[Element] = []
            others = list(element)
            for name, value in element.attrib.items():
                parts = [one for of in REFERENCE.findall(value) for one in self._by_id.get(of, ())]
                is_paint = PAINT.search(value if name == "style" else name)
                (paints if is_paint else others).extend(parts)
            drawn = [self._size(other, above + 1) for other in others]
            painted = [self._size(paint, above + 1) for paint in paints]
            # Why a product: all that an element holds takes over its fill and its stroke.
            size = (1 + sum(size for size, _ in drawn)) * (1 + sum(size for size, _ in painted))
            depth = 1 + max((depth for _, depth in (*drawn, *painted)), default=0)
            # Why a limit: the number itself would outgrow the memory.
            self._sizes[element] = min(size, MOST_ELEMENTS + 1), depth
        return self._sizes[element]
