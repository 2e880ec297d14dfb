"""Two versions of a letter -> the changes between them, for a person to read."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum

from hmic_letters.letter.outline import Block


class Change(StrEnum):
    """The change to a piece of text, if any."""

    SAME = "same"
    INSERTED = "inserted"
    DELETED = "deleted"
    MOVED_FROM = "moved from here"
    MOVED_HERE = "moved here"


@dataclass(frozen=True)
class Piece:
    """Some words and the change to them."""

    change: Change
    text: str


@dataclass(frozen=True)
class Passage:
    """One block of a letter: two versions of it laid together, in reading order.

    ``change`` is that of the whole block. It is SAME or MOVED_HERE even if words in it changed.
    """

    style: str
    finding: str
    change: Change
    pieces: tuple[Piece, ...]

    @property
    def is_changed(self) -> bool:
        """True if any piece of it changed or moved."""
        return any(piece.change is not Change.SAME for piece in self.pieces)

    @property
    def is_moved(self) -> bool:
        """True at either end of a move."""
        return self.change in {Change.MOVED_FROM, Change.MOVED_HERE}

    @property
    def old(self) -> str:
        """The words of the old version."""
        return "".join(piece.text for piece in self.pieces if piece.change is not Change.INSERTED)


@dataclass(frozen=True)
class Redline:
    """The changed passages of two versions, with the headings of their themes.

    ``old`` and ``new`` name the versions in words.
    """

    old: str
    new: str
    standing: tuple[Passage, ...]
    findings: tuple[Passage, ...]


@dataclass(frozen=True)
class Comparison:
    """The passages of two versions laid together.

    ``findings`` has the findings and the headings of their themes, ``before`` and ``after`` the
    rest of the letter.
    """

    before: tuple[Passage, ...]
    findings: tuple[Passage, ...]
    after: tuple[Passage, ...]

    @property
    def passages(self) -> tuple[Passage, ...]:
        """All passages, in the order of the letter."""
        return (*self.before, *self.findings, *self.after)

    @property
    def standing(self) -> tuple[Passage, ...]:
        """The passages outside the findings: standing paragraphs, the letter's head and end."""
        return (*self.before, *self.after)

    @property
    def is_changed(self) -> bool:
        """True if the versions differ."""
        return any(passage.is_changed for passage in self.passages)

    @property
    def changed_standing(self) -> tuple[Passage, ...]:
        """The changed passages outside the findings."""
        return tuple(passage for passage in self.standing if passage.is_changed)

    @property
    def changed_findings(self) -> tuple[Passage, ...]:
        """The changed findings, under the headings of their themes."""
        changed: list[Passage] = []
        heading: Passage | None = None
        for passage in self.findings:
            if passage.style == "h2":
                heading = passage
            if passage.is_changed:
                if heading is not None and heading is not passage:
                    changed.append(heading)
                heading = None
                changed.append(passage)
        return tuple(changed)


def compare(old: Sequence[Block], new: Sequence[Block]) -> Comparison:
    """Lay two versions together: match findings by their id, then compare words.

    The result without its deleted and MOVED_FROM pieces is the new version, word for word. Without
    its inserted and MOVED_HERE pieces it is the old one.
    """
    first, second = _parted(old), _parted(new)
    return Comparison(
        tuple(_aligned(first[0], second[0])),
        tuple(_findings(first[1], second[1])),
        tuple(_aligned(first[2], second[2])),
    )


def _parted(blocks: Sequence[Block]) -> tuple[list[Block], list[Block], list[Block]]:
    """Split a letter into the blocks before the findings, the findings, and the blocks after.

    The headings of themes go with the findings.
    """
    positions = [position for position, block in enumerate(blocks) if block.finding]
    if not positions:
        return list(blocks), [], []
    start, end = positions[0], positions[-1] + 1
    while start and blocks[start - 1].style == "h2":
        start -= 1
    return list(blocks[:start]), list(blocks[start:end]), list(blocks[end:])


def _findings(old: list[Block], new: list[Block]) -> Iterator[Passage]:
    before, after = _groups(old), _groups(new)
    stay = _stay(list(before), list(after))
    # Show moved and deleted groups in their old place also, before the group that followed.
    gone_before: dict[str, list[str]] = {}
    waiting: list[str] = []
    for name in before:
        if name in stay:
            gone_before[name], waiting = waiting, []
        else:
            waiting.append(name)
    for name, blocks in after.items():
        if name in stay:
            for gone in gone_before[name]:
                yield from _moved_from(_aligned(before[gone], after.get(gone, [])))
            yield from _aligned(before[name], blocks)
        else:
            yield from _moved_here(_aligned(before.get(name, []), blocks))
    for gone in waiting:
        yield from _moved_from(_aligned(before[gone], after.get(gone, [])))


def _groups(blocks: Iterable[Block]) -> dict[str, list[Block]]:
    """Group the blocks of each finding by its id, and each heading by '#' and its number."""
    groups: dict[str, list[Block]] = {}
    headings = 0
    for block in blocks:
        headings += not block.finding
        groups.setdefault(block.finding or f"#{headings}", []).append(block)
    return groups


def _stay(old: list[str], new: list[str]) -> set[str]:
    """Name the groups that stay: headings, and findings in the same order under each."""
    stay = {name for name in old if name.startswith("#") and name in new}
    themes, others = _themes(old), _themes(new)
    for heading, names in themes.items():
        under = others.get(heading, [])
        matcher = SequenceMatcher(None, names, under, autojunk=False)
        for start, _, size in matcher.get_matching_blocks():
            stay |= set(names[start : start + size])
    return stay


def _themes(names: Iterable[str]) -> dict[str, list[str]]:
    themes: dict[str, list[str]] = {"": []}
    heading = ""
    for name in names:
        if name.startswith("#"):
            heading = name
            themes[heading] = []
        else:
            themes[heading].append(name)
    return themes


def _moved_from(passages: Iterable[Passage]) -> Iterator[Passage]:
    """Yield a finding in its old place, with its old words."""
    for passage in passages:
        if passage.change is Change.SAME:
            old_words = Piece(Change.MOVED_FROM, passage.old)
            yield replace(passage, change=Change.MOVED_FROM, pieces=(old_words,))
        elif passage.change is Change.DELETED:
            yield passage


def _moved_here(passages: Iterable[Passage]) -> Iterator[Passage]:
    """Yield a finding in its new place, with the changes to its words."""
    for passage in passages:
        if passage.change is Change.SAME:
            pieces = tuple(
                replace(piece, change=Change.MOVED_HERE) if piece.change is Change.SAME else piece
                for piece in passage.pieces
            )
            yield replace(passage, change=Change.MOVED_HERE, pieces=pieces)
        elif passage.change is Change.INSERTED:
            yield passage


def _whole(block: Block, change: Change) -> Passage:
    return Passage(block.style, block.finding, change, (Piece(change, block.text),))


def _aligned(old: Sequence[Block], new: Sequence[Block]) -> Iterator[Passage]:
    """Match blocks in order, and compare word by word a block with the one that it replaced."""
    matcher = SequenceMatcher(
        None, [(one.style, one.text) for one in old], [(one.style, one.text) for one in new],
        autojunk=False,
    )  # fmt: skip
    for _, start, end, first, last in matcher.get_opcodes():
        pairs = min(end - start, last - first)
        paired = 0
        while paired < pairs and old[start + paired].style == new[first + paired].style:
            one, other = old[start + paired], new[first + paired]
            yield Passage(
                other.style, other.finding, Change.SAME, tuple(_words(one.text, other.text))
            )
            paired += 1
        yield from (_whole(block, Change.DELETED) for block in old[start + paired : end])
        yield from (_whole(block, Change.INSERTED) for block in new[first + paired : last])


def _words(old: str, new: str) -> Iterator[Piece]:
    # A word includes the space after it.
    before, after = (re.findall(r"\S+\s*", text) for text in (old, new))
    for operation, start, end, first, last in SequenceMatcher(
        None, before, after, autojunk=False
    ).get_opcodes():
        if operation == "equal":
            yield Piece(Change.SAME, "".join(before[start:end]))
            continue
        if end > start:
            yield Piece(Change.DELETED, "".join(before[start:end]))
        if last > first:
            yield Piece(Change.INSERTED, "".join(after[first:last]))


def as_text(comparison: Comparison) -> str:
    """Write the changes for a terminal, with [-deleted-] and {+inserted+} words.

    Only changed passages appear, under the headings of their themes.
    """
    parts = []
    for title, passages in (
        ("Standing paragraphs", comparison.changed_standing),
        ("Findings", comparison.changed_findings),
    ):
        shown = [_line(passage) for passage in passages] or ["No change."]
        parts.append("\n".join([title, "", *shown]))
    return "\n\n".join(parts)


def _line(passage: Passage) -> str:
    name = f"{passage.finding}: " if passage.finding else ""
    moved = f"({passage.change}) " if passage.is_moved else ""
    marks = {Change.INSERTED: "{{+{}+}}", Change.DELETED: "[-{}-]"}
    words = "".join(
        marks.get(piece.change, "{}").format(piece.text.rstrip())
        + piece.text[len(piece.text.rstrip()) :]
        for piece in passage.pieces
    )
    return f"{name}{moved}{words}".replace("\n", " ")
