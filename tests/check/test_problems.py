"""Mistakes that people type -> the full text that the tool shows.

``pytest --snapshot-update`` takes up new answers; read the difference before you commit it.
"""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from helpers.cases import BROKEN, case, replace_line
from helpers.project import FORCE, PROJECT, copy_project, edit
from hmic_letters.check.report import Format, report
from hmic_letters.check.run import review
from hmic_letters.data.load import load
from hmic_letters.data.source import read
from hmic_letters.problem import Problem, Refused

# A file in a folder of broken/ is a case: what is written in a file of the folder's name, in the
# place of the line that the case begins with. In whole/ a case is the whole of a force's file.
WHERE = {
    "kent.yaml": "data/forces",
    "inspection.yaml": "data",
    "inspectors.yaml": "data",
    "letter.html": "templates",
    "core-business.html": "templates",
}
CASES = [
    f"{folder}/{path.name}" for folder in WHERE for path in sorted((BROKEN / folder).iterdir())
]
WHOLE = sorted(path.name for path in (BROKEN / "whole").iterdir())


def problems(root: Path) -> tuple[Problem, ...]:
    """Every problem of a workspace."""
    try:
        workspace = load(root)
    except Refused as error:
        return error.problems
    return review(workspace, workspace.slugs)


def said(root: Path) -> str:
    return report(problems(root), Format.TEXT, root)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace of three forces."""
    return copy_project(tmp_path, "durham", "hertfordshire", "kent")


@pytest.fixture(autouse=True)
def kent(workspace: Path) -> Path:
    path = workspace / "data/forces/kent.yaml"
    path.write_text(FORCE, "utf-8")
    return path


@pytest.mark.parametrize("name", CASES)
def test_a_broken_file(name: str, workspace: Path, snapshot: SnapshotAssertion) -> None:
    file = name.partition("/")[0]
    replace_line(workspace / WHERE[file] / file, case(name))
    assert said(workspace) == snapshot


@pytest.mark.parametrize("name", WHOLE)
def test_a_file_broken_altogether(
    name: str, workspace: Path, kent: Path, snapshot: SnapshotAssertion
) -> None:
    kent.write_bytes((BROKEN / "whole" / name).read_bytes())
    assert said(workspace) == snapshot


def test_a_file_that_is_missing(workspace: Path, kent: Path, snapshot: SnapshotAssertion) -> None:
    kent.unlink()
    assert said(workspace) == snapshot


@pytest.mark.parametrize(
    "name",
    [
        "another-force-by-an-alias",
        "another-chief-officer",
        "a-finding-of-another-force",
        "a-time-after-the-embargo",
        "stand-ins",
        "the-force-by-a-wrong-name",
        "the-salutation-of-another",
    ],
)
def test_what_the_remedy_says_to_allow_is_allowed(name: str, workspace: Path, kent: Path) -> None:
    """The entry is pasted as it is shown, with a reason; then the finding’s id, for all at once."""
    replace_line(kent, case(f"kent.yaml/{name}"))
    text = kent.read_text("utf-8")
    told = [problem for problem in problems(workspace) if problem.place.path == kent]
    entries = {problem.remedy.partition("this file: ")[2] for problem in told}
    assert all(entry.startswith("- {check: ") for entry in entries)
    pasted = "".join(f"  {entry.replace('...', 'A test.')}\n" for entry in sorted(entries))
    kent.write_text(f"{text}allowed:\n{pasted}", "utf-8")
    assert [problem for problem in problems(workspace) if problem.place.path == kent] == []

    if all(problem.finding for problem in told):
        codes = {problem.code for problem in told}
        by_id = "".join(
            f"  - {{check: {code}, text: PC1, reason: A test.}}\n" for code in sorted(codes)
        )
        kent.write_text(f"{text}allowed:\n{by_id}", "utf-8")
        assert [problem for problem in problems(workspace) if problem.place.path == kent] == []
        kent.write_text(f"{text}allowed:\n{by_id.replace('PC1', 'AC1')}", "utf-8")
        assert {problem.code for problem in problems(workspace)} >= codes


def test_a_name_that_two_forces_alone_have(
    workspace: Path, kent: Path, snapshot: SnapshotAssertion
) -> None:
    """Metis is a name, the Strategic Alliance is not."""
    edit(workspace / "data/forces/hertfordshire.yaml", "own_terms: [Metis]\n", "")
    replace_line(kent, "      text: One.\n      text: Metis serves the Strategic Alliance.")
    assert said(workspace) == snapshot


def test_a_sentence_that_two_forces_have(
    workspace: Path, kent: Path, snapshot: SnapshotAssertion
) -> None:
    words = "Staff are very positive about the introduction and use of mobile technology. So it is."
    replace_line(kent, f"      text: One.\n      text: {words}")
    assert said(workspace) == snapshot


def test_a_finding_that_three_forces_have(
    workspace: Path, kent: Path, snapshot: SnapshotAssertion
) -> None:
    same = (
        "      text: HMIC understands that the force has not consulted with the public in relation"
    )
    replace_line(kent, f"      text: One.\n{same} to this policy.")
    durham = FORCE.replace("Kent Police", "Durham Constabulary").replace("[Kent]", "[Durham]")
    durham = durham.replace("Eastern", "Northern").replace("zoe-billingham", "northern-region")
    durham = durham.replace("      text: Two.", f"{same} to that policy.")
    (workspace / "data/forces/durham.yaml").write_text(durham, "utf-8")
    assert said(workspace) == snapshot


def test_a_file_of_fifty_megabytes(
    workspace: Path, kent: Path, snapshot: SnapshotAssertion
) -> None:
    with kent.open("wb") as file:
        file.truncate(50_000_000)
    assert said(workspace) == snapshot


def test_what_the_cases_start_from_has_no_problem(workspace: Path) -> None:
    assert said(workspace) == ""


def test_an_inspection_has_forces(workspace: Path) -> None:
    path = workspace / "data/inspection.yaml"
    head = path.read_text("utf-8").partition("\nforces:\n")[0]
    path.write_text(f"{head}\nforces: []\n", "utf-8")
    assert [problem.code for problem in problems(workspace)] == ["no-value"]


def test_the_template_of_an_office_is_there(workspace: Path, snapshot: SnapshotAssertion) -> None:
    (workspace / "templates/core-business-wales-and-western.html").unlink()
    assert said(workspace) == snapshot


@pytest.mark.parametrize("link", ["/etc/hostname", "/dev/zero", "nowhere"])
def test_a_link_is_not_followed(
    link: str, workspace: Path, kent: Path, snapshot: SnapshotAssertion
) -> None:
    kent.unlink()
    kent.symlink_to(link)
    assert said(workspace) == snapshot
    template = workspace / "templates/other.html"
    template.symlink_to(link)
    assert said(workspace) == snapshot


def test_a_pipe_is_not_waited_for(workspace: Path, kent: Path) -> None:
    kent.unlink()
    os.mkfifo(kent)
    assert "error[not-a-file]" in said(workspace)


def test_the_files_of_all_letters_are_told_together(workspace: Path, kent: Path) -> None:
    replace_line(kent, case("kent.yaml/a-specimen-that-may-be"))
    edit(workspace / "data/inspectors.yaml", "inspectors:\n", "inspecters:\n")
    found = [(problem.place.path.name, problem.code) for problem in problems(workspace)]
    assert found == [
        ("kent.yaml", "true-or-false"),
        ("inspectors.yaml", "unknown-key"),
    ]
    replace_line(
        workspace / "data/inspection.yaml", case("inspection.yaml/a-date-that-does-not-exist")
    )
    found = [(problem.place.path.name, problem.code) for problem in problems(workspace)]
    assert found == [
        ("kent.yaml", "true-or-false"),
        ("inspection.yaml", "date"),
        ("inspectors.yaml", "unknown-key"),
    ]


def test_every_problem_is_told_in_one_run(workspace: Path, kent: Path) -> None:
    for name in ("no-value", "an-id-with-a-space", "a-key-nobody-knows"):
        replace_line(kent, case(f"kent.yaml/{name}"))
    edit(kent, "      text: Three.\n", "      txet: Three.\n")
    found = [(problem.place.line, problem.code) for problem in problems(workspace)]
    assert found == [
        (1, "no-value"),
        (4, "unknown-key"),
        (14, "not-a-name"),
        (18, "unknown-key"),
    ]


def test_readmes_file_is_read(workspace: Path, kent: Path) -> None:
    text = (PROJECT / "README.md").read_text("utf-8")
    example = text.partition("```yaml\n")[2].partition("```\n")[0]
    kent.unlink()
    hertfordshire = kent.with_name("hertfordshire.yaml")
    hertfordshire.write_text(example + FORCE[FORCE.index("  attending") :], "utf-8")
    edit(workspace / "data/inspection.yaml", "  - kent\n", "")
    assert said(workspace) == ""


def test_comments_are_read_over(workspace: Path, kent: Path) -> None:
    text = FORCE.replace("\n", "  # a comment\n", 3).replace("findings:", "# One.\n#\nfindings:")
    kent.write_text(text.replace("text: One.", "text: >-  # a comment\n        One # 1, #2."))
    assert said(workspace) == ""


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b""])
@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_what_other_systems_save_is_read(
    mark: bytes, end: bytes, workspace: Path, kent: Path
) -> None:
    kent.write_bytes(mark + FORCE.encode().replace(b"\n", end))
    assert said(workspace) == ""


@pytest.mark.parametrize("typed", ["no", "010", "10:30", "1_000", "2014-09-04", "0x1F", "1.10"])
def test_a_scalar_is_what_was_typed(typed: str, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(f"- {typed}\n")
    assert read(path).value == [typed]


@given(text=st.text() | st.text(alphabet="-:#&*!|>'\"[]{},? \n\tab"))
@settings(deadline=None)
def test_no_text_makes_reading_fail(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "any.yaml"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        document = read(path)
    except Refused as error:
        assert error.problems
        assert all(problem.text(path.parent) for problem in error.problems)
    else:
        assert document.place("findings", 3).line >= 1
