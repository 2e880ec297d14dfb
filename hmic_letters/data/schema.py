"""The model -> JSON Schema for each kind of data file, so that editors complete and underline."""

import json
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

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


class ForFiles(GenerateJsonSchema):
    """Makes schemas of files that leave a key out and never write null.

    They have no titles, which only repeat the keys, and no defaults.
    """

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """Return the schema of the value without null."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Return the schema of the value without its default."""
        return self.generate_inner(schema["schema"])

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """Refuse keys that do not match the pattern for keys."""
        made = super().dict_schema(schema)
        return {"additionalProperties": False, **made} if "patternProperties" in made else made

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """Put the description on one line."""
        made = super().model_schema(schema)
        del made["title"]
        return made | {"description": " ".join(made["description"].split())}

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002
        """Refuse titles."""
        return False


def schemas() -> dict[str, str]:
    """Return the text of each schema (JSON Schema 2020-12) by the name of its file."""
    return {name: _text(model) for name, model in KINDS.items()}


def _text(model: type[Value]) -> str:
    schema = {
        "$schema": ForFiles.schema_dialect,
        **model.model_json_schema(schema_generator=ForFiles),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
