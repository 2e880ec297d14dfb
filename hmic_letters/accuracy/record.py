"""The record of an accuracy check on disk: read as a value, written so that people's own lines and
comments in it stay."""

import io
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.scalarstring import FoldedScalarString

from hmic_letters.data.complaints import Located, understand
from hmic_letters.data.model.accuracy import AccuracyCheck
from hmic_letters.data.model.fields import Value
from hmic_letters.data.source import parse, read
from hmic_letters.problem import Refused
from hmic_letters.workspace.paths import accuracy_file
from hmic_letters.workspace.store import put

Content: TypeAlias = CommentedMap  # a record with the comments and the layout that people gave it

HEAD = """\
# yaml-language-server: $schema=../schema/accuracy.json
# The factual accuracy check of {force}.
# 'hmic-letters accuracy' adds to this file; decisions may also be typed.
"""


def read_record(root: Path, slug: str) -> Located[AccuracyCheck] | None:
    """The record of a force's check, or None before anything was sent.

    Raises Refused with every problem of the file.
    """
    path = root / accuracy_file(slug)
    if not path.exists():
        return None
    located = understand(read(path), AccuracyCheck)
    if located.problems:
        raise Refused(located.problems)
    return located


def change_record(
    root: Path,
    slug: str,
    force: str,
    change: Callable[[Content], None],
    before: Callable[[AccuracyCheck], object],
) -> AccuracyCheck:
    """Changes the record: afterwards the file is the old one or the new one, never part of one.

    ``change`` is given the file's content as round-trip values; ``before`` is called once what it
    makes of them is known to be a record, and before that is written. Raises Refused where it is
    none, and OSError; the file is then as it was.
    """
    path = root / accuracy_file(slug)
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 96
    yaml.indent(mapping=2, sequence=4, offset=2)
    old = path.read_text("utf-8") if path.exists() else ""
    content = yaml.load(old) if old else Content()
    change(content)
    new = io.StringIO()
    yaml.dump(content, new)
    text = new.getvalue() if old else HEAD.format(force=force) + new.getvalue()
    located = understand(parse(path, text.encode()), AccuracyCheck)
    if located.problems:
        raise Refused(located.problems)
    before(located.value)
    # It holds every text that was sent: nobody else reads it, whatever the umask.
    path.parent.mkdir(exist_ok=True)
    path.parent.chmod(0o700)
    put(path, text.encode(), 0o600)
    return located.value


def plain(value: Value) -> dict[str, Any]:
    """A value as the file has it: what is absent or empty is left out."""
    said = value.model_dump(by_alias=True, exclude_defaults=True)
    return {key: _plain(item) for key, item in said.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    assert isinstance(value, str | int | date)
    # As people write it in the forces' files.
    return FoldedScalarString(value) if isinstance(value, str) and " " in value else value
