"""The accuracy file on disk.

Reading gives a value. Writing keeps the lines and comments that people typed.
"""

import io
from collections.abc import Callable, Mapping
from dataclasses import replace
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
from hmic_letters.record.changing import put_recorded
from hmic_letters.record.ledger import Entry
from hmic_letters.workspace.digests import digest
from hmic_letters.workspace.paths import accuracy_file
from hmic_letters.workspace.store import sync

Content: TypeAlias = CommentedMap  # an accuracy file with the comments and layout that people typed

HEAD = """\
# yaml-language-server: $schema=../schema/accuracy.json
# The factual accuracy check of {force}.
# 'hmic-letters accuracy' adds to this file; decisions may also be typed.
"""


def read_record(root: Path, slug: str) -> Located[AccuracyCheck] | None:
    """Read the accuracy file of a force; None if no proof was sent yet.

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
    root: Path, name: str, change: Callable[[Content], None], entry: Entry
) -> AccuracyCheck:
    """Change the accuracy file of a force, and add the ledger's line: both or neither.

    ``name`` is the force's. ``change`` alters the file's content, given as round-trip values. The
    line of ``entry`` gets the digest of the new file, too. The caller has locked ``data/``. Raises
    Refused if the content is not valid, and as ``put_recorded`` does.
    """
    path = root / accuracy_file(entry.force)
    yaml = YAML()
    yaml.preserve_quotes = True
    yaml.width = 96
    yaml.indent(mapping=2, sequence=4, offset=2)
    old = path.read_text("utf-8") if path.exists() else ""
    content = yaml.load(old) if old else Content()
    change(content)
    new = io.StringIO()
    yaml.dump(content, new)
    text = new.getvalue() if old else HEAD.format(force=name) + new.getvalue()
    located = understand(parse(path, text.encode()), AccuracyCheck)
    if located.problems:
        raise Refused(located.problems)
    # Why: the file has every text that was sent, so only its owner may read it, whatever the umask.
    path.parent.mkdir(exist_ok=True)
    path.parent.chmod(0o700)
    sync(path.parent.parent)
    files = {**entry.files, str(path.relative_to(root)): digest(text.encode())}
    put_recorded(root, path, text.encode(), replace(entry, files=files), 0o600)
    return located.value


def plain(value: Value) -> dict[str, Any]:
    """Return a value in the form of the file, without absent and empty fields."""
    fields = value.model_dump(by_alias=True, exclude_defaults=True)
    return {key: _plain(item) for key, item in fields.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    assert isinstance(value, str | int | date)
    # People write longer texts of the forces' files in this style.
    return FoldedScalarString(value) if isinstance(value, str) and " " in value else value
