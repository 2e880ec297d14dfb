"""Changes of the files in data/ that the ledger speaks of: file and line together, or neither.

The new file is written beside the old one, then the line, then the file gets its name. A run that
was killed in between leaves the file under its first name, and the next run puts it in its place.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hmic_letters.record.ledger import Entry, Event, Ledger, Line, on_record, writing
from hmic_letters.workspace.digests import digest
from hmic_letters.workspace.paths import DATA, MARKER, force_file
from hmic_letters.workspace.store import hold, mode_of, sync, unfinished_of, write_new

PENDING = re.compile(r"\.(.+)\.[0-9a-f]{8}\.pending")


@contextmanager
def changing_data(root: Path) -> Iterator[list[Path]]:
    """Lock ``data/`` against other runs that change it, and complete what a killed run recorded.

    Yields the files that were completed. Raises Unavailable if another run keeps it, Refused if the
    ledger is damaged, and OSError.
    """
    with hold(root / DATA):
        yield _complete(root)


def _complete(root: Path) -> list[Path]:
    """Put files in place that the ledger speaks of, after a killed run; remove the others.

    A file that somebody has saved since stays as it is. Raises as ``writing`` does, and OSError.
    """
    left, completed = list(_pending(root)), []
    if not left:
        return []
    with writing(root) as writer:
        recorded = data_on_record(writer.ledger)
        for path, final in left:
            known = recorded.get(str(final.relative_to(root))) == digest(path.read_bytes())
            if known and not _is_newer(final, path):
                _put_in_place(path, final)
                completed.append(final)
            else:
                path.unlink()
    return completed


def _pending(root: Path) -> Iterator[tuple[Path, Path]]:
    """Yield the files that wait for their name, each with its place."""
    for folder in (root / DATA, *(root / DATA).glob("*/")):
        for path in folder.glob(".*.pending"):
            if name := PENDING.fullmatch(path.name):
                yield path, path.with_name(name[1])


def data_on_record(ledger: Ledger) -> dict[str, str]:
    """Return the last SHA-256 that the ledger has of each file in ``data/``, by its path."""
    found: dict[str, str] = {}
    for line in ledger.lines:
        found |= line.files
        if line.event is Event.APPLIED:
            found[str(force_file(line.force))] = line.about["data"]
        elif line.event is Event.EMBARGO_MOVED:
            changed = force_file(line.force) if line.force else MARKER
            found[str(changed)] = line.about.get("data", "")
    return found


def _is_newer(path: Path, other: Path) -> bool:
    return path.exists() and path.stat().st_mtime_ns > other.stat().st_mtime_ns


def put_recorded(
    root: Path, path: Path, data: bytes, entry: Entry, mode: int | None = None
) -> Line:
    """Put a file of ``data/`` in its place and add the ledger's line that speaks of it.

    Without a ``mode`` the file keeps its own. The caller has locked ``data/``. Raises as
    ``writing`` does, and OSError: then nothing is changed, or the error has the note STANDS, and
    the next run completes the rest.
    """
    pending = unfinished_of(path, "pending")
    write_new(pending, data, mode or mode_of(path))
    line = None
    try:
        sync(path.parent)
        with writing(root) as writer:
            line = writer.ledger.next(entry)
            writer.append(line)
    finally:
        if line is None or line not in writer.ledger.lines:
            pending.unlink(missing_ok=True)
    with on_record():
        _put_in_place(pending, path)
    return line


def _put_in_place(path: Path, final: Path) -> None:
    path.replace(final)
    sync(final.parent)
