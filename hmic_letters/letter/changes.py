"""Two versions of a letter -> what changed between them, for a person to read."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from enum import StrEnum

from hmic_letters.letter.outline import Block


class Change(StrEnum):
    """What became of a piece of text."""

    SAME = "same"
    INSERTED = "inserted"
    DELETED = "deleted"
    MOVED_FROM = "moved from here"
    MOVED_HERE = "moved here"


@dataclass(frozen=True)
class Piece:
    """Some words, and what became of them."""

    change: Change
    text: str


@dataclass(frozen=True)
class Passage:
    """One block of a letter, two versions of it laid into each other, in reading order.

    ``change`` is that of the block as a whole: SAME and MOVED_HERE also where words in it changed.
    """

    style: str
    finding: str
    change: Change
    pieces: tuple[Piece, ...]

    @property
    def is_changed(self) -> bool:
        """Whether anything in it is not as it was."""
        return any(piece.change is not Change.SAME for piece in self.pieces)

    @property
    def is_moved(self) -> bool:
        """Whether it is one of the two ends of a move."""
        return self.change in {Change.MOVED_FROM, Change.MOVED_HERE}

    @property
    def old(self) -> str:
        """The old version's words."""
        return "".join(piece.text for piece in self.pieces if piece.change is not Change.INSERTED)


@dataclass(frozen=True)
class Redline:
    """What changed between two versions: the passages in which something did, and the headings of
    their themes. ``old`` and ``new`` are the versions in words."""

    old: str
    new: str
    standing: tuple[Passage, ...]
    findings: tuple[Passage, ...]


@dataclass(frozen=True)
class Comparison:
    """The passages of two versions laid into each other: ``standing`` what every force is told and
    the letter's head and end, ``findings`` the headings of the themes and the findings."""

    before: tuple[Passage, ...]
    findings: tuple[Passage, ...]
    after: tuple[Passage, ...]

    @property
    def passages(self) -> tuple[Passage, ...]:
        """All, in the order of the letter."""
        return (*self.before, *self.findings, *self.after)

    @property
    def standing(self) -> tuple[Passage, ...]:
        """What is no finding."""
        return (*self.before, *self.after)

    @property
    def is_changed(self) -> bool:
        """Whether the versions differ."""
        return any(passage.is_changed for passage in self.passages)

    @property
    def changed_standing(self) -> tuple[Passage, ...]:
        """What is no finding, and differs."""
        return tuple(passage for passage in self.standing if passage.is_changed)

    @property
    def changed_findings(self) -> tuple[Passage, ...]:
        """The findings that differ, under the headings of their themes."""
        kept: list[Passage] = []
        heading: Passage | None = None
        for passage in self.findings:
            if passage.style == "h2":
                heading = passage
            if passage.is_changed:
                if heading is not None and heading is not passage:
                    kept.append(heading)
                heading = None
                kept.append(passage)
        return tuple(kept)


def compare(old: Sequence[Block], new: Sequence[Block]) -> Comparison:
    """Lays two versions into each other: findings by their id, then by words.

    Without the deleted pieces, and without what moved from where it stood, it is word for word the
    new version; without the others the old one.
    """
    first, second = _parted(old), _parted(new)
    return Comparison(
        tuple(_aligned(first[0], second[0])),
        tuple(_findings(first[1], second[1])),
        tuple(_aligned(first[2], second[2])),
    )


def _parted(blocks: Sequence[Block]) -> tuple[list[Block], list[Block], list[Block]]:
    """What stands before the findings, they with their headings, and what stands after."""
    held = [at for at, block in enumerate(blocks) if block.finding]
    if not held:
        return list(blocks), [], []
    start, end = held[0], held[-1] + 1
    while start and blocks[start - 1].style == "h2":
        start -= 1
    return list(blocks[:start]), list(blocks[start:end]), list(blocks[end:])


def _findings(old: list[Block], new: list[Block]) -> Iterator[Passage]:
    before, after = _groups(old), _groups(new)
    stay = _stay(list(before), list(after))
    # What left its place is shown there, in front of what followed it.
    gone: dict[str, list[str]] = {}
    waiting: list[str] = []
    for name in before:
        if name in stay:
            gone[name], waiting = waiting, []
        else:
            waiting.append(name)
    for name, blocks in after.items():
        if name in stay:
            for lost in gone[name]:
                yield from _moved_from(_aligned(before[lost], after.get(lost, [])))
            yield from _aligned(before[name], blocks)
        else:
            yield from _moved_here(_aligned(before.get(name, []), blocks))
    for lost in waiting:
        yield from _moved_from(_aligned(before[lost], after.get(lost, [])))


def _groups(blocks: Iterable[Block]) -> dict[str, list[Block]]:
    """The blocks of each finding by its id, and each heading by '#' and its number."""
    groups: dict[str, list[Block]] = {}
    headings = 0
    for block in blocks:
        headings += not block.finding
        groups.setdefault(block.finding or f"#{headings}", []).append(block)
    return groups


def _stay(old: list[str], new: list[str]) -> set[str]:
    """What did not move: the headings, and the findings under each that kept their order."""
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
    """A finding where it stood: with its old words."""
    for passage in passages:
        if passage.change is Change.SAME:
            gone = Piece(Change.MOVED_FROM, passage.old)
            yield replace(passage, change=Change.MOVED_FROM, pieces=(gone,))
        elif passage.change is Change.DELETED:
            yield passage


def _moved_here(passages: Iterable[Passage]) -> Iterator[Passage]:
    """A finding where it stands now: with what changed in it on its way."""
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
    """Blocks in their order; those that took another's place are compared word by word."""
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
    # A word goes with the space after it.
    first, second = (re.findall(r"\S+\s*", text) for text in (old, new))
    for what, start, end, at, to in SequenceMatcher(
        None, first, second, autojunk=False
    ).get_opcodes():
        if what == "equal":
            yield Piece(Change.SAME, "".join(first[start:end]))
            continue
        if end > start:
            yield Piece(Change.DELETED, "".join(first[start:end]))
        if to > at:
            yield Piece(Change.INSERTED, "".join(second[at:to]))


def as_text(comparison: Comparison) -> str:
    """What changed, for a terminal: [-deleted-] and {+inserted+}, and only the passages in which
    something did, under the headings of their themes."""
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
    said = "".join(
        marks.get(piece.change, "{}").format(piece.text.rstrip())
        + piece.text[len(piece.text.rstrip()) :]
        for piece in passage.pieces
    )
    return f"{name}{moved}{said}".replace("\n", " ")
