"""A report from outside -> pages that can be marked: each a picture that cannot reach the marks.

A page of somebody else's can end in the middle of a string or of a layer that is switched off, can
be covered by notes, or run a script. So each page becomes a form XObject (ISO 32000-1, 8.10), whose
content ends where it ends, drawn on a page of ours; its tags come along.
"""

import base64
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from hmic_letters.documents.apart import Unreadable, read_apart

LARGEST_FILE = 40_000_000  # bytes
MOST_PAGES = 500
MOST_ELEMENTS = 200_000  # of the structure
SMALLEST, LARGEST = 72, 14_400  # points that a page has on each side
LINKS = ("http://", "https://", "mailto:")
# The things that a file can do by itself: their keys in each place, and our words for them.
OF_FILE = {
    "/OpenAction": "an action at opening",
    "/AA": "actions",
    "/Collection": "a portfolio",
    "/AF": "attached files",
}
OF_NAMES = {"/JavaScript": "scripts", "/EmbeddedFiles": "attached files"}
OF_FORM = {"/XFA": "the scripts of a form", "/CO": "the scripts of a form"}
OF_PAGE = {"/AA": "actions", "/AF": "attached files"}


@dataclass(frozen=True)
class Enclosure:
    """The report that goes out with a letter: its file as it is, and its ``pages`` for marking.

    ``removed`` lists what was taken out of the pages, in words.
    """

    name: str
    data: bytes
    pages: bytes
    removed: tuple[str, ...]


def read_enclosure(name: str, data: bytes) -> Enclosure:
    """Read a report in a process of its own. Raises Unreadable where it cannot be marked."""
    answer = read_apart(f"{__name__}:answer", data)
    return Enclosure(name, data, base64.b64decode(answer["pages"]), tuple(answer["removed"]))


def answer(data: bytes) -> dict[str, Any]:
    """Embed a report, and give the answer as JSON has it. Raises Unreadable."""
    pages, removed = embedded(data)
    return {"pages": base64.b64encode(pages).decode("ascii"), "removed": removed}


def embedded(data: bytes) -> tuple[bytes, list[str]]:
    """Give a report with its pages embedded, and what was taken out. Raises Unreadable."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if pdf.is_encrypted:
                raise Unreadable("it is encrypted itself")
            if not 0 < len(pdf.pages) <= MOST_PAGES:
                raise Unreadable(f"it has {len(pdf.pages) or 'no'} pages, and {MOST_PAGES} at most")
            removed = [*_disarm(pdf), *_without_damaged_metadata(pdf)]
            pdf.flatten_annotations("all")
            forms: dict[Any, pikepdf.Object] = {}
            for number, page in enumerate(pdf.pages, 1):
                try:
                    removed += _keep_links(page)
                    forms[page.obj.objgen] = _embed(pdf, page)
                except Unreadable as error:
                    raise Unreadable(f"page {number}: {error.reason}") from None
                except Exception as error:  # whatever pikepdf makes of a damaged page
                    reason = f"page {number} is damaged ({type(error).__name__})"
                    raise Unreadable(reason) from None
            _lead_to_forms(pdf, forms)
            made = io.BytesIO()
            pdf.save(made)
            return made.getvalue(), list(dict.fromkeys(removed))
    except pikepdf.PasswordError:
        raise Unreadable("it is encrypted itself") from None
    except pikepdf.PdfError as error:
        reason = str(error).partition(": ")[2] or str(error)
        raise Unreadable(f"it cannot be read: {reason}") from None


def box_of(page: pikepdf.Page) -> tuple[float, float, float, float]:
    """Give the visible box of a page, left, bottom, right and top, whatever its corners' order."""
    left, right = sorted(float(page.cropbox[at]) for at in (0, 2))
    bottom, top = sorted(float(page.cropbox[at]) for at in (1, 3))
    return left, bottom, right, top


def turn_of(page: pikepdf.Page) -> int:
    """Give by how many degrees a page is turned, clockwise; -1 where that is no number."""
    turn = _inherited(page.obj, "/Rotate") or 0
    return turn % 360 if isinstance(turn, int) else -1


def _disarm(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Take out what a file does by itself, and name it."""
    root = pdf.Root
    # Where a file begins to be read is no action.
    if isinstance(root.get("/OpenAction"), Array):
        del root["/OpenAction"]
    places: list[tuple[Any, dict[str, str]]] = [
        (root, OF_FILE),
        (root.get("/Names", {}), OF_NAMES),
        (root.get("/AcroForm", {}), OF_FORM),
        *((page.obj, OF_PAGE) for page in pdf.pages),
    ]
    for place, keys in places:
        for key, what in keys.items():
            if key in place:
                del place[key]
                yield what


def _without_damaged_metadata(pdf: pikepdf.Pdf) -> Iterator[str]:
    try:
        with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False):
            pass
    except Exception:  # whatever its parser makes of it
        del pdf.Root["/Metadata"]
        yield "damaged metadata"


def _keep_links(page: pikepdf.Page) -> list[str]:
    """Keep a page's harmless links; a note that has no picture to be drawn as is refused."""
    removed = []
    kept = Array()
    for note in page.obj.get("/Annots", ()):
        kind = str(note.get("/Subtype", "/note"))[1:] if isinstance(note, Dictionary) else "Popup"
        if kind not in {"Link", "Popup"}:
            raise Unreadable(f"a note ({kind}) has no picture: print the report without notes")
        if kind == "Link" and _is_harmless(note):
            kept.append(note)
        elif kind == "Link":
            removed.append("links that run something")
    if "/Annots" in page.obj:
        del page.obj["/Annots"]
    if len(kept):
        page.obj["/Annots"] = kept
    return removed


def _is_harmless(link: Any) -> bool:
    """Tell whether a link leads to the web, to post or to a page of the file, and nowhere else."""
    action = link.get("/A")
    if "/AA" in link or "/PA" in link:
        return False
    if action is None:
        return "/Dest" in link
    if not isinstance(action, Dictionary) or "/Next" in action:
        return False
    if action.get("/S") == Name.URI:
        return str(action.get("/URI", "")).startswith(LINKS)
    return bool(action.get("/S") == Name.GoTo)


def _embed(pdf: pikepdf.Pdf, page: pikepdf.Page) -> pikepdf.Object:
    """Make a form of a page's content, and draw it as all that the page shows."""
    left, bottom, right, top = box_of(page)
    width, height = right - left, top - bottom
    if min(width, height) < SMALLEST:
        raise Unreadable("it is too small to be marked")
    if max(width, height) > LARGEST:
        raise Unreadable("it is too large to be marked")
    if turn_of(page) not in {0, 90, 180, 270}:
        raise Unreadable("it is not turned by quarters")
    contents = page.obj.get("/Contents")
    streams = list(contents) if isinstance(contents, Array) else [contents] if contents else []
    form = pdf.make_stream(b"\n".join(stream.read_bytes() for stream in streams))
    form.Type, form.Subtype = Name.XObject, Name.Form
    form.BBox = Array([left, bottom, right, top])
    form.Resources = _inherited(page.obj, "/Resources") or Dictionary()
    if not isinstance(form.Resources.get("/XObject", Dictionary()), Dictionary):
        raise Unreadable("its pictures are damaged")
    for key in ("/ArtBox", "/BleedBox", "/TrimBox"):
        if key in page.obj:
            del page.obj[key]
    for key in ("/Group", "/StructParents"):
        if key in page.obj:
            form[key] = page.obj[key]
            del page.obj[key]
    page.obj.Contents = pdf.make_stream(b"q /Report Do Q")
    page.obj.Resources = Dictionary(XObject=Dictionary(Report=form))
    return form


def _lead_to_forms(pdf: pikepdf.Pdf, forms: dict[Any, pikepdf.Object]) -> None:
    """Lead the tags, which name pieces of pages, to the forms that have these pieces now."""
    root = pdf.Root.get("/StructTreeRoot")
    if root is None:
        return
    left: list[tuple[Any, Any]] = [(root, None)]
    seen = set()
    while left:
        element, page = left.pop()
        if element.is_indirect and element.objgen in seen:
            continue
        seen.add(element.objgen if element.is_indirect else id(element))
        if len(seen) > MOST_ELEMENTS:
            raise Unreadable("it has far more tags than a report")
        page = element.get("/Pg", page)
        kids = element.get("/K", Array())
        several = isinstance(kids, Array)
        made = Array()
        for kid in kids if several else [kids]:
            if isinstance(kid, int):
                made.append(_piece(kid, page, forms))
            elif isinstance(kid, Dictionary) and kid.get("/Type") == Name.MCR:
                own = kid.get("/Pg", page)
                made.append(kid if "/Stm" in kid else _piece(int(kid.MCID), own, forms))
            else:
                made.append(kid)
                if isinstance(kid, Dictionary) and kid.get("/Type") != Name.OBJR:
                    left.append((kid, page))
        if "/K" in element:
            element.K = made if several else made[0]


def _piece(number: int, page: Any, forms: dict[Any, pikepdf.Object]) -> Any:
    """Name a piece of marked content (MCID) by the form that it is in."""
    form = forms.get(page.objgen) if page is not None else None
    if form is None:
        return number
    return Dictionary(Type=Name.MCR, Pg=page, Stm=form, MCID=number)


def _inherited(holder: Any, key: str) -> Any:
    for _ in range(MOST_PAGES):
        if holder is None:
            return None
        if key in holder:
            return holder[key]
        holder = holder.get("/Parent")
    raise Unreadable("its pages are tied in a circle")
