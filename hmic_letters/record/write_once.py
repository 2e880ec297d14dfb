"""Folders that are written once: make beside the final place, record in the ledger, then rename.

A killed run leaves no folder, or one that the next run removes or puts in its place. A folder that
the ledger does not name was never finished; a folder that it names is whole.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from hmic_letters.problem import Place, Problem, Refused
from hmic_letters.record.clock import has_lifted
from hmic_letters.record.ledger import Event, Ledger, Line, Writer, on_record, writing
from hmic_letters.workspace.digests import digest
from hmic_letters.workspace.paths import DISPATCHED, PUBLISHED
from hmic_letters.workspace.store import NewFolder, hold, is_folder, remove

BEGUN = re.compile(r"\.([0-9]+)\.part")
NOTE = "note.txt"  # has the hash of the folder's line, so that line cannot have the note's hash


class Frozen:
    """A folder that is being made: only its owner can read it, and its files are read-only."""

    def __init__(self, root: Path, final: Path) -> None:
        """Begin a folder beside its place. Raises Refused if something is there, and OSError."""
        self._root = root
        _refuse_added(final, "it is there already, and the ledger does not speak of it")
        self._new = NewFolder(final)
        if not is_folder(self._new.begun):
            _refuse_added(self._new.begun, "it is in the way of the folder that is to be made")
        self._new.begin()
        self.files: dict[str, str] = {}

    def write(self, files: Mapping[str, bytes], mode: int = 0o400) -> None:
        """Put files into the folder, by their path in it. Raises OSError."""
        self._new.write(files, mode)
        place = self._new.final.relative_to(self._root)
        self.files |= {str(place / name): digest(data) for name, data in files.items()}

    def finish(self, writer: Writer, line: Line, mode: int = 0o500) -> None:
        """Record the folder in the ledger, and put it in its place. Raises OSError."""
        self._new.settle(mode)
        writer.append(line)
        with on_record():
            self._new.put_in_place()

    def drop(self, ledger: Ledger) -> None:
        """Remove the folder, unless the ledger names it. Raises OSError."""
        if not _is_recorded(ledger, self._root, self._new.final):
            remove(self._new.begun)


def _refuse_added(path: Path, reason: str) -> None:
    if os.path.lexists(path):
        remedy = "Look who put it there, and take it away."
        raise Refused([Problem(Place(path), "record-added", reason, remedy)])


@contextmanager
def freezing(root: Path, final: Path) -> Iterator[Frozen]:
    """Make a folder that is written once. An exception before its line is written removes it."""
    frozen = Frozen(root, final)
    try:
        yield frozen
    except BaseException:
        # Keep a folder that the ledger names: the next run puts it in its place.
        with writing(root) as writer:
            frozen.drop(writer.ledger)
        raise


@contextmanager
def holding(root: Path, name: Path, publishes: bool = True) -> Iterator[None]:
    """Lock all folders of a kind against other runs, and finish those that a killed run left.

    A publication is finished only if the embargo on record has lifted, and the caller ``publishes``
    or may. Raises Unavailable if another run keeps them locked, Refused if the ledger is damaged.
    """
    with hold(root / name):
        with writing(root) as writer:
            _complete(root, name, writer.ledger, publishes)
        yield


def _complete(root: Path, name: Path, ledger: Ledger, publishes: bool) -> None:
    for begun in list(_unfinished(root / name)):
        new = NewFolder(begun.with_name(begun.name.split(".")[1]))
        if not _is_recorded(ledger, root, new.final):
            remove(begun)
        elif not os.path.lexists(new.final) and (
            name != PUBLISHED or (publishes and has_lifted(ledger, _published(ledger, new.final)))
        ):
            new.put_in_place()


def _published(ledger: Ledger, final: Path) -> Iterable[str]:
    """Return the forces whose letters are in a publication."""
    line = next(
        line for line in ledger.of(Event.PUBLISHED) if str(line.about["publication"]) == final.name
    )
    return tuple(line.about["versions"])


def place_of(root: Path, name: str) -> str:
    """Return the path of a file on record; it has another while its publication waits.

    A publication waits for its place if its run was killed and the embargo was then moved.
    """
    first, *rest = Path(name).parts
    if first == PUBLISHED.name and rest:
        waiting = Path(first, f".{rest[0]}.part", *rest[1:])
        if (root / waiting).is_file():
            return str(waiting)
    return name


def _unfinished(folder: Path) -> Iterator[Path]:
    """Yield the unfinished folders that a killed run left."""
    for path in folder.glob("*/.*.part" if folder.name == DISPATCHED.name else ".*.part"):
        if BEGUN.fullmatch(path.name) and is_folder(path) and is_folder(path.parent):
            yield path


def _is_recorded(ledger: Ledger, root: Path, final: Path) -> bool:
    begin = f"{final.relative_to(root)}/"
    return any(path.startswith(begin) for path in ledger.files)
