"""What belongs to one force and stands in the letter of another."""

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from hmic_letters.checks.marks import is_mark, strangers_in
from hmic_letters.checks.wording import SPECIMEN
from hmic_letters.load import Workspace
from hmic_letters.model import MONTHS, WEEKDAYS
from hmic_letters.passages import Flaw, Kind, Passage, passages
from hmic_letters.problem import Fault
from hmic_letters.source import Keys

RUN = 5  # words; two findings that share many such runs are compared word by word
ALIKE = 0.85  # of the words, in the same order
SHORT = 5  # words; a finding of fewer is nobody's own


def another_force(passage: Passage, slug: str | None, workspace: Workspace) -> Iterator[Flaw]:
    """No letter speaks of another force, by its name or by an alias.

    The aliases stand in each force's file. 'Durham University' is no alias of a force, nor is
    'Norfolk Street'. Where a finding has to speak of another force, as of one it works with, an
    entry under 'allowed' in the force's file says why; its text is the words, or the finding's id.
    In the inspection's file and in the templates, which every letter prints, no force may stand.
    """
    yield from _flaws(passage, slug, workspace, {"name", "alias"})


def officer_of_another_force(
    passage: Passage, slug: str | None, workspace: Workspace
) -> Iterator[Flaw]:
    """No letter speaks of another force's chief officer, or of a person who gets its copy.

    They are known by their name, a chief officer by title and surname too ('Mr Bliss').
    """
    yield from _flaws(passage, slug, workspace, {"officer"})


def term_of_another_force(
    passage: Passage, slug: str | None, workspace: Workspace
) -> Iterator[Flaw]:
    """No letter has a term that another force's file lists under own_terms.

    Such are the names of programmes, systems and operations that one force alone has ('Metis'). A
    term that two forces share goes into the files of both.
    """
    yield from _flaws(passage, slug, workspace, {"term"})


BELONGS = {
    "name": "'{words}' is named",
    "alias": "'{words}' ({names}) is named",
    "officer": "'{words}' (of {names}) is named",
    "term": "'{words}' (a term of {names}) stands",
}


def _flaws(
    passage: Passage, slug: str | None, workspace: Workspace, kinds: set[str]
) -> Iterator[Flaw]:
    where = f"the letter to {_name(workspace, slug)}" if slug else "every letter"
    for stranger in strangers_in(passage, slug, workspace):
        mark = stranger.mark
        if mark.what in kinds:
            said = BELONGS[mark.what].format(words=mark.words, names=mark.names(workspace))
            yield Flaw(
                stranger.start,
                stranger.end,
                f"{said} in {where}",
                "Look whether the text is in the right letter.",
                allow=True,
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


# Names that say nothing of one force.
COMMON = frozenset(
    (
        *MONTHS,
        *WEEKDAYS,
        *("Wales", "England", "Scotland", "Ireland", "Britain", "London", "Europe", "Christmas"),
        *("Easter", "Parliament", "Government", "Crown", "Police", "Constabulary", "Inspectorate"),
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
    told = set(COMMON)
    for passage in letter:
        if passage.kind is Kind.NAME or not alone:
            continue
        for found in re.finditer(r"\b[A-Z][a-z]\w*", passage.text):
            word = found[0]
            users_of_word = users.get(word, set())
            if word in told or word not in alone or slug not in users_of_word:
                continue
            others = users_of_word - {slug}
            known = word.casefold() in small or is_mark(word, workspace)
            if len(others) == 1 and not known:
                told.add(word)
                yield Fault(
                    passage.place(found.start()),
                    f"'{word}' occurs in the findings about {_name(workspace, *others)} and in "
                    "these, and nowhere else",
                    "Look whose it is, and list it under own_terms there, or of both.",
                    word,
                    passage.finding_id,
                    allow=True,
                )


@dataclass(frozen=True, eq=False)
class _Finding:
    """A finding as it is compared, its points included; ``words`` are in small letters.

    ``number`` counts the findings as they were read.
    """

    number: int
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


@lru_cache(maxsize=8192)
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
    for number, ((slug, keys), parts) in enumerate(texts.items()):
        located = workspace.forces.get(slug)
        marked = located is not None and located.value.specimen
        specimen = marked or SPECIMEN.search(" ".join(parts)) is not None
        name = workspace.documents[slug].text(*keys, "id") or "without an id"
        text = " ".join(parts)
        finding = _Finding(number, slug, keys, name, text, _words(text), specimen)
        by_place[slug, keys] = finding
        # Specimens may say the same as other specimens, so nothing has to find them.
        if not specimen:
            for run in _runs(finding.words):
                by_run[run].append(finding)
    return _Findings(by_place, by_run)


def _compared(passage: Passage, slug: str | None, workspace: Workspace) -> _Finding | None:
    """The finding that begins with a passage, as it is compared; None for any other passage."""
    if slug is None or passage.kind not in {Kind.FINDING, Kind.LEAD}:
        return None
    return _findings(workspace).by_place[slug, passage.finding]


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
        # Where 85 words of 100 are the same, 44 runs of five are in the mean.
        most = max(len(runs), len(other.words) - RUN + 1)
        if other is finding or count * 4 < most:
            continue
        if _alike(finding.words, other.words):
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

    An inspection has findings that many forces share; look whether this is one. It is told in the
    first of the files.
    """
    yield from _double(passage, slug, workspace, range(2, len(workspace.documents)))


def _double(
    passage: Passage, slug: str | None, workspace: Workspace, numbers: Container[int]
) -> Iterator[Flaw]:
    finding = _compared(passage, slug, workspace)
    if finding is None:
        return
    others = [other for other in _doubles(finding, workspace) if other.slug != slug]
    forces = list(dict.fromkeys(other.slug for other in others))
    if len(forces) in numbers and (len(forces) == 1 or finding.slug < min(forces)):
        where = ", ".join(f"{other.slug}.yaml ({other.id})" for other in others[:3])
        more = f" and {len(others) - 3} more" if len(others) > 3 else ""  # noqa: PLR2004
        yield Flaw(
            0,
            len(passage.text),
            f"this finding stands nearly word for word in {where}{more}",
            "Look whose finding it is.",
            about=finding.id,
            allow=True,
        )


SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
LONG = 8  # words; a sentence of fewer is nobody's own


@lru_cache(maxsize=2)
def _sentences(workspace: Workspace) -> dict[tuple[str, ...], dict[str, str]]:
    """The findings' ids by force, for each long sentence of findings that are no specimens."""
    said: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
    for finding in _findings(workspace).by_place.values():
        if not finding.specimen:
            for sentence in SENTENCE_END.split(finding.text):
                words = _words(sentence)
                if len(words) >= LONG:
                    said[words].setdefault(finding.slug, finding.id)
    return said


def shared_sentence(passage: Passage, slug: str | None, workspace: Workspace) -> Iterator[Flaw]:
    """No sentence of a finding stands in the findings about one other force.

    Sentences of fewer than eight words are passed over, and so are findings that are told as a
    whole, and sentences that stand in the letters of more than two forces.
    """
    finding = _compared(passage, slug, workspace)
    if finding is None:
        return
    if finding.specimen or any(other.slug != slug for other in _doubles(finding, workspace)):
        return
    start = 0
    for sentence in SENTENCE_END.split(passage.text):
        start = passage.text.index(sentence, start)
        others = {
            other: name
            for other, name in _sentences(workspace).get(_words(sentence), {}).items()
            if other != slug
        }
        if len(others) == 1:
            ((other, name),) = others.items()
            yield Flaw(
                start,
                start + len(sentence),
                f"this sentence stands in {other}.yaml ({name}) too",
                "Look whose it is.",
                about=finding.id,
                allow=True,
            )
        start += len(sentence)


def finding_made_for_another_force(
    passage: Passage, slug: str | None, workspace: Workspace
) -> Iterator[Flaw]:
    """No finding stood in another force's letter when the letters were last made, and not in this.

    So two findings are noticed that changed places between two files and name nothing by which a
    force is known. The texts are in the hidden records beside the letters; where none was made yet,
    nothing is compared. If the letters were wrong and the files are right now, an entry under
    'allowed' with the finding's id says so.
    """
    finding = _compared(passage, slug, workspace)
    if finding is None:
        return
    printed = _printed(workspace)
    own = printed.get(finding.slug, {})
    if len(finding.words) < SHORT or finding.specimen or finding.text in own.values():
        return
    said = {(one, name): text for one in printed for name, text in printed[one].items()}
    near = [place for place, text in said.items() if _alike(finding.words, _words(text))]
    others = [(one, name) for one, name in near if one != slug]
    # What has been in this letter as well, or stands in the other file still, is told otherwise.
    if not others or len(others) < len(near) or len(_doubles(finding, workspace)):
        return
    where = ", ".join(f"the letter to {_name(workspace, one)} ({name})" for one, name in others[:3])
    yield Flaw(
        0,
        len(passage.text),
        f"this finding stood in {where} when it was last made, and not in this one",
        "Look whose finding it is.",
        about=finding.id,
        allow=True,
    )


@lru_cache(maxsize=2)
def _printed(workspace: Workspace) -> dict[str, Mapping[str, str]]:
    """The findings of each force in its letter as it was last made, by their ids."""
    return {slug: made.findings for slug, made in workspace.made.items()}


def _alike(words: tuple[str, ...], others: tuple[str, ...]) -> bool:
    least = ALIKE * (len(words) + len(others)) / 2
    # What the lengths and the words without their order do not allow need not be compared.
    if min(len(words), len(others)) < least or (_counts(words) & _counts(others)).total() < least:
        return False
    return SequenceMatcher(None, words, others, autojunk=False).ratio() >= ALIKE


@lru_cache(maxsize=8192)
def _counts(words: tuple[str, ...]) -> Counter[str]:
    return Counter(words)


def repeated_text(passage: Passage, slug: str | None, workspace: Workspace) -> Iterator[Flaw]:
    """No finding stands, nearly word for word, twice in one letter."""
    finding = _compared(passage, slug, workspace)
    if finding is None or finding.specimen:
        return
    for other in _doubles(finding, workspace):
        if other.slug == finding.slug and other.number < finding.number:
            yield Flaw(
                0,
                len(passage.text),
                f"this finding says nearly word for word what {other.id} says",
                "Remove one of the two.",
                about=finding.id,
            )
            return


@dataclass(frozen=True)
class _Called:
    """The forces, in the order of the register, by what they and their addressees are called, and
    by whom their letters went to when they were last made."""

    by_name: Mapping[str, list[str]]
    by_addressee: Mapping[str, list[str]]
    by_made: Mapping[str, list[str]]


@lru_cache(maxsize=2)
def _called(workspace: Workspace) -> _Called:
    found = _Called(defaultdict(list), defaultdict(list), defaultdict(list))
    for slug, located in workspace.forces.items():
        force = located.value
        for name in filter(None, {force.name, force.welsh_name, *force.aliases}):
            found.by_name[name].append(slug)
        if force.addressee.name is not None:
            found.by_addressee[force.addressee.name].append(slug)
    for slug, made in workspace.made.items():
        found.by_made[made.addressee].append(slug)
    return found


def addressee_of_another_force(slug: str, workspace: Workspace) -> Iterator[Fault]:
    """No two letters go to one person."""
    force = workspace.forces[slug]
    name = force.value.addressee.name
    if name is None:
        return
    for other in _called(workspace).by_addressee.get(name, ()):
        if other != slug:
            yield Fault(
                force.document.place("addressee", "name"),
                f"the letter to {_name(workspace, other)} goes to {name} too",
                "Correct one or the other.",
                name,
                allow=True,
            )


def salutation_of_another_person(slug: str, workspace: Workspace) -> Iterator[Fault]:
    """The salutation greets the addressee, by the words of the name or of the office.

    'Dear Andy' greets Mr Andy Bliss and Mr A. Bliss, 'Dear Mr Bliss' too, 'Dear Chief Constable'
    whoever holds that office.
    """
    force = workspace.forces[slug]
    addressee = force.value.addressee
    greeted = set(_words(addressee.salutation)) - {"dear"}
    known = set(_words(f"{addressee.style or ''} {addressee.name or ''} {addressee.office}"))
    unknown = {word for word in greeted - known if word[0] not in known}
    # 'Dear Sir Michael' may greet a knight whose style the file does not have.
    if unknown - ({"sir", "dame"} if len(greeted) > 1 else set()) or not greeted:
        who = " ".join(filter(None, (addressee.style, addressee.name))) or addressee.office
        yield Fault(
            force.document.place_in(("addressee", "salutation"), 0),
            f"'{addressee.salutation}' does not greet {who}",
            "Correct it.",
            addressee.salutation,
            allow=True,
        )


def name_of_another_force(slug: str, workspace: Workspace) -> Iterator[Fault]:
    """No two forces have one name or one alias."""
    force = workspace.forces[slug]
    own: list[tuple[Keys, str | None]] = [
        (("name",), force.value.name),
        (("welsh_name",), force.value.welsh_name),
        *((("aliases", at), alias) for at, alias in enumerate(force.value.aliases)),
    ]
    by_name = _called(workspace).by_name
    for keys, name in own:
        if name is None:
            continue
        for other in by_name.get(name, ()):
            if other != slug:
                yield Fault(
                    force.document.place(*keys),
                    f"'{name}' is what {other}.yaml calls its force too",
                    "Correct one or the other.",
                    name,
                )


def addressee_made_for_another_force(slug: str, workspace: Workspace) -> Iterator[Fault]:
    """No letter goes to whom another force's letter went when it was last made."""
    force = workspace.forces[slug]
    name = force.value.addressee.name
    own = workspace.made.get(slug)
    if name is None or (own is not None and own.addressee == name):
        return
    for other in _called(workspace).by_made.get(name, ()):
        if other != slug:
            yield Fault(
                force.document.place("addressee", "name"),
                f"the letter to {_name(workspace, other)} went to {name} when it was last made",
                "Look whose chief officer this is.",
                name,
                allow=True,
            )


def _name(workspace: Workspace, slug: str) -> str:
    located = workspace.forces.get(slug)
    return located.value.name if located else slug
