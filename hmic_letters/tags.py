"""A PDF of WeasyPrint's -> the same pages, with the structure that a screen reader needs."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, ObjectStreamMode, StreamDecodeLevel

# How WeasyPrint opens a piece of text or a picture in a page's content. What it writes there is
# its own operators, and strings in hexadecimal: nothing of a letter's text can look like this.
PIECE = re.compile(rb"/[A-Za-z0-9]+\n<</MCID ([0-9]+)>>\nBDC\n")
ARTIFACT = b"/Artifact\n<</Type /Pagination>>\nBDC\n"
JOINED = frozenset({"L", "LI", "LBody", "P", "Div", "Part", "Art", "Sect", "BlockQuote"})
JOINED_INLINE = frozenset({"NonStruct", "Span", "Link"})


class Untaggable(Exception):  # noqa: N818
    """The structure of a page cannot be mended."""


@dataclass(frozen=True)
class Piece:
    """Marked content: its page, counted from 0, and its number on that page (MCID)."""

    page: int
    number: int


@dataclass(eq=False)
class Element:
    """A structure element; ``kids`` in reading order. Other kids are references to links."""

    held: Any
    tag: str
    page: int
    kids: list[Element | Piece | Any] = field(default_factory=list)

    def below(self) -> Iterator[Element]:
        """This element and those under it, in reading order."""
        yield self
        for kid in self.kids:
            if isinstance(kid, Element):
                yield from kid.below()

    def first(self) -> tuple[int, int]:
        """Page and number of the first piece under the element."""
        pieces = [
            (kid.page, kid.number)
            for element in self.below()
            for kid in element.kids
            if isinstance(kid, Piece)
        ]
        return min(pieces, default=(self.page, -1))


def mend(data: bytes, crossing: Sequence[int], margins: Sequence[int]) -> bytes:
    """What WeasyPrint's tags lack for PDF/UA-1 (ISO 14289-1) to be really so.

    A list item has a body (LBody), and holds the lists nested in it. What a page's end divides is
    one element: ``crossing`` says for each page how many elements, nested in each other, go on on
    the next. What stands in the margins is an artifact of pagination: ``margins`` says how many
    pieces of text and pictures on each page. Attached files have no dates.

    Raises Untaggable where the tags are not as expected, or do not reach all that is printed.
    The same bytes give the same bytes.
    """
    with pikepdf.open(io.BytesIO(data)) as pdf:
        pages = {page.objgen: number for number, page in enumerate(pdf.pages)}
        root: Any = pdf.Root.StructTreeRoot
        document = _read(root.K[0], pages)
        if any(one.tag == "Figure" and "/Alt" not in one.held for one in document.below()):
            raise Untaggable("a picture has no alternative text: an alt, or a title in the SVG")
        _build_lists(pdf, document)
        _join(document, crossing)
        _prune(document)
        _write(pdf, document)
        _set_artifacts(pdf, root, document, margins)
        attached: Any = pdf.Root.get("/AF", ())
        for file in attached:
            about = file.EF.F.Params
            file.EF.F.Params = Dictionary(CheckSum=about.CheckSum, Size=about.Size)
        # Readers of PDF/A look for the metadata without decompressing anything.
        pdf.Root.Metadata.write(pdf.Root.Metadata.read_bytes())
        made = io.BytesIO()
        pdf.save(
            made,
            deterministic_id=True,
            object_stream_mode=ObjectStreamMode.generate,
            stream_decode_level=StreamDecodeLevel.none,
        )
        return made.getvalue()


def _read(held: Any, pages: Mapping[Any, int]) -> Element:
    # The topmost element stands on no page.
    page = pages[held.Pg.objgen] if "/Pg" in held else 0
    element = Element(held, str(held.S)[1:], page)
    for kid in held.get("/K", ()):
        if isinstance(kid, int):
            element.kids.append(Piece(page, kid))
        elif kid.Type == Name.OBJR:
            element.kids.append(kid)
        else:
            element.kids.append(_read(kid, pages))
    return element


def _build_lists(pdf: pikepdf.Pdf, document: Element) -> None:
    """Gives each item its body, and the lists that WeasyPrint hangs beside it."""
    for element in list(document.below()):
        if element.tag != "L":
            continue
        items: list[Element | Piece | Any] = []
        bodies: list[Element] = []
        for kid in element.kids:
            if isinstance(kid, Element) and kid.tag == "L" and bodies:
                bodies[-1].kids.append(kid)
                continue
            items.append(kid)
            if isinstance(kid, Element) and kid.tag == "LI":
                bodies.append(_body(pdf, kid))
        element.kids = items
        for body in bodies:
            # A nested list was hung behind what may follow it in the item.
            body.kids.sort(key=lambda kid: kid.first() if isinstance(kid, Element) else (0, 0))


def _body(pdf: pikepdf.Pdf, item: Element) -> Element:
    labels = [kid for kid in item.kids if isinstance(kid, Element) and kid.tag == "Lbl"]
    content = [kid for kid in item.kids if kid not in labels]
    if len(content) == 1 and isinstance(content[0], Element) and content[0].tag == "LBody":
        body = content[0]
    else:
        held = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.LBody, Pg=item.held.Pg))
        body = Element(held, "LBody", item.page, content)
    item.kids = [*labels, body]
    return body


def _join(document: Element, crossing: Sequence[int]) -> None:
    """Makes one element of those that the end of a page made two of."""
    for page, depth in enumerate(crossing):
        above, left = document, depth
        while left:
            at = next(
                (
                    at
                    for at, kid in enumerate(above.kids)
                    if isinstance(kid, Element) and kid.first()[0] > page
                ),
                0,
            )
            before, after = above.kids[at - 1 : at + 1] if at else (None, None)
            if not (
                isinstance(before, Element)
                and isinstance(after, Element)
                and before.tag == after.tag
                and before.tag in JOINED
            ):
                raise Untaggable(
                    f"what goes on from page {page + 1} to page {page + 2} cannot be tagged as one "
                    f"({getattr(before, 'tag', None)}, {getattr(after, 'tag', None)}): keep it on "
                    "one page"
                )
            before.kids += after.kids
            del above.kids[at]
            above = before
            # The body of an item is no element of its own in HTML.
            left -= before.tag != "LI"
            if before.tag == "P":
                break


def _prune(element: Element) -> None:
    """Takes away what holds nothing, such as the end of a line."""
    for kid in element.kids:
        if isinstance(kid, Element):
            _prune(kid)
    element.kids = [
        kid
        for kid in element.kids
        if not isinstance(kid, Element) or kid.kids or kid.tag not in JOINED_INLINE
    ]


def _write(pdf: pikepdf.Pdf, document: Element) -> None:
    for element in document.below():
        kids = Array()
        for kid in element.kids:
            if isinstance(kid, Element):
                kid.held.P = element.held
                kids.append(kid.held)
            elif not isinstance(kid, Piece):
                kids.append(kid)
            elif kid.page == element.page:
                kids.append(kid.number)
            else:
                page = pdf.pages[kid.page].obj
                kids.append(Dictionary(Type=Name.MCR, Pg=page, MCID=kid.number))
        element.held.K = kids


def _set_artifacts(pdf: pikepdf.Pdf, root: Any, document: Element, margins: Sequence[int]) -> None:
    """Makes artifacts of what no element holds: that is what stands in the margins."""
    held = {kid for element in document.below() for kid in element.kids if isinstance(kid, Piece)}
    owners = root.ParentTree.Nums
    for at in range(0, len(owners), 2):
        # After the pages come the links.
        if (page := int(owners[at])) >= len(pdf.pages):
            continue
        printed: set[int] = set()

        def keep(opening: re.Match[bytes], page: int = page, printed: set[int] = printed) -> bytes:
            number = int(opening[1])
            printed.add(number)
            return opening[0] if Piece(page, number) in held else ARTIFACT

        content = pdf.pages[page].Contents
        content.write(PIECE.sub(keep, content.read_bytes()))
        loose = [number for number in sorted(printed) if Piece(page, number) not in held]
        for number in loose:
            owners[at + 1][number] = None
        if len(loose) != margins[page]:
            raise Untaggable(
                f"{len(loose)} pieces of page {page + 1} have no tag, and its margins hold "
                f"{margins[page]}: a screen reader would not find the others"
            )
        if lost := {piece.number for piece in held if piece.page == page} - printed:
            raise Untaggable(
                f"page {page + 1} draws {len(lost)} of its pieces as a group, as opacity and "
                "transforms do: no screen reader would find them"
            )
