"""What a person typed wrongly -> what the tool says, in full.

``pytest --snapshot-update`` takes up new answers; read the difference before you commit it.
"""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syrupy.assertion import SnapshotAssertion

from conftest import FINDINGS, PROJECT, edit
from hmic_letters.checks import check_force, check_workspace
from hmic_letters.load import load, load_inspection
from hmic_letters.problem import Problem, Refused
from hmic_letters.source import read

FORCE = f"""\
name: Kent Police
region: Eastern
inspector: zoe-billingham
addressee:
  office: Chief Constable
  salutation: Dear Chief Constable
{FINDINGS}"""

# What is written in the place of a line of the file above; the first line is the one replaced.
FORCES = {
    "a key misspelt": "findings:\nfindigns:",
    "a key repeated": "region: Eastern\nregion: Eastern\nregion: Northern",
    "a key nobody knows": "region: Eastern\nregion: Eastern\npostcode: ME15 9BZ",
    "no value": "name: Kent Police\nname:",
    "a text that ends in a colon": "      text: One.\n      text: One of two ways:",
    "a text with a colon in it": "      text: One.\n      text: One: two.",
    "a text that a comment cuts short": "      text: One.\n      text: See action #3 of the plan.",
    "a text with a comment after it": "      text: One.\n      text: See action # 3",
    "a line that is a comment": "      text: One.\n      text: See action\n        #3.",
    "a block cut short": "      text: One.\n      text: >-\n        See\n  #3.",
    "a comment after quotation marks": '      text: One.\n      text: "See action" #3',
    "a comment after a tab": "      text: One.\n      text: See action\t#3",
    "a text that is a list": "      text: One.\n      text: [One, two]",
    "a list that is a text": "    - id: AC1\n    - id: AC1\n      points: one; two",
    "a theme without its dash": "    - id: PC1\n      id: PC1",
    "an empty theme": "  freeing-up-time:\n  freeing-up-time: []\n  freeing-up:",
    "a theme misspelt": "  freeing-up-time:\n  freeing-uptime:",
    "a theme by its heading": "  freeing-up-time:\n  Freeing up time:",
    "a theme repeated": "  freeing-up-time:\n  preventing-crime:",
    "an id repeated in another case": "    - id: AC1\n    - id: pc1",
    "an id that is too long": "    - id: AC1\n    - id: attending-crimes-1",
    "an id with a space": "    - id: AC1\n    - id: AC 1",
    "an inspector nobody knows": "inspector: zoe-billingham\ninspector: zoe-bilingham",
    "an inspector of another region": "inspector: zoe-billingham\ninspector: northern-region",
    "honours of nobody": "  office: Chief Constable\n  office: Chief Constable\n  honours: QPM",
    "a style of nobody": "  office: Chief Constable\n  office: Chief Constable\n  style: Mr",
    "a force without its region": "region: Eastern",
    "an inspector without a region": "inspector: zoe-billingham\ninspector: london-forces",
    "an empty text": '      text: One.\n      text: ""',
    "an id that begins with a digit": "    - id: AC1\n    - id: 1AC",
    "a control in particulars": 'region: Eastern\nregion: Eastern\nparticulars: {a: "b\\u202e"}',
    "a control in a key": 'region: Eastern\nregion: Eastern\nparticulars: {"a\\u202e": b}',
    "a specimen that may be": "region: Eastern\nregion: Eastern\nspecimen: yes",
    "a paragraph in a text": "      text: One.\n      text: >-\n        One.\n\n        Two.",
    "a bullet pasted from Word": "      text: One.\n      text: \uf0b7 One.",
    "a text turned round": "      text: One.\n      text: The force did \u202eton\u202c act.",
    "an accent beside its letter": "name: Kent Police\nname: Heddlu Mo\u0302n",
    "a line end of Unicode": "      text: One.\n      text: One.\u2028b: two.",
    "a bell": '      text: One.\n      text: "One\\x07."',
    "a tab": "      text: One.\n\ttext: One.",
    "an anchor and its alias": "      text: One.\n      text: &one One.\n      points: [*one]",
    "a tag": "      text: One.\n      text: !!binary T25lLg==",
    "a merge": "findings:\n<<: {name: Essex Police}\nfindings:",
    "a second document": "findings:\n---\nfindings:",
    "a quotation mark left open": '      text: Two.\n      text: "Two.',
    "particulars without a value": "region: Eastern\nregion: Eastern\nparticulars: {a: [b, ~]}",
    "an order to the terminal": 'inspector: zoe-billingham\ninspector: "\\e[2Jx\\nNo letter"',
    "a template's brackets": "name: Kent Police\nname: {{ force }}",
}

FILES = {
    "an empty file": b"",
    "only a comment": b"# Kent\n",
    "a list": b"- Kent\n",
    "a text": b"Kent\n",
    "Windows' encoding": "name: Heddlu Môn\n".encode("cp1252"),
    "UTF-16": "name: Kent\n".encode("utf-16"),
    "nested too deep": b"[" * 500,
    "a file of other size": b"#" * 1_000_001,
}

INSPECTIONS = {
    "an embargo in the hour that is skipped": (
        "  until: 2014-09-04 00:01\n  until: 2014-03-30 01:30"
    ),
    "an embargo in the hour that comes twice": (
        "  until: 2014-09-04 00:01\n  until: 2014-10-26 01:30"
    ),
    "an embargo without its zone": "  zone: Europe/London",
    "an embargo in another zone": "  zone: Europe/London\n  zone: Europe/Paris",
    "an embargo without its time": "  until: 2014-09-04 00:01\n  until: 2014-09-04",
    "a letter dated on the day": "letter_date: 2014-09-03\nletter_date: 2014-09-04",
    "a date as people write it": "letter_date: 2014-09-03\nletter_date: 3 September 2014",
    "a date that does not exist": "letter_date: 2014-09-03\nletter_date: 2014-09-31",
    "a template that is not there": "template: core-business.html\ntemplate: core-busines.html",
    "a template outside": "template: core-business.html\ntemplate: ../core-business.html",
    "a force twice": "  - kent\n  - kent\n  - kent",
    "a force with a path": "  - kent\n  - ../kent",
    "a theme twice": "  - id: freeing-up-time\n  - id: preventing-crime",
    "a theme without its question": "    question: how well forces are preventing crime and "
    "anti-social behaviour",
}


def problems(root: Path) -> tuple[Problem, ...]:
    """Every problem of Kent's letter."""
    try:
        workspace = load(root, load_inspection(root), ["kent"])
    except Refused as error:
        return error.problems
    if found := check_workspace(workspace):
        return found
    for force in workspace.forces.values():
        return check_force(force, workspace)
    return workspace.refused["kent"]


def said(root: Path) -> str:
    return "\n".join(problem.text(relative_to=root) for problem in problems(root))


def replace_line(path: Path, change: str) -> None:
    old, _, new = change.partition("\n")
    edit(path, f"{old}\n", f"{new}\n" if new else "")


@pytest.fixture
def kent(workspace: Path) -> Path:
    path = workspace / "data/forces/kent.yaml"
    path.write_text(FORCE, "utf-8")
    return path


@pytest.mark.parametrize("key", ["themes", "forces"])
def test_an_inspection_has_themes_and_forces(key: str, workspace: Path) -> None:
    path = workspace / "data/inspection.yaml"
    head, _, tail = path.read_text("utf-8").partition(f"\n{key}:\n")
    tail = tail[tail.index("\nforces:") :] if key == "themes" else ""
    path.write_text(f"{head}\n{key}: []\n{tail}", "utf-8")
    assert [problem.code for problem in problems(workspace)] == ["no-value"]


def test_the_template_of_an_office_is_there(workspace: Path, snapshot: SnapshotAssertion) -> None:
    (workspace / "templates/core-business-wales-and-western.html").unlink()
    assert said(workspace) == snapshot


def test_what_the_cases_start_from_has_no_problem(workspace: Path, kent: Path) -> None:
    assert kent.is_file()
    assert said(workspace) == ""


@pytest.mark.parametrize("case", FORCES)
def test_a_force(case: str, workspace: Path, kent: Path, snapshot: SnapshotAssertion) -> None:
    replace_line(kent, FORCES[case])
    assert said(workspace) == snapshot


@pytest.mark.parametrize("case", FILES)
def test_a_file(case: str, workspace: Path, kent: Path, snapshot: SnapshotAssertion) -> None:
    kent.write_bytes(FILES[case])
    assert said(workspace) == snapshot


@pytest.mark.parametrize("case", INSPECTIONS)
def test_an_inspection(case: str, workspace: Path, snapshot: SnapshotAssertion) -> None:
    replace_line(workspace / "data/inspection.yaml", INSPECTIONS[case])
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
    replace_line(kent, FORCES["a specimen that may be"])
    edit(workspace / "data/inspectors.yaml", "inspectors:\n", "inspecters:\n")
    found = [(problem.place.path.name, problem.code) for problem in problems(workspace)]
    assert found == [
        ("kent.yaml", "true-or-false"),
        ("inspectors.yaml", "missing-key"),
        ("inspectors.yaml", "unknown-key"),
    ]
    replace_line(workspace / "data/inspection.yaml", INSPECTIONS["a date that does not exist"])
    found = [(problem.place.path.name, problem.code) for problem in problems(workspace)]
    assert found == [
        ("inspection.yaml", "date"),
        ("inspectors.yaml", "missing-key"),
        ("inspectors.yaml", "unknown-key"),
    ]


def test_every_problem_is_told_in_one_run(workspace: Path, kent: Path) -> None:
    for case in ("no value", "an id with a space", "a key nobody knows"):
        replace_line(kent, FORCES[case])
    edit(kent, "      text: Three.\n", "      txet: Three.\n")
    found = [(problem.place.line, problem.code) for problem in problems(workspace)]
    assert found == [
        (1, "no-value"),
        (3, "unknown-key"),
        (13, "not-a-name"),
        (16, "missing-key"),
        (17, "unknown-key"),
    ]


def test_readmes_file_is_read(workspace: Path, kent: Path) -> None:
    text = (PROJECT / "README.md").read_text("utf-8")
    example = text.partition("```yaml\n")[2].partition("```\n")[0]
    kent.write_text(example + FORCE[FORCE.index("  attending") :], "utf-8")
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
