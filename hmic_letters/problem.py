"""A problem in a person's files: its place, its message and its remedy."""

import difflib
import errno
import os
import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

TAB_STOP = 8
EXCERPT_WIDTH = 100

# Letters and marks that are invisible by Unicode's property Default_Ignorable_Code_Point.
IGNORABLE = re.compile(
    "[\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u3164\\ufe00-\\ufe0f\\uffa0\\U000e0100-\\U000e01ef]"
)


@dataclass(frozen=True, order=True)
class Place:
    """A place in a file that a person can open.

    ``line`` and ``column`` count from 1, columns in characters. ``line`` is 0 if the problem
    concerns the whole file, such as a missing one. ``excerpt`` is the text of the line.
    """

    path: Path
    line: int = 0
    column: int = 0
    excerpt: str = ""


class Severity(StrEnum):
    """The weight of a problem: an error stops its letters, a warning stops none."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, order=True)
class Change:
    """A correction in one line: ``new`` replaces ``old``.

    ``line`` and ``column`` count as in Place.
    """

    line: int
    column: int
    old: str
    new: str


@dataclass(frozen=True, order=True)
class Problem:
    """One fault in a person's files.

    Why a value and no exception: reading goes on and finds the other faults. ``about`` has the
    words at fault, ``finding`` the id of their finding. An allowance names the problem by either.
    ``mend`` has the changes that correct the fault, if the correction is purely mechanical.
    """

    place: Place
    code: str
    message: str
    remedy: str
    severity: Severity = Severity.ERROR
    about: str = field(default="", compare=False)
    finding: str = field(default="", compare=False)
    mend: tuple[Change, ...] = field(default=(), compare=False)

    def without_text(self) -> "Problem":
        """Return the problem without its excerpt, for output that may end in a log."""
        return replace(self, place=Place(self.place.path, self.place.line, self.place.column))

    def heading(self, relative_to: Path) -> str:
        """Give the problem in one line, ``path:line:column: severity[code]: message``."""
        where = os.path.relpath(self.place.path, relative_to)
        if self.place.line:
            where += f":{self.place.line}:{self.place.column}"
        return visible(f"{where}: {self.severity}[{self.code}]: {self.message}")

    def text(self, relative_to: Path) -> str:
        """Give the problem with its excerpt, a caret under the place, and the remedy.

        The text has two to four lines.
        """
        lines = [self.heading(relative_to)]
        # Cut a long line so that the place stays in view.
        first = max(0, self.place.column - 1 - EXCERPT_WIDTH // 2)
        excerpt = self.place.excerpt[first : first + EXCERPT_WIDTH]
        if excerpt.strip():
            before = visible(excerpt[: self.place.column - 1 - first])
            after = visible(excerpt[self.place.column - 1 - first :])
            shown = (before + after).expandtabs(TAB_STOP)
            lines += [f"    {shown}", f"    {' ' * len(before.expandtabs(TAB_STOP))}^"]
        if self.remedy:
            lines.append(f"  {visible(self.remedy)}")
        return "\n".join(lines)


@dataclass(frozen=True)
class Fault:
    """A problem as a check returns it, before it gets its code and severity.

    If ``allow`` is true, the remedy also explains how to allow the words.
    """

    place: Place
    message: str
    remedy: str
    about: str = ""
    finding: str = ""
    mend: tuple[Change, ...] = ()
    allow: bool = False


def errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the problems that stop a letter."""
    return tuple(problem for problem in problems if problem.severity is Severity.ERROR)


class Refused(Exception):  # noqa: N818  (it refuses an input, and is no defect of the tool)
    """Raised if an input cannot be used; it carries every problem of that input."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        # Why: an exception crosses the process pool as its arguments alone.
        super().__init__(self.problems)


class Unavailable(Exception):  # noqa: N818
    """Raised if this machine lacks something that the work needs; the message has the remedy.

    It ends the whole run, because no letter can be made. Refused ends only one letter.
    """


def did_you_mean(word: str, known: Collection[str]) -> str:
    """Ask in a sentence whether ``word`` is a slip for a known word; empty if none is near."""
    near = difflib.get_close_matches(word, known, n=1)
    return f"Did you mean '{near[0]}'?" if near else ""


def is_visible(character: str) -> bool:
    """Tell whether people can see a character.

    They cannot see controls, direction marks, characters for private use and the like.
    """
    hidden = unicodedata.category(character) in {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
    return not hidden and not IGNORABLE.match(character)


def visible(text: str) -> str:
    """Replace the characters that a terminal may not safely show; keep tabs."""
    return "".join(
        character if character == "\t" or is_visible(character) else "\ufffd" for character in text
    )


def unreadable(error: OSError, folder: Path) -> Problem:
    """Report a file in a folder, or the folder itself, that cannot be read."""
    path, why = failing(error, folder)
    remedy = "Restore it, or see to its permissions."
    return Problem(Place(path), "unreadable", f"this cannot be read: {why}", remedy)


def failing(error: OSError, path: Path) -> tuple[Path, str]:
    """Return the path that an error of the system is about, and the reason in words.

    ``path`` counts if the error names none. Why not as the error has it: a folder that may not be
    entered is named by a file in it, which need not exist. Of a path that does not exist it is the
    nearest folder that does. The reason names the owner where permissions are at fault.
    """
    path = Path(os.path.normpath(error.filename or path))
    above = [folder for folder in reversed(path.parents) if os.path.isdir(folder)]  # noqa: PTH112
    barred = [folder for folder in above if not os.access(folder, os.X_OK)]
    at = barred[0] if barred else path if os.path.lexists(path) or not above else above[-1]
    why = error.strerror or str(error)
    if error.errno in {errno.EACCES, errno.EPERM}:
        why += f" (it belongs to {_owner(at)})"
    return at, why


def _owner(path: Path) -> str:
    try:
        return path.owner()
    except (KeyError, OSError):
        return "an account that is not known here"
