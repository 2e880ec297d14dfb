"""The version is in one place, and what others say of it agrees."""

import re
import tomllib

from helpers.project import PROJECT
from hmic_letters import __version__

SECTION = re.compile(r"^## (\S+)(?: \((.+)\))?$", re.MULTILINE)


def sections() -> list[tuple[str, str]]:
    """Each version of the changelog with its date, newest first."""
    return SECTION.findall((PROJECT / "CHANGELOG.md").read_text("utf-8"))


def test_the_changelog_begins_with_this_version() -> None:
    assert sections()[0][0] == __version__


def test_the_package_takes_its_version_from_the_code() -> None:
    project = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))["project"]
    assert "version" in project["dynamic"]
    assert "version" not in project


def test_versions_fall() -> None:
    numbers = [[int(part) for part in version.split(".")] for version, _ in sections()]
    assert numbers == sorted(numbers, reverse=True)


def test_every_released_version_left_a_record() -> None:
    released = {version for version, date in sections() if date != "unreleased"}
    assert released <= {path.name for path in (PROJECT / "tests/records").iterdir()}
