"""Files that are no forms, named for what they are, with a remedy that can help."""

import re
from collections.abc import Sequence

ASK = "Ask for the Word or Excel form itself, or type its points into that."
AS_WORD = "Open it in Word and save it as Word Document (*.docx)."
AS_EXCEL = "Open it in Excel and save it as Excel Workbook (*.xlsx)."
AS_EITHER = "Open it in Word or Excel and save it as .docx or .xlsx, and receive that file."
UNPACK = "Unpack it, and receive the form that is inside."
ATTACHED = "Open the e-mail, save the form that is attached to it, and receive that."
# The first bytes of files, with a description and a remedy.
STARTS: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "a PDF", ASK),
    (b"{\\rtf", "rich text", AS_WORD),
    (b"\x89PNG", "a picture", ASK),
    (b"\xff\xd8\xff", "a picture", ASK),
    (b"GIF8", "a picture", ASK),
    (b"II*\x00", "a picture", ASK),
    (b"MM\x00*", "a picture", ASK),
    (b"\x1f\x8b", "a packed archive", UNPACK),
    (b"7z\xbc\xaf", "a packed archive", UNPACK),
    (b"Rar!", "a packed archive", UNPACK),
    (b"L\x00\x00\x00\x01\x14\x02", "a link to a file", "Ask for the file itself."),
    (b"[InternetShortcut]", "a link to a page", "Ask for the file itself."),
    (b"\x78\x9f\x3e\x22", "a parcel that Outlook makes of attachments (winmail.dat)", ASK),
)
# Names inside the old format of Office, which many programs use.
INSIDE = (
    ("EncryptedPackage", "locked with a password", "Save it without the password, or ask for it."),
    ("__properties_version1.0", "an e-mail, as Outlook saves it (.msg)", ATTACHED),
    ("WordDocument", "an old Word file (.doc)", AS_WORD),
    ("Workbook", "an old Excel file (.xls)", AS_EXCEL),
    ("Book", "an old Excel file (.xls)", AS_EXCEL),
)
OLD = b"\xd0\xcf\x11\xe0"
BEGINNING = 16_384  # bytes that show which kind of text a file is
# Texts by their beginning, in small letters.
TEXTS = (
    (r"(?s)<\?xml.*<\?mso-application progid=.word", "a Word file in the form of XML", AS_WORD),
    (r"(?s)<\?xml.*<\?mso-application progid=.excel", "an Excel file in the form of XML", AS_EXCEL),
    (r"(?s)mime-version:.*web archive file", "a web page", AS_EITHER),
    (r"(<\?xml[^>]*>\s*)?<(!doctype )?html", "a web page", AS_EITHER),
    (
        r"(from .*\n)?(?=(.*\n){0,80}(from|received|mime-version):)([a-z0-9-]+: .*\n)",
        "an e-mail",
        ATTACHED,
    ),
)
# The beginnings of the names of files that Word, Excel and LibreOffice keep beside an open one.
LOCKS = ("~$", ".~lock.")
LOCKED = (
    "no form: Word, Excel or LibreOffice keeps it beside a file that is open",
    "Receive the file beside it, whose name has more in the place of these first signs.",
)


def other_kind(name: str, data: bytes) -> tuple[str, str] | None:
    """Return which other kind of file this is, and a remedy; None if it may be a form."""
    beginning = data[:BEGINNING].decode("utf-8", "replace").lstrip("\ufeff \r\n\t").lower()
    kinds = (
        *((name.startswith(start), *LOCKED) for start in LOCKS),
        *((data.startswith(start), what, remedy) for start, what, remedy in STARTS),
        (data[4:8] == b"ftyp", "a picture or a film", ASK),
        *(
            (data.startswith(OLD) and inside.encode("utf-16-le") in data, what, remedy)
            for inside, what, remedy in INSIDE
        ),
        (data.startswith(OLD), "of an old Office program", "Open it there, save it as .docx."),
        *((re.match(pattern, beginning), what, remedy) for pattern, what, remedy in TEXTS),
    )
    return next(((what, remedy) for is_it, what, remedy in kinds if is_it), None)


def kind_of_archive(names: Sequence[str]) -> tuple[str, str]:
    """Return which kind of zip archive this is, if it is no Word and no Excel file."""
    small = [name.lower() for name in names]
    forms = [name for name in names if name.lower().endswith((".docx", ".xlsx"))]
    kinds = (
        (
            any(name.endswith(".iwa") for name in small),
            "a file of Pages or Numbers",
            "Export it to Word or Excel, and receive that file.",
        ),
        (
            "mimetype" in small,
            "of LibreOffice's own kind (.odt, .ods)",
            "Open it in LibreOffice, Word or Excel, save it as .docx or .xlsx, and receive that.",
        ),
        (forms, f"a zip archive with {', '.join(forms[:3])} inside", UNPACK),
        ("xl/workbook.bin" in small, "a binary Excel file (.xlsb)", AS_EXCEL),
        (any(name.startswith("ppt/") for name in small), "a PowerPoint file", ASK),
        (True, "a zip archive, and no .docx or .xlsx", UNPACK),
    )
    return next((what, remedy) for is_it, what, remedy in kinds if is_it)
