"""A workspace folder -> the inspection, its inspectors and forces, or every problem in them."""

import itertools
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Generic, TypeVar, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from hmic_letters.model import Force, Inspection, Inspectors, Templates, Value
from hmic_letters.problem import Place, Problem, Refused, did_you_mean
from hmic_letters.source import Document, Keys, read

MARKER = Path("data", "inspection.yaml")  # the file that makes a folder a workspace

V = TypeVar("V", bound=Value)


@dataclass(frozen=True)
class Located(Generic[V]):
    """A value with the document it was read from, which knows every place in it."""

    value: V
    document: Document


@dataclass(frozen=True)
class Workspace:
    """What one run needs of a workspace.

    ``forces`` holds the forces asked for that could be read, ``refused`` the problems of those that
    could not, both by slug.
    """

    inspection: Located[Inspection]
    inspectors: Located[Inspectors]
    templates: Templates
    forces: Mapping[str, Located[Force]]
    refused: Mapping[str, tuple[Problem, ...]]


def find_workspace(start: Path) -> Path | None:
    """The nearest folder that holds ``data/inspection.yaml``: ``start`` or one above it."""
    return next((at for at in (start, *start.parents) if (at / MARKER).is_file()), None)


def load_inspection(root: Path) -> Located[Inspection]:
    """Raises Refused with every problem of the files that all the letters need."""
    try:
        return _load(root / MARKER, Inspection)
    except Refused as error:
        raise Refused([*error.problems, *_load_common(root)[2]]) from None


def load(root: Path, inspection: Located[Inspection], slugs: Iterable[str]) -> Workspace:
    """Reads what the letters of ``slugs`` need.

    Raises Refused where no letter at all can be made, with every problem of the inspectors' file,
    of the templates' folder and of the forces.
    """
    inspectors, templates, problems = _load_common(root)
    forces: dict[str, Located[Force]] = {}
    refused: dict[str, tuple[Problem, ...]] = {}
    for slug in slugs:
        try:
            forces[slug] = _load(force_path(root, slug), Force)
        except Refused as error:
            refused[slug] = error.problems
    if inspectors is None or templates is None:
        raise Refused([*problems, *itertools.chain(*refused.values())])
    return Workspace(inspection, inspectors, templates, forces, refused)


def _load_common(
    root: Path,
) -> tuple[Located[Inspectors] | None, Templates | None, list[Problem]]:
    inspectors, templates = None, None
    problems: list[Problem] = []
    try:
        inspectors = _load(root / "data" / "inspectors.yaml", Inspectors)
    except Refused as error:
        problems += error.problems
    try:
        templates = _load_templates(root / "templates")
    except Refused as error:
        problems += error.problems
    return inspectors, templates, problems


def force_path(root: Path, slug: str) -> Path:
    """Where the file of a force stands, whether it exists or not."""
    return root / "data" / "forces" / f"{slug}.yaml"


def unregistered(root: Path, inspection: Inspection) -> Iterator[Problem]:
    """A problem for every YAML file in ``data/forces/`` that is no registered force's."""
    for path in sorted((root / "data" / "forces").iterdir()):
        if path.suffix.casefold() not in {".yaml", ".yml"}:
            continue
        if path.stem not in inspection.forces:
            yield Problem(
                Place(path),
                "not-registered",
                f"the register in {MARKER} has no force '{path.stem}'",
                f"{did_you_mean(path.stem, inspection.forces)} A force is added under 'forces' in "
                f"{MARKER}; any other file belongs elsewhere.".lstrip(),
            )
        elif path.suffix != ".yaml":
            reason = "the name of a force's file ends in .yaml"
            yield Problem(Place(path), "not-registered", reason, f"Rename it {path.stem}.yaml.")


def _load_templates(folder: Path) -> Templates:
    files = {}
    try:
        for path in sorted(folder.iterdir()):
            if path.name.startswith(".") or path.is_dir():
                continue
            if path.is_symlink() or not path.is_file():
                reason = "this is a link, and should be a file"
                raise Refused([Problem(Place(path), "not-a-file", reason, "Put the file there.")])
            files[path.name] = path.read_bytes()
    except OSError as error:
        reason = f"this cannot be read: {error.strerror}"
        place = Place(Path(error.filename or folder))
        raise Refused([Problem(place, "unreadable", reason, "Restore it.")]) from None
    return Templates(folder, files)


def _load(path: Path, model: type[V]) -> Located[V]:
    document = read(path)
    problems = list(document.problems)
    spoiled = {problem.place for problem in problems}
    try:
        value = model.model_validate(document.value)
    except ValidationError as error:
        found = (_problem(details, model, document) for details in error.errors())
        problems += [problem for problem in found if problem.place not in spoiled]
    if problems:
        raise Refused(problems)
    return Located(value, document)


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
    keys, value, context = details["loc"], details["input"], details.get("ctx", {})
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
    return list(at.model_fields)


def _bare(annotation: Any) -> Any:
    """An annotation without its constraints and without its None."""
    if get_origin(annotation) is Annotated or type(None) in get_args(annotation):
        return _bare(get_args(annotation)[0])
    return annotation
