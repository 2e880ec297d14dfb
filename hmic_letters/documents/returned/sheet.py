"""The content of a returned file: lines, tables, and notes on all that is not plainly there."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby

STRUCK, HIDDEN, PROMPT = "struck out", "hidden", "prompt"  # kinds of notes


@dataclass(frozen=True)
class Cell:
    """A cell of a table as it is shown.

    If the text may not be all that the cell shows, ``doubt`` says why, and ``remedy`` what to do.
    """

    text: str
    doubt: str = ""
    remedy: str = ""


@dataclass(frozen=True)
class Note:
    """Words that belong to no line and no cell, such as a comment, or words that are struck out.

    ``where`` is the first cell of their row, if they are in a table. ``kind`` says why they are
    apart: 'struck out'.
    """

    where: str
    kind: str
    text: str

    def __str__(self) -> str:
        """Return the note as one text: 'AC2, struck out: 70%'."""
        return ": ".join(
            filter(None, [", ".join(filter(None, [self.where, self.kind])), self.text])
        )


def said(words: Iterable[tuple[str, str]], note: Callable[[str, str], None]) -> str:
    """Join the words that count, and note each run of the others.

    Each word comes with the kind of its note, such as 'struck out', or with an empty one.
    """
    text = ""
    for kind, group in groupby(words, key=lambda word: word[1]):
        run = "".join(word for word, _ in group)
        if kind:
            note(kind, run)
        else:
            text += run
    return text


Row = tuple[Cell, ...]
Table = tuple[Row, ...]


@dataclass(frozen=True)
class Sheet:
    """The content of a returned file: ``lines`` outside its tables, its ``tables``, and ``notes``.

    It includes insertions that nobody has accepted yet, but no deletions. If cells are merged
    downwards, each of their rows repeats the text. If cells are merged sideways, empty cells follow
    the text. A line or a cell may have line breaks.
    """

    lines: tuple[str, ...]
    tables: tuple[Table, ...]
    notes: tuple[Note, ...]
