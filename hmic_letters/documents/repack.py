"""Office files without the moment of packing, so that the same content has the same bytes."""

import io
import re
import zipfile
from datetime import datetime

EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip archive can tell
MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def settled(file: bytes, modified: datetime) -> bytes:
    """A .docx or .xlsx that says it was last modified at a moment that is given."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(file)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            data = old.read(name)
            if name == "docProps/core.xml":
                # openpyxl writes the moment of saving over what it was told.
                data = MODIFIED.sub(rb"\g<1>" + f"{modified:%Y-%m-%dT%H:%M:%SZ}".encode(), data)
            new.writestr(zipfile.ZipInfo(name, EPOCH), data, zipfile.ZIP_DEFLATED)
    return made.getvalue()
