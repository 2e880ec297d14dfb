"""The structure of a letter: as its HTML has it, and as readers of its PDF find it."""

import ctypes
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium

# What the PDF calls an element, by what HTML calls it.
NAMES = {"P": "p", "H1": "h1", "H2": "h2", "H3": "h3", "L": "ul", "LI": "li"}
Outline = list[tuple[int, str, str]]


def outline_of_html(html: str) -> Outline:
    """Every element that a reader meets, in order: its depth, name and own words without spaces."""
    page = _Page()
    page.feed(html)
    return [(depth, name, "".join("".join(text).split())) for depth, name, text in page.found]


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str, list[str]]] = []
        self._open: list[list[str]] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002
        if tag in NAMES.values():
            text: list[str] = []
            self.found.append((len(self._open), tag, text))
            self._open.append(text)

    def handle_endtag(self, tag: str) -> None:
        if tag in NAMES.values():
            self._open.pop()

    def handle_data(self, data: str) -> None:
        if self._open:
            self._open[-1].append(data)


def outline_of_pdf(pdf: Path) -> Outline:
    """The same of a PDF: its tags, with the text that PDFium finds under them.

    Raises AssertionError for a list item that is not a label and a body.
    """
    found: list[tuple[int, str, list[str]]] = []
    pieces = _texts(pdf)

    def read(element: Any, above: list[str], text: list[str]) -> None:
        name = str(element.S)[1:]
        if name in {"Lbl", "LBody"}:
            assert above[-1] == "LI", f"{name} in {above[-1]}"
            text = [] if name == "Lbl" else text
        else:
            assert above[-1] != "LI", f"{name} in LI"
        if name in NAMES:
            text = []
            found.append((sum(one in NAMES for one in above), NAMES[name], text))
        for page, kid in _kids(element):
            if isinstance(kid, int):
                text.append(pieces.get((numbers[page.objgen], kid), ""))
            elif kid.Type == pikepdf.Name.StructElem:
                read(kid, [*above, name], text)

    with pikepdf.open(pdf) as file:
        numbers = {page.objgen: number for number, page in enumerate(file.pages)}
        read(file.Root.StructTreeRoot.K[0], [""], [])
    return [(depth, name, "".join("".join(text).split())) for depth, name, text in found]


def lines_by_page(pdf: Path) -> list[tuple[str, str, dict[int, int]]]:
    """Every heading and paragraph, in order: its name, its words without spaces, and how many of
    its lines stand on which page, counted from 1."""
    pieces = _texts(pdf)
    found: list[tuple[str, str, dict[int, int]]] = []

    def read(element: Any, own: list[tuple[int, str]]) -> None:
        name = str(element.S)[1:]
        if name == "Lbl":
            return
        if block := name in {"P", "H1", "H2"}:
            own = []
        for page, kid in _kids(element):
            if isinstance(kid, int):
                number = numbers[page.objgen]
                own.append((number + 1, pieces.get((number, kid), "")))
            elif kid.Type == pikepdf.Name.StructElem:
                read(kid, own)
        if block:
            counts = {page: sum(one == page for one, _ in own) for page, _ in own}
            text = "".join("".join(said for _, said in own).split())
            found.append((NAMES[name], text, counts))

    with pikepdf.open(pdf) as file:
        numbers = {page.objgen: number for number, page in enumerate(file.pages)}
        read(file.Root.StructTreeRoot.K[0], [])
    return found


def _kids(element: Any) -> Iterator[tuple[Any, Any]]:
    """The children of an element with their pages; marked content is its number."""
    page = element.get("/Pg")
    kids = element.K
    for kid in kids if isinstance(kids, pikepdf.Array) else [kids]:
        if isinstance(kid, int):
            yield page, kid
        elif kid.Type == pikepdf.Name.MCR:
            yield kid.Pg, int(kid.MCID)
        else:
            yield page, kid


def _texts(pdf: Path) -> dict[tuple[int, int], str]:
    """The text of each piece of marked content, by page and number."""
    found: dict[tuple[int, int], str] = {}
    with pypdfium2.PdfDocument(pdf) as document:
        for number, page in enumerate(document):
            text = page.get_textpage()
            for item in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_TEXT]):
                piece = (number, pdfium.FPDFPageObj_GetMarkedContentID(item.raw))
                size = pdfium.FPDFTextObj_GetText(item.raw, text.raw, None, 0)
                buffer = (ctypes.c_ushort * (size // 2))()
                pdfium.FPDFTextObj_GetText(item.raw, text.raw, buffer, size)
                said = bytes(buffer).decode("utf-16-le").rstrip("\0")
                # PDFium returns a special character for a hyphen at the end of a line.
                found[piece] = found.get(piece, "") + re.sub("[\x02\ufffe]", "-", said)
            text.close()
            page.close()
    return found


def faults(pdf: Path) -> list[str]:
    """The faults of the tags of a file."""
    wrong: list[str] = []
    with pikepdf.open(pdf) as file:
        root = file.Root.StructTreeRoot
        owners = dict(_pairs(root.ParentTree.Nums))
        reached: dict[tuple[int, int], Any] = {}
        numbers: Any = {page.objgen: number for number, page in enumerate(file.pages)}
        _walk(root.K[0], numbers, reached, wrong)
        for number, page in enumerate(file.pages):
            printed, artifacts, loose = _content(page)
            held = {piece for at, piece in reached if at == number}
            wrong += [f"page {number + 1}: {piece} has no tag" for piece in sorted(printed - held)]
            wrong += [f"page {number + 1}: {piece} is not there" for piece in held - printed]
            wrong += [f"page {number + 1}: {what} is neither tagged nor artifact" for what in loose]
            if not artifacts:
                wrong.append(f"page {number + 1}: no artifact of pagination")
            for piece, owner in enumerate(owners[int(page.obj.StructParents)]):
                element = reached.get((number, piece))
                if getattr(owner, "objgen", None) != getattr(element, "objgen", None):
                    wrong.append(f"page {number + 1}: the ParentTree errs about {piece}")
        if "/Filter" in file.Root.Metadata:
            wrong.append("the metadata is compressed")
    return wrong


def _pairs(nums: Any) -> list[tuple[int, Any]]:
    return [(int(nums[at]), nums[at + 1]) for at in range(0, len(nums), 2)]


def _walk(
    element: Any, numbers: Any, reached: dict[tuple[int, int], Any], wrong: list[str]
) -> None:
    for page, kid in _kids(element):
        if isinstance(kid, int):
            reached[numbers[page.objgen], kid] = element
        elif kid.Type == pikepdf.Name.StructElem:
            if kid.P.objgen != element.objgen:
                wrong.append(f"{kid.S} has another parent than {element.S}")
            if not len(kid.K) and kid.S not in {"/TD", "/TH"}:
                wrong.append(f"{kid.S} is empty")
            _walk(kid, numbers, reached, wrong)


def _content(page: Any) -> tuple[set[int], int, list[str]]:
    """The tagged pieces of a page, how many artifacts of pagination it has, and what is neither."""
    printed: set[int] = set()
    loose: list[str] = []
    artifacts = depth = 0
    instructions: Any = pikepdf.parse_content_stream(page)
    for operands, operator in instructions:
        match str(operator):
            case "BDC" | "BMC":
                depth += 1
                if len(operands) > 1 and "/MCID" in operands[1]:
                    printed.add(int(operands[1].MCID))
                elif len(operands) > 1 and operands[1].get("/Type") == pikepdf.Name.Pagination:
                    artifacts += 1
            case "EMC":
                depth -= 1
            case "Tj" | "TJ" | "Do" if not depth:
                loose.append(str(operator))
    return printed, artifacts, loose


def embargo_in_xmp(pdf: Path) -> str:
    """The instant that the file declares in its metadata."""
    with pikepdf.open(pdf) as file, file.open_metadata() as held:
        return str(held["{https://letter.invalid/xmp/1.0/}embargoedUntil"])


def bookmarks(pdf: Path) -> list[tuple[int, str]]:
    """The titles of the bookmarks with their depth, counted from 0."""

    def below(items: Any, depth: int) -> list[tuple[int, str]]:
        return [
            one for item in items for one in [(depth, item.title), *below(item.children, depth + 1)]
        ]

    with pikepdf.open(pdf) as file, file.open_outline() as outline:
        return below(outline.root, 0)
