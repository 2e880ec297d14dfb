"""A workspace -> the inspection, its HM Inspectors and forces, or every problem in them."""

import itertools
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from hmic_letters.data.complaints import Located, V, understand
from hmic_letters.data.model.accuracy import AccuracyCheck
from hmic_letters.data.model.force import Force
from hmic_letters.data.model.inspection import Embargo, Inspection, Inspector, Inspectors
from hmic_letters.data.source import Document, read
from hmic_letters.problem import Problem, Refused, unreadable
from hmic_letters.workspace.digests import digest, force_entries, is_stray
from hmic_letters.workspace.letter_record import Made, read_made
from hmic_letters.workspace.paths import (
    FORCES,
    INSPECTORS,
    MARKER,
    TEMPLATES,
    Edition,
    accuracy_file,
    force_file,
    letters_folder,
)
from hmic_letters.workspace.templates import Templates, read_templates


@dataclass(frozen=True, eq=False)
class Workspace:
    """The content of a workspace's files.

    All mappings are by slug. ``forces`` has the forces of the register that could be read, also
    those that are not inspected. ``unread`` has the problems of the others. ``documents`` has the
    files of ``data/forces/`` that are YAML at all, ``force_files`` the path of everything in that
    folder. ``made`` has the letter records of the letters that were made last. ``accuracy_checks``
    has the accuracy files without problems, ``unread_checks`` the problems of the others.
    """

    root: Path
    inspection: Located[Inspection]
    inspectors: Located[Inspectors]
    templates: Templates
    forces: Mapping[str, Located[Force]]
    unread: Mapping[str, tuple[Problem, ...]]
    documents: Mapping[str, Document]
    force_files: tuple[Path, ...]
    made: Mapping[str, Made]
    accuracy_checks: Mapping[str, Located[AccuracyCheck]]
    unread_checks: Mapping[str, tuple[Problem, ...]]

    @property
    def slugs(self) -> tuple[str, ...]:
        """The forces that get a letter, in the order of the register, each once."""
        inspection = self.inspection.value
        return tuple(
            dict.fromkeys(
                slug for slug in inspection.forces if slug not in inspection.not_inspected
            )
        )

    @property
    def names(self) -> dict[str, str]:
        """The forces that get a letter, by slug, name and alias in small letters.

        A name of two forces is left out.
        """
        users: dict[str, set[str]] = defaultdict(set)
        for slug in self.slugs:
            users[slug].add(slug)
            if slug in self.forces:
                force = self.forces[slug].value
                for name in filter(None, (force.name, force.welsh_name, *force.aliases)):
                    users[name.casefold()].add(slug)
        return {name: slug for name, slugs in users.items() if len(slugs) == 1 for slug in slugs}

    def force_of(self, slug: str) -> str:
        """Return the slug of the force itself: another one for a letter in another language."""
        return self.inspection.value.translations.get(slug, slug)

    def pair(self, slug: str) -> tuple[str, ...]:
        """Return the letters to the same force in other languages, in the register's order."""
        own = self.force_of(slug)
        return tuple(one for one in self.slugs if one != slug and self.force_of(one) == own)

    def inspector(self, slug: str) -> Inspector:
        """Return the HM Inspector who signs for a force, which must have passed the checks."""
        return self.inspectors.value.inspectors[self.forces[slug].value.inspector]

    def second_inspector(self, slug: str) -> Inspector | None:
        """Return the HM Inspector who signs a force's letter, too, if there is one."""
        name = self.forces[slug].value.second_inspector or self.inspection.value.second_inspector
        return self.inspectors.value.inspectors[name] if name else None

    def embargo(self, slug: str) -> Embargo | None:
        """Return the embargo of a force's letter; None if it has none."""
        return self.forces[slug].value.embargo or self.inspection.value.shared_embargo

    def letter_date(self, slug: str) -> date:
        """Return the date of a force's letter."""
        return self.forces[slug].value.letter_date or self.inspection.value.letter_date

    def template(self, slug: str) -> str:
        """Return the template of a force's letter: its own, its office's or the inspection's."""
        own, office = self.forces[slug].value.template, self.inspector(slug).template
        return own or office or self.inspection.value.template

    @cached_property
    def digests(self) -> dict[str, str]:
        """The digests of the files at the time of reading, as ``digests.digests`` gives them.

        A file that could not be read is absent.
        """
        documents = (self.inspection.document, self.inspectors.document, *self.documents.values())
        read = {document.path: document.data for document in documents}
        read |= {self.root / TEMPLATES / name: data for name, data in self.templates.files.items()}
        strays = {path: "" for path in self.force_files if is_stray(path)}
        by_path = strays | {path: digest(data) for path, data in read.items()}
        return {str(path.relative_to(self.root)): value for path, value in by_path.items()}


class NotUnderstood(Refused):
    """Raised if a file that all letters need cannot be understood.

    ``documents`` are the forces' files that are YAML at all: checks can still read their words.
    """

    def __init__(self, problems: Iterable[Problem], documents: tuple[Document, ...]) -> None:
        super().__init__(problems)
        self.documents = documents


def load(root: Path, output: Path | None = None) -> Workspace:
    """Read a workspace and its letter records, even if some forces have problems.

    Raises NotUnderstood, with every problem of every file, if one that all letters need cannot be
    understood.
    """
    problems: list[Problem] = []
    inspection = _common(root / MARKER, Inspection, problems)
    inspectors = _common(root / INSPECTORS, Inspectors, problems)
    templates = None
    force_files: tuple[Path, ...] = ()
    try:
        templates = read_templates(root / TEMPLATES)
    except Refused as error:
        problems += error.problems
    try:
        force_files = tuple(force_entries(root))
    except OSError as error:
        problems.append(unreadable(error, root / FORCES))
    if inspection is not None:
        slugs = tuple(dict.fromkeys(inspection.value.forces))
    else:
        slugs = tuple(path.stem for path in force_files if path.suffix == ".yaml")
    forces: dict[str, Located[Force]] = {}
    unread: dict[str, tuple[Problem, ...]] = {}
    documents: dict[str, Document] = {}
    for slug in slugs:
        try:
            documents[slug] = document = read(root / force_file(slug))
            forces[slug] = understand(document, Force)
        except Refused as error:
            unread[slug] = error.problems
    if inspection is None or inspectors is None or templates is None:
        all_problems = itertools.chain(
            *unread.values(), *(force.problems for force in forces.values()), problems
        )
        raise NotUnderstood(all_problems, tuple(documents.values()))
    letters = letters_folder(root, output, Edition.EMBARGOED)
    made = {slug: record for slug in slugs if (record := read_made(letters, slug)) is not None}
    checks, unread_checks = _accuracy_checks(root, slugs)
    return Workspace(
        root,
        inspection,
        inspectors,
        templates,
        forces,
        unread,
        documents,
        force_files,
        made,
        checks,
        unread_checks,
    )


def _accuracy_checks(
    root: Path, slugs: Iterable[str]
) -> tuple[dict[str, Located[AccuracyCheck]], dict[str, tuple[Problem, ...]]]:
    """Return the accuracy files that have no problems, and the problems of the others."""
    good, bad = {}, {}
    for slug in slugs:
        path = root / accuracy_file(slug)
        if not path.exists():
            continue
        try:
            located = understand(read(path), AccuracyCheck)
        except Refused as error:
            bad[slug] = error.problems
            continue
        if located.problems:
            bad[slug] = located.problems
        else:
            good[slug] = located
    return good, bad


def _common(path: Path, model: type[V], problems: list[Problem]) -> Located[V] | None:
    try:
        located = understand(read(path), model)
    except Refused as error:
        problems += error.problems
        return None
    problems += located.problems
    return located
