"""The parts of a returned Office file: unpacked within bounds, and found by their relationships."""

import posixpath
import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import Element, TreeBuilder

from defusedxml.ElementTree import DefusedXMLParser

from hmic_letters.documents.apart import Unreadable

PARTS_LIMIT = 1_000
UNPACKED_LIMIT = 50_000_000  # bytes of all parts, as they really unpack
ELEMENTS_LIMIT = 200_000  # in the XML of one part
DEPTH_LIMIT = 200
PACKINGS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # of Office files (ISO/IEC 29500-2)
SCHEMAS, STRICT = "http://schemas.openxmlformats.org/", "http://purl.oclc.org/ooxml/"
# A short prefix for each namespace, the same for Transitional and for Strict files.
PREFIXES = {
    f"{SCHEMAS}wordprocessingml/2006/main": "w",
    f"{STRICT}wordprocessingml/main": "w",
    f"{SCHEMAS}spreadsheetml/2006/main": "x",
    f"{STRICT}spreadsheetml/main": "x",
    f"{SCHEMAS}officeDocument/2006/relationships": "r",
    f"{STRICT}officeDocument/relationships": "r",
    f"{SCHEMAS}officeDocument/2006/math": "m",
    f"{STRICT}officeDocument/math": "m",
    f"{SCHEMAS}drawingml/2006/main": "a",
    f"{STRICT}drawingml/main": "a",
    f"{SCHEMAS}drawingml/2006/wordprocessingDrawing": "wp",
    f"{STRICT}drawingml/wordprocessingDrawing": "wp",
    f"{SCHEMAS}drawingml/2006/spreadsheetDrawing": "xdr",
    f"{STRICT}drawingml/spreadsheetDrawing": "xdr",
    f"{SCHEMAS}markup-compatibility/2006": "mc",
    f"{SCHEMAS}package/2006/relationships": "rels",
    "http://schemas.microsoft.com/office/word/2010/wordml": "w14",
    "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments": "threads",
    "urn:schemas-microsoft-com:vml": "v",
    "urn:schemas-microsoft-com:office:office": "o",
}
MAIN = ("word/document.xml", "xl/workbook.xml")  # where no relationship names the main part


class Package:
    """The parts of an Office file, read up to a limit, because headers may lie about sizes.

    Raises Unreadable for a file that no Office program writes.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._left = UNPACKED_LIMIT
        parts = archive.infolist()
        self._names = {_name(part.filename): part for part in parts}
        if len(parts) > PARTS_LIMIT:
            raise Unreadable(f"the file has more than {PARTS_LIMIT:,} parts")
        if len(self._names) < len(parts):
            raise Unreadable("the file has two parts of one name")
        if any(part.flag_bits & 1 for part in parts):
            raise Unreadable("the file is locked with a password", "Ask for it without.")
        if any(part.compress_type not in PACKINGS for part in parts):
            raise Unreadable("the file is packed in a way that no Office program uses")
        # Headers may lie; ``part`` checks the real sizes.
        if sum(part.file_size for part in parts) > UNPACKED_LIMIT:
            raise Unreadable("the file unpacks to far more than a form")

    def __contains__(self, name: str) -> bool:
        """Return whether there is a part with that name."""
        return _name(name) in self._names

    @property
    def main(self) -> str | None:
        """The name of the main part, if the file is an Office file at all."""
        targets = (
            target for kind, target in self.relations("").values() if kind == "officeDocument"
        )
        return next((name for name in (*targets, *MAIN) if name in self), None)

    def relations(self, name: str) -> dict[str, tuple[str, str]]:
        """Return the kind and the target of each part that a part names, by id."""
        folder, _, file = name.rpartition("/")
        part = posixpath.join(folder, "_rels", f"{file}.rels")
        if part not in self:
            return {}
        return {
            relation.get("Id", ""): (
                relation.get("Type", "").rpartition("/")[2],
                posixpath.normpath(posixpath.join("/", folder, relation.get("Target", "")))[1:],
            )
            for relation in self.part(part).iter("rels|Relationship")
            if relation.get("TargetMode") != "External"
        }

    def related(self, name: str, kind: str) -> Iterator[Element]:
        """Read the parts of one kind that a part names, in the order of their names."""
        targets = {target for found, target in self.relations(name).values() if found == kind}
        for target in sorted(targets):
            if target in self:
                yield self.part(target)

    def part(self, name: str) -> Element:
        """Read the XML of a part, with short prefixes: '{...}p' becomes 'w|p'."""
        with self._archive.open(self._names[_name(name)]) as file:
            data = file.read(self._left + 1)
        self._left -= len(data)
        if self._left < 0:
            raise Unreadable("the file unpacks to far more than a form")
        parser = DefusedXMLParser(target=_Builder(), forbid_dtd=True)
        parser.feed(data)
        root: Element = parser.close()
        return root


def _name(name: str) -> str:
    """Return a name as Office compares it: capitals do not count."""
    return name.replace("\\", "/").casefold()


class _Builder(TreeBuilder):
    """Builds the elements of a part, up to a limit of number and depth."""

    def __init__(self) -> None:
        super().__init__()
        self._depth = self._count = 0

    def start(self, tag: str, attrs: dict[str, str]) -> Element:
        """Count an element and begin it."""
        self._depth += 1
        self._count += 1
        if self._depth > DEPTH_LIMIT:
            raise Unreadable("the file is nested too deeply")
        if self._count > ELEMENTS_LIMIT:
            raise Unreadable("the file holds far more than a form")
        return super().start(_short(tag), {_short(name): attrs[name] for name in attrs})

    def end(self, tag: str) -> Element:
        """End an element."""
        self._depth -= 1
        return super().end(_short(tag))


def _short(name: str) -> str:
    namespace, brace, local = name[1:].partition("}")
    if not brace:
        return name
    return f"{PREFIXES[namespace]}|{local}" if namespace in PREFIXES else name
