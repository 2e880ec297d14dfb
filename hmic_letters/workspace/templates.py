"""The files of a workspace's ``templates/``."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from hmic_letters.problem import Place, Problem, Refused, unreadable
from hmic_letters.workspace.digests import is_template

# The media types of the other files in templates/.
KINDS = {".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg"}


@dataclass(frozen=True, eq=False)
class Templates:
    """The files of a workspace's ``templates/`` by name: templates, style sheets and images."""

    folder: Path
    files: Mapping[str, bytes]

    def text(self, name: str) -> str:
        """Return the text of one of the files without its byte order mark, empty if missing."""
        return self.files.get(name, b"").decode("utf-8-sig", "replace")

    def kind(self, name: str) -> str:
        """Return the media type of one of the files."""
        return KINDS.get(name[name.rfind(".") :], "application/octet-stream")

    def place(self, name: str, line: int = 0, column: int = 0) -> Place:
        """Return a place in one of the files; ``column`` 0 is the start of the line's text."""
        lines = self.text(name).replace("\r\n", "\n").split("\n")
        excerpt = lines[line - 1] if 0 < line <= len(lines) else ""
        column = column or len(excerpt) - len(excerpt.lstrip()) + 1
        return Place(self.folder / name, line, column, excerpt)

    def say_the_same(self, other: "Templates") -> bool:
        """Tell whether both have the same files with the same bytes, in whatever folder."""
        return self.files == other.files


def read_templates(folder: Path) -> Templates:
    """Read the files of ``templates/``. Raises Refused if one is no file or cannot be read."""
    files = {}
    try:
        for path in sorted(folder.iterdir()):
            if not is_template(path):
                continue
            if path.is_symlink() or not path.is_file():
                reason = "this is a link, and should be a file"
                raise Refused([Problem(Place(path), "not-a-file", reason, "Put the file there.")])
            files[path.name] = path.read_bytes()
    except OSError as error:
        raise Refused([unreadable(error, folder)]) from None
    return Templates(folder, files)
