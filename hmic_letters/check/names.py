"""The names, officers and own terms that identify a force, and their places in a text."""

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
SHORT = 5  # letters; a shorter name in capitals may be an acronym
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
# Another person with the same name: 'Councillor David Shaw'.
ANOTHER_OFFICE = re.compile(r"(?:Councillor|Cllr|Inspector|Superintendent|Sergeant|PC|Professor) $")


@dataclass(frozen=True)
class Mark:
    """Words that identify a force: its name, an alias, an officer or an own term.

    ``owners`` has the slugs of the forces with these words. One of the words, at ``offset``, is the
    one that the search looks up.
    """

    words: str
    what: str
    owners: frozenset[str]
    offset: int

    def stands_at(self, start: int, text: str) -> bool:
        """Return whether a text has these words there, with or without an initial capital."""
        stop = start + len(self.words)
        return (
            start >= 0
            and text[start:stop].casefold() == self.words.casefold()
            and text[start + 1 : stop] == self.words[1:]
            and not text[stop : stop + 1].isalnum()
            and not text[max(0, start - 1) : start].isalnum()
        )

    def names(self, workspace: Workspace) -> str:
        """Return the names of the forces with these words."""
        return " and ".join(workspace.forces[owner].value.name for owner in sorted(self.owners))


@dataclass(frozen=True)
class Stranger:
    """Words of another force, at the characters ``start`` to ``end`` of a text."""

    mark: Mark
    start: int
    end: int


@lru_cache(maxsize=2)
def marks(workspace: Workspace) -> dict[str, list[Mark]]:
    """Return the words that identify forces, by the word that the search looks up.

    That is their first word with a capital letter. The longest words come first.
    """
    owners: dict[tuple[str, str], set[str]] = defaultdict(set)
    for slug, force in workspace.forces.items():
        for words, what in _identifying(force.value):
            owners[words, what].add(slug)
    by_word: dict[str, list[Mark]] = defaultdict(list)
    for (words, what), slugs in owners.items():
        parts = list(WORD.finditer(words))
        first = next((part for part in parts if part[0][0].isupper()), parts[0] if parts else None)
        if first is not None:
            by_word[first[0]].append(Mark(words, what, frozenset(slugs), first.start()))
    for group in by_word.values():
        group.sort(key=lambda mark: (-len(mark.words), mark.words, mark.what))
    return dict(by_word)


@dataclass(frozen=True)
class _OfLength:
    """Words of one length that the search looks up by the same word."""

    length: int
    offsets: frozenset[int]
    marks: dict[str, list[Mark]]  # by their words in small letters


@lru_cache(maxsize=2)
def _by_length(workspace: Workspace) -> dict[str, list[_OfLength]]:
    """Group the words of ``marks`` by length, the longest first.

    Why: if many begin alike, one look-up for each length finds all that could be in a text.
    """
    groups: dict[str, list[_OfLength]] = {}
    for word, group in marks(workspace).items():
        groups[word] = []
        for length, alike in groupby(group, key=lambda mark: len(mark.words)):
            by_words: dict[str, list[Mark]] = defaultdict(list)
            for mark in alike:
                by_words[mark.words.casefold()].append(mark)
            offsets = frozenset(mark.offset for same in by_words.values() for mark in same)
            groups[word].append(_OfLength(length, offsets, dict(by_words)))
    return groups


def _identifying(force: Force) -> Iterator[tuple[str, str]]:
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
    """Return the words of forces other than ``slug`` in a passage."""
    known = marks(workspace)
    met = known.keys() & set(WORD.findall(passage.text))
    # Why: most texts name their own force or none, and this test is faster.
    if all(slug in mark.owners for word in met for mark in known[word]):
        return ()
    return tuple(strangers(passage.text, slug, workspace))


def strangers(text: str, slug: str | None, workspace: Workspace) -> Iterator[Stranger]:
    """Yield the words of other forces in a text; where two would fit, the longer counts."""
    known = _by_length(workspace)
    text = text.replace("\u00a0", " ")
    end = 0
    for word in WORD.finditer(text):
        for mark in _marks_at(known.get(word[0], ()), word.start(), text):
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


def _marks_at(groups: Iterable[_OfLength], place: int, text: str) -> Iterator[Mark]:
    """Yield the words that a text has at the place of the word looked up, the longest first."""
    for group in groups:
        matching = []
        for offset in group.offsets:
            start = place - offset
            words = text[start : start + group.length].casefold()
            matching += [
                mark
                for mark in group.marks.get(words, ())
                if mark.offset == offset and mark.stands_at(start, text)
            ]
        yield from sorted(matching, key=lambda mark: (mark.words, mark.what))


def is_mark(word: str, workspace: Workspace) -> bool:
    """Return whether a word alone, or a name that begins with it, identifies a force."""
    return word in marks(workspace)
