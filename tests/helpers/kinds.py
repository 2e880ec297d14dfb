"""Workspaces with letters of other shapes than those of 2014: ``tests/letters/``."""

import shutil
from pathlib import Path

from helpers.project import PROJECT, SHIPPED

LETTERS = PROJECT / "tests/letters"
# The templates of one inspection, which no other has.
OF_2014 = {"core-business.html", "core-business-wales-and-western.html"}


def of_kind(kind: str, folder: Path) -> Path:
    """Copy the letters of a kind, with the project's templates that all letters share."""
    shutil.copytree(LETTERS / kind, folder)
    for path in (SHIPPED / "templates").iterdir():
        if path.name not in OF_2014:
            shutil.copy(path, folder / "templates")
    return folder
