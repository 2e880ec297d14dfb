"""The ledger: one line for each thing sent, received, decided, dispatched or published.

Each line has the hash of the line before. So nobody can change, remove or insert a line without
changing all lines after it. docs/record.md describes the format, for reading without this tool.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from types import UnionType
from typing import Any

from hmic_letters.data.model.calendar import in_london
from hmic_letters.problem import Place, Problem, Refused
from hmic_letters.workspace.digests import content, digest
from hmic_letters.workspace.paths import LEDGER
from hmic_letters.workspace.store import Folder, hold

LINES = "ledger.jsonl"
HEAD = "head"
STANDS = (
    "The ledger has the line of this command, so the line stands. When the disk works again, run "
    "the same command: it completes the rest, or says that nothing is left to do."
)
FIRST = "0" * 64  # the hash before the first line
FORCE = re.compile("(?:[a-z]+(?:-[a-z]+)*)?")
HASH = re.compile("[0-9a-f]{64}")
LONGEST = 500  # characters of a path
NO_EMBARGO = "none"  # the embargo in the line of a letter that may be published at any time
MOST = 1_000_000  # the largest number that a line may have


class Event(StrEnum):
    """The event that a line of the ledger records."""

    SENT = "sent"
    RECEIVED = "received"
    DECIDED = "decided"
    APPLIED = "applied"
    ANSWERED = "answered"
    CLOSED = "closed"
    DISPATCHED = "dispatched"
    EMBARGO_MOVED = "embargo-moved"
    PUBLISHED = "published"


# The keys that the code reads, with their types. Why: a line that was tampered with may have any.
ABOUT: Mapping[Event, Mapping[str, type | UnionType]] = {
    Event.DISPATCHED: {
        "version": int,
        "reason": str | None,
        "holder": str,
        "copied_to": list,
        "serial": str,
        "embargo": str,
        "letter": str,
        "enclosure": str | None,
        "copies": dict,
        "data": dict,
        "inputs": dict,
    },
    Event.EMBARGO_MOVED: {"embargo": str},
    Event.PUBLISHED: {"publication": int, "embargo": str, "versions": dict},
}


@dataclass(frozen=True)
class Occasion:
    """The person and the moment of an event.

    ``by`` is the system's account, ``clock`` gives the present moment in UTC. ``day`` is the day in
    London, or an earlier day that the person names who records the event later.
    """

    by: str
    clock: Callable[[], datetime]
    day: date

    @property
    def at(self) -> datetime:
        """The present moment. Why not that of the start: a command may have waited for another."""
        return self.clock()


@dataclass(frozen=True, kw_only=True)
class Entry:
    """An event to record. ``force``, ``files`` and ``about`` are as in Line."""

    event: Event
    force: str
    occasion: Occasion
    files: Mapping[str, str]
    about: Mapping[str, Any]


@dataclass(frozen=True)
class Line:
    """One event. ``number`` counts from 1, ``previous`` is the hash of the line before.

    ``force`` is a slug, or empty if the event is of no single force. ``utc`` and ``london`` are the
    moment in ISO 8601, to the second. ``files`` are the SHA-256 of the recorded files, by path in
    the workspace. ``about`` has details that depend on the event.
    """

    number: int
    previous: str
    event: Event
    force: str
    by: str
    utc: str
    london: str
    files: Mapping[str, str]
    about: Mapping[str, Any]

    @property
    def text(self) -> bytes:
        """The line's bytes in the ledger, without the line end."""
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return json.dumps(fields, sort_keys=True, ensure_ascii=False).encode()

    @property
    def hash(self) -> str:
        """The SHA-256 of the line, which is also in the next line."""
        return digest(self.text)

    @property
    def at(self) -> datetime:
        """The moment, in UTC."""
        return datetime.fromisoformat(self.utc)


@dataclass(frozen=True)
class Ledger:
    """The lines of a workspace's ledger; ``problems`` name the places where it is damaged."""

    lines: tuple[Line, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def head(self) -> str:
        """The hash of the last line: a note of it proves later that no line has changed."""
        return self.lines[-1].hash if self.lines else FIRST

    @property
    def files(self) -> dict[str, str]:
        """The last SHA-256 of each file on record, by path in the workspace."""
        return {name: sha for line in self.lines for name, sha in line.files.items()}

    def of(self, event: Event, force: str | None = None) -> tuple[Line, ...]:
        """Return the lines of one event, for one force or for all."""
        return tuple(
            line for line in self.lines if line.event is event and force in {None, line.force}
        )

    @property
    def last(self) -> datetime:
        """The latest moment on record, in UTC. Raises ValueError if the ledger has no line."""
        return max(line.at for line in self.lines)

    def dispatched(self, force: str) -> Line | None:
        """Return the last dispatch of a force's letter, if any."""
        return next(reversed(self.of(Event.DISPATCHED, force)), None)

    @property
    def embargo(self) -> str | None:
        """The embargo on record for all letters without one of their own, in ISO 8601.

        It is that of the last move, or of the first dispatch. NO_EMBARGO means that they have none.
        """
        shared = [line for line in self.of(Event.DISPATCHED) if not line.about.get("own_embargo")]
        lines = (*self.of(Event.EMBARGO_MOVED, "")[-1:], *shared[:1])
        return next((str(line.about["embargo"]) for line in lines), None)

    def own_embargo(self, force: str) -> str | None:
        """Return the embargo on record for one force's letter alone, in ISO 8601, if it has one."""
        own = [line for line in self.of(Event.DISPATCHED, force) if line.about.get("own_embargo")]
        lines = (*self.of(Event.EMBARGO_MOVED, force)[-1:], *own[:1])
        return next((str(line.about["embargo"]) for line in lines), None)

    def concerning(self, force: str) -> tuple[Line, ...]:
        """Return a force's own lines, its publications and the moves of the embargo."""
        return tuple(
            line
            for line in self.lines
            if line.force == force
            or (line.event is Event.EMBARGO_MOVED and not line.force)
            or force in line.about.get("versions", ())
        )

    def next(self, entry: Entry) -> Line:
        """Make the line to append. Raises Refused if the clock is behind the latest moment."""
        at = entry.occasion.at.replace(microsecond=0)
        if self.lines and at < self.last:
            raise Refused([clock_behind(Place(Path(LEDGER, LINES)), at, self.last)])
        return Line(
            len(self.lines) + 1,
            self.head,
            entry.event,
            entry.force,
            entry.occasion.by,
            at.astimezone(UTC).isoformat(),
            in_london(at).isoformat(),
            dict(sorted(entry.files.items())),
            # Why: reading the line again must give an equal value.
            json.loads(json.dumps(entry.about)),
        )


def clock_behind(place: Place, at: datetime, last: datetime) -> Problem:
    """Make the problem of a clock that is earlier than the last moment on record."""
    return Problem(
        place,
        "clock-behind",
        f"this machine's clock says {at:%Y-%m-%d %H:%M:%S} UTC, and the ledger speaks of "
        f"{last:%Y-%m-%d %H:%M:%S} UTC",
        "Have the clock set right.",
    )


def read_ledger(root: Path) -> Ledger:
    """Read the ledger of a workspace; it is empty if there is no file. Raises OSError."""
    path = root / LEDGER / LINES
    lines: list[Line] = []
    problems: list[Problem] = []
    try:
        data = content(path)
    except FileNotFoundError:
        data = b""
        if path.exists():
            problems.append(_broken(path, 0, "is no file"))
    *whole, unended = data.split(b"\n")
    hashes = [FIRST]
    for number, text in enumerate([*whole, unended] if unended else whole, 1):
        line = _read(text)
        if line is None or line.number != number or number > len(whole):
            problems.append(_broken(path, number, "is not as the tool wrote it"))
        elif line.previous != hashes[-1]:
            problems.append(_broken(path, number, "does not follow the line before it"))
        if line is not None:
            lines.append(line)
        hashes.append(digest(text))
    if not _is_head_of(_head_of(root), hashes[: len(whole) + 1]):
        problems.append(
            Problem(
                Place(root / LEDGER / HEAD),
                "ledger-head",
                f"it does not speak of line {len(whole)}, the last one of {LINES}",
                "Lines at the end were changed, added or taken away: bring the ledger back from a "
                "copy.",
            )
        )
    return Ledger(tuple(lines), tuple(problems))


def _head(number: int, last: str) -> bytes:
    return f"{number} {last}\n".encode()


def _is_head_of(head: bytes, hashes: list[str]) -> bool:
    """Return whether a head belongs to lines with these hashes, which begin with FIRST.

    A run that was cut off leaves two heads: of the line before the one it wrote or meant to write,
    and of that line.
    """
    last = len(hashes) - 1
    now = _head(last, hashes[last])
    meant = rb"%d [0-9a-f]{64}\n" % (last + 1)
    return (
        head == now
        or (last == 0 and not head)
        or (head.startswith(now) and re.fullmatch(meant, head.removeprefix(now)) is not None)
        or (last > 0 and head == _head(last - 1, hashes[last - 1]) + now)
    )


def _head_of(root: Path) -> bytes:
    try:
        return content(root / LEDGER / HEAD)
    except FileNotFoundError:
        return b""


def _read(text: bytes) -> Line | None:
    """Read a line; None unless this tool can have written it."""
    try:
        fields = json.loads(text)
        line = Line(**fields | {"event": Event(fields["event"])})
        kinds = ABOUT.get(line.event, {})
        whole = (
            type(line.number) is int
            and HASH.fullmatch(line.previous)
            and FORCE.fullmatch(line.force)
            and isinstance(line.by, str)
            and isinstance(line.london, str)
            and all(map(_is_path, line.files))
            and all(HASH.fullmatch(sha) for sha in line.files.values())
            and kinds.keys() <= line.about.keys()
            and all(isinstance(line.about[name], kind) for name, kind in kinds.items())
            and all(map(_is_plain, line.about.values()))
            and line.at.tzinfo is not None
            # Why last: half a character (a lone surrogate) cannot be written at all.
            and line.text == text
        )
        return line if whole else None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _is_plain(value: object) -> bool:
    """Return whether a value is None, a text or a small number, or a collection of such."""
    if isinstance(value, list):
        return all(isinstance(item, str) for item in value)
    if isinstance(value, dict):
        return all(isinstance(item, str) or _is_number(item) for item in value.values())
    return value is None or isinstance(value, str) or _is_number(value)


def _is_path(name: str) -> bool:
    """Return whether a name can be the path of a file in the workspace."""
    path = Path(name)
    within = not path.is_absolute() and ".." not in path.parts
    return within and name.isprintable() and 0 < len(name) <= LONGEST


def _is_number(value: object) -> bool:
    return type(value) is bool or (type(value) is int and 0 <= value <= MOST)


def _broken(path: Path, number: int, fault: str) -> Problem:
    return Problem(
        Place(path, number, 1) if number else Place(path),
        "ledger-line",
        f"line {number} {fault}" if number else f"it {fault}",
        "The ledger was changed: bring it back from a copy. Nothing is added to it as it is.",
    )


class Writer:
    """The ledger, locked against other runs, for one line at a time."""

    def __init__(self, folder: Folder, ledger: Ledger) -> None:
        """Write to a ledger whose folder the caller has locked."""
        self._folder = folder
        self.ledger = ledger

    def append(self, line: Line) -> None:
        """Add the line that ``ledger.next`` gave.

        It writes all lines to a new file, which then replaces the old one at once. So the ledger
        never has part of a line. Raises OSError: either the ledger is unchanged, or ``ledger`` has
        the line. Then the error has the note STANDS, and the next run mends the head.
        """
        assert line.previous == self.ledger.head
        before = _head(len(self.ledger.lines), self.ledger.head)
        now = _head(line.number, line.hash)
        lines = (*self.ledger.lines, line)
        data = b"".join(one.text + b"\n" for one in lines)
        self._folder.write({HEAD: before + now})
        try:
            self._folder.write({LINES: data})
        except OSError:
            # The disk can fail after the new file has its name.
            if self._folder.read(LINES) != data:
                self._folder.write({HEAD: before})
                raise
            self.ledger = Ledger(lines)
            with on_record():
                raise
        self.ledger = Ledger(lines)
        with on_record():
            self._folder.write({HEAD: now})


@contextmanager
def on_record() -> Iterator[None]:
    """Add the note STANDS to an OSError that comes after the ledger has the command's line."""
    try:
        yield
    except OSError as error:
        error.add_note(STANDS)
        raise


@contextmanager
def writing(root: Path) -> Iterator[Writer]:
    """Lock a workspace's ledger, after waiting for other runs, and mend the head of a killed run.

    Raises Refused for a damaged ledger: no line is added to it.
    """
    with hold(root / LEDGER) as folder:
        ledger = read_ledger(root)
        if ledger.problems:
            raise Refused(ledger.problems)
        head = _head(len(ledger.lines), ledger.head)
        if _head_of(root) != head:
            folder.write({HEAD: head})
        yield Writer(folder, ledger)


def record(root: Path, entry: Entry) -> Line:
    """Add one line to the ledger of a workspace. Raises as ``writing`` does, and OSError."""
    with writing(root) as writer:
        line = writer.ledger.next(entry)
        writer.append(line)
        return line
