"""Pages after WeasyPrint has drawn them -> the same with the structure that screen readers need."""

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
    """A structure element that begins on a ``page``, counted from 0.

    ``kids`` are in reading order; those in bytes are references to links.
    """

    held: Any
    tag: str
    page: int
    kids: list[Element | Piece | bytes] = field(default_factory=list)

    def below(self) -> Iterator[Element]:
        """Yield this element and those under it, in reading order."""
        left = [self]
        while left:
            element = left.pop()
            yield element
            left += [kid for kid in reversed(element.kids) if isinstance(kid, Element)]

    def first(self) -> int:
        """Return the number of the first piece under an element on one page; -1 if it has none."""
        pieces = [
            kid.number for element in self.below() for kid in element.kids if isinstance(kid, Piece)
        ]
        return min(pieces, default=-1)


def mend(pdf: PDF, crossing: Sequence[Sequence[str]], margins: Sequence[int]) -> None:
    """Mend WeasyPrint's tags in ``pdf``, so that it really conforms to PDF/UA-1 (ISO 14289-1).

    Each list item gets a body (LBody), which takes the lists nested in the item. The two parts of
    an element that a page's end divides become one. ``crossing`` names for each page the nested
    elements that continue on the next page. Text and pictures in the margins become artifacts of
    pagination; ``margins`` counts them for each page. Attached files lose their dates, and the
    metadata stays uncompressed.

    Raises Untaggable if the tags are not as expected, or do not reach everything on the pages.
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
    for obj in pdf.objects:
        if isinstance(obj, Dictionary) and obj.get("Type") == "/Filespec":
            file = _object(pdf, obj["EF"]["F"])
            params = file.extra["Params"]
            file.extra["Params"] = Dictionary({name: params[name] for name in OF_ATTACHED_FILES})
    _object(pdf, pdf.catalog["Metadata"]).compress = False


def _object(pdf: PDF, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]


def _read(pdf: PDF, reference: bytes, pages: dict[bytes, int]) -> Element:
    obj = _object(pdf, reference)
    # The topmost element is on no page.
    page = pages[obj["Pg"]] if "Pg" in obj else 0
    element = Element(obj, obj["S"][1:], page)
    for kid in obj["K"]:
        if isinstance(kid, int):
            element.kids.append(Piece(page, kid))
        elif _object(pdf, kid)["Type"] == "/OBJR":
            element.kids.append(kid)
        else:
            element.kids.append(_read(pdf, kid, pages))
    return element


def _build_lists(pdf: PDF, document: Element) -> None:
    """Give each item its body, and the nested lists that WeasyPrint puts beside it."""
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
            # Why: a nested list was appended behind text that may follow it in the item.
            if len(body.kids) > 1:
                body.kids.sort(key=lambda kid: kid.first() if isinstance(kid, Element) else -1)


def _body(pdf: PDF, item: Element) -> Element:
    labels = [kid for kid in item.kids if isinstance(kid, Element) and kid.tag == "Lbl"]
    content = [kid for kid in item.kids if kid not in labels]
    if len(content) == 1 and isinstance(content[0], Element) and content[0].tag == "LBody":
        body = content[0]
    else:
        obj = Dictionary({"Type": "/StructElem", "S": "/LBody", "Pg": item.held["Pg"]})
        pdf.add_object(obj)
        body = Element(obj, "LBody", item.page, content)
    item.kids = [*labels, body]
    return body


def _join(document: Element, crossing: Sequence[Sequence[str]]) -> None:
    """Join the two parts of each element that the end of a page has divided."""
    for page, names in enumerate(crossing):
        above, depth_left = document, len(names)
        while depth_left:
            index = next(
                (
                    index
                    for index, kid in enumerate(above.kids)
                    if isinstance(kid, Element) and kid.page > page
                ),
                0,
            )
            before, after = above.kids[index - 1 : index + 1] if index else (None, None)
            if not (
                isinstance(before, Element)
                and isinstance(after, Element)
                and before.tag == after.tag
                and before.tag in JOINED
            ):
                raise Untaggable(
                    f"<{names[-depth_left]}> goes on from page {page + 1} to page {page + 2}, and "
                    "a screen reader would read it as two: keep it on one page, or write it in "
                    "paragraphs and lists"
                )
            before.kids += after.kids
            del above.kids[index]
            above = before
            # HTML has no element for the body of an item.
            depth_left -= before.tag != "LI"
            if before.tag == "P":
                break


def _prune(element: Element) -> None:
    """Remove inline elements without content, such as the end of a line."""
    for kid in element.kids:
        if isinstance(kid, Element):
            _prune(kid)
    element.kids = [
        kid
        for kid in element.kids
        if not isinstance(kid, Element) or kid.kids or kid.tag not in JOINED_INLINE
    ]


class _Null(Object):  # type: ignore[misc]
    """A null, which replaces an object without any reference left."""

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
    for number, obj in enumerate(pdf.objects):
        is_element = isinstance(obj, Dictionary) and obj.get("Type") == "/StructElem"
        if is_element and number not in reached:
            pdf.objects[number] = nothing = _Null()
            nothing.number = number


def _pieces(document: Element) -> dict[int, set[int]]:
    """Collect the numbers of the pieces in elements, by page."""
    tagged: dict[int, set[int]] = defaultdict(set)
    for element in document.below():
        for kid in element.kids:
            if isinstance(kid, Piece):
                tagged[kid.page].add(kid.number)
    return tagged


def _set_artifacts(pdf: PDF, root: Any, document: Element, margins: Sequence[int]) -> None:
    """Make artifacts of all pieces outside elements: they are the content of the margins."""
    tagged = _pieces(document)
    owners = _object(pdf, root["ParentTree"])["Nums"]
    for page, reference in enumerate(pdf.page_references):
        # After the pages come the links.
        owner = owners[2 * page + 1]
        content = _object(pdf, _object(pdf, reference)["Contents"]).stream
        printed: set[int] = set()
        loose: list[int] = []
        for at, item in enumerate(content):
            # In the stream its name comes before it, and the operator after it.
            if isinstance(item, Dictionary) and "MCID" in item:
                number = item["MCID"]
                printed.add(number)
                if number not in tagged[page]:
                    loose.append(number)
                    content[at - 1 : at + 1] = [b"/Artifact", Dictionary(ARTIFACT)]
        for number in loose:
            owner[number] = b"null"
        if len(loose) != margins[page]:
            raise Untaggable(
                f"{len(loose)} pieces of page {page + 1} have no tag, and its margins hold "
                f"{margins[page]}: a screen reader would not find the others"
            )
        if lost := tagged[page] - printed:
            raise Untaggable(
                f"page {page + 1} draws {len(lost)} of its pieces as a group, as opacity and "
                "transforms do: no screen reader would find them"
            )
