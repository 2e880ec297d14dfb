"""Findings and sentences of one force that appear in the letter of another."""

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
from hmic_letters.problem import Fault

RUN = 5  # words; if two findings share many such runs, compare them word by word
ALIKE = 0.85  # share of the words that are the same, in the same order
SHORT = 5  # words; a finding of fewer belongs to no single force


@dataclass(frozen=True, eq=False)
class _Finding:
    """A finding prepared for comparison, its points included; ``words`` are in small letters.

    ``number`` counts the findings in the order of reading.
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
        # Why: specimens may repeat other specimens, so no search has to find them.
        if not specimen:
            for run in _runs(finding.words):
                by_run[run].append(finding)
    return _Findings(by_place, by_run)


def _compared(passage: Passage, slug: str | None, workspace: Workspace) -> _Finding | None:
    """Return the finding that begins with a passage, or None if none begins with it."""
    if slug is None or passage.kind not in {Kind.FINDING, Kind.LEAD}:
        return None
    return _findings(workspace).by_place[slug, passage.finding]


@lru_cache(maxsize=1)
def doubles(finding: _Finding, workspace: Workspace) -> list[_Finding]:
    """Return the other findings that say nearly the same, word for word."""
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
        # If 85 of 100 words are the same, on average 44 of 100 runs of five are the same, too.
        most = max(len(runs), len(other.words) - RUN + 1)
        if other is finding or count * 4 < most or other.slug in workspace.pair(finding.slug):
            continue
        if _alike(finding.words, other.words):
            doubles.append(other)
    return sorted(doubles, key=lambda other: (other.slug, other.id))


def finding_of_another_force(
    passage: Passage, slug: str | None, workspace: Workspace
) -> Iterator[Flaw]:
    """No finding is, nearly word for word, in the file of one other force.

    Nearly means that 85 of 100 words are the same, in the same order. The check skips findings of
    fewer than five words. It reports a finding in three or more files as common-finding.
    """
    yield from _double(passage, slug, workspace, {1})


def common_finding(passage: Passage, slug: str | None, workspace: Workspace) -> Iterator[Flaw]:
    """A finding that several files have, nearly word for word, belongs to all these forces.

    An inspection has findings that many forces share: look whether this is one. The check reports
    it in the first of the files.
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
LONG = 8  # words; a sentence of fewer belongs to no single force


@lru_cache(maxsize=2)
def _sentences(workspace: Workspace) -> dict[tuple[str, ...], dict[str, str]]:
    """Return the ids of findings by force, for each long sentence.

    Specimens are left out.
    """
    findings_with: dict[tuple[str, ...], dict[str, str]] = defaultdict(dict)
    for finding in _findings(workspace).by_place.values():
        if not finding.specimen:
            for sentence in SENTENCE_END.split(finding.text):
                words = _words(sentence)
                if len(words) >= LONG:
                    findings_with[words].setdefault(finding.slug, finding.id)
    return findings_with


def shared_sentence(passage: Passage, slug: str | None, workspace: Workspace) -> Iterator[Flaw]:
    """No sentence of a finding is in the findings about one other force.

    The check skips sentences of fewer than eight words, and sentences in the letters of three or
    more forces. It also skips a finding that another check reports as a whole.
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
    """No finding has moved here from another force's letter since letters were last made.

    The check notices two findings that changed places between files, even if neither names a force.
    It compares the texts in the letter records; where no letter was made yet, it compares nothing.
    If the letters were wrong and the files are right now, allow the finding. The entry under
    'allowed' has the finding's id.
    """
    finding = _compared(passage, slug, workspace)
    if finding is None:
        return
    printed = _printed(workspace)
    own = printed.get(finding.slug, {})
    if len(finding.words) < SHORT or finding.specimen or finding.text in own.values():
        return
    printed_texts = {(one, name): text for one in printed for name, text in printed[one].items()}
    near = [place for place, text in printed_texts.items() if _alike(finding.words, _words(text))]
    others = [(one, name) for one, name in near if one != slug]
    # Other checks report a text that was in this letter, too, or is still in the other file.
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
    """Return the findings in each force's letter as last made, by their ids."""
    return {slug: made.findings for slug, made in workspace.made.items()}


def _alike(words: tuple[str, ...], others: tuple[str, ...]) -> bool:
    least = ALIKE * (len(words) + len(others)) / 2
    # Why: the lengths, and the words without their order, give upper bounds at little cost.
    if min(len(words), len(others)) < least or (_counts(words) & _counts(others)).total() < least:
        return False
    return SequenceMatcher(None, words, others, autojunk=False).ratio() >= ALIKE


@lru_cache(maxsize=8192)
def _counts(words: tuple[str, ...]) -> Counter[str]:
    return Counter(words)


def repeated_text(passage: Passage, slug: str | None, workspace: Workspace) -> Iterator[Flaw]:
    """No letter has one finding twice, nearly word for word."""
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


def repeated_sentence(
    letter: tuple[Passage, ...], slug: str, workspace: Workspace
) -> Iterator[Fault]:
    """No letter has one sentence twice.

    A sentence of fewer than five words may come again, but not at once. The check skips specimens
    and findings that repeated-text reports as a whole. It reports the second use.
    """
    seen: dict[str, str] = {}
    reported = set()
    for passage in letter:
        if passage.kind in {Kind.NAME, Kind.PROSE}:
            continue
        finding = _findings(workspace).by_place[slug, passage.finding]
        if finding.specimen:
            continue
        start, before = 0, ""
        for sentence in filter(None, SENTENCE_END.split(passage.text)):
            start = passage.text.index(sentence, start)
            words = sentence.casefold()
            again = words in seen and words.count(" ") + 1 >= SHORT
            twice = words == before or (again and not _is_double(finding, workspace))
            if twice and words not in reported:
                reported.add(words)
                yield Fault(
                    passage.place(start),
                    f"the letter has this sentence before, in {seen[words]}",
                    "Keep it once.",
                    sentence,
                    passage.finding_id,
                    allow=True,
                )
            seen.setdefault(words, passage.finding_id or "a finding without an id")
            before = words
            start += len(sentence)


def _is_double(finding: _Finding, workspace: Workspace) -> bool:
    """Return whether repeated-text reports a finding as a whole."""
    return any(other.slug == finding.slug for other in doubles(finding, workspace))
