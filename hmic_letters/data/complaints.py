"""A file's plain values -> a value of the model, or every problem in the reader's words."""

import copy
from dataclasses import dataclass
from types import UnionType
from typing import Annotated, Any, Generic, TypeVar, Union, cast, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from hmic_letters.data.model.fields import TAGS, Value
from hmic_letters.data.source import Document, Keys, Plain
from hmic_letters.problem import Problem, Refused, did_you_mean

V = TypeVar("V", bound=Value)


@dataclass(frozen=True)
class Located(Generic[V]):
    """A value with the document it was read from, which knows the place of each part.

    ``problems`` are those of the file. If there are any, the value lacks the parts that they spoil.
    Checks can still find other problems in it, but no letter may be made from it.
    """

    value: V
    document: Document
    problems: tuple[Problem, ...] = ()


def understand(document: Document, model: type[V]) -> Located[V]:
    """Read a document as a value of the model, as far as possible.

    Raises Refused if the document without its faulty parts is no such value.
    """
    try:
        return Located(model.model_validate(document.value), document, document.problems)
    except ValidationError as error:
        details = [_without_tags(one) for one in error.errors()]
    problems = list(document.problems)
    spoiled = {problem.place for problem in problems}
    suggested = _suggested(details, model)
    of_model = (
        _problem(one, model, document) for one in details if not _is_misspelt(one, suggested)
    )
    problems += [problem for problem in of_model if problem.place not in spoiled]
    rest = copy.deepcopy(document.value)
    for one in details:
        _remove(rest, one["loc"])
    try:
        return Located(model.model_validate(rest), document, tuple(problems))
    except ValidationError:
        raise Refused(problems) from None


def _without_tags(details: ErrorDetails) -> ErrorDetails:
    """Remove the tags of a key with two kinds of value from the place of an error."""
    keys = tuple(key for key in details["loc"] if key not in TAGS)
    return cast("ErrorDetails", {**details, "loc": keys})


def _suggested(details: list[ErrorDetails], model: type[Value]) -> dict[Keys, str]:
    """Return the spellings that are suggested for the unknown keys of each part of a value."""
    suggested: dict[Keys, list[str]] = {}
    for one in details:
        if one["type"] == "extra_forbidden":
            *above, key = one["loc"]
            spelling = did_you_mean(str(key), _fields(model, tuple(above)))
            suggested.setdefault(tuple(above), []).append(spelling)
    return {above: "\n".join(spellings) for above, spellings in suggested.items()}


def _is_misspelt(details: ErrorDetails, suggested: dict[Keys, str]) -> bool:
    """Tell whether a missing key is there in another spelling.

    Why: the unknown key is a problem already, and one problem is enough.
    """
    *above, key = details["loc"] or ("",)
    return details["type"] == "missing" and f"'{key}'" in suggested.get(tuple(above), "")


def _remove(value: Plain, keys: Keys) -> None:
    """Remove the part of a value that ``keys`` lead to, but keep the items of lists.

    Why: without an item, the next items would change their numbers.
    """
    if keys and keys[-1] == "[key]":
        keys = keys[:-1]
    *above, last = keys or ("",)
    part: Any = value
    for key in above:
        part = part.get(key) if isinstance(part, dict) else part[int(key)]
        if not isinstance(part, dict | list):
            return
    if isinstance(part, dict):
        part.pop(last, None)


# pydantic's type of an error -> code, message and remedy. Our own rules bring all three.
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
    "literal_error": ("not-a-choice", "'{input}' is not a choice here", "Write {expected}."),
}
# The types of errors about a value that is one word or figure, not a list or keys.
ONE_WORD = {"literal_error", "true-or-false", "not-a-count", "date"}
KINDS: dict[type, str] = {dict: "group of keys", list: "list", tuple: "list", str: "text"}


def _problem(details: ErrorDetails, model: type[Value], document: Document) -> Problem:
    value, context = details["input"], details.get("ctx", {})
    keys = (*details["loc"], *context.get("at", ()))
    name = _name(keys)
    if details["type"] == "extra_forbidden":
        return Problem(
            document.key_place(*keys),
            "unknown-key",
            f"{name} is not a key here",
            _belongs_below(keys, model) or _known_keys(keys, model),
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
    if kind in ONE_WORD and isinstance(value, dict | list):
        message = f"{name} should be one word or figure, and is a {words['kind']}"
    if keys and keys[-1] == "[key]":
        return Problem(document.key_place(*keys[:-1]), code, message, remedy)
    return Problem(document.place(*keys), code, message, remedy)


def _name(keys: Keys) -> str:
    """Name the value that ``keys`` lead to, after the nearest key above it."""
    named = [key for key in keys if isinstance(key, str) and key != "[key]"]
    if not named:
        return "the file"
    return f"an entry of '{named[-1]}'" if isinstance(keys[-1], int) else f"'{named[-1]}'"


def _belongs_below(keys: Keys, model: type[Value]) -> str:
    """Tell which key here has the unknown key below it; empty if none has."""
    for name, field in _of(_annotation(model, keys[:-1])).items():
        if any(keys[-1] in below.model_fields for below in _values(field.annotation)):
            return f"Put it under '{name}', indented."
    return ""


def _known_keys(keys: Keys, model: type[Value]) -> str:
    known = _fields(model, keys[:-1])
    if keys[-1] in known:
        return "It does not go with the other keys here: remove it, or them."
    return did_you_mean(str(keys[-1]), known) or f"The keys here are {', '.join(known)}."


def _fields(model: type[Value], keys: Keys) -> list[str]:
    """List the keys that the model has at the place that ``keys`` lead to."""
    return list(_of(_annotation(model, keys)))


def _annotation(model: type[Value], keys: Keys) -> Any:
    """Return the type that the model has at the place that ``keys`` lead to."""
    annotation: Any = model
    for key in keys:
        kind = _bare(annotation)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            annotation = _of(annotation)[str(key)].annotation
        else:
            # The items have the first argument of a tuple as their type, the last of a dict.
            arguments = get_args(kind)
            annotation = arguments[0] if get_origin(kind) is tuple else arguments[1]
    return annotation


def _of(annotation: Any) -> dict[str, FieldInfo]:
    """Return the keys that a part may have, with their fields."""
    return {
        field.alias or name: field
        for value in _values(annotation)
        for name, field in value.model_fields.items()
    }


def _values(annotation: Any) -> list[type[BaseModel]]:
    """List the values that a part may be: one, or two where a key may have 'none' instead."""
    if isinstance(annotation, type):
        return [annotation] if issubclass(annotation, BaseModel) else []
    is_one = get_origin(annotation) in {Annotated, Union, UnionType}
    return [value for one in get_args(annotation) for value in _values(one)] if is_one else []


def _bare(annotation: Any) -> Any:
    """Strip an annotation of its constraints, and take the first of its types."""
    if get_origin(annotation) in {Annotated, Union, UnionType}:
        return _bare(get_args(annotation)[0])
    return annotation
