"""A PDF -> a copy of it for one holder: marked on every page, and encrypted."""

import io
import logging
import secrets
from typing import Any

import pikepdf
from pikepdf import Array, Encryption, Name, Permissions

from hmic_letters.check.letters.reader import words_of_pages
from hmic_letters.pdf.xmp import EMBARGO, PDFA
from hmic_letters.publication.copy.enclosure import box_of, turn_of
from hmic_letters.publication.copy.seen import mark_faults

STRIP = 210 / 25.4 * 72  # the width of a strip with a copy mark or stamp, in points
KEY = "/CopySerial"
PROPERTY = f"{{{EMBARGO}}}copySerial"

# PDF viewers may ignore these. The one that matters lets a screen reader read the copy.
ALLOWED = Permissions(
    accessibility=True,
    extract=False,
    modify_annotation=False,
    modify_assembly=False,
    modify_form=False,
    modify_other=False,
)


# Why: pikepdf replaces damaged metadata and logs that, which would only confuse the user.
logging.getLogger("pikepdf").addHandler(logging.NullHandler())


class Unsealable(Exception):  # noqa: N818
    """No copy can be made of a file; the message gives the reason."""


def sealed(
    data: bytes, strips: bytes, serial: str, passphrase: str, stamp: str | None = None
) -> bytes:
    """Make a copy of a PDF that only ``passphrase`` opens (AES-256), with its tags and language.

    ``strips`` is a PDF of two pages: the marks for the head of a page and for its foot. The pages
    of an enclosure, which do not show the ``stamp`` themselves, grow by both marks, so that these
    cover nothing, and its title begins with the stamp; they must have been embedded. A letter has
    the foot alone, in its margin. The file's properties have the ``serial``, too. No two calls give
    the same bytes. Raises Unsealable for a file that cannot be read, and where a page would not
    show its marks.
    """
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf, pikepdf.open(io.BytesIO(strips)) as marks:
            head, foot = (pdf.copy_foreign(page.as_form_xobject()) for page in marks.pages)
            for page in pdf.pages:
                _mark(page, foot, head if stamp else None)
            _set_properties(pdf, serial, stamp)
            made = io.BytesIO()
            pdf.save(
                made,
                encryption=Encryption(
                    owner=secrets.token_urlsafe(24), user=passphrase, R=6, allow=ALLOWED
                ),
            )
    except pikepdf.PdfError as error:
        raise Unsealable(f"it cannot be read: {_reason(error)}") from None
    if serial not in words_of_pages(strips)[-1]:
        raise Unsealable("the mark does not say the serial")
    copy = made.getvalue()
    for fault in mark_faults(copy, passphrase, strips, stamp is not None):
        raise Unsealable(fault)
    return copy


def _reason(error: Exception) -> str:
    """Return pikepdf's message without the name of the stream, which means nothing to users."""
    return str(error).partition(": ")[2] or str(error)


def _mark(page: pikepdf.Page, foot: Any, head: Any | None) -> None:
    left, bottom, right, top = box_of(page)
    rotation = turn_of(page)
    # Matrix from the page as viewed (origin bottom left) to file coordinates.
    frame = {
        0: (1, 0, 0, 1, left, bottom),
        90: (0, 1, -1, 0, right, bottom),
        180: (-1, 0, 0, -1, right, top),
        270: (0, -1, 1, 0, left, top),
    }[rotation]
    width, height = right - left, top - bottom
    if rotation in {90, 270}:
        width, height = height, width
    scale = width / STRIP
    strip = float(foot.BBox[3]) * scale
    drawn = [(foot, "Footer", -strip if head else 0)]
    if head:
        drawn.append((head, "Header", height))
        corners = [_at(frame, 0, -strip), _at(frame, width, height + strip)]
        xs, ys = sorted(x for x, _ in corners), sorted(y for _, y in corners)
        box = Array([xs[0], ys[0], xs[1], ys[1]])
        page.obj.MediaBox = page.obj.CropBox = box
    page.contents_add(b"q\n", prepend=True)
    page.contents_add(b"\nQ\n")
    for form, kind, at in drawn:
        name = page.add_resource(form, Name.XObject)
        content = f"/Artifact <</Type /Pagination /Subtype /{kind}>> BDC\n"
        content += f"q {' '.join(f'{number:f}' for number in frame)} cm "
        content += f"{scale:f} 0 0 {scale:f} 0 {at:f} cm {name} Do Q\nEMC\n"
        page.contents_add(content.encode("ascii"))


def _at(frame: tuple[float, ...], x: float, y: float) -> tuple[float, float]:
    a, b, c, d, e, f = frame
    return a * x + c * y + e, b * x + d * y + f


def _set_properties(pdf: pikepdf.Pdf, serial: str, stamp: str | None) -> None:
    title = f"{stamp}: {pdf.docinfo.get('/Title', '')}".strip(": ") if stamp else None
    pdf.docinfo[KEY] = serial
    if title:
        pdf.docinfo["/Title"] = title
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as metadata:
        # PDF/A (ISO 19005-3, 6.1.3) allows no encryption: the master is PDF/A, the copy is not.
        for name in ("part", "conformance"):
            metadata.pop(f"{{{PDFA}}}{name}", None)
        metadata[PROPERTY] = serial
        if title:
            metadata["dc:title"] = title
