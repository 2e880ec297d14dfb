"""Repack Office files without the time of packing: the same content has the same bytes."""

import io
import re
import zipfile
from datetime import datetime

EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip archive can record
MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def settled(file: bytes, modified: datetime) -> bytes:
    """Set the time of last modification in a .docx or .xlsx, and repack it."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(file)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            data = old.read(name)
            if name == "docProps/core.xml":
                # Why: openpyxl replaces the given time by the time of saving.
                data = MODIFIED.sub(rb"\g<1>" + f"{modified:%Y-%m-%dT%H:%M:%SZ}".encode(), data)
            new.writestr(zipfile.ZipInfo(name, EPOCH), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
