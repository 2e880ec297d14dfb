"""Pages that WeasyPrint has drawn -> the same, with the structure that a screen reader needs."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydyf import PDF, Array, Dictionary, Object

ARTIFACT = {"Type": "/Pagination"}
JOINED = frozenset({"L", "LI", "LBody", "P", "Div", "Part", "Art", "Sect", "BlockQuote"})
JOINED_INLINE = frozenset({"NonStruct", "Span", "Link"})
OF_ATTACHED_FILES = ("CheckSum", "Size")


class Untaggable(Exception):  # noqa: N818
    """The structure of a page cannot be mended."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Marked content: its page, counted from 0, and its number on that page (MCID)."""

    page: int
    number: int


@dataclass(eq=False, slots=True)
class Element:
    """A structure element, which begins on a ``page``, counted from 0; ``kids`` in reading order.
    Other kids are references to links."""

    held: Any
    tag: str
    page: int
    kids: list[Element | Piece | bytes] = field(default_factory=list)

    def below(self) -> Iterator[Element]:
        """This element and those under it, in reading order."""
        left = [self]
        while left:
            element = left.pop()
            yield element
            left += [kid for kid in reversed(element.kids) if isinstance(kid, Element)]

    def first(self) -> int:
        """The number of the first piece under the element, which stands on one page; -1 where
        there is none."""
        pieces = [
            kid.number for element in self.below() for kid in element.kids if isinstance(kid, Piece)
        ]
        return min(pieces, default=-1)


def mend(pdf: PDF, crossing: Sequence[int], margins: Sequence[int]) -> None:
    """What WeasyPrint's tags lack for PDF/UA-1 (ISO 14289-1) to be really so.

    A list item has a body (LBody), and holds the lists nested in it. What a page's end divides is
    one element: ``crossing`` says for each page how many elements, nested in each other, go on on
    the next. What stands in the margins is an artifact of pagination: ``margins`` says how many
    pieces of text and pictures on each page. Attached files have no dates, and the metadata can be
    read without decompressing anything.

    ``pdf`` is changed. Raises Untaggable where the tags are not as expected, or do not reach all
    that is printed.
    """
    pages = {reference: number for number, reference in enumerate(pdf.page_references)}
    root = _object(pdf, pdf.catalog["StructTreeRoot"])
    document = _read(pdf, root["K"][0], pages)
    if any(one.tag == "Figure" and "Alt" not in one.held for one in document.below()):
        raise Untaggable("a picture has no alternative text: an alt, or a title in the SVG")
    _build_lists(pdf, document)
    _join(document, crossing)
    _prune(document)
    _write(pdf, document)
    _set_artifacts(pdf, root, document, margins)
    for held in pdf.objects:
        if isinstance(held, Dictionary) and held.get("Type") == "/Filespec":
            file = _object(pdf, held["EF"]["F"])
            params = file.extra["Params"]
            file.extra["Params"] = Dictionary({name: params[name] for name in OF_ATTACHED_FILES})
    _object(pdf, pdf.catalog["Metadata"]).compress = False


def _object(pdf: PDF, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


def _read(pdf: PDF, reference: bytes, pages: dict[bytes, int]) -> Element:
    held = _object(pdf, reference)
    # The topmost element stands on no page.
    page = pages[held["Pg"]] if "Pg" in held else 0
    element = Element(held, held["S"][1:], page)
    for kid in held["K"]:
        if isinstance(kid, int):
            element.kids.append(Piece(page, kid))
        elif _object(pdf, kid)["Type"] == "/OBJR":
            element.kids.append(kid)
        else:
            element.kids.append(_read(pdf, kid, pages))
    return element


def _build_lists(pdf: PDF, document: Element) -> None:
    """Gives each item its body, and the lists that WeasyPrint hangs beside it."""
    for element in list(document.below()):
        if element.tag != "L":
            continue
        items: list[Element | Piece | bytes] = []
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
            if len(body.kids) > 1:
                body.kids.sort(key=lambda kid: kid.first() if isinstance(kid, Element) else -1)


def _body(pdf: PDF, item: Element) -> Element:
    labels = [kid for kid in item.kids if isinstance(kid, Element) and kid.tag == "Lbl"]
    content = [kid for kid in item.kids if kid not in labels]
    if len(content) == 1 and isinstance(content[0], Element) and content[0].tag == "LBody":
        body = content[0]
    else:
        held = Dictionary({"Type": "/StructElem", "S": "/LBody", "Pg": item.held["Pg"]})
        pdf.add_object(held)
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
                    if isinstance(kid, Element) and kid.page > page
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


class _Null(Object):  # type: ignore[misc]
    """What stands in the place of an object that nothing leads to any more."""

    data = b"null"


def _write(pdf: PDF, document: Element) -> None:
    pages = pdf.page_references
    reached = set()
    for element in document.below():
        reached.add(element.held.number)
        kids = Array()
        for kid in element.kids:
            if isinstance(kid, Element):
                kid.held["P"] = element.held.reference
                kids.append(kid.held.reference)
            elif not isinstance(kid, Piece):
                kids.append(kid)
            elif kid.page == element.page:
                kids.append(kid.number)
            else:
                place = {"Type": "/MCR", "Pg": pages[kid.page], "MCID": kid.number}
                kids.append(Dictionary(place))
        element.held["K"] = kids
    for number, held in enumerate(pdf.objects):
        is_element = isinstance(held, Dictionary) and held.get("Type") == "/StructElem"
        if is_element and number not in reached:
            pdf.objects[number] = nothing = _Null()
            nothing.number = number


def _pieces(document: Element) -> dict[int, set[int]]:
    """The numbers of the pieces that elements hold, by page."""
    held: dict[int, set[int]] = defaultdict(set)
    for element in document.below():
        for kid in element.kids:
            if isinstance(kid, Piece):
                held[kid.page].add(kid.number)
    return held


def _set_artifacts(pdf: PDF, root: Any, document: Element, margins: Sequence[int]) -> None:
    """Makes artifacts of what no element holds: that is what stands in the margins."""
    held = _pieces(document)
    owners = _object(pdf, root["ParentTree"])["Nums"]
    for page, reference in enumerate(pdf.page_references):
        # After the pages come the links.
        owner = owners[2 * page + 1]
        content = _object(pdf, _object(pdf, reference)["Contents"]).stream
        printed: set[int] = set()
        loose: list[int] = []
        for at, item in enumerate(content):
            # Its name stands before, the operator after.
            if isinstance(item, Dictionary) and "MCID" in item:
                number = item["MCID"]
                printed.add(number)
                if number not in held[page]:
                    loose.append(number)
                    content[at - 1 : at + 1] = [b"/Artifact", Dictionary(ARTIFACT)]
        for number in loose:
            owner[number] = b"null"
        if len(loose) != margins[page]:
            raise Untaggable(
                f"{len(loose)} pieces of page {page + 1} have no tag, and its margins hold "
                f"{margins[page]}: a screen reader would not find the others"
            )
        if lost := held[page] - printed:
            raise Untaggable(
                f"page {page + 1} draws {len(lost)} of its pieces as a group, as opacity and "
                "transforms do: no screen reader would find them"
            )
