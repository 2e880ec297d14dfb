"""What belongs to one force and stands in the letter of another."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from hmic_letters.load import Workspace
from hmic_letters.model import Force
from hmic_letters.passages import Flaw, Kind, Passage, passages
from hmic_letters.problem import Fault
from hmic_letters.source import Keys

WORD = re.compile(r"[A-Za-z]+(?:-[A-Za-z]+)*")
TITLES = ("Mr", "Mrs", "Miss", "Ms", "Dr", "Sir", "Dame", "Chief Constable", "Commissioner")
# 'Durham University' and 'University of Durham' are no police force.
ELSEWHERE = re.compile(
    r"[’']?s? (?:University|College|Street|Road|Lane|Avenue|Square|Place|House|Office|Cathedral"
    r"|Castle)\b"
)
ELSEWHERE_BEFORE = re.compile(r"\b(?:University|College|Bishop|Duke|Duchess|Earl) of $")

RUN = 5  # words; two findings that share many such runs are compared word by word
ALIKE = 0.85  # of the words, in the same order
SHORT = 5  # words; a finding of fewer is nobody's own


@dataclass(frozen=True)
class _Mark:
    """Words that tell of a force: ``owners`` are the slugs of those that they belong to.

    ``offset`` is where in them the word begins by which they are looked for.
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


@lru_cache(maxsize=2)
def _marks(workspace: Workspace) -> dict[str, list[_Mark]]:
    """The marks of all forces by their first word with a capital letter, the longest first."""
    owners: dict[tuple[str, str], set[str]] = defaultdict(set)
    for slug, force in workspace.forces.items():
        for words, what in _own(force.value):
            owners[words, what].add(slug)
    marks: dict[str, list[_Mark]] = defaultdict(list)
    for (words, what), slugs in owners.items():
        found = list(WORD.finditer(words))
        first = next((word for word in found if word[0][0].isupper()), found[0] if found else None)
        if first is not None:
            marks[first[0]].append(_Mark(words, what, frozenset(slugs), first.start()))
    for group in marks.values():
        group.sort(key=lambda mark: (-len(mark.words), mark.words, mark.what))
    return dict(marks)


def _own(force: Force) -> Iterator[tuple[str, str]]:
    for name in (force.name, force.welsh_name):
        if name:
            yield name, "name"
    for alias in force.aliases:
        yield alias, "alias"
    for term in force.own_terms:
        yield term, "term"
    for name in (force.addressee.name, *(person.name for person in force.copied_to)):
        if name:
            yield name, "officer"
    if force.addressee.name:
        surname = force.addressee.name.split()[-1]
        for title in TITLES:
            yield f"{title} {surname}", "officer"


@dataclass(frozen=True)
class _Stranger:
    mark: _Mark
    start: int
    end: int


@lru_cache(maxsize=1)
def _strangers(passage: Passage, slug: str | None, workspace: Workspace) -> tuple[_Stranger, ...]:
    """The marks of other forces; of words that could be two marks the longer counts."""
    marks = _marks(workspace)
    met = marks.keys() & set(WORD.findall(passage.text))
    # Most texts name their own force or none, and are read faster so.
    if all(slug in mark.owners for word in met for mark in marks[word]):
        return ()
    return tuple(_found(passage.text, slug, marks))


def _found(text: str, slug: str | None, marks: dict[str, list[_Mark]]) -> Iterator[_Stranger]:
    end = 0
    for word in WORD.finditer(text):
        for mark in marks.get(word[0], ()):
            start = word.start() - mark.offset
            if start < end or not mark.stands_at(start, text):
                continue
            end = stop = start + len(mark.words)
            elsewhere = ELSEWHERE.match(text, stop) or ELSEWHERE_BEFORE.search(text, 0, start)
            if slug not in mark.owners and not (mark.what == "alias" and elsewhere):
                yield _Stranger(mark, start, stop)
            break


def strangers(text: str, slug: str, workspace: Workspace) -> Iterator[tuple[str, str]]:
    """The words of a text that tell of another force, and the names of those they tell of."""
    for stranger in _found(text, slug, _marks(workspace)):
        yield stranger.mark.words, _owners(stranger.mark, workspace)


def another_force(passage: Passage, slug: str | None, workspace: Workspace) -> Iterator[Flaw]:
    """No letter speaks of another force, by its name or by an alias.

    The aliases stand in each force's file. 'Durham University' is no alias of a force, nor is
    'Norfolk Street'. Where a finding has to speak of another force, as of one it works with, an
    entry under 'allowed' in the force's file says why. In the inspection's file and in the
    templates, which every letter prints, no force may stand.
    """
    yield from _flaws(passage, slug, workspace, {"name", "alias"}, "is")


def officer_of_another_force(
    passage: Passage, slug: str | None, workspace: Workspace
) -> Iterator[Flaw]:
    """No letter speaks of another force's chief officer, or of a person who gets its copy.

    They are known by their name, a chief officer by title and surname too ('Mr Bliss').
    """
    yield from _flaws(passage, slug, workspace, {"officer"}, "belongs to the letter to")


def term_of_another_force(
    passage: Passage, slug: str | None, workspace: Workspace
) -> Iterator[Flaw]:
    """No letter has a term that another force's file lists under own_terms.

    Such are the names of programmes, systems and operations that one force alone has ('Metis').
    """
    yield from _flaws(passage, slug, workspace, {"term"}, "is a term of")


def _owners(mark: _Mark, workspace: Workspace) -> str:
    return " and ".join(workspace.forces[owner].value.name for owner in sorted(mark.owners))


def _flaws(
    passage: Passage, slug: str | None, workspace: Workspace, kinds: set[str], what: str
) -> Iterator[Flaw]:
    for stranger in _strangers(passage, slug, workspace):
        mark = stranger.mark
        if mark.what in kinds:
            names = _owners(mark, workspace)
            said = f"'{mark.words}' {what} {names}" if names != mark.words else f"this is {names}"
            yield Flaw(
                stranger.start,
                stranger.end,
                f"{said}, and this is printed in "
                + (f"the letter to {_name(workspace, slug)}" if slug else "every letter"),
                "Look whether the text is in the right letter; if it is, allow the words under "
                "'allowed', with the reason.",
            )


# Capitalised words in a row are one name ('Strategic Alliance'), which says little of one force.
NAME = re.compile(r"[A-Z][\w’]*(?:[ -][A-Z][\w’]*)*")
OPENERS = frozenset(
    (
        *("A", "All", "Although", "An", "And", "Any", "As", "At", "Both", "But", "By", "Despite"),
        *("Each", "Every", "Few", "For", "From", "Given", "HMIC", "He", "Here", "However", "If"),
        *("In", "Into", "It", "Its", "Many", "More", "Most", "No", "None", "Not", "Of", "On"),
        *("One", "Other", "Our", "Over", "She", "Since", "So", "Some", "Such", "Than", "That"),
        *("The", "Their", "Then", "There", "These", "They", "This", "Those", "Through", "To"),
        *("Two", "Under", "Until", "We", "What", "When", "Where", "Which", "While", "Who"),
        *("Whose", "With", "Within", "Without", "You", "Your"),
    )
)


@lru_cache(maxsize=2)
def _terms(workspace: Workspace) -> tuple[dict[str, set[str]], set[str], set[str]]:
    """By whom each capitalised word is used; those that stand alone; words in small letters."""
    users: dict[str, set[str]] = defaultdict(set)
    alone: set[str] = set()
    small: set[str] = set()
    for slug, document in workspace.documents.items():
        located = workspace.forces.get(slug)
        if located is None or located.value.specimen:
            continue
        for passage in passages(document):
            if passage.kind is Kind.NAME:
                continue
            small.update(re.findall(r"\b[a-z]+\b", passage.text))
            for found in NAME.finditer(passage.text):
                words = found[0].split(" ")
                if words[0] in OPENERS:
                    words = words[1:]
                for word in words:
                    users[word].add(slug)
                before = passage.text[: found.start()].rstrip("‘“(")
                starts = not before or before.rstrip()[-1:] in ".!?:;"
                if len(words) == 1 and (not starts or words[0] != found[0]):
                    alone.add(words[0])
    return users, alone, small


def shared_term(letter: tuple[Passage, ...], slug: str, workspace: Workspace) -> Iterator[Fault]:
    """A name that occurs in the findings of two forces alone belongs to one of them, or to both.

    A single capitalised word counts as such a name ('Metis'), a row of them ('Strategic Alliance')
    does not. List it under own_terms of the force it belongs to, or allow it in both. It is told
    where it first stands in a letter.
    """
    users, alone, small = _terms(workspace)
    marks = _marks(workspace)
    told = set()
    for passage in letter:
        if passage.kind is Kind.NAME or not alone:
            continue
        for found in re.finditer(r"\b[A-Z][a-z]\w*", passage.text):
            word = found[0]
            users_of_word = users.get(word, set())
            if word in told or word in marks or word not in alone or slug not in users_of_word:
                continue
            others = users_of_word - {slug}
            if len(others) == 1 and word.casefold() not in small:
                told.add(word)
                yield Fault(
                    passage.place(found.start()),
                    f"'{word}' occurs in the findings about {_name(workspace, *others)} and in "
                    "these, and nowhere else",
                    "Look whose it is: list it under own_terms in the file of that force, or allow "
                    "it under 'allowed', with the reason.",
                    word,
                )


@dataclass(frozen=True, eq=False)
class _Finding:
    """A finding as it is compared, its points included; ``words`` are in small letters."""

    slug: str
    keys: Keys
    id: str
    text: str
    words: tuple[str, ...]
    specimen: bool


@dataclass(frozen=True)
class _Findings:
    by_place: dict[tuple[str, Keys], _Finding]
    by_run: dict[tuple[str, ...], list[_Finding]]


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"\w+", text.casefold()))


def _runs(words: Sequence[str]) -> set[tuple[str, ...]]:
    return set(zip(*(words[at:] for at in range(RUN)), strict=False))


@lru_cache(maxsize=2)
def _findings(workspace: Workspace) -> _Findings:
    texts: dict[tuple[str, Keys], list[str]] = defaultdict(list)
    for slug, document in workspace.documents.items():
        for passage in passages(document):
            if passage.kind in {Kind.FINDING, Kind.LEAD, Kind.POINT}:
                texts[slug, passage.finding].append(passage.text)
    by_place = {}
    by_run: dict[tuple[str, ...], list[_Finding]] = defaultdict(list)
    for (slug, keys), parts in texts.items():
        located = workspace.forces.get(slug)
        specimen = located is not None and located.value.specimen
        name = workspace.documents[slug].text(*keys, "id") or "without an id"
        finding = _Finding(slug, keys, name, " ".join(parts), _words(" ".join(parts)), specimen)
        by_place[slug, keys] = finding
        # Specimens may say the same as other specimens, so nothing has to find them.
        if not specimen:
            for run in _runs(finding.words):
                by_run[run].append(finding)
    return _Findings(by_place, by_run)


@lru_cache(maxsize=1)
def _doubles(finding: _Finding, workspace: Workspace) -> list[_Finding]:
    """The other findings that say nearly word for word the same."""
    if len(finding.words) < SHORT:
        return []
    shared: dict[tuple[str, Keys], int] = defaultdict(int)
    findings = _findings(workspace)
    runs = _runs(finding.words)
    for run in runs & findings.by_run.keys():
        for other in findings.by_run[run]:
            shared[other.slug, other.keys] += 1
    doubles = []
    for place, count in shared.items():
        other = findings.by_place[place]
        if other is finding or count * 3 < len(runs):
            continue
        if SequenceMatcher(None, finding.words, other.words, autojunk=False).ratio() >= ALIKE:
            doubles.append(other)
    return sorted(doubles, key=lambda other: (other.slug, other.id))


def finding_of_another_force(
    passage: Passage, slug: str | None, workspace: Workspace
) -> Iterator[Flaw]:
    """No finding stands, nearly word for word, in the file of one other force.

    Nearly is: 85 in 100 words the same, in the same order. Findings of fewer than five words are
    passed over. A finding that stands in three files or more is told as common-finding.
    """
    yield from _double(passage, slug, workspace, {1})


def common_finding(passage: Passage, slug: str | None, workspace: Workspace) -> Iterator[Flaw]:
    """A finding that stands, nearly word for word, in the files of several other forces.

    An inspection has findings that many forces share; look whether this is one.
    """
    yield from _double(passage, slug, workspace, set(range(2, len(workspace.documents))))


def _double(
    passage: Passage, slug: str | None, workspace: Workspace, numbers: set[int]
) -> Iterator[Flaw]:
    if slug is None or passage.kind not in {Kind.FINDING, Kind.LEAD}:
        return
    finding = _findings(workspace).by_place[slug, passage.finding]
    others = [other for other in _doubles(finding, workspace) if other.slug != slug]
    forces = list(dict.fromkeys(other.slug for other in others))
    if len(forces) in numbers:
        where = ", ".join(f"{other.slug}.yaml ({other.id})" for other in others[:3])
        more = f" and {len(others) - 3} more" if len(others) > 3 else ""  # noqa: PLR2004
        yield Flaw(
            0,
            len(passage.text),
            f"this finding stands nearly word for word in {where}{more}",
            f"Look whose finding it is; if each of them has it, allow '{finding.id}' under "
            "'allowed', with the reason.",
            about=finding.id,
        )


def finding_made_for_another_force(
    passage: Passage, slug: str | None, workspace: Workspace
) -> Iterator[Flaw]:
    """No finding stood in another force's letter when the letters were last made, and not in this.

    So two findings are noticed that changed places between two files and name nothing by which a
    force is known. The texts are in the hidden records beside the letters; where none was made yet,
    nothing is compared. If the letters were wrong and the files are right now, an entry under
    'allowed' with the finding's id says so.
    """
    if slug is None or passage.kind not in {Kind.FINDING, Kind.LEAD}:
        return
    finding = _findings(workspace).by_place[slug, passage.finding]
    printed = _printed(workspace).get(finding.text, ())
    if len(finding.words) < SHORT or not printed or slug in {owner for owner, _ in printed}:
        return
    where = ", ".join(
        f"the letter to {_name(workspace, owner)} ({name})" for owner, name in printed
    )
    yield Flaw(
        0,
        len(passage.text),
        f"this finding stood in {where} when it was last made, and not in this one",
        "Look whose finding it is.",
        about=finding.id,
    )


@lru_cache(maxsize=2)
def _printed(workspace: Workspace) -> dict[str, list[tuple[str, str]]]:
    """Force and id of each finding in the letters as they were last made, by its text."""
    printed: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for slug, made in workspace.made.items():
        for name, text in made.findings.items():
            printed[text].append((slug, name))
    return printed


def repeated_text(passage: Passage, slug: str | None, workspace: Workspace) -> Iterator[Flaw]:
    """No finding stands, nearly word for word, twice in one letter."""
    if slug is None or passage.kind not in {Kind.FINDING, Kind.LEAD}:
        return
    finding = _findings(workspace).by_place[slug, passage.finding]
    for other in _doubles(finding, workspace):
        if other.slug == slug and not finding.specimen:
            yield Flaw(
                0,
                len(passage.text),
                f"this finding says nearly word for word what {other.id} says",
                "Remove one of the two.",
                about=finding.id,
            )
            return


def addressee_of_another_force(slug: str, workspace: Workspace) -> Iterator[Fault]:
    """No two letters go to one person."""
    force = workspace.forces[slug]
    name = force.value.addressee.name
    for other, located in workspace.forces.items():
        if name is not None and other != slug and located.value.addressee.name == name:
            yield Fault(
                force.document.place("addressee", "name"),
                f"the letter to {located.value.name} goes to {name} too",
                "Correct one or the other; if it is true, allow it under 'allowed', with the "
                "reason.",
                name,
            )


def salutation_of_another_person(slug: str, workspace: Workspace) -> Iterator[Fault]:
    """The salutation has a word of the addressee's name or office in it.

    'Dear Andy' greets Mr Andy Bliss and Mr A. Bliss, 'Dear Chief Constable' whoever holds that
    office.
    """
    force = workspace.forces[slug]
    addressee = force.value.addressee
    greeted = set(_words(addressee.salutation)) - {"dear"}
    known = set(_words(f"{addressee.style or ''} {addressee.name or ''} {addressee.office}"))
    if not greeted & (known | {word for word in greeted if word[0] in known}):
        who = addressee.name or f"the {addressee.office}"
        yield Fault(
            force.document.place_in(("addressee", "salutation"), 0),
            f"'{addressee.salutation}' does not greet {who}",
            "Correct it; if it is right, allow it under 'allowed', with the reason.",
            addressee.salutation,
        )


def _name(workspace: Workspace, slug: str) -> str:
    located = workspace.forces.get(slug)
    return located.value.name if located else slug
