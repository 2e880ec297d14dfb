"""A PDF -> one reader's copy of it: marked on every page, and encrypted."""

import io
import logging
import re
import secrets
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Encryption, Name, Permissions

from hmic_letters.pdf.xmp import EMBARGO, PDFA

STRIP = 210 / 25.4 * 72  # the width of a strip that bears a mark, in points
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's: no I, L, O or U
SERIAL = re.compile(rf"\b([{ALPHABET}]{{4}})\s*[-‐‑–]\s*([{ALPHABET}]{{4}})\b")
SMALLEST = 72  # points that a page that is marked has on each side
KEY = "/CopySerial"
PROPERTY = f"{{{EMBARGO}}}copySerial"

# Advice that readers follow of their own will: what counts is that a screen reader may read.
ALLOWED = Permissions(
    accessibility=True,
    extract=False,
    modify_annotation=False,
    modify_assembly=False,
    modify_form=False,
    modify_other=False,
)


# Metadata that is damaged is replaced, and nothing of that is the user's affair.
logging.getLogger("pikepdf").addHandler(logging.NullHandler())


class Unsealable(Exception):  # noqa: N818
    """A file cannot be made a copy of; the message says why."""


def new_serial() -> str:
    """The serial of a copy: forty random bits, such as 7QK2-M4XD, that say nothing alone."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def sealed(
    data: bytes, strips: bytes, serial: str, passphrase: str, stamp: str | None = None
) -> bytes:
    """The copy of a PDF that only ``passphrase`` opens (AES-256), with its tags and its language.

    ``strips`` is a PDF of two pages, what stands at the head of a page and at its foot. A file that
    does not bear the ``stamp`` itself is given it: every page grows by both, so that they cover
    nothing, and its title begins with the stamp. Any other has the foot alone, in its margin.
    ``serial`` stands in the file's properties, too. No two calls give the same bytes. Raises
    Unsealable as ``refuse_unsealable`` does.
    """
    refuse_unsealable(data)
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf, pikepdf.open(io.BytesIO(strips)) as marks:
            head, foot = (pdf.copy_foreign(page.as_form_xobject()) for page in marks.pages)
            for page in pdf.pages:
                _mark(page, foot, head if stamp else None)
            _say(pdf, serial, stamp)
            made = io.BytesIO()
            pdf.save(
                made,
                encryption=Encryption(
                    owner=secrets.token_urlsafe(24), user=passphrase, R=6, allow=ALLOWED
                ),
            )
            return made.getvalue()
    except pikepdf.PdfError as error:
        raise Unsealable(f"it cannot be read: {_said(error)}") from None


def refuse_unsealable(data: bytes) -> None:
    """Raises Unsealable for what is no PDF, is encrypted itself or has no page."""
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            if pdf.is_encrypted:
                raise Unsealable("it is encrypted itself")
            if not len(pdf.pages):
                raise Unsealable("it has no page")
            for number, page in enumerate(pdf.pages, 1):
                left, bottom, right, top = _box(page)
                if min(right - left, top - bottom) < SMALLEST:
                    raise Unsealable(f"page {number} is too small to be marked")
                if _turned(page) not in {0, 90, 180, 270}:
                    raise Unsealable(f"page {number} is not turned by quarters")
                if any(_leaves(note, page) for note in page.obj.get("/Annots", ())):
                    raise Unsealable(f"a note on page {number} would cover its mark")
    except pikepdf.PasswordError:
        raise Unsealable("it is encrypted itself") from None
    except pikepdf.PdfError as error:
        raise Unsealable(f"it cannot be read: {_said(error)}") from None


def _said(error: Exception) -> str:
    """What pikepdf says without the name of the stream, which is our own."""
    return str(error).partition(": ")[2] or str(error)


def _box(page: pikepdf.Page) -> tuple[float, float, float, float]:
    """What is seen of a page: left, bottom, right and top, whichever corners it is given by."""
    one, other = sorted(float(page.cropbox[at]) for at in (0, 2))
    low, high = sorted(float(page.cropbox[at]) for at in (1, 3))
    return one, low, other, high


def _turned(page: pikepdf.Page) -> int:
    """By how many degrees a page is turned, clockwise; -1 where that is no number."""
    said = _inherited(page.obj, "/Rotate") or 0
    return said % 360 if isinstance(said, int) else -1


def _mark(page: pikepdf.Page, foot: Any, head: Any | None) -> None:
    left, bottom, right, top = _box(page)
    turned = _turned(page)
    # What leads from the page as it is looked at, its lower left corner at 0, to the file's own.
    frame = {
        0: (1, 0, 0, 1, left, bottom),
        90: (0, 1, -1, 0, right, bottom),
        180: (-1, 0, 0, -1, right, top),
        270: (0, -1, 1, 0, left, top),
    }[turned]
    opened, closed = _stacked(page)
    width, height = right - left, top - bottom
    if turned in {90, 270}:
        width, height = height, width
    scale = width / STRIP
    strip = float(foot.BBox[3]) * scale
    drawn = [(foot, "Footer", -strip if head else 0)]
    if head:
        drawn.append((head, "Header", height))
        page.contents_add(
            opened + b"%f %f %f %f re W n\n" % (left, bottom, right - left, top - bottom),
            prepend=True,
        )
        corners = [_at(frame, 0, -strip), _at(frame, width, height + strip)]
        xs, ys = sorted(x for x, _ in corners), sorted(y for _, y in corners)
        box = Array([xs[0], ys[0], xs[1], ys[1]])
        page.obj.MediaBox = page.obj.CropBox = box
    else:
        page.contents_add(opened, prepend=True)
    page.contents_add(closed)
    for form, kind, at in drawn:
        name = page.add_resource(form, Name.XObject)
        content = f"/Artifact <</Type /Pagination /Subtype /{kind}>> BDC\n"
        content += f"q {' '.join(f'{number:f}' for number in frame)} cm "
        content += f"{scale:f} 0 0 {scale:f} 0 {at:f} cm {name} Do Q\nEMC\n"
        page.contents_add(content.encode("ascii"))


def _stacked(page: pikepdf.Page) -> tuple[bytes, bytes]:
    """What stands before and after a page's content, so that nothing of it is left to the mark.

    Pages that take back more than they put by (Q), or less (q), are common.
    """
    depth, lowest = 0, 0
    for instruction in pikepdf.parse_content_stream(page, "q Q"):
        depth += 1 if str(instruction.operator) == "q" else -1
        lowest = min(lowest, depth)
    before = 1 - lowest
    return b"q\n" * before, b"\n" + b"Q\n" * (before + depth)


def _leaves(note: Any, page: pikepdf.Page) -> bool:
    """Whether an annotation that is painted reaches over the edge of its page."""
    if "/AP" not in note or "/Rect" not in note:
        return False
    left, bottom, right, top = _box(page)
    xs, ys = ([float(note.Rect[at]) for at in corners] for corners in ((0, 2), (1, 3)))
    return min(xs) < left or max(xs) > right or min(ys) < bottom or max(ys) > top


def _at(frame: tuple[float, ...], x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = frame
    return a * x + c * y + e, b * x + d * y + f


def _inherited(held: Any, key: str) -> Any:
    while held is not None:
        if key in held:
            return held[key]
        held = held.get("/Parent")
    return None


def _say(pdf: pikepdf.Pdf, serial: str, stamp: str | None) -> None:
    title = f"{stamp}: {pdf.docinfo.get('/Title', '')}".strip(": ") if stamp else None
    pdf.docinfo[KEY] = serial
    if title:
        pdf.docinfo["/Title"] = title
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as said:
        # PDF/A (ISO 19005-3, 6.1.3) has no encrypted files: the copy is none, the master is.
        for name in ("part", "conformance"):
            said.pop(f"{{{PDFA}}}{name}", None)
        said[PROPERTY] = serial
        if title:
            said["dc:title"] = title


def said_serials(data: bytes, passphrase: str = "") -> Iterator[str]:
    """The serials that a file's properties say. Raises Unsealable where they cannot be read."""
    try:
        with pikepdf.open(io.BytesIO(data), password=passphrase) as pdf:
            yield str(pdf.docinfo.get(KEY, ""))
            with pdf.open_metadata() as said:
                yield str(said.get(PROPERTY, ""))
    except (pikepdf.PasswordError, pikepdf.PdfError) as error:
        raise Unsealable(_said(error)) from None
