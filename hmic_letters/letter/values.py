"""A letter -> the list of all values that its template may name, each with kind and example."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from hmic_letters.letter.letter import INDEX, MARK, MESSAGE, Letter, Listed
from hmic_letters.letter.sandbox import FILTERS, named_fields, noun

# The values that a template beside the letters gets, with their kinds.
BESIDE: Mapping[str, Mapping[str, str]] = {
    MARK: {"holder": "a text", "serial": "a text", "embargo": "as in a letter"},
    MESSAGE: {
        "letter": "all values of a letter, as in letter.force",
        "holder": "a text",
        "serial": "a text",
        "attached": "a list of texts, the names of the files",
    },
    INDEX: {
        "inspection": "as in a letter",
        "embargo": "the embargo of the inspection, as in a letter",
        "letters": f"a list; of each: {', '.join(named_fields(Listed))}",
    },
}
OURS = ("in_words", "picture", "style")  # filters beside those of Jinja2


@dataclass(frozen=True)
class Named:
    """A value that a template may name. ``name`` has [] after each list on the way to it.

    ``example`` is empty if this letter has no such value.
    """

    name: str
    kind: str
    optional: bool
    example: str


def values_of(letter: Letter) -> Iterator[Named]:
    """Yield the values that a letter's template may name, with examples from this letter."""
    yield from _of(Letter, "", letter, {})


def filters() -> tuple[str, ...]:
    """List the filters that a template may use."""
    return tuple(sorted({*FILTERS, *OURS}))


def _of(kind: Any, above: str, value: Any, known: dict[Any, str]) -> Iterator[Named]:
    """Yield the values of a kind. ``known`` has the name of the first value of each kind."""
    known[kind] = above
    for name, hint in named_fields(kind).items():
        here = f"{above}.{name}" if above else name
        now = getattr(value, name, None) if value is not None else None
        if name == "particulars":
            yield Named(here, "the keys that your data gives", True, "")
            for key, one in (now or {}).items():
                yield Named(f"{here}.{key}", _noun(type(one)), True, _example(one))
            continue
        optional, types = _types(hint)
        inner = [one for one in types if _is_ours(one)]
        items = [one for listed in types for one in _items(listed)]
        if items:
            shown = f"a list of {' or '.join(dict.fromkeys(map(_plural, items)))}"
            again = _again(items, known)
            yield Named(f"{here}[]", shown + again, optional, _example(now))
            for one in () if again else filter(_is_ours, items):
                first = next((item for item in now or () if isinstance(item, one)), None)
                yield from _of(one, f"{here}[]", first, known)
        elif inner:
            again = _again(inner, known)
            yield Named(here, " or ".join(map(noun, inner)) + again, optional, "")
            for one in () if again else inner:
                yield from _of(one, here, now if isinstance(now, one) else None, known)
        else:
            yield Named(here, " or ".join(map(_noun, types)), optional, _example(now))


def _types(hint: Any) -> tuple[bool, list[Any]]:
    """Return whether a value may be absent, and the types that it may have otherwise."""
    origin = get_origin(hint)
    if origin is Annotated:
        return _types(get_args(hint)[0])
    if origin in {Union, UnionType}:
        parts = [_types(one) for one in get_args(hint)]
        types = [one for _, inner in parts for one in inner if one is not NoneType]
        absent = any(optional for optional, _ in parts) or NoneType in get_args(hint)
        return absent, types
    return False, [hint]


def _items(kind: Any) -> list[Any]:
    return _types(get_args(kind)[0])[1] if get_origin(kind) is tuple else []


def _is_ours(kind: Any) -> bool:
    return isinstance(kind, type) and not issubclass(kind, StrEnum) and bool(_fields(kind))


def _fields(kind: type) -> Mapping[str, Any]:
    return named_fields(kind) if kind.__module__.startswith("hmic_letters.") else {}


def _noun(kind: Any) -> str:
    origin = get_origin(kind) or kind
    return noun(origin) if isinstance(origin, type) else "a text"


def _plural(kind: Any) -> str:
    return f"{_noun(kind).partition(' ')[2]}s" if not _is_ours(kind) else noun(kind)


def _again(kinds: list[Any], known: Mapping[Any, str]) -> str:
    """Say where the names of these kinds are listed already; empty if they are not."""
    names = [known[kind] for kind in kinds if kind in known]
    return f", as {names[0]}" if names else ""


def _example(value: Any) -> str:
    if isinstance(value, str | int):
        return "yes" if value is True else "no" if value is False else str(value)
    if isinstance(value, tuple):
        return f"{len(value)} of them" if value else ""
    return "" if value is None or isinstance(value, Mapping) else str(value)
