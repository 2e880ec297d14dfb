"""The model -> JSON Schema for each kind of data file, so that editors complete and underline."""

import json
from typing import Any

from hmic_letters.data.model.accuracy import AccuracyCheck
from hmic_letters.data.model.fields import Value
from hmic_letters.data.model.force import Force
from hmic_letters.data.model.inspection import Inspection, Inspectors

# By the name of the schema's file in data/schema/. Each data file points to its schema.
KINDS: dict[str, type[Value]] = {
    "inspection.json": Inspection,
    "inspectors.json": Inspectors,
    "force.json": Force,
    "accuracy.json": AccuracyCheck,
}


def schemas() -> dict[str, str]:
    """Return the text of each schema (JSON Schema 2020-12) by the name of its file."""
    return {name: _text(model) for name, model in KINDS.items()}


def _text(model: type[Value]) -> str:
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **_plain(model.model_json_schema()),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _plain(part: Any) -> Any:
    """Rewrite a part of a schema for our files: they leave a key out and never write null."""
    if isinstance(part, list):
        return [_plain(item) for item in part]
    if not isinstance(part, dict):
        return part
    if "properties" in part:
        part = part | {"properties": {key: _plain(one) for key, one in part["properties"].items()}}
    if "anyOf" in part:
        (present,) = (one for one in part["anyOf"] if one != {"type": "null"})
        part = {key: value for key, value in part.items() if key != "anyOf"} | present
    if "patternProperties" in part:
        part = part | {"additionalProperties": False}
    # Why no titles: they only repeat the keys.
    kept = {key: value for key, value in part.items() if key not in {"default", "title"}}
    return {
        key: value
        if key == "properties"
        else " ".join(value.split())
        if key == "description"
        else _plain(value)
        for key, value in kept.items()
    }
