"""The JSON Schemas for editors say what the model says."""

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from helpers.cases import case, replace_line
from helpers.project import FORCE, SHIPPED
from helpers.running import Run
from hmic_letters.data.schema import KINDS, schemas

SCHEMAS = SHIPPED / "data/schema"
FILES = [
    *sorted((SHIPPED / "data").glob("*.yaml")),
    *sorted((SHIPPED / "data/forces").glob("*.yaml")),
]


class Yaml12(yaml.SafeLoader):
    """Reads as editors do: by the types of YAML 1.2, in which a date is text."""


Yaml12.yaml_implicit_resolvers = {
    first: [(tag, rule) for tag, rule in rules if not tag.endswith(("timestamp", "bool"))]
    for first, rules in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Yaml12.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))


def validator(name: str) -> jsonschema.Draft202012Validator:
    schema = json.loads((SCHEMAS / name).read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_they_are_the_models(workspace: Path, run: Run) -> None:
    for name, text in schemas().items():
        assert (SCHEMAS / name).read_text("utf-8") == text
        (workspace / "data/schema" / name).unlink()
    done = run("schema", "--workspace", workspace)
    assert done.returncode == 0
    for name, text in schemas().items():
        assert (workspace / "data/schema" / name).read_text("utf-8") == text
        assert f"data/schema/{name}\n" in done.stdout


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_data_file_points_to_its_schema_and_keeps_it(path: Path) -> None:
    text = path.read_text("utf-8")
    first = text.partition("\n")[0]
    pointed = (path.parent / first.removeprefix("# yaml-language-server: $schema=")).resolve()
    assert pointed.parent == SCHEMAS
    assert pointed.name in KINDS
    value: Any = yaml.load(text, Yaml12)
    assert list(validator(pointed.name).iter_errors(value)) == []


# What is wrong in itself, and not for what other files say.
SHAPES = [
    *("a-key-misspelt", "a-key-nobody-knows", "a-list-that-is-a-text", "a-specimen-that-may-be"),
    *("a-text-that-is-a-list", "a-theme-by-its-heading", "a-theme-without-its-dash"),
    *("an-allowance-without-a-reason", "an-empty-text", "an-id-with-a-space"),
    *("an-id-that-begins-with-a-digit", "an-id-that-is-too-long", "no-value", "chief-no"),
    "several-at-once",
]


@pytest.mark.parametrize("name", SHAPES)
def test_what_the_model_refuses_the_schema_refuses(name: str, tmp_path: Path) -> None:
    path = tmp_path / "kent.yaml"
    path.write_text(FORCE, "utf-8")
    force = validator("force.json")
    assert list(force.iter_errors(yaml.load(FORCE, Yaml12))) == []
    replace_line(path, case(f"kent.yaml/{name}"))
    assert list(force.iter_errors(yaml.load(path.read_text("utf-8"), Yaml12)))
