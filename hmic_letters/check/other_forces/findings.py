"""What belongs to one force and stands in the letter of another."""

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from hmic_letters.check.other_forces.mentions import name_of
from hmic_letters.check.rules.wording import SPECIMEN
from hmic_letters.data.load import Workspace
from hmic_letters.data.passages import Flaw, Kind, Passage, passages
from hmic_letters.data.source import Keys

RUN = 5  # words; two findings that share many such runs are compared word by word
ALIKE = 0.85  # of the words, in the same order
SHORT = 5  # words; a finding of fewer is nobody's own


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
def doubles(finding: _Finding, workspace: Workspace) -> list[_Finding]:
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
    others = [other for other in doubles(finding, workspace) if other.slug != slug]
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
    if finding.specimen or any(other.slug != slug for other in doubles(finding, workspace)):
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
    if not others or len(others) < len(near) or len(doubles(finding, workspace)):
        return
    where = ", ".join(
        f"the letter to {name_of(workspace, one)} ({name})" for one, name in others[:3]
    )
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
    for other in doubles(finding, workspace):
        if other.slug == finding.slug and other.number < finding.number:
            yield Flaw(
                0,
                len(passage.text),
                f"this finding says nearly word for word what {other.id} says",
                "Remove one of the two.",
                about=finding.id,
            )
            return
