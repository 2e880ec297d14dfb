"""What is wrong, where, and what to do about it."""

import difflib
import os
import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

TAB_STOP = 8
EXCERPT_WIDTH = 100

# Letters and marks that Unicode says are not to be shown (Default_Ignorable_Code_Point).
IGNORABLE = re.compile(
    "[\\u034f\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u3164\\ufe00-\\ufe0f\\uffa0\\U000e0100-\\U000e01ef]"
)


@dataclass(frozen=True, order=True)
class Place:
    """A place in a file that a person can open.

    ``line`` and ``column`` count from 1, columns in characters; ``line`` is 0 where the problem is
    the file itself, such as one that is missing. ``excerpt`` is the text of that line.
    """

    path: Path
    line: int = 0
    column: int = 0
    excerpt: str = ""


class Severity(StrEnum):
    """An error stops the letters it concerns, a warning none."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, order=True)
class Change:
    """What to type in a line in the place of what stands there; counts as Place does."""

    line: int
    column: int
    old: str
    new: str


@dataclass(frozen=True, order=True)
class Problem:
    """One fault in what a person wrote: a value, so that reading goes on to find the others.

    ``about`` are the words it is about and ``finding`` is the id of the finding they stand in: by
    either an allowance names it. ``mend`` is what would put it right, where that is purely
    mechanical.
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
        """The problem with its place alone, for where what it is about may come into a log."""
        return replace(self, place=Place(self.place.path, self.place.line, self.place.column))

    def heading(self, relative_to: Path) -> str:
        """The problem in one line, ``path:line:column: severity[code]: message``."""
        where = os.path.relpath(self.place.path, relative_to)
        if self.place.line:
            where += f":{self.place.line}:{self.place.column}"
        return visible(f"{where}: {self.severity}[{self.code}]: {self.message}")

    def text(self, relative_to: Path) -> str:
        """The problem with its line, a caret under the place, and the remedy: two to four lines."""
        lines = [self.heading(relative_to)]
        # The place stays in sight where a line is long.
        first = max(0, self.place.column - 1 - EXCERPT_WIDTH // 2)
        excerpt = self.place.excerpt[first : first + EXCERPT_WIDTH]
        if excerpt.strip():
            before = visible(excerpt[: self.place.column - 1 - first])
            after = visible(excerpt[self.place.column - 1 - first :])
            shown = (before + after).expandtabs(TAB_STOP)
            lines += [f"    {shown}", f"    {' ' * len(before.expandtabs(TAB_STOP))}^"]
        lines.append(f"  {visible(self.remedy)}")
        return "\n".join(lines)


@dataclass(frozen=True)
class Fault:
    """What a check finds: a problem that the check has yet to give its code and severity.

    ``allow`` tells the reader of the remedy how to allow it.
    """

    place: Place
    message: str
    remedy: str
    about: str = ""
    finding: str = ""
    mend: tuple[Change, ...] = ()
    allow: bool = False


def errors(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Those that stop a letter."""
    return tuple(problem for problem in problems if problem.severity is Severity.ERROR)


class Refused(Exception):  # noqa: N818  (it is the refusal of an input, not a defect of the tool)
    """Raised where what a person wrote cannot be used; holds every problem found in it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        # Exceptions cross the process pool as their arguments.
        super().__init__(self.problems)


class Unavailable(Exception):  # noqa: N818
    """Raised where this machine lacks what the work needs; the message says what to do.

    No letter can be made before that is mended, so it ends a run where Refused ends one letter.
    """


def did_you_mean(word: str, known: Collection[str]) -> str:
    """The sentence that names what ``word`` may have been meant for, or an empty one."""
    near = difflib.get_close_matches(word, known, n=1)
    return f"Did you mean '{near[0]}'?" if near else ""


def is_visible(character: str) -> bool:
    """False for what has no look of its own: controls, marks of direction, private use, ..."""
    hidden = unicodedata.category(character) in {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
    return not hidden and not IGNORABLE.match(character)


def visible(text: str) -> str:
    """The text as a terminal may safely show it; tabs stay."""
    return "".join(
        character if character == "\t" or is_visible(character) else "\ufffd" for character in text
    )


def unreadable(error: OSError, folder: Path) -> Problem:
    """What to say of a file in a folder, or of the folder, that cannot be read."""
    reason = f"this cannot be read: {error.strerror}"
    return Problem(Place(Path(error.filename or folder)), "unreadable", reason, "Restore it.")
