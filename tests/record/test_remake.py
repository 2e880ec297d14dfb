"""A dispatched letter that is made again may be another one, or none: each has its reason."""

import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from helpers.project import PROJECT, edit
from hmic_letters.letter.versions import versions
from hmic_letters.problem import Place, Problem, Refused
from hmic_letters.record.ledger import Event, Line, read_ledger
from hmic_letters.record.remake import SAME, judge, maker, render_again
from hmic_letters.workspace.paths import Edition

OFFICE = PROJECT / "tests/records/0.1.0/workspace"
FOLDER = OFFICE / "dispatched/kent/2"
LETTER = (FOLDER / "letter.pdf").read_bytes()
BROKEN = Refused([Problem(Place(FOLDER), "template", "no filter named 'loud'", "Correct it.")])


def made_by(**other: str) -> Line:
    """The dispatch of a letter, as if this very tool had made it, but for ``other``."""
    line = read_ledger(OFFICE).of(Event.DISPATCHED, "kent")[1]
    inputs = line.about["inputs"] | versions() | other
    return replace(line, about={**line.about, "inputs": inputs})


def inputs(line: Line) -> Mapping[str, str]:
    found: Mapping[str, str] = line.about["inputs"]
    return found


def test_the_same_bytes_are_the_same_whatever_made_them() -> None:
    for line in (made_by(), made_by(tool="hmic-letters 0.0.9 (ab)"), made_by(libraries="none")):
        assert judge(line, FOLDER, LETTER, inputs(line)) == SAME


def test_what_made_it_is_named_where_it_is_another() -> None:
    here = versions()
    assert maker(made_by()) == ""
    line = made_by(tool="hmic-letters 0.0.9 (ab)")
    assert maker(line) == f"made by hmic-letters 0.0.9 (ab); this is {here['tool']}"
    line = made_by(fonts="0" * 64)
    then, now = "fonts 000000000000", f"fonts {here['fonts'][:12]}"
    assert maker(line) == f"made by {here['tool']}, {then}; this is {here['tool']}, {now}"
    python, *others = here["libraries"].split(", ")
    line = made_by(libraries=", ".join(["Python 3.1", *others]))
    assert maker(line) == f"made by {here['tool']}, Python 3.1; this is {here['tool']}, {python}"
    line = made_by(libraries=f"{here['libraries']}, more 1")
    assert maker(line) == f"made by {here['tool']}, more 1; this is {here['tool']}"


@pytest.mark.parametrize(
    ("made", "how"), [(b"another", "to the byte here"), (BROKEN, "here (no filter named 'loud')")]
)
def test_another_maker_is_no_fault_of_the_record(made: bytes | Refused, how: str) -> None:
    line = made_by(tool="hmic-letters 0.0.9 (ab)")
    assert judge(line, FOLDER, made, inputs(line)) == (
        f"made by hmic-letters 0.0.9 (ab); this is {versions()['tool']}: it cannot be made again "
        f"{how}, which is no fault of the record"
    )


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (b"another", "made again from its inputs it is another file: force (was "),
        (BROKEN, "it cannot be made again: no filter named 'loud'"),
    ],
)
def test_the_same_maker_makes_the_same_letter(made: bytes | Refused, why: str) -> None:
    line = made_by()
    problem = judge(line, FOLDER, made, {**inputs(line), "force": "another"})
    assert isinstance(problem, Problem)
    assert problem.code == "rebuilt-differs"
    assert problem.message.startswith(why)
    problem = judge(line, FOLDER, b"another", inputs(line))
    assert isinstance(problem, Problem)
    assert problem.message.endswith(": no input differs")


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("data/forces/kent.yaml", "region: Eastern", "province: Eastern"),
        ("data/forces/kent.yaml", "inspector: zoe-billingham", "inspector: nobody"),
        ("data/forces/kent.yaml", "name: Kent Police", "- name: Kent Police"),
        ("data/inspection.yaml", "fieldwork:", "field_work:"),
        ("data/inspection.yaml", "  - kent\n", ""),
        ("templates/letter.html", "{{ date }}", "{{ date | loud }}"),
    ],
)
def test_inputs_that_this_version_does_not_take_are_refused(
    name: str, old: str, new: str, tmp_path: Path
) -> None:
    folder = shutil.copytree(FOLDER, tmp_path / "2")
    path = folder / "inputs" / name
    path.chmod(0o600)
    edit(path, old, new)
    for edition in (Edition.EMBARGOED, Edition.PUBLIC):
        with pytest.raises(Refused):
            render_again(folder, "kent", edition)
