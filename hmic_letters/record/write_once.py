"""Folders that are written once: make beside the final place, record in the ledger, then rename.

A killed run leaves no folder, or one that the next run removes or puts in its place. A folder that
the ledger does not name was never finished; a folder that it names is whole.
"""

import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hmic_letters.problem import Place, Problem, Refused
from hmic_letters.record.ledger import Ledger, Line, Writer, on_record, writing
from hmic_letters.workspace.digests import digest
from hmic_letters.workspace.paths import DISPATCHED
from hmic_letters.workspace.store import hold, sync, write_new

BEGUN = re.compile(r"\.([0-9]+)\.part")
NOTE = "note.txt"  # has the hash of the folder's line, so that line cannot have the note's hash


class Frozen:
    """A folder that is being made: only its owner can read it, and its files are read-only."""

    def __init__(self, root: Path, final: Path) -> None:
        """Begin a folder beside its place. Raises Refused if something is there, and OSError."""
        self._root, self._final = root, final
        if os.path.lexists(final):
            reason = "it is there already, and the ledger does not speak of it"
            remedy = "Look who put it there, and take it away."
            raise Refused([Problem(Place(final), "record-added", reason, remedy)])
        self._begun = final.with_name(f".{final.name}.part")
        if not _is_folder(self._begun) and os.path.lexists(self._begun):
            reason = "it is in the way of the folder that is to be made"
            remedy = "Look who put it there, and take it away."
            raise Refused([Problem(Place(self._begun), "record-added", reason, remedy)])
        remove(self._begun)
        self._begun.mkdir(mode=0o700)
        self._begun.chmod(0o700)
        self.files: dict[str, str] = {}

    def write(self, files: Mapping[str, bytes], mode: int = 0o400) -> None:
        """Put files into the folder, by their path in it. Raises OSError."""
        for name, data in files.items():
            path = self._begun / name
            for folder in reversed(path.relative_to(self._begun).parents[:-1]):
                (self._begun / folder).mkdir(exist_ok=True)
                (self._begun / folder).chmod(0o700)
            try:
                write_new(path, data, mode)
            except OSError as error:
                raise OSError(error.errno, error.strerror, str(self._final)) from None
            self.files[str((self._final / name).relative_to(self._root))] = digest(data)

    def finish(self, writer: Writer, line: Line, mode: int = 0o500) -> None:
        """Record the folder in the ledger, and put it in its place. Raises OSError."""
        _protect(self._begun, mode)
        writer.append(line)
        with on_record():
            _put_in_place(self._begun, self._final)


@contextmanager
def freezing(root: Path, final: Path) -> Iterator[Frozen]:
    """Make a folder that is written once. An exception before its line is written removes it."""
    frozen = Frozen(root, final)
    try:
        yield frozen
    except BaseException:
        # Keep a folder that the ledger names: the next run puts it in its place.
        with writing(root) as writer:
            if not _is_recorded(writer.ledger, root, final):
                remove(frozen._begun)
        raise


@contextmanager
def holding(root: Path, name: Path) -> Iterator[None]:
    """Lock all folders of a kind against other runs, and finish those that a killed run left.

    Raises Unavailable if another run has locked them, Refused if the ledger is damaged.
    """
    with hold(root / name):
        with writing(root) as writer:
            _complete(root, name, writer.ledger)
        yield


def _complete(root: Path, name: Path, ledger: Ledger) -> None:
    for begun in list(_unfinished(root / name)):
        final = begun.with_name(begun.name.split(".")[1])
        if not _is_recorded(ledger, root, final):
            remove(begun)
        elif not os.path.lexists(final):
            _put_in_place(begun, final)


def _unfinished(folder: Path) -> Iterator[Path]:
    """Yield the unfinished folders that a killed run left."""
    for path in folder.glob("*/.*.part" if folder.name == DISPATCHED.name else ".*.part"):
        if BEGUN.fullmatch(path.name) and _is_folder(path) and _is_folder(path.parent):
            yield path


def _is_folder(path: Path) -> bool:
    """Return whether the path is a folder, and not a link to one elsewhere."""
    return path.is_dir() and not path.is_symlink()


def _is_recorded(ledger: Ledger, root: Path, final: Path) -> bool:
    begin = f"{final.relative_to(root)}/"
    return any(path.startswith(begin) for path in ledger.files)


def _protect(folder: Path, mode: int) -> None:
    folders = [Path(at) for at, _, _ in os.walk(folder)]
    for path in reversed(folders):
        path.chmod(mode)
        sync(path)
    # Before the ledger speaks of them, the disk has the folder's name and its parent's.
    sync(folder.parent)
    sync(folder.parent.parent)


def _put_in_place(begun: Path, final: Path) -> None:
    begun.rename(final)
    sync(final.parent)


def remove(folder: Path) -> None:
    """Remove a folder that was never finished. Raises OSError."""
    if _is_folder(folder):
        for at, _, _ in os.walk(folder):
            Path(at).chmod(0o700)
        shutil.rmtree(folder)
