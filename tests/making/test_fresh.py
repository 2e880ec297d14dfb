"""An unchanged letter is not made again, and a command imports no more than it needs."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.project import SHIPPED, edit
from helpers.running import COMMAND, Run

HEAVY = {"weasyprint", "pikepdf", "jinja2", "pydantic", "yaml", "fontTools", "rich", "cffi"}
HEAVY |= {"pypdfium2", "PIL", "starlette", "uvicorn", "watchfiles", "asyncio"}
HEAVY |= {"concurrent.futures.process", "importlib.metadata"}


def state_of(folder: Path) -> dict[str, tuple[bytes, int, int]]:
    return {
        path.name: (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino)
        for path in folder.iterdir()
    }


@pytest.fixture
def made(workspace: Path, few_made: Path) -> Path:
    """The letters of a few forces beside their workspace."""
    shutil.copytree(few_made / "letters/embargoed", workspace / "letters/embargoed")
    return workspace / "letters/embargoed"


@pytest.fixture
def imported(tmp_path: Path) -> Path:
    """A file that names what any process of a run imports, once PYTHONPATH leads to its folder."""
    told = tmp_path / "watch" / "imported"
    told.parent.mkdir()
    (told.parent / "sitecustomize.py").write_text(
        "import os, sys\n"
        f"told = os.open({str(told)!r}, os.O_WRONLY | os.O_CREAT | os.O_APPEND)\n"
        "def tell(event, arguments):\n"
        "    if event == 'import':\n"
        "        os.write(told, arguments[0].encode() + b'\\n')\n"
        "sys.addaudithook(tell)\n"
    )
    return told


def heavy(imported: Path) -> set[str]:
    names = set(imported.read_text().split())
    return {name for name in HEAVY if name in names}


def test_nothing_changed_makes_nothing(
    workspace: Path, made: Path, imported: Path, run_process: Run
) -> None:
    before = state_of(made)
    done = run_process("generate", "--workspace", workspace, PYTHONPATH=str(imported.parent))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == ("0 of 6 letters written to workspace/letters/embargoed, 6 unchanged.\n")
    assert state_of(made) == before
    assert heavy(imported) == set()


@pytest.mark.usefixtures("made")
def test_one_letter_of_which_nothing_changed(
    workspace: Path, imported: Path, run: Run, run_process: Run
) -> None:
    edit(workspace / "data/forces/kent.yaml", "salutation: Dear Alan", "salutation: Dear A")
    assert run("generate", "kent", "--workspace", workspace).returncode == 0
    done = run_process(
        "generate", "kent", "--workspace", workspace, PYTHONPATH=str(imported.parent)
    )
    assert done.stdout.endswith(
        "0 of 1 letter written to workspace/letters/embargoed, 1 unchanged.\n"
    )
    assert heavy(imported) == set()
    # Another has to be checked against the new words, and still is not printed.
    done = run_process(
        "generate", "essex", "--workspace", workspace, PYTHONPATH=str(imported.parent)
    )
    assert done.stdout.endswith(
        "0 of 1 letter written to workspace/letters/embargoed, 1 unchanged.\n"
    )
    assert not heavy(imported) & {"weasyprint", "pikepdf"}


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("data/forces/kent.yaml", {"kent": "changed since it was made: force"}),
        (
            "templates/letter.css",
            dict.fromkeys(["*"], "changed since it was made: templates/letter.css"),
        ),
        ("letters/embargoed/kent.pdf", {"kent": "kent.pdf is not the one that was made"}),
        ("letters/embargoed/kent.html", {"kent": "kent.html is not the one that was made"}),
        ("letters/embargoed/.kent.json", {"kent": "there is no record of its making"}),
    ],
)
def test_every_change_is_seen_and_said(
    what: str, why: dict[str, str], workspace: Path, made: Path, run: Run
) -> None:
    # A style sheet stands in the pages for screens, as it is.
    kinds = "*.pdf" if what.endswith("css") else "*.[ph]*"
    expected = {path.name: path.read_bytes() for path in made.glob(kinds)}
    path = workspace / what
    if path.suffix == ".yaml":
        edit(path, "salutation: Dear Alan", "salutation: Dear Mr Pughsley")
    else:
        path.write_bytes(path.read_bytes() + b"\n")
        if path.suffix == ".json":
            path.write_bytes(b"{")
    done = run("generate", "--why", "--workspace", workspace)
    assert (done.returncode, done.stderr) == (0, "")
    count, *lines = done.stdout.splitlines()
    said = dict(line.split(": ", 1) for line in lines)
    assert len(said) == 6
    changed = {slug: reason for slug, reason in said.items() if reason != "nothing has changed"}
    assert changed == (dict.fromkeys(said, why["*"]) if "*" in why else why)
    assert count.startswith(f"{len(changed)} of 6 letters written")
    if path.suffix != ".yaml":
        assert {path.name: path.read_bytes() for path in made.glob(kinds)} == expected


def test_what_no_letter_shows_makes_none(workspace: Path, made: Path, run: Run) -> None:
    before = state_of(made)
    kent = workspace / "data/forces/kent.yaml"
    kent.write_text(kent.read_text("utf-8") + "# a remark\nnotes: Seen.\n", "utf-8")
    done = run("generate", "--workspace", workspace)
    assert "0 of 6 letters written" in done.stdout
    after = state_of(made)
    assert {name for name in before if before[name] != after[name]} <= {".checked.json"}


def test_force_makes_the_same_bytes_again(workspace: Path, made: Path, run: Run) -> None:
    before = state_of(made)
    done = run("generate", "kent", "essex", "--force", "--why", "--workspace", workspace)
    assert done.stdout.splitlines() == [
        "2 of 2 letters written to workspace/letters/embargoed.",
        "essex: --force asks for it",
        "kent: --force asks for it",
    ]
    after = state_of(made)
    assert {name: data for name, (data, *_) in before.items()} == {
        name: data for name, (data, *_) in after.items()
    }
    assert {name for name in before if before[name] != after[name] and name.endswith("pdf")} == {
        *("kent.pdf", "essex.pdf")
    }


def test_another_version_makes_all_again(workspace: Path, made: Path, run: Run) -> None:
    record = made / ".kent.json"
    held = json.loads(record.read_bytes())
    assert {"Pango", "HarfBuzz", "weasyprint", "pydyf"} <= {
        library.split()[0] for library in held["inputs"]["libraries"].split(", ")
    }
    held["inputs"]["libraries"] = held["inputs"]["libraries"].replace("Pango 1", "Pango 0")
    record.write_text(json.dumps(held))
    done = run("generate", "kent", "--why", "--workspace", workspace)
    assert done.stdout.endswith("kent: changed since it was made: libraries\n")


def test_a_broken_seal_is_no_seal(workspace: Path, made: Path, run: Run) -> None:
    for broken in (b"", b"[]", b'{"files": 1}', b"\xff", b"{}"):
        (made / ".checked.json").write_bytes(broken)
        done = run("generate", "--workspace", workspace)
        assert (done.returncode, done.stderr) == (0, "")
        assert "6 unchanged" in done.stdout


@pytest.mark.usefixtures("made")
def test_warnings_and_strays_are_said_again(workspace: Path, run: Run) -> None:
    edit(workspace / "data/forces/kent.yaml", "salutation: Dear", "salutation: Dear ")
    first, second = (run("generate", "--workspace", workspace) for _ in range(2))
    assert first.stderr == second.stderr == "1 warning: 'hmic-letters check' tells what about.\n"
    (workspace / "data/forces/kint.yaml").write_text("name: Kint\n")
    for _ in range(2):
        done = run("generate", "--workspace", workspace)
        assert done.returncode == 1
        assert "error[not-registered]" in done.stderr


ALLOWED = {
    ("--help",): set(),
    ("generate", "--help"): set(),
    ("check",): {"yaml", "pydantic", "jinja2"},
    ("status",): {"yaml", "pydantic", "jinja2", "rich"},
}


@pytest.mark.parametrize("arguments", ALLOWED)
def test_what_a_command_imports(
    arguments: tuple[str, ...], imported: Path, run_process: Run
) -> None:
    done = run_process(*arguments, cwd=SHIPPED, PYTHONPATH=str(imported.parent))
    assert done.returncode == 0
    # pydantic and rich ask importlib.metadata, rich asks what may run in a notebook.
    unavoidable = {"importlib.metadata", "asyncio"} if ALLOWED[arguments] else set()
    assert heavy(imported) - unavoidable == ALLOWED[arguments]


def test_a_shell_completes_the_names_of_forces(imported: Path, run_process: Run) -> None:
    done = run_process(
        cwd=SHIPPED,
        PYTHONPATH=str(imported.parent),
        _HMIC_LETTERS_COMPLETE="bash_complete",
        COMP_WORDS="hmic-letters generate her",
        COMP_CWORD="2",
    )
    assert done.stdout == "plain,hertfordshire\n"
    assert heavy(imported) == set()


def test_printing_starts_no_compiler(workspace: Path, tmp_path: Path) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("gcc", "cc", "ld", "ldconfig", "objdump"):
        (tools / name).write_text(f'#!/bin/sh\necho "$0" >>{tools}/started\nexit 1\n')
        (tools / name).chmod(0o755)
    subprocess.run(
        [*COMMAND, "generate", "kent", "--workspace", workspace],
        env=os.environ | {"PATH": f"{tools}:{os.environ['PATH']}"},
        check=True,
    )
    assert not (tools / "started").exists()


def test_printing_imports_no_font_tools(workspace: Path, imported: Path, run_process: Run) -> None:
    done = run_process(
        "generate", "kent", "--workspace", workspace, PYTHONPATH=str(imported.parent)
    )
    assert done.returncode == 0
    names = set(imported.read_text().split())
    assert "weasyprint.pdf.fonts" in names
    assert not {"fontTools.ttLib", "fontTools.subset", "fontTools.varLib.instancer"} & names


def test_a_run_ends_without_looking_for_garbage() -> None:
    # What is registered last is asked first.
    program = (
        "import atexit, gc; atexit.register(lambda: print(gc.get_freeze_count() > 1000)); "
        "import hmic_letters.cli.main"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("True\n", "")


LET_GO = """
import gc
from pathlib import Path
from weasyprint.formatting_structure.boxes import PageBox
from hmic_letters.pdf import pool as processes
from hmic_letters.workspace.paths import Edition
from hmic_letters.letter.letter import compose
from hmic_letters.data.load import load
from hmic_letters.letter.render import Renderer

read = load(Path("."))
letter = compose(read, "kent", Edition.EMBARGOED)
rendered = Renderer(read.templates).render_both(letter)
processes._templates = read.templates
gc.disable()

def pages():
    return sum(type(held) is PageBox for held in gc.get_objects())

counts = []
for _ in range(3 * processes.LETTERS_A_COLLECTION):
    assert isinstance(processes._print(rendered), bytes)
    counts.append(pages())
assert 1 <= counts[0] < max(counts) <= processes.LETTERS_A_COLLECTION * counts[0], counts
"""


def test_a_process_lets_go_of_the_letters_that_it_has_printed() -> None:
    subprocess.run([sys.executable, "-c", LET_GO], cwd=SHIPPED, check=True)
