"""YAML text -> plain values that know their line and column."""

import re
import stat
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple, NoReturn, TypeAlias

import yaml

from hmic_letters.problem import Change, Place, Problem, Refused

Plain: TypeAlias = "str | list[Plain] | dict[str, Plain] | None"
Keys: TypeAlias = tuple[str | int, ...]
Mark: TypeAlias = tuple[int, int]  # line and column from 0, as PyYAML counts

SIZE_LIMIT = 1_000_000  # bytes; the longest letter's file has some 20,000
DEPTH_LIMIT = 12

# What YAML does not allow raw, and PyYAML reports without a line; and the line ends of Unicode,
# which would break a text from Word into two keys.
NOT_PRINTABLE = re.compile(
    r"[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)

# By PyYAML's words for what it found.
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


class Scalar(NamedTuple):
    """A text, and how it is typed: from one character of the file to another, in a style of YAML's,
    beginning ``at`` a line and column."""

    value: str
    start: int
    end: int
    at: Mark
    style: str


@dataclass(frozen=True, eq=False)
class Document:
    """One YAML file, read. Every scalar is the text that was typed; an empty one is None.

    ``problems`` are those that can be seen without the model; what they spoil is None.
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
        """Whether something is typed there."""
        return keys in self._values

    def text(self, *keys: str | int) -> str | None:
        """The text that is typed there, if one is."""
        scalar = self._scalars.get(keys)
        return scalar.value if scalar else None

    def span(self, keys: Keys) -> tuple[int, int, str]:
        """Where the text there is typed, in characters of the file without its byte order mark and
        with \\n for every line end; and its style, of which '>' and '|' are blocks with a head."""
        scalar = self._scalars[keys]
        return scalar.start, scalar.end, scalar.style

    def texts(self) -> Iterator[tuple[Keys, str]]:
        """Every scalar that is a value, in the order of the file, with the keys that lead to it."""
        for keys, scalar in self._scalars.items():
            yield keys, scalar.value

    def all_keys(self) -> Iterator[Keys]:
        """Every key, as the keys that lead to it, itself the last."""
        return iter(self._keys)

    def place(self, *keys: str | int) -> Place:
        """Where the value stands that ``keys`` lead to, or the nearest that exists above it."""
        return self._place(self._values, keys)

    def key_place(self, *keys: str | int) -> Place:
        """Where the last of ``keys`` is written."""
        return self._place(self._keys, keys)

    def place_in(self, keys: Keys, offset: int) -> Place:
        """Where the character at ``offset`` of a text stands.

        It is the start of the text where an escape ("\\u2019") keeps it from being told.
        """
        typed = self._typed(keys)
        if typed is None or offset >= len(typed):
            return self.place(*keys)
        line, column, _ = typed[offset]
        return _place(self.path, self.lines, (line, column))

    def change(self, keys: Keys, start: int, end: int, new: str) -> tuple[Change, ...]:
        """What to type so that ``new`` takes the place of the text's characters start to end.

        A line end that stands for a space stays, for the last space of ``new``. Empty where the
        characters are not typed as such, or are spread over lines otherwise.
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
        """Line, column and width of what was typed for each character of a text.

        The width is 0 where a line end stands for a space, 2 for a doubled quotation mark. None
        where the text is not what the file shows character by character.
        """
        # A text with many problems is asked for each of them.
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
        for character in scalar.value:
            shown = self.lines[line]
            # Spaces at a line's end are part of a block alone.
            if column >= len(shown) or (not block and not shown[column:].strip()):
                if character != " " or line + 1 >= len(self.lines):
                    return None
                typed.append((line, len(shown), 0))
                line += 1
                column = _indent(self.lines[line])
                continue
            width = 2 if scalar.style == "'" and shown.startswith("''", column) else 1
            if shown[column] != character or (scalar.style == '"' and character == "\\"):
                return None
            typed.append((line, column, width))
            column += width
        return typed

    def _place(self, marks: dict[Keys, Mark], keys: Keys) -> Place:
        while keys and keys not in marks:
            keys, marks = keys[:-1], self._values
        return _place(self.path, self.lines, marks.get(keys, (0, 0)))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def read(path: Path) -> Document:
    """Reads one file. Raises Refused where nothing can be read after a problem.

    Scalars follow no YAML type rules at all: ``10:30``, ``no`` and ``012`` stay what they are, and
    the model alone says what a value is. Anchors, aliases, tags and merge keys are refused.
    """
    return parse(path, _bytes(path))


def parse(path: Path, data: bytes) -> Document:
    """Reads what a file holds, or would hold, as read does."""
    text = _text(path, data)
    lines = tuple(text.split("\n"))
    reader = _Reader(path, lines)
    try:
        value = reader.read(text)
    except yaml.MarkedYAMLError as error:
        # What is open at the end of the file was opened at the context's mark.
        opened = error.context == "while scanning a quoted scalar"
        mark = error.context_mark if opened else error.problem_mark or error.context_mark
        assert mark is not None
        what = str(error.problem or error.context)
        remedy = REMEDIES.get("opened" if opened else what, REMEDIES["other"])
        reader.report(
            (mark.line, mark.column),
            "yaml",
            f"the layout is broken here or just above: {what}",
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
    problems = [
        Problem(
            _place(path, lines, (number, found.start())),
            "unprintable",
            f"there is an invisible control character, U+{ord(found[0]):04X}",
            "Delete it: it came with a paste.",
        )
        for number, line in enumerate(lines)
        for found in NOT_PRINTABLE.finditer(line)
    ]
    if problems:
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
    """Builds the values from PyYAML's events, the one level at which nothing is lost."""

    def __init__(self, path: Path, lines: tuple[str, ...]) -> None:
        self.path = path
        self.lines = lines
        self.problems: list[Problem] = []
        self.values: dict[Keys, Mark] = {}
        self.keys: dict[Keys, Mark] = {}
        self.scalars: dict[Keys, Scalar] = {}
        self._spans: list[tuple[int, int]] = []

    def report(self, at: Mark, code: str, message: str, remedy: str) -> None:
        place = _place(self.path, self.lines, at)
        self.problems.append(Problem(place, code, message, remedy))

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
        if keys[-1:] != ("",):  # under which a mapping's keys are read
            style = event.style or ""
            self.scalars[keys] = Scalar(str(event.value), start, end, _start(event), style)
        return str(event.value)

    def _report_lost_text(self) -> None:
        """Reports what YAML takes for a comment and may be text: 'See #3', or a line '#3 ...'.

        People set off a comment by two spaces, or give it a line, and put a space behind the #.
        """
        offset = 0
        for number, line in enumerate(self.lines):
            for found in re.finditer(r"(^|(?<=[ \t]))#", line):
                before, after = line[: found.start()], line[found.end() :]
                set_off = not before.strip() or before.endswith("  ")
                if set_off and after[:1] in {"", " ", "#", "!"}:
                    continue
                if not self._in_scalar(offset + found.start()):
                    self.report(
                        (number, found.start()),
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
            at = _start(event)
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
                    at,
                    "repeated-key",
                    f"'{key}' appears here a second time, first on line "
                    f"{self.keys[(*keys, key)][0] + 1}",
                    "Remove one, or put what belongs to it under the first.",
                )
            at_key = (*keys, key)
            self.keys[at_key] = at
            items[key] = self._node(next(events), events, at_key)
        return items


def _start(event: yaml.Event) -> Mark:
    assert event.start_mark is not None
    return event.start_mark.line, event.start_mark.column
