"""The ledger: what was sent, received, decided, dispatched and published, line by line.

Each line holds the hash of the one before, so that none can be changed, taken away or put in
without all that follow. docs/record.md has the format, for whoever reads it without this tool.
"""

import errno
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from types import UnionType
from typing import Any

from hmic_letters.files import LEDGER, digest
from hmic_letters.model import in_london
from hmic_letters.problem import Place, Problem, Refused
from hmic_letters.store import Folder, hold

LINES = "ledger.jsonl"
HEAD = "head"
FIRST = "0" * 64  # what stands for the line before the first


class Event(StrEnum):
    """What a line of the ledger speaks of."""

    SENT = "sent"
    RECEIVED = "received"
    DECIDED = "decided"
    APPLIED = "applied"
    ANSWERED = "answered"
    CLOSED = "closed"
    DISPATCHED = "dispatched"
    EMBARGO_MOVED = "embargo-moved"
    PUBLISHED = "published"


# What is asked of a line has to be there: a line that was tampered with may hold anything.
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
    """Who does something, by the system's account, and when, in UTC. ``day`` is the one in London,
    or the one that the person names who notes later what was done."""

    by: str
    at: datetime
    day: date


@dataclass(frozen=True)
class Line:
    """One event. ``number`` counts from 1, ``previous`` is the hash of the line before.

    ``force`` is a slug, or empty where the event is of no single force. ``utc`` and ``london`` are
    the moment in ISO 8601, to the second. ``files`` are the SHA-256 of what was kept, by path in
    the workspace; ``about`` is what else there is to say, by the event.
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
        """The line as it stands in the ledger, without its end."""
        held = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return json.dumps(held, sort_keys=True, ensure_ascii=False).encode()

    @property
    def hash(self) -> str:
        """The SHA-256 of the line, which the next one holds."""
        return digest(self.text)

    @property
    def at(self) -> datetime:
        """The moment, in UTC."""
        return datetime.fromisoformat(self.utc)


@dataclass(frozen=True)
class Ledger:
    """The lines of a workspace's ledger; ``problems`` tell where they do not hold together."""

    lines: tuple[Line, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def head(self) -> str:
        """The hash of the last line: who has noted it knows that nothing was changed before it."""
        return self.lines[-1].hash if self.lines else FIRST

    def of(self, event: Event, force: str | None = None) -> tuple[Line, ...]:
        """The lines of one event, of one force or of all."""
        return tuple(
            line for line in self.lines if line.event is event and force in {None, line.force}
        )

    def dispatched(self, force: str) -> Line | None:
        """The last dispatch of a force's letter."""
        return next(reversed(self.of(Event.DISPATCHED, force)), None)

    @property
    def embargo(self) -> str | None:
        """The embargo that was recorded last, in ISO 8601."""
        said = (line.about.get("embargo") for line in reversed(self.lines))
        return next((str(embargo) for embargo in said if embargo), None)

    def next(
        self,
        event: Event,
        force: str,
        occasion: Occasion,
        files: Mapping[str, str],
        about: Mapping[str, Any],
    ) -> Line:
        """The line that would follow."""
        at = occasion.at.replace(microsecond=0)
        return Line(
            len(self.lines) + 1,
            self.head,
            event,
            force,
            occasion.by,
            at.astimezone(UTC).isoformat(),
            in_london(at).isoformat(),
            dict(sorted(files.items())),
            # As it will be read again.
            json.loads(json.dumps(about)),
        )


def read_ledger(root: Path) -> Ledger:
    """The ledger of a workspace, which is empty where there is none. Raises OSError."""
    path = root / LEDGER / LINES
    lines: list[Line] = []
    problems: list[Problem] = []
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        data = b""
    *whole, rest = data.split(b"\n")
    previous = FIRST
    for number, text in enumerate(whole, 1):
        line = _read(text)
        if line is None or (line.number, line.text) != (number, text):
            problems.append(_broken(path, number, "is not as the tool wrote it"))
        elif line.previous != previous:
            problems.append(_broken(path, number, "does not follow the line before it"))
        if line is not None:
            lines.append(line)
        previous = digest(text)
    # A run that was killed between a line and the head leaves the head of the line before.
    heads = [_head(len(whole), previous)]
    if whole and not rest:
        heads.append(_head(len(whole) - 1, digest(whole[-2]) if len(whole) > 1 else FIRST))
    if (_head_of(root) or b"") not in heads:
        problems.append(
            Problem(
                Place(root / LEDGER / HEAD),
                "ledger-head",
                f"it does not speak of line {len(whole)}, the last one of {LINES}",
                "Lines at the end were changed or are missing: bring the ledger back from a copy.",
            )
        )
    return Ledger(tuple(lines), tuple(problems))


def _is_plain(value: object) -> bool:
    """Whether a value is a text or a number, or a collection of these."""
    if isinstance(value, dict | list):
        items = value.values() if isinstance(value, dict) else value
        return all(isinstance(item, str | int) for item in items)
    return value is None or isinstance(value, str | int)


def _head(number: int, last: str) -> bytes:
    return f"{number} {last}\n".encode() if number else b""


def _head_of(root: Path) -> bytes | None:
    path = root / LEDGER / HEAD
    return path.read_bytes() if path.exists() else None


def _read(text: bytes) -> Line | None:
    try:
        held = json.loads(text)
        line = Line(**held | {"event": Event(held["event"])})
        texts = (line.previous, line.force, line.by, line.london, *line.files.values())
        kinds = ABOUT.get(line.event, {})
        whole = (
            type(line.number) is int
            and all(isinstance(text, str) for text in texts)
            and kinds.keys() <= line.about.keys()
            and all(isinstance(line.about[name], kind) for name, kind in kinds.items())
            and all(map(_is_plain, line.about.values()))
        )
        return line if whole and line.at.tzinfo is not None else None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _broken(path: Path, number: int, what: str) -> Problem:
    return Problem(
        Place(path, number, 1),
        "ledger-line",
        f"line {number} {what}",
        "The ledger was changed: bring it back from a copy. Nothing is added to it as it is.",
    )


class Writer:
    """The ledger, held against other runs, for one line at a time."""

    def __init__(self, root: Path, folder: Folder, ledger: Ledger) -> None:
        self._root, self._folder = root, folder
        self.ledger = ledger

    def append(self, line: Line) -> None:
        """Adds the line that ``ledger.next`` gave. Raises OSError with the ledger as it was."""
        assert line.previous == self.ledger.head
        path = self._root / LEDGER / LINES
        if not os.access(path.parent, os.W_OK):
            # The head could not follow.
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path.parent))
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
        with open(os.open(path, flags, 0o600), "ab", buffering=0) as file:  # noqa: PTH123
            size = os.fstat(file.fileno()).st_size
            data = line.text + b"\n"
            try:
                if file.write(data) != len(data):
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
                os.fsync(file.fileno())
            except OSError:
                os.ftruncate(file.fileno(), size)
                raise
        self.ledger = Ledger((*self.ledger.lines, line))
        self._folder.write({HEAD: _head(line.number, line.hash)})


@contextmanager
def writing(root: Path) -> Iterator[Writer]:
    """Holds a workspace's ledger, waiting for a run that does, and mends what a killed run left.

    Raises Refused for a ledger that does not hold together: nothing is added to that.
    """
    with hold(root / LEDGER, wait=True) as folder:
        ledger = read_ledger(root)
        if ledger.problems:
            raise Refused(ledger.problems)
        path = root / LEDGER / LINES
        whole = b"".join(line.text + b"\n" for line in ledger.lines)
        if path.exists() and path.stat().st_size > len(whole):
            os.truncate(path, len(whole))
        head = _head(len(ledger.lines), ledger.head)
        if head and _head_of(root) != head:
            folder.write({HEAD: head})
        yield Writer(root, folder, ledger)


def record(  # noqa: PLR0913, PLR0917 (each is a part of the line)
    root: Path,
    event: Event,
    force: str,
    occasion: Occasion,
    files: Mapping[str, str],
    about: Mapping[str, Any],
) -> Line:
    """Adds one line to the ledger of a workspace. Raises as ``writing`` does, and OSError."""
    with writing(root) as writer:
        line = writer.ledger.next(event, force, occasion, files, about)
        writer.append(line)
        return line
