"""Digests of the files that letters are made from."""

import errno
import os
import re
import stat
from pathlib import Path

from hmic_letters.workspace.paths import FORCES, INSPECTORS, MARKER, TEMPLATES

# Names of files that editors, shared folders and systems leave, and that nobody means.
LEFT = re.compile(
    r"\..*|.*~|~.*|#.*#|@eaDir|__MACOSX|Icon\r|.*:Zone\.Identifier|"
    r"(?:eh)?thumbs\.db|desktop\.ini|.*\.(?:bak|orig|rej|sw[a-z]|te?mp)",
    re.IGNORECASE,
)


def digest(data: bytes) -> str:
    """Return the SHA-256 of some bytes, in hexadecimal."""
    # Why here and not above: a check without letters needs no digest.
    import hashlib  # noqa: PLC0415

    return hashlib.sha256(data).hexdigest()


def content(path: Path) -> bytes:
    """Return the bytes of a file. Raises OSError, also for a pipe or a folder."""
    if not path.is_file():
        raise FileNotFoundError(path)
    return path.read_bytes()


def digests(root: Path) -> dict[str, str]:
    """Return the digest of each file that letters are made from, by its path in the workspace.

    Anything else in ``data/forces/`` has an empty digest. Raises OSError.
    """
    paths = [root / MARKER, root / INSPECTORS, *force_entries(root)]
    paths += [path for path in (root / TEMPLATES).iterdir() if is_template(path)]
    return {
        str(path.relative_to(root)): "" if is_stray(path) else digest(content(path))
        for path in paths
    }


def force_entries(root: Path) -> list[Path]:
    """List the files of the forces, and whatever else people put beside them. Raises OSError."""
    return sorted(path for path in (root / FORCES).iterdir() if not LEFT.fullmatch(path.name))


def is_template(path: Path) -> bool:
    """Tell whether something in ``templates/`` belongs to the letters."""
    return not LEFT.fullmatch(path.name) and not path.is_dir()


def is_stray(path: Path) -> bool:
    """Tell whether something in ``data/forces/`` is not the file of a force."""
    return path.parent.name == FORCES.name and path.suffix != ".yaml"


def from_outside(path: Path, most: int) -> bytes:
    """Read a file that came from outside, of at most so many bytes.

    Raises OSError, also for a pipe, a device or a folder, and for a file with more bytes.
    """
    # A pipe would wait for somebody who writes.
    with open(os.open(path, os.O_RDONLY | os.O_NONBLOCK), "rb") as file:  # noqa: PTH123
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is a pipe, a device or a folder, and no file")
        data = file.read(most + 1)
    if len(data) > most:
        raise OSError(errno.EFBIG, f"it has more than {most:,} bytes")
    return data
