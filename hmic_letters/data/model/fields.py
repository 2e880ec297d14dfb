"""The kinds of fields in data files, each with its rule and its remedy."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError


def wrong(code: str, message: str, remedy: str, *at: str | int) -> PydanticCustomError:
    """Make the error that a validator raises.

    ``data/complaints.py`` turns it into a Problem at the value's place. With the keys ``at``, the
    place is the one that they lead to from the value.
    """
    context = {"message": message, "remedy": remedy, "at": at}
    return PydanticCustomError(code, "{message}", context)


def _not_blank(text: str, *at: str | int) -> str:
    if not text.strip():
        remedy = "Write the text, or remove the whole entry."
        raise wrong("empty", "the text is empty", remedy, *at)
    return text


def _one_line(text: str, *at: str | int) -> str:
    _not_blank(text, *at)
    if "\n" in text:
        raise wrong(
            "line-break",
            "there is a line break inside the text",
            "Write '>-' after the key, not '>' or '|'; remove a blank line, and extra spaces at "
            "the start of a line. A second paragraph is an entry of its own.",
            *at,
        )
    return text


def _true_or_false(value: object) -> bool:
    if value not in ("true", "false"):
        raise wrong("true-or-false", f"'{value}' is neither true nor false", "Write true or false.")
    return value == "true"


def _count(value: object) -> int:
    if not re.fullmatch(COUNT, str(value)):
        remedy = "Write a whole number from 1 to 9999 in digits, as in 6."
        raise wrong("not-a-count", f"'{value}' is not a count", remedy)
    return int(str(value))


def _named(
    pattern: str,
    remedy: str,
    code: str = "not-a-name",
    message: str = "'{text}' cannot be a name here",
) -> AfterValidator:
    """Accept a text only if all of it matches ``pattern``."""

    def check(text: str) -> str:
        if not re.fullmatch(pattern, _not_blank(text)):
            raise wrong(code, message.format(text=text), remedy)
        return text

    return AfterValidator(check)


def _schema(pattern: str) -> WithJsonSchema:
    """Describe to editors a text that matches ``pattern`` as a whole."""
    return WithJsonSchema({"type": "string", "pattern": f"^({pattern})$"})


def _written(form: str, parse: Callable[[str], date], noun: str, example: str) -> BeforeValidator:
    """Accept a text only if all of it matches ``form`` and ``parse`` can read it."""

    def check(value: object) -> date:
        text = str(value)
        if not re.fullmatch(form, text):
            raise wrong("date", f"'{text}' is not {noun}", f"Write it like this: {example}.")
        try:
            return parse(text)
        except ValueError:
            raise wrong("date", f"there is no '{text}'", "Correct it.") from None

    return BeforeValidator(check)


def _particulars(value: object, *at: str | int) -> object:
    if isinstance(value, str):
        return _one_line(value, *at)
    if isinstance(value, list):
        return tuple(_particulars(item, *at, number) for number, item in enumerate(value))
    if isinstance(value, dict):
        return {
            _one_line(key, *at, key, "[key]"): _particulars(item, *at, key)
            for key, item in value.items()
        }
    remedy = "Write it, or remove the key."
    raise wrong("no-value", "a key or an item has no value", remedy, *at)


T = TypeVar("T")


def _not_empty(items: tuple[T, ...]) -> tuple[T, ...]:
    # Why not min_length: pydantic then also complains if an item has a fault.
    if not items:
        raise wrong("no-value", "the list is empty", "Add an entry.")
    return items


SLUG = "[a-z]+(-[a-z]+)*"
FINDING_ID = "[A-Za-z][A-Za-z0-9-]{0,15}"
TEMPLATE = r"[a-z0-9-]+\.html"
CODE = "[a-z]+(-[a-z]+)*"
EMAIL = r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+"
DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
LOCAL_TIME = f"{DAY} [0-9]{{2}}:[0-9]{{2}}"
COUNT = "[1-9][0-9]{0,3}"

Some = Annotated[
    tuple[T, ...], AfterValidator(_not_empty), Field(json_schema_extra={"minItems": 1})
]
Text = Annotated[
    str, AfterValidator(_one_line), WithJsonSchema({"type": "string", "pattern": r"\S"})
]
Slug = Annotated[
    str, _named(SLUG, "Use small letters and hyphens, as in thames-valley."), _schema(SLUG)
]
FindingId = Annotated[
    str,
    _named(
        FINDING_ID,
        "Use a letter, then letters, digits and hyphens, 16 in all at most, as in AC7.",
    ),
    _schema(FINDING_ID),
]
# Keys that only one inspection's template needs: texts, lists of texts, keys with texts.
Particulars = Annotated[dict[str, Any], BeforeValidator(_particulars)]
TemplateName = Annotated[
    str,
    _named(
        TEMPLATE,
        "Use the name of a file in templates/, in small letters, digits and hyphens, with .html.",
    ),
    _schema(TEMPLATE),
]
Email = Annotated[
    str,
    _named(
        EMAIL,
        "Write one address and nothing else, as in liaison@force.example.",
        "not-an-address",
        "'{text}' is not an e-mail address",
    ),
    _schema(EMAIL),
]
Code = Annotated[
    str,
    _named(CODE, "Use the word that stands in brackets in the problem, as in contraction."),
    _schema(CODE),
]
Day = Annotated[
    date,
    _written(DAY, date.fromisoformat, "a date (year, month, day)", "2014-09-03"),
    _schema(DAY),
]
LocalTime = Annotated[
    datetime,
    _written(
        LOCAL_TIME,
        datetime.fromisoformat,
        "a date (year, month, day) with a time",
        "2014-09-04 00:01",
    ),
    _schema(LOCAL_TIME),
]
Count = Annotated[int, BeforeValidator(_count), WithJsonSchema({"type": "integer", "minimum": 1})]
TrueOrFalse = Annotated[bool, BeforeValidator(_true_or_false)]


class Value(BaseModel):
    """The base of all values: it refuses unknown keys, and nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Without(Value):
    """The statement that an inspection does not have something, with the reason."""

    none: Text


# The tags of the two kinds of value that a key may have.
PRESENT, ABSENT = "<present>", "<absent>"
TEXT, KEYS = "<text>", "<keys>"
TAGS = {PRESENT, ABSENT, TEXT, KEYS}


def present_or_absent(value: object) -> str:
    """Tell pydantic which of the two kinds of value this one is: it has the key 'none', or not."""
    absent = isinstance(value, Without) or (isinstance(value, dict) and "none" in value)
    return ABSENT if absent else PRESENT


def text_or_keys(value: object) -> str:
    """Tell pydantic which of the two kinds of value this one is: a text, or a group of keys."""
    return TEXT if isinstance(value, str) else KEYS
