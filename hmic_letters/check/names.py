"""The words that tell of a force, and where they stand in a text."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from hmic_letters.data.load import Workspace
from hmic_letters.data.model.force import Force
from hmic_letters.data.passages import Passage

WORD = re.compile("[A-Za-z]+")
TITLES = (
    *("Mr", "Mr.", "Mrs", "Miss", "Ms", "Dr", "Sir", "Dame", "Chief Constable", "CC"),
    "Commissioner",
)
SHORT = 5  # letters; a name of fewer in capitals may be an acronym
# 'Durham University', 'University of Durham' and 'Ms Durham' are no police force.
ELSEWHERE = re.compile(
    r"(?:[’']s?)? (?:University|College|School|Street|Road|Lane|Avenue|Square|House|Gardens"
    r"|Terrace|Crescent|Quays|Docks|Airport|Cathedral|Castle|Hospital|Ambulance|Fire|NHS"
    r"|Corporation)\b"
)
ELSEWHERE_BEFORE = re.compile(
    r"\b(?:(?:University|College|Bishop|Duke|Duchess|Earl) of|Mr|Mrs|Ms|Miss|Dr|Professor) $"
)
MET_OFFICE = "Met Office"
# Somebody else of that name: 'Councillor David Shaw'.
ANOTHER_OFFICE = re.compile(r"(?:Councillor|Cllr|Inspector|Superintendent|Sergeant|PC|Professor) $")


@dataclass(frozen=True)
class Mark:
    """Words that tell of a force: its name, an alias, an officer or a term.

    ``owners`` are the slugs of the forces that they belong to, ``offset`` is where in them the word
    begins by which they are looked for.
    """

    words: str
    what: str
    owners: frozenset[str]
    offset: int

    def stands_at(self, start: int, text: str) -> bool:
        """Whether the text has the words there, with a capital or not where they begin."""
        stop = start + len(self.words)
        return (
            start >= 0
            and text[start:stop].casefold() == self.words.casefold()
            and text[start + 1 : stop] == self.words[1:]
            and not text[stop : stop + 1].isalnum()
            and not text[max(0, start - 1) : start].isalnum()
        )

    def names(self, workspace: Workspace) -> str:
        """The names of the forces that it belongs to."""
        return " and ".join(workspace.forces[owner].value.name for owner in sorted(self.owners))


@dataclass(frozen=True)
class Stranger:
    """A mark of another force, at the characters ``start`` to ``end`` of a text."""

    mark: Mark
    start: int
    end: int


@lru_cache(maxsize=2)
def marks(workspace: Workspace) -> dict[str, list[Mark]]:
    """The marks of all forces by their first word with a capital letter, the longest first."""
    owners: dict[tuple[str, str], set[str]] = defaultdict(set)
    for slug, force in workspace.forces.items():
        for words, what in _own(force.value):
            owners[words, what].add(slug)
    found: dict[str, list[Mark]] = defaultdict(list)
    for (words, what), slugs in owners.items():
        parts = list(WORD.finditer(words))
        first = next((part for part in parts if part[0][0].isupper()), parts[0] if parts else None)
        if first is not None:
            found[first[0]].append(Mark(words, what, frozenset(slugs), first.start()))
    for group in found.values():
        group.sort(key=lambda mark: (-len(mark.words), mark.words, mark.what))
    return dict(found)


@dataclass(frozen=True)
class _OfLength:
    """Marks of one length that are looked for by the same word."""

    length: int
    offsets: frozenset[int]
    marks: dict[str, list[Mark]]  # by their words without capitals


@lru_cache(maxsize=2)
def _by_length(workspace: Workspace) -> dict[str, list[_OfLength]]:
    """The marks of all forces by the word that they are looked for by, the longest first: of many
    that begin alike, each that could stand in a text is found at once."""
    found: dict[str, list[_OfLength]] = {}
    for word, group in marks(workspace).items():
        found[word] = []
        for length, alike in groupby(group, key=lambda mark: len(mark.words)):
            held: dict[str, list[Mark]] = defaultdict(list)
            for mark in alike:
                held[mark.words.casefold()].append(mark)
            offsets = frozenset(mark.offset for same in held.values() for mark in same)
            found[word].append(_OfLength(length, offsets, dict(held)))
    return found


def _own(force: Force) -> Iterator[tuple[str, str]]:
    for name, what in (
        (force.name, "name"),
        (force.welsh_name, "name"),
        *((alias, "alias") for alias in force.aliases),
    ):
        if name:
            yield name, what
            if len(name) >= SHORT and name != name.upper():
                yield name.upper(), what
    for term in force.own_terms:
        yield term, "term"
    for name in (force.addressee.name, *(person.name for person in force.copied_to)):
        if name:
            yield name, "officer"
    if force.addressee.name:
        first, *_, last = force.addressee.name.split() * 2
        for title in TITLES:
            yield f"{title} {last}", "officer"
        if force.addressee.style in {"Sir", "Dame"}:
            yield f"{force.addressee.style} {first}", "officer"


@lru_cache(maxsize=1)
def strangers_in(passage: Passage, slug: str | None, workspace: Workspace) -> tuple[Stranger, ...]:
    """The marks of other forces than ``slug`` in a passage."""
    known = marks(workspace)
    met = known.keys() & set(WORD.findall(passage.text))
    # Most texts name their own force or none, and are read faster so.
    if all(slug in mark.owners for word in met for mark in known[word]):
        return ()
    return tuple(strangers(passage.text, slug, workspace))


def strangers(text: str, slug: str | None, workspace: Workspace) -> Iterator[Stranger]:
    """The marks of other forces in a text; of words that could be two marks the longer counts."""
    known = _by_length(workspace)
    text = text.replace("\u00a0", " ")
    end = 0
    for word in WORD.finditer(text):
        for mark in _standing(known.get(word[0], ()), word.start(), text):
            start = word.start() - mark.offset
            if start < end:
                continue
            end = stop = start + len(mark.words)
            before = text[max(0, start - 30) : start]
            elsewhere = mark.what == "alias" and (
                ELSEWHERE.match(text, stop)
                or ELSEWHERE_BEFORE.search(before)
                or text.startswith(MET_OFFICE, start + mark.offset)
            )
            another = mark.what == "officer" and ANOTHER_OFFICE.search(before)
            if slug not in mark.owners and not elsewhere and not another:
                yield Stranger(mark, start, stop)
            break


def _standing(groups: Iterable[_OfLength], place: int, text: str) -> Iterator[Mark]:
    """The marks that stand where a text has their word, the longest first."""
    for group in groups:
        found = []
        for offset in group.offsets:
            start = place - offset
            words = text[start : start + group.length].casefold()
            found += [
                mark
                for mark in group.marks.get(words, ())
                if mark.offset == offset and mark.stands_at(start, text)
            ]
        yield from sorted(found, key=lambda mark: (mark.words, mark.what))


def is_mark(word: str, workspace: Workspace) -> bool:
    """Whether a word alone, or a name that begins with it, tells of a force."""
    return word in marks(workspace)
