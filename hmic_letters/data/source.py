"""YAML text -> plain values that know their line and column."""

import re
import stat
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple, NoReturn, TypeAlias

import yaml

from hmic_letters.problem import Change, Place, Problem, Refused

Plain: TypeAlias = "str | list[Plain] | dict[str, Plain] | None"
Keys: TypeAlias = tuple[str | int, ...]
Mark: TypeAlias = tuple[int, int]  # line and column from 0, as PyYAML counts

SIZE_LIMIT = 1_000_000  # bytes; the longest force's file has about 20,000
DEPTH_LIMIT = 12
VALUES_LIMIT = 10_000  # keys and values; the longest force's file has about 300
PROBLEMS_LIMIT = 1_000  # that are reported of one file

# Characters that YAML does not allow raw and that PyYAML reports without a line. Also the line ends
# of Unicode, which would break a text from Word into two keys.
NOT_PRINTABLE = re.compile(
    r"[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)

# By PyYAML's message.
REMEDIES = {
    "mapping values are not allowed in this context": "If a text here has a colon in it, put it "
    "after '>-' on a line of its own. Otherwise look at this line and the one above: a space "
    "follows each '-' and each colon of a key, and neighbours begin equally far in.",
    "found character that cannot start any token": "Use spaces in the place of a tab; a text that "
    "begins with @, ` or % goes after '>-' on a line of its own.",
    "found a tab character that violates indentation": "Use spaces in the place of the tab.",
    "could not find expected ':'": "Put a colon and a space after the key, here or on the line "
    "above.",
    "opened": "Close the quotation mark, or put the text after '>-' on a line of its own.",
    "other": "Look at this line and the one above: neighbours begin equally far in, a colon "
    "follows each key, '- ' begins each entry. A text that begins with a quotation mark or a "
    "bracket goes after '>-' on a line of its own.",
}


# Lines that break the layout wherever they are, with the reason and the remedy.
LAYOUT_BREAKERS = {
    r"(<{7}|={7}|>{7}|\|{7})(?: |$)": (
        "this line is the mark of a conflict between two versions, which git left here",
        "Keep one version, and remove the other and the lines that begin with <<<<<<<, ======= and "
        ">>>>>>>.",
    ),
    r"[ -]*([^\S \t])": (
        "this line begins with a space of another kind, such as a no-break space",
        "Type plain spaces before the text.",
    ),
}


class Scalar(NamedTuple):
    """A text and the way it is typed.

    ``start`` and ``end`` count characters of the file; ``at`` is the line and column of ``start``.
    ``style`` is YAML's.
    """

    value: str
    start: int
    end: int
    at: Mark
    style: str


@dataclass(frozen=True, eq=False)
class Document:
    """One YAML file with all its texts and their places.

    Every scalar is the typed text; an empty one is None. ``problems`` are those that need no model
    to be seen. The parts that they spoil are None.
    """

    path: Path
    data: bytes = field(repr=False)
    lines: tuple[str, ...]
    value: Plain
    problems: tuple[Problem, ...]
    _values: dict[Keys, Mark] = field(repr=False)
    _keys: dict[Keys, Mark] = field(repr=False)
    _scalars: dict[Keys, Scalar] = field(repr=False)
    _typed_texts: dict[Keys, list[tuple[int, int, int]] | None] = field(
        repr=False, default_factory=dict
    )

    def has(self, *keys: str | int) -> bool:
        """Tell whether anything is typed there."""
        return keys in self._values

    def text(self, *keys: str | int) -> str | None:
        """Return the text that is typed there, if there is one."""
        scalar = self._scalars.get(keys)
        return scalar.value if scalar else None

    def span(self, keys: Keys) -> tuple[int, int, str]:
        r"""Return the start, end and style of the text that is typed there.

        Start and end count characters of the file without its byte order mark and with \n for every
        line end. The styles '>' and '|' are blocks with a head.
        """
        scalar = self._scalars[keys]
        return scalar.start, scalar.end, scalar.style

    def texts(self) -> Iterator[tuple[Keys, str]]:
        """Yield every scalar that is a value, with its keys, in the order of the file."""
        for keys, scalar in self._scalars.items():
            yield keys, scalar.value

    def all_keys(self) -> Iterator[Keys]:
        """Return every key as a path: the keys that lead to it, then itself."""
        return iter(self._keys)

    def place(self, *keys: str | int) -> Place:
        """Return the place of the value at ``keys``, or of the nearest value above it."""
        return self._place(self._values, keys)

    def key_place(self, *keys: str | int) -> Place:
        """Return the place where the last of ``keys`` is typed."""
        return self._place(self._keys, keys)

    def place_in(self, keys: Keys, offset: int) -> Place:
        r"""Return the place of the character at ``offset`` of a text.

        If an escape ("\u2019") hides that place, return the start of the text.
        """
        typed = self._typed(keys)
        if typed is None or offset >= len(typed):
            return self.place(*keys)
        line, column, _ = typed[offset]
        return _place(self.path, self.lines, (line, column))

    def change(self, keys: Keys, start: int, end: int, new: str) -> tuple[Change, ...]:
        """Return the changes that replace the text's characters start to end by ``new``.

        A line end that means a space stays, for the last space of ``new``. There are no changes if
        the characters are not typed one by one, or if they extend over lines in any other way.
        """
        typed = self._typed(keys)
        if typed is None:
            return ()
        spans = typed[start:end]
        if folds := [span for span in spans if span[2] == 0]:
            if len(folds) > 1 or not new.endswith(" "):
                return ()
            new = new[:-1]
            spans = [span for span in spans if span[2]]
        return tuple(
            Change(
                line + 1, column + 1, self.lines[line][column : column + width], new * (not number)
            )
            for number, (line, column, width) in enumerate(spans)
        )

    def _typed(self, keys: Keys) -> list[tuple[int, int, int]] | None:
        """Return the line, column and typed width of each character of a text.

        The width is 0 for a line end that means a space, 2 for a doubled quotation mark. Return
        None if the file does not show the text character by character.
        """
        # Why a cache: each problem of a text asks for it.
        if keys not in self._typed_texts:
            self._typed_texts[keys] = self._find_typed(keys)
        return self._typed_texts[keys]

    def _find_typed(self, keys: Keys) -> list[tuple[int, int, int]] | None:
        scalar = self._scalars[keys]
        line, column = scalar.at
        block, quoted = scalar.style in {"|", ">"}, scalar.style in {"'", '"'}
        if block:
            line, column = line + 1, 0
            while line < len(self.lines) and not self.lines[line].strip():
                line += 1
        typed: list[tuple[int, int, int]] = []
        if line >= len(self.lines):
            return None
        column = _indent(self.lines[line]) if block else column + quoted
        shown, end = self._typed_line(line, block)
        for character in scalar.value:
            if column >= end:
                if character != " " or line + 1 >= len(self.lines):
                    return None
                typed.append((line, len(shown), 0))
                line += 1
                shown, end = self._typed_line(line, block)
                column = _indent(shown)
                continue
            width = 2 if scalar.style == "'" and shown.startswith("''", column) else 1
            if shown[column] != character or (scalar.style == '"' and character == "\\"):
                return None
            typed.append((line, column, width))
            column += width
        return typed

    def _typed_line(self, line: int, block: bool) -> tuple[str, int]:
        """Return a line and where its text ends: spaces at its end count only in a block."""
        shown = self.lines[line]
        return shown, len(shown if block else shown.rstrip())

    def _place(self, marks: dict[Keys, Mark], keys: Keys) -> Place:
        while keys and keys not in marks:
            keys, marks = keys[:-1], self._values
        return _place(self.path, self.lines, marks.get(keys, (0, 0)))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def read(path: Path) -> Document:
    """Read one file. Raises Refused if nothing can be read after a problem.

    YAML's type rules do not apply: ``10:30``, ``no`` and ``012`` stay texts, and only the model
    gives a value its type. Anchors, aliases, tags and merge keys are refused.
    """
    return parse(path, _bytes(path))


def parse(path: Path, data: bytes) -> Document:
    """Read the bytes of a file, real or proposed, as ``read`` does."""
    text = _text(path, data)
    lines = tuple(text.split("\n"))
    reader = _Reader(path, lines)
    for number, line in enumerate(lines):
        # Why here: libyaml takes quadratic time for them.
        if line.startswith("%"):
            reader.report(
                (number, 0),
                "reference",
                "a line that begins with % has a meaning of its own in YAML, and none here",
                "Take it out; if it is text, put it after '>-' on a line of its own, indented.",
            )
    if reader.problems:
        raise Refused(reader.problems)
    try:
        value = reader.read(text)
    except yaml.MarkedYAMLError as error:
        if reader.report_layout_breakers():
            raise Refused(reader.problems) from None
        # A quotation mark never closes: report it at the context's mark, where it opens.
        opened = error.context == "while scanning a quoted scalar"
        mark = error.context_mark if opened else error.problem_mark or error.context_mark
        assert mark is not None
        complaint = str(error.problem or error.context)
        remedy = REMEDIES.get("opened" if opened else complaint, REMEDIES["other"])
        reader.report(
            (mark.line, mark.column),
            "yaml",
            f"the layout is broken here or just above: {complaint}",
            remedy,
        )
        raise Refused(reader.problems) from None
    problems = tuple(reader.problems)
    return Document(path, data, lines, value, problems, reader.values, reader.keys, reader.scalars)


def _bytes(path: Path) -> bytes:
    try:
        status = path.lstat()
        readable = stat.S_ISREG(status.st_mode) and status.st_size <= SIZE_LIMIT
        data = path.read_bytes() if readable else b""
    except FileNotFoundError:
        _refuse(
            Place(path),
            "missing-file",
            "the file is missing",
            "Bring it back ('git checkout' and its path), or take it out of what names it.",
        )
    except OSError as error:
        reason = f"the file cannot be read: {error.strerror}"
        _refuse(Place(path), "unreadable", reason, "Look at its permissions.")
    if not stat.S_ISREG(status.st_mode):
        reason = "this is a link or a folder, and should be a file"
        _refuse(Place(path), "not-a-file", reason, "Put the file itself there.")
    if status.st_size > SIZE_LIMIT:
        reason = f"the file has more than {SIZE_LIMIT:,} bytes"
        remedy = "Check whether something else was saved under this name."
        _refuse(Place(path), "too-large", reason, remedy)
    return data


def _text(path: Path, data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        lines = data.decode("utf-8", "replace").split("\n")
        place = _place(path, lines, _mark(data[: error.start].decode("utf-8", "replace")))
        reason = f"byte 0x{data[error.start]:02X} is not UTF-8"
        remedy = "Save the file as UTF-8: the editor wrote accents and curly quotes in another way."
        _refuse(place, "encoding", reason, remedy)
    lines = text.split("\n")
    hidden = (
        Problem(
            _place(path, lines, (number, match.start())),
            "unprintable",
            f"there is an invisible control character, U+{ord(match[0]):04X}",
            "Delete it: it came with a paste.",
        )
        for number, line in enumerate(lines)
        for match in NOT_PRINTABLE.finditer(line)
    )
    if problems := list(islice(hidden, PROBLEMS_LIMIT)):
        raise Refused(problems)
    return text


def _refuse(place: Place, code: str, message: str, remedy: str) -> NoReturn:
    raise Refused([Problem(place, code, message, remedy)]) from None


def _mark(before: str) -> Mark:
    return before.count("\n"), len(before) - before.rfind("\n") - 1


def _place(path: Path, lines: Sequence[str], mark: Mark) -> Place:
    line, column = mark
    return Place(path, line + 1, column + 1, lines[line] if line < len(lines) else "")


class _Reader:
    """Builder of the values from PyYAML's events, the only level that loses nothing."""

    def __init__(self, path: Path, lines: tuple[str, ...]) -> None:
        self.path = path
        self.lines = lines
        self.problems: list[Problem] = []
        self.values: dict[Keys, Mark] = {}
        self.keys: dict[Keys, Mark] = {}
        self.scalars: dict[Keys, Scalar] = {}
        self._spans: list[tuple[int, int]] = []
        self._count = 0

    def report(self, at: Mark, code: str, message: str, remedy: str) -> None:
        place = _place(self.path, self.lines, at)
        if len(self.problems) == PROBLEMS_LIMIT:
            code, message = (
                "too-large",
                f"there are more than {PROBLEMS_LIMIT:,} problems up to here",
            )
            remedy = "Correct the others first, or check what was saved under this name."
        self.problems.append(Problem(place, code, message, remedy))
        if len(self.problems) > PROBLEMS_LIMIT:
            raise Refused(self.problems)

    def report_layout_breakers(self) -> bool:
        """Report each line that breaks the layout in a known way; tell whether there is one."""
        before = len(self.problems)
        for number, line in enumerate(self.lines):
            for pattern, (message, remedy) in LAYOUT_BREAKERS.items():
                if match := re.match(pattern, line):
                    self.report((number, match.start(1)), "yaml", message, remedy)
        return len(self.problems) > before

    def read(self, text: str) -> Plain:
        events = yaml.parse(text, Loader=yaml.CBaseLoader)
        value: Plain = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents == 1:
                    value = self._node(next(events), events, ())
                else:
                    self.report(
                        _start(event),
                        "second-document",
                        "a second document begins here",
                        "Remove the line '---': one file holds one document.",
                    )
                    raise Refused(self.problems)
        if documents == 0:
            self.report((0, 0), "empty-file", "the file is empty", "Restore its content.")
        self._report_lost_text()
        return value

    def _node(self, event: yaml.Event, events: Iterator[yaml.Event], keys: Keys) -> Plain:
        self.values[keys] = _start(event)
        self._count += 1
        if self._count > VALUES_LIMIT:
            reason = f"the file has more than {VALUES_LIMIT:,} keys and values"
            remedy = "Check whether something else was saved under this name."
            self.report(_start(event), "too-large", reason, remedy)
            raise Refused(self.problems)
        if isinstance(event, yaml.AliasEvent):
            self._refuse_reference(event)
            return None
        if len(keys) > DEPTH_LIMIT:
            self.report(
                _start(event), "too-deep", "this is nested too deeply", "Remove a level of nesting."
            )
            raise Refused(self.problems)
        if isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and (
            event.anchor is not None or event.tag is not None
        ):
            self._refuse_reference(event)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, keys)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, keys)
        return self._mapping(events, keys)

    def _refuse_reference(self, event: yaml.Event) -> None:
        self.report(
            _start(event),
            "reference",
            "a word that begins with &, * or ! has a meaning of its own in YAML, and none here",
            "Write the value out; if it is text, put it after '>-' on a line of its own.",
        )

    def _scalar(self, event: yaml.ScalarEvent, keys: Keys) -> str | None:
        assert event.start_mark is not None
        assert event.end_mark is not None
        start, end = event.start_mark.index, event.end_mark.index
        self._spans.append((start, end))
        # A scalar without quotation marks has no style.
        if event.style in (None, "") and event.value in ("", "~", "null"):
            return None
        if keys[-1:] != ("",):  # a mapping's keys are read under ""
            style = event.style or ""
            self.scalars[keys] = Scalar(str(event.value), start, end, _start(event), style)
        return str(event.value)

    def _report_lost_text(self) -> None:
        """Report each comment of YAML's that may be text: 'See #3', or a line '#3 ...'.

        People put two spaces before a comment, or give it a line, and put a space after the #.
        """
        offset = 0
        for number, line in enumerate(self.lines):
            for match in re.finditer(r"(^|(?<=[ \t]))#", line):
                before, after = line[: match.start()], line[match.end() :]
                set_off = not before.strip() or before.endswith("  ")
                if set_off and after[:1] in {"", " ", "#", "!"}:
                    continue
                if not self._in_scalar(offset + match.start()):
                    self.report(
                        (number, match.start()),
                        "comment",
                        "what follows this # is a comment and would be lost",
                        "If it belongs to a text, put the text after '>-' on a line of its own, "
                        "indented; if it is a comment, write two spaces before the # and one "
                        "after.",
                    )
            offset += len(line) + 1

    def _in_scalar(self, index: int) -> bool:
        following = bisect_right(self._spans, index, key=itemgetter(0))
        return following > 0 and index < self._spans[following - 1][1]

    def _sequence(self, events: Iterator[yaml.Event], keys: Keys) -> list[Plain]:
        items: list[Plain] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            items.append(self._node(event, events, (*keys, len(items))))
        return items

    def _mapping(self, events: Iterator[yaml.Event], keys: Keys) -> dict[str, Plain]:
        items: dict[str, Plain] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self._node(event, events, (*keys, ""))
            mark = _start(event)
            if not isinstance(key, str):
                self.report(
                    self.values[keys],
                    "odd-key",
                    "a key here is not a word",
                    "A key is one word before a colon; a text that begins with a bracket goes "
                    "after '>-' on a line of its own.",
                )
                key = ""
            elif key in items:
                self.report(
                    mark,
                    "repeated-key",
                    f"'{key}' appears here a second time, first on line "
                    f"{self.keys[(*keys, key)][0] + 1}",
                    "Remove one, or put what belongs to it under the first.",
                )
            path = (*keys, key)
            self.keys[path] = mark
            items[key] = self._node(next(events), events, path)
        return items


def _start(event: yaml.Event) -> Mark:
    assert event.start_mark is not None
    return event.start_mark.line, event.start_mark.column
