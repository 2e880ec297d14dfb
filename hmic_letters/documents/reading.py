"""Read the lines and tables of a returned Word or Excel file, as a person sees them."""

import io
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException

from hmic_letters.documents.apart import Unreadable, read_apart
from hmic_letters.documents.returned.from_excel import read_excel
from hmic_letters.documents.returned.from_word import read_word
from hmic_letters.documents.returned.kinds import kind_of_archive, other_kind
from hmic_letters.documents.returned.package import Package
from hmic_letters.documents.returned.sheet import Cell, Note, Sheet
from hmic_letters.problem import Place, Problem, Refused

SIZE_LIMIT = 10_000_000  # bytes of the file
BY_HAND = "Open it in Word or Excel, save it again as .docx or .xlsx, and receive that file."
READERS = {"w|document": read_word, "x|workbook": read_excel}


def read_returned(path: Path, data: bytes) -> Sheet:
    """Read a .docx or .xlsx file, whatever its name is.

    Raises:
        Refused: the file is neither, or it cannot be read.
    """
    try:
        _look_at(path.name, data)
        sheet = read_apart(f"{__name__}:sheet_of", data)
    except Unreadable as error:
        remedy = error.remedy or BY_HAND
        raise Refused([Problem(Place(path), "not-a-form", error.reason, remedy)]) from None
    return Sheet(
        lines=tuple(sheet["lines"]),
        tables=tuple(
            tuple(tuple(Cell(**cell) for cell in row) for row in table) for table in sheet["tables"]
        ),
        notes=tuple(Note(**note) for note in sheet["notes"]),
    )


def _look_at(name: str, data: bytes) -> None:
    if other := other_kind(name, data):
        what, remedy = other
        raise Unreadable(f"the file is {what}", remedy)
    if not data:
        raise Unreadable("the file is empty", "Ask for it again: it was lost on its way.")
    if len(data) > SIZE_LIMIT:
        raise Unreadable(f"the file has more than {SIZE_LIMIT:,} bytes", "Take out its pictures.")


def sheet_of(data: bytes) -> dict[str, Any]:
    """Read a form, and return its sheet as a value for JSON.

    This runs in a separate process: see ``documents.apart``.

    Raises:
        Unreadable: the file is no form, or it cannot be read.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            package = Package(archive)
            main = package.main
            root = package.part(main) if main and not main.endswith(".bin") else None
            if main is None or root is None or root.tag not in READERS:
                what, remedy = kind_of_archive(archive.namelist())
                raise Unreadable(f"the file is {what}", remedy)
            return asdict(READERS[root.tag](package, main, root))
    except zipfile.BadZipFile:
        raise Unreadable(
            "the file is no Word or Excel file, or it is damaged",
            "Ask for it again, as Word Document (*.docx) or Excel Workbook (*.xlsx).",
        ) from None
    except (ParseError, DefusedXmlException, KeyError, ValueError, TypeError, EOFError) as error:
        raise Unreadable(f"the file cannot be read ({type(error).__name__})") from None
