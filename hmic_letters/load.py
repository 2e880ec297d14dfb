"""A workspace folder -> the inspection, its inspectors and forces, or every problem in them."""

import copy
import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from hmic_letters.accuracy import AccuracyCheck
from hmic_letters.files import (
    FORCES,
    INSPECTORS,
    MARKER,
    TEMPLATES,
    Edition,
    accuracy_file,
    digest,
    force_file,
    is_stray,
    letters_folder,
)
from hmic_letters.inputs import of_all, of_force
from hmic_letters.made import Made, read_made
from hmic_letters.model import Force, Inspection, Inspector, Inspectors, Value
from hmic_letters.problem import Problem, Refused, did_you_mean, unreadable
from hmic_letters.source import Document, Keys, Plain, read
from hmic_letters.templates import Templates, read_templates

V = TypeVar("V", bound=Value)


@dataclass(frozen=True)
class Located(Generic[V]):
    """A value with the document it was read from, which knows every place in it.

    ``problems`` are those of the file. Where it has any, the value lacks what they spoil: enough
    for the checks to find what else is wrong, never for a letter.
    """

    value: V
    document: Document
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, eq=False)
class Workspace:
    """What the files of a workspace say.

    ``forces`` holds those of the register that could be read, ``unread`` the problems of those that
    could not, both by slug; ``documents`` the files of ``data/forces/`` that are YAML at all, by
    slug. ``force_files`` is what ``data/forces/`` holds. ``made`` are the records of the letters
    that were made last, by slug. ``accuracy_checks``
    are the records of those that were sent a proof, ``unread_checks`` the problems of the records
    that have any.
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
        """The register, each force once."""
        return tuple(dict.fromkeys(self.inspection.value.forces))

    def inspector(self, slug: str) -> Inspector:
        """Who signs the letter of a force that has passed the checks."""
        return self.inspectors.value.inspectors[self.forces[slug].value.inspector]

    def inputs(self, slug: str) -> dict[str, str]:
        """What the letter of such a force depends on, with digests."""
        return self._inputs_of_all | of_force(self.inspector(slug), self.forces[slug].value)

    @cached_property
    def _inputs_of_all(self) -> dict[str, str]:
        return of_all(self.inspection.value, self.templates)

    @cached_property
    def digests(self) -> dict[str, str]:
        """What files.py's digests gave when the files were read, where each could be."""
        documents = (self.inspection.document, self.inspectors.document, *self.documents.values())
        read = {document.path: document.data for document in documents}
        read |= {self.root / TEMPLATES / name: data for name, data in self.templates.files.items()}
        strays = {path: "" for path in self.force_files if is_stray(path)}
        found = strays | {path: digest(data) for path, data in read.items()}
        return {str(path.relative_to(self.root)): said for path, said in found.items()}


class NotUnderstood(Refused):
    """Raised where what all letters need cannot be understood.

    ``documents`` are the forces' files that are YAML at all: something can be said of their words.
    """

    def __init__(self, problems: Iterable[Problem], documents: tuple[Document, ...]) -> None:
        super().__init__(problems)
        self.documents = documents


def load(root: Path, output: Path | None = None) -> Workspace:
    """Reads a workspace, whatever is wrong with its forces, and the records of its letters.

    Raises NotUnderstood where what all letters need cannot be, with every problem of every file.
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
        force_files = tuple(sorted((root / FORCES).iterdir()))
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
        found = itertools.chain(
            *unread.values(), *(force.problems for force in forces.values()), problems
        )
        raise NotUnderstood(found, tuple(documents.values()))
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
    """The records that are there and have no problems, and the problems of the others."""
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


def understand(document: Document, model: type[V]) -> Located[V]:
    """What a file says, as far as it can be understood.

    Raises Refused where nothing of the model is left without what is wrong.
    """
    try:
        return Located(model.model_validate(document.value), document, document.problems)
    except ValidationError as error:
        details = error.errors()
    problems = list(document.problems)
    spoiled = {problem.place for problem in problems}
    found = (
        _problem(one, model, document) for one in details if not _is_misspelt(one, details, model)
    )
    problems += [problem for problem in found if problem.place not in spoiled]
    rest = copy.deepcopy(document.value)
    for one in details:
        _remove(rest, one["loc"])
    try:
        return Located(model.model_validate(rest), document, tuple(problems))
    except ValidationError:
        raise Refused(problems) from None


def _is_misspelt(details: ErrorDetails, others: list[ErrorDetails], model: type[Value]) -> bool:
    """Whether a key that is missing is there in another spelling, which is told by itself."""
    *above, key = details["loc"] or ("",)
    return details["type"] == "missing" and any(
        other["type"] == "extra_forbidden"
        and list(other["loc"][:-1]) == above
        and f"'{key}'" in did_you_mean(str(other["loc"][-1]), _fields(model, tuple(above)))
        for other in others
    )


def _remove(value: Plain, keys: Keys) -> None:
    """Takes what ``keys`` lead to out of the value; an item of a list stays, for its number."""
    if keys and keys[-1] == "[key]":
        keys = keys[:-1]
    *above, last = keys or ("",)
    at: Any = value
    for key in above:
        at = at.get(key) if isinstance(at, dict) else at[int(key)]
        if not isinstance(at, dict | list):
            return
    if isinstance(at, dict):
        at.pop(last, None)


# What pydantic calls an error -> code, message and remedy; the model's own rules bring all three.
EXPLANATIONS = {
    "missing": (
        "missing-key",
        "{name} is missing",
        "Add it, as other files have it.",
    ),
    "no_value": (
        "no-value",
        "{name} has no value",
        "Write it after the colon; where it may be left out, remove the key.",
    ),
    "string_type": (
        "not-text",
        "{name} should be text, and is a {kind}",
        "Remove brackets and a '- ' before it; a text that has a colon in it goes after '>-' on a "
        "line of its own.",
    ),
    "tuple_type": (
        "not-a-list",
        "{name} should be a list, and is a {kind}",
        "Put each entry on a line of its own that begins with '- '.",
    ),
    "dict_type": (
        "not-keys",
        "{name} should hold keys and values, and is a {kind}",
        "Put 'key: value' on lines of their own, indented under it.",
    ),
    "model_type": (
        "not-keys",
        "{name} should hold keys and values, and is a {kind}",
        "Put 'key: value' on lines of their own, indented under it. The keys here are {known}.",
    ),
    "literal_error": ("not-a-choice", "'{input}' cannot stand here", "Write {expected}."),
}
KINDS: dict[type, str] = {dict: "group of keys", list: "list", str: "text"}


def _problem(details: ErrorDetails, model: type[Value], document: Document) -> Problem:
    value, context = details["input"], details.get("ctx", {})
    keys = (*details["loc"], *context.get("at", ()))
    name = next((f"'{key}'" for key in reversed(keys) if isinstance(key, str)), "the file")
    if details["type"] == "extra_forbidden":
        known = _fields(model, keys[:-1])
        return Problem(
            document.key_place(*keys),
            "unknown-key",
            f"{name} is not a key here",
            did_you_mean(str(keys[-1]), known) or f"The keys here are {', '.join(known)}.",
        )
    kind = "no_value" if value is None else details["type"]
    message = context.get("message", details["msg"])
    own = (details["type"], message, context.get("remedy", "Correct it."))
    code, message, remedy = EXPLANATIONS.get(kind, own)
    words = {
        "name": name,
        "input": value,
        "kind": KINDS.get(type(value), "value of another kind"),
        "expected": context.get("expected"),
        "known": ", ".join(_fields(model, keys)) if kind == "model_type" else "",
    }
    if kind in EXPLANATIONS:
        message, remedy = message.format(**words), remedy.format(**words)
    if keys and keys[-1] == "[key]":
        return Problem(document.key_place(*keys[:-1]), code, message, remedy)
    return Problem(document.place(*keys), code, message, remedy)


def _fields(model: type[Value], keys: Keys) -> list[str]:
    """The keys that the model has at the place ``keys`` lead to."""
    at: Any = model
    for key in keys:
        if isinstance(at, type) and issubclass(at, BaseModel):
            at = _bare(at.model_fields[str(key)].annotation)
        else:
            # What a tuple holds stands first, what a dict holds last.
            held = get_args(at)
            at = _bare(held[0] if get_origin(at) is tuple else held[1])
    return [field.alias or name for name, field in at.model_fields.items()]


def _bare(annotation: Any) -> Any:
    """An annotation without its constraints and without its None."""
    if get_origin(annotation) is Annotated or type(None) in get_args(annotation):
        return _bare(get_args(annotation)[0])
    return annotation
