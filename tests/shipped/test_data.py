"""Facts about real forces and people have a source, or are absent."""

import re
from typing import Any

import pytest
import yaml

from helpers.project import PROJECT
from helpers.reader import words
from helpers.seed import seed_words
from hmic_letters.check.run import review
from hmic_letters.data.load import Workspace, load


@pytest.fixture(scope="module")
def project() -> Workspace:
    return load(PROJECT)


def test_the_register_and_the_files_are_the_forty_three(project: Workspace) -> None:
    inspection = project.inspection.value
    assert len(set(inspection.forces)) == 43
    assert sorted(path.stem for path in (PROJECT / "data/forces").iterdir()) == sorted(
        inspection.forces
    )


def test_nothing_is_wrong_with_them(project: Workspace) -> None:
    assert review(project, project.slugs) == ()


def test_all_but_hertfordshire_are_specimens_and_say_so(project: Workspace) -> None:
    for slug, force in project.forces.items():
        assert force.value.specimen == (slug != "hertfordshire")
        for group in force.value.findings.values():
            for finding in group:
                says_so = finding.text.startswith(
                    f"Specimen text for {force.value.name}, not a finding"
                )
                assert says_so == force.value.specimen


def test_specimens_name_no_other_force_and_nobody(project: Workspace) -> None:
    names = {
        name
        for force in project.forces.values()
        for name in re.findall(r"[A-Z][a-z]+", force.value.name)
    } - {"Police", "Constabulary", "Service", "City", "North", "South", "West", "Greater"}
    assert len(names) > 40
    for force in project.forces.values():
        if force.value.specimen:
            said = words(str(force.value.findings))
            own = re.findall(r"[A-Z][a-z]+", force.value.name)
            assert (names - set(own)).isdisjoint(said)


def test_who_is_named_is_sourced(project: Workspace) -> None:
    inspectors = project.inspectors.value.inspectors
    for force in project.forces.values():
        sources, addressee = force.value.sources, force.value.addressee
        if addressee.name is not None:
            assert sources["chief_officer"]
        else:
            assert addressee.salutation == f"Dear {addressee.office}"
        if addressee.honours is not None:
            assert sources["honours"]
        if inspectors[force.value.inspector].name is not None:
            assert sources["inspector"]
        if force.value.region is not None:
            assert ("region" in sources) != ("region" in force.value.unconfirmed)
        if force.value.specimen:
            assert all(person.name is None for person in force.value.copied_to)


def test_hertfordshires_findings_are_the_seeds(project: Workspace) -> None:
    said = []
    inspection = project.inspection.value
    for theme in inspection.themes:
        said += words(theme.heading or "")
        for finding in project.forces["hertfordshire"].value.findings[theme.id]:
            said += words(finding.text)
            for point in finding.lines:
                said += words(point)
    seed = seed_words()
    first = seed.index("are:") + 1
    assert said == seed[first : seed.index("Yours")]


def test_the_data_is_plain_to_any_yaml_reader(project: Workspace) -> None:
    """A file means the same to a YAML library with types of its own, so far as it is text."""
    for slug, force in project.forces.items():
        text = (PROJECT / f"data/forces/{slug}.yaml").read_text("utf-8")
        assert "\\" not in text
        plain: Any = yaml.safe_load(text)
        for theme, group in force.value.findings.items():
            assert [finding.text for finding in group] == [
                finding["text"] for finding in plain["findings"][theme]
            ]


def test_nothing_depends_on_what_lies_outside_the_project() -> None:
    for folder in ("hmic_letters", "templates", "data", "setup", ".ci"):
        for path in (PROJECT / folder).rglob("*"):
            if path.suffix in {".py", ".html", ".css", ".yaml", ".sh", ""} and path.is_file():
                assert "shared/" not in path.read_text("utf-8"), path


def test_the_seed_is_here() -> None:
    assert (PROJECT / "tests/seed-letter.txt").is_file()
