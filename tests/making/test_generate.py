"""The command: what it makes, what it says, and how it ends."""

import fcntl
import os
import pty
import re
import resource
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from helpers.project import SHIPPED, edit
from helpers.reader import pages, right_edges
from helpers.running import COMMAND, Run


def digests(folder: Path) -> dict[str, tuple[bytes, int, int]]:
    """Bytes, modification time and inode of every file."""
    return {
        path.name: (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino)
        for path in folder.iterdir()
    }


@contextmanager
def running(
    workspace: Path, jobs: int, letters: int = 1, **options: Any
) -> Iterator[subprocess.Popen[str]]:
    """A run for all forces that has written so many letters and goes on."""
    command = [*COMMAND, "generate", "--workspace", str(workspace), "--jobs", str(jobs)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, **options) as process:
        folder = workspace / "letters/embargoed"
        while len(list(folder.glob("*.pdf"))) < letters:
            assert process.poll() is None
            time.sleep(0.005)
        yield process


def workers_of(pid: int) -> list[str]:
    """The processes of the pool: children of the one that has imported WeasyPrint."""

    def children(of: int | str) -> list[str]:
        return Path(f"/proc/{of}/task/{of}/children").read_text().split()

    (server,) = (
        child
        for child in children(pid)
        if b"forkserver" in Path(f"/proc/{child}/cmdline").read_bytes()
    )
    return children(server)


@pytest.mark.whole
def test_one_letter_again_leaves_the_others_untouched(workspace: Path, run: Run) -> None:
    assert run("generate", "--workspace", workspace).returncode == 0
    before = digests(workspace / "letters/embargoed")
    edit(
        workspace / "data/forces/hertfordshire.yaml",
        "HMIC understands that the force has not consulted",
        "HMIC understands that the force has consulted",
    )

    done = run("generate", "hertfordshire", "--workspace", workspace)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "1 of 1 letter written to workspace/letters/embargoed.\n"
    after = digests(workspace / "letters/embargoed")
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    assert changed == {
        *("hertfordshire.pdf", "hertfordshire.html", ".hertfordshire.json", ".checked.json")
    }
    pdf = workspace / "letters/embargoed/hertfordshire.pdf"
    assert "HMIC understands that the force has consulted" in " ".join("".join(pages(pdf)).split())


@pytest.mark.whole
def test_the_same_inputs_give_the_same_bytes(
    all_forces: Path, letters: Path, run_process: Run, tmp_path: Path
) -> None:
    # A zone database that was tampered with: London lies in the Pacific.
    forged = tmp_path / "zones/Europe/London"
    forged.parent.mkdir(parents=True)
    kiritimati = resources.files("tzdata.zoneinfo.Pacific").joinpath("Kiritimati")
    forged.write_bytes(kiritimati.read_bytes())
    ways = [
        {
            "TZ": "Pacific/Kiritimati",
            "PYTHONHASHSEED": "1",
            "PYTHONTZPATH": str(tmp_path / "zones"),
            "HB_SHAPER_LIST": "fallback",
        },
        {"TZ": "America/Los_Angeles", "PYTHONHASHSEED": "2", "LANG": "tr_TR.UTF-8", "LC_ALL": "C"},
    ]
    expected = {path.name: path.read_bytes() for path in letters.iterdir()}
    for jobs, environment in enumerate(ways, 1):
        output = tmp_path / f"way {jobs}"
        done = run_process(
            "generate", "--workspace", all_forces, "--output", output, "--jobs", jobs, **environment
        )
        assert done.returncode == 0, done.stderr
        made = {path.name: path.read_bytes() for path in (output / "embargoed").iterdir()}
        assert [name for name in expected if made[name] != expected[name]] == []


def test_the_workspace_is_the_nearest_folder_above(workspace: Path, run: Run) -> None:
    done = run("generate", "kent", cwd=workspace / "data" / "forces")
    assert done.stdout == "1 of 1 letter written to ../../letters/embargoed.\n"
    assert (workspace / "letters/embargoed/kent.pdf").is_file()


def test_the_workspace_can_be_named_in_the_environment(workspace: Path, run_process: Run) -> None:
    done = run_process("generate", "kent", HMIC_LETTERS_WORKSPACE=str(workspace))
    assert done.stdout == "1 of 1 letter written to workspace/letters/embargoed.\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["generate", "Hertfordshir", "kint", "narnia", "--workspace", SHIPPED],
            "Error: There is no force 'Hertfordshir' in the register. Did you mean "
            "'hertfordshire'?\n"
            "There is no force 'kint' in the register. Did you mean 'kent'?\n"
            "There is no force 'narnia' in the register.\n",
        ),
        (
            ["generate", "--jobs", "0"],
            "Error: Invalid value for '--jobs': 0 is not in the range x>=1.\n",
        ),
        (
            ["generate"],
            "Error: There is no data/inspection.yaml here or in a folder above. Go to a workspace, "
            "or name one with --workspace DIR.\n",
        ),
        (
            ["generate", "--workspace", "/"],
            "Error: / is not a workspace: it has no data/inspection.yaml.\n",
        ),
    ],
)
def test_misuse_ends_with_2_and_makes_nothing(
    arguments: list[str], message: str, run: Run, tmp_path: Path
) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert done.stderr.endswith(message)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.whole
def test_bad_forces_stop_no_other(all_forces: Path, run: Run) -> None:
    forces = all_forces / "data/forces"
    edit(forces / "kent.yaml", "findings:\n", "findigns:\n")
    edit(forces / "surrey.yaml", "name: Lynne Owens", "name: Lynne \u200bOwens")
    edit(forces / "sussex.yaml", "name: Giles", "name: G☐les")
    (forces / "essex.yaml").unlink()
    (forces / "gwent.yaml").write_bytes(b"name: Heddlu \xff\n")

    done = run("generate", "--workspace", all_forces)

    assert done.returncode == 1
    assert done.stdout == "38 of 43 letters written to workspace/letters/embargoed.\n"
    made = {path.stem for path in (all_forces / "letters/embargoed").glob("*.pdf")}
    assert len(made) == 38
    assert not made & {"kent", "surrey", "sussex", "essex", "gwent"}
    assert [line for line in done.stderr.splitlines() if line.startswith("No letter")] == [
        "No letter for essex: the file is missing",
        "No letter for gwent: byte 0xFF is not UTF-8",
        "No letter for kent: 'findigns' is not a key here",
        "No letter for surrey: there is an invisible character here, U+200B (zero width space)",
        "No letter for sussex: Liberation Sans has no '☐', U+2610 (ballot box)",
    ]
    assert "Traceback" not in done.stderr


def test_warnings_stop_no_letter_and_are_counted(workspace: Path, run: Run) -> None:
    edit(workspace / "data/forces/kent.yaml", "salutation: Dear", "salutation: Dear ")
    done = run("generate", "kent", "--workspace", workspace)
    assert done.returncode == 0
    assert done.stderr == "1 warning: 'hmic-letters check' tells what about.\n"


def test_a_failure_keeps_the_earlier_letter_and_says_so(workspace: Path, run: Run) -> None:
    assert run("generate", "kent", "--workspace", workspace).returncode == 0
    letter = workspace / "letters/embargoed/kent.pdf"
    before = letter.read_bytes()
    edit(workspace / "data/forces/kent.yaml", "inspector: zoe-", "inspector: zoë-")

    done = run("generate", "kent", "--workspace", workspace)

    assert done.returncode == 1
    assert done.stderr.endswith("(workspace/letters/embargoed/kent.pdf is of an earlier run)\n")
    assert letter.read_bytes() == before


def test_what_checks_find_stops_a_letter(workspace: Path, run: Run) -> None:
    kent = workspace / "data/forces/kent.yaml"
    edit(kent, "inspector: zoe-billingham", "inspector: northern-region")
    done = run("generate", "kent", "essex", "--workspace", workspace)
    assert done.returncode == 1
    assert "No letter for kent: the inspector's region" in done.stderr
    made = {path.name for path in (workspace / "letters/embargoed").iterdir()}
    assert made == {"essex.pdf", "essex.html", ".essex.json", ".checked.json"}


def test_what_concerns_all_letters_stops_them_all(workspace: Path, run: Run) -> None:
    edit(workspace / "data/inspection.yaml", "  - kent\n", "  - kent\n  - kent\n")
    done = run("generate", "essex", "--workspace", workspace)
    assert done.returncode == 1
    assert "error[repeated-force]" in done.stderr
    assert done.stderr.endswith("No letter was written.\n")
    assert not (workspace / "letters").exists()


@pytest.mark.whole
def test_a_file_beside_the_register_is_a_problem(workspace: Path, run: Run) -> None:
    kent = (workspace / "data/forces/kent.yaml").read_bytes()
    for stray in ("kent-old.yaml", "kent.YML", "kent.yaml~"):
        (workspace / "data/forces" / stray).write_bytes(kent)
    done = run("generate", "--workspace", workspace)
    assert done.returncode == 1
    assert "kent-old.yaml: error[not-registered]" in done.stderr
    assert "kent.YML: error[not-registered]" in done.stderr
    assert "kent.yaml~" not in done.stderr
    assert done.stdout.startswith("6 of 6 letters")


def test_a_fault_of_a_template_is_shown_once_at_its_line(workspace: Path, run: Run) -> None:
    letter = workspace / "templates/letter.html"
    edit(letter, "letter to {{ force }}", "letter to {{ force | int }}{{ 1 / 0 }}")
    done = run("generate", "kent", "essex", "--workspace", workspace)
    assert done.returncode == 1
    said = "templates/letter.html:32:3: error[failing-template]: division by zero"
    assert done.stderr.count(said) == 1
    assert "No letter for essex: division by zero\n" in done.stderr


def test_a_name_no_letter_has_is_found_before_any_is_made(workspace: Path, run: Run) -> None:
    edit(workspace / "templates/letter.html", "letter to {{ force }}", "letter to {{ froce }}")
    done = run("generate", "kent", "essex", "--workspace", workspace)
    assert done.returncode == 1
    assert "templates/letter.html:32:329: error[undeclared-name]" in done.stderr
    assert "Did you mean 'force'?\nNo letter was written.\n" in done.stderr
    assert not (workspace / "letters").exists()


def test_what_is_written_is_its_owners_alone(workspace: Path, run_process: Run) -> None:
    for mask in (0o000, 0o777):
        output = workspace / f"output {mask}"
        old = os.umask(mask)
        try:
            done = run_process("generate", "kent", "--workspace", workspace, "--output", output)
        finally:
            os.umask(old)
        assert done.returncode == 0, done.stderr
        for path in (output, output / "embargoed"):
            assert stat.S_IMODE(path.stat().st_mode) == 0o700
        assert stat.S_IMODE((output / "embargoed/kent.pdf").stat().st_mode) == 0o600


def test_a_long_temporary_folder_is_no_obstacle(
    workspace: Path, run_process: Run, tmp_path: Path
) -> None:
    folder = tmp_path / ("long" * 25)
    folder.mkdir()
    done = run_process(
        "generate", "kent", "essex", "--jobs", "2", "--workspace", workspace, TMPDIR=str(folder)
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_terminal_shows_progress_and_a_pipe_does_not(workspace: Path) -> None:
    command = [*COMMAND, "generate", "kent", "essex", "surrey", "--workspace", str(workspace)]
    ours, theirs = pty.openpty()
    with subprocess.Popen(command, stderr=theirs, stdout=subprocess.DEVNULL) as process:
        os.close(theirs)
        shown = b""
        while True:
            try:
                shown += os.read(ours, 4096)
            except OSError:  # the terminal's other end is closed
                break
    os.close(ours)
    assert process.returncode == 0
    assert re.search(rb"Letters .*3/3", shown)

    piped = subprocess.run(command, capture_output=True, check=True)
    assert piped.stderr == b""


def test_a_second_run_waits_its_turn(workspace: Path, run: Run) -> None:
    folder = workspace / "letters/embargoed"
    folder.mkdir(parents=True)
    handle = os.open(folder, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        done = run("generate", "kent", "--workspace", workspace, "--lock-wait", "0")
    finally:
        os.close(handle)
    assert done.returncode == 3
    assert "Another run of hmic-letters is writing to" in done.stderr
    assert list(folder.iterdir()) == []


def test_a_folder_that_cannot_be_made(workspace: Path, run: Run) -> None:
    (workspace / "letters").write_text("a file")
    done = run("generate", "kent", "--workspace", workspace)
    assert done.returncode == 3
    assert "cannot be used: Not a directory" in done.stderr


def test_an_output_folder_that_leads_elsewhere(workspace: Path, run: Run, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (workspace / "letters").mkdir()
    (workspace / "letters/embargoed").symlink_to(elsewhere)
    done = run("generate", "kent", "--workspace", workspace)
    assert done.returncode == 3
    assert list(elsewhere.iterdir()) == []


@pytest.mark.crash
def test_a_full_disk_keeps_the_old_letter(workspace: Path, run: Run) -> None:
    assert run("generate", "kent", "--workspace", workspace).returncode == 0
    folder = workspace / "letters/embargoed"
    before = digests(folder)

    done = subprocess.run(
        [*COMMAND, "generate", "kent", "--force", "--workspace", workspace],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000)),
    )

    assert done.returncode == 1
    assert "No letter for kent: it cannot be written: File too large" in done.stderr
    assert digests(folder) == before


@pytest.mark.crash
def test_a_killed_run_leaves_whole_letters_and_the_next_sweeps_up(
    all_forces: Path, letters: Path, run: Run
) -> None:
    folder = all_forces / "letters/embargoed"
    for after in (1, 7, 20):
        with running(all_forces, jobs=1, letters=after) as process:
            process.kill()
        for path in folder.glob("*.pdf"):
            assert path.read_bytes() == (letters / path.name).read_bytes()
    (folder / ".kent.pdf.part").write_bytes(b"what a killed run leaves")

    assert run("generate", "kent", "--workspace", all_forces).returncode == 0

    assert list(folder.glob(".*.part")) == []


@pytest.mark.crash
def test_interrupting_ends_at_once_and_cleanly(all_forces: Path) -> None:
    # A shell's background job ignores SIGINT and passes that on: the tests may run in one.
    def listen() -> None:
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    with running(all_forces, jobs=2, start_new_session=True, preexec_fn=listen) as process:
        # Letters that are being printed are waited for by nobody: these will never be finished.
        for worker in workers_of(process.pid):
            os.kill(int(worker), signal.SIGSTOP)
        # As a terminal does: to every process of the group.
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert out == ""
    assert err == "\nInterrupted: what was written so far is whole.\n"


@pytest.mark.crash
def test_a_killed_process_costs_no_letter(all_forces: Path, letters: Path) -> None:
    with running(all_forces, jobs=2) as process:
        os.kill(int(workers_of(process.pid)[0]), signal.SIGKILL)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert out.startswith("43 of 43 letters")
    for path in (all_forces / "letters/embargoed").iterdir():
        if path.name != ".checked.json":
            assert path.read_bytes() == (letters / path.name).read_bytes()


@pytest.mark.crash
def test_a_letter_that_kills_its_process_stops_no_other(
    workspace: Path, run_process: Run, tmp_path: Path
) -> None:
    # Whoever prints the letter of Kent is killed, as by a kernel that is out of memory.
    (tmp_path / "sitecustomize.py").write_text(
        "import os\n"
        "import tinyhtml5\n"
        "real = tinyhtml5.parse\n"
        "def parse(file, **named):\n"
        "    page = file.read()\n"
        "    if 'Dear Alan' in page:\n"
        "        os.kill(os.getpid(), 9)\n"
        "    return real(page, **named)\n"
        "tinyhtml5.parse = parse\n"
    )
    forces = ("durham", "essex", "gwent", "hertfordshire", "kent", "surrey")
    done = run_process("generate", *forces, "--workspace", workspace, PYTHONPATH=str(tmp_path))
    assert done.returncode == 1
    assert "No letter for kent: the process that made it was killed, twice\n" in done.stderr
    assert "Traceback" not in done.stderr
    made = {path.stem for path in (workspace / "letters/embargoed").glob("*.pdf")}
    assert made == {*forces} - {"kent"}


@pytest.mark.crash
@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_a_killed_run_leaves_no_process(all_forces: Path, end: signal.Signals) -> None:
    with running(all_forces, jobs=2) as process:
        workers = workers_of(process.pid)
        process.send_signal(end)
    deadline = time.monotonic() + 20
    while any(Path(f"/proc/{pid}/cmdline").exists() for pid in workers):
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("closed", ["1", "2"])
def test_a_closed_stream_stops_nothing(workspace: Path, closed: str) -> None:
    command = f'"$@" {closed}>&-'
    done = subprocess.run(
        ["sh", "-c", command, "sh", *COMMAND, "generate", "kent", "--workspace", workspace],
        capture_output=True,
        check=False,
    )
    assert (workspace / "letters/embargoed/kent.pdf").is_file()
    assert b"Traceback" not in done.stderr


def test_a_run_from_a_deleted_folder(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    done = subprocess.run(
        ["sh", "-c", 'rmdir "$PWD"; exec "$@"', "sh", *COMMAND, "generate", "kent"],
        cwd=gone,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 3
    assert done.stderr == "Error: No such file or directory\n"


def test_optimised_python_is_refused(workspace: Path, run_process: Run) -> None:
    done = run_process("generate", "kent", "--workspace", workspace, PYTHONOPTIMIZE="1")
    assert done.returncode == 3
    assert "PYTHONOPTIMIZE" in done.stderr


def test_what_lies_in_the_way_is_said(workspace: Path, run: Run) -> None:
    (workspace / "letters/embargoed/kent.pdf").mkdir(parents=True)
    (workspace / "letters/embargoed/.kent.pdf.part").mkdir()
    (workspace / "letters/embargoed/.notes.part").write_text("not the tool's")
    done = run("generate", "kent", "essex", "--workspace", workspace)
    assert done.returncode == 1
    assert "No letter for kent: it cannot be written: Is a directory" in done.stderr
    names = {path.name for path in (workspace / "letters/embargoed").iterdir()}
    assert names == {
        *("kent.pdf", ".kent.pdf.part", ".notes.part", ".checked.json"),
        *("essex.pdf", "essex.html", ".essex.json"),
    }


def test_a_long_word_stays_on_the_paper(workspace: Path, run: Run) -> None:
    edit(
        workspace / "data/forces/hertfordshire.yaml",
        "HMIC understands that",
        f"{'xyz' * 70} {'1,000,000/' * 20} {'a_b' * 60}",
    )
    assert run("generate", "hertfordshire", "--workspace", workspace).returncode == 0
    right = max(right_edges(workspace / "letters/embargoed/hertfordshire.pdf"))
    assert right < 595.276 - 23 / 25.4 * 72 + 1


@pytest.mark.parametrize(
    ("library", "message"),
    [
        ("harfbuzz-subset", "WeasyPrint cannot find libharfbuzz-subset here."),
        ("pango", "WeasyPrint cannot find Pango here"),
    ],
)
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_missing_library_is_said_once(
    workspace: Path, run_process: Run, tmp_path: Path, library: str, message: str, jobs: str
) -> None:
    # A loader that finds no such library, as on a machine without it.
    (tmp_path / "sitecustomize.py").write_text(
        "from hmic_letters.pdf.faster.declarations import _Declared\n"
        "def dlopen(self, name, flags=0):\n"
        f"    if name and {library!r} in name:\n"
        "        raise OSError(f'cannot load library {name!r}')\n"
        "    return self._own.dlopen(name, flags)\n"
        "_Declared.dlopen = dlopen\n"
    )
    done = run_process(
        "generate", "kent", "essex", "--jobs", jobs, "--workspace", workspace,
        PYTHONPATH=str(tmp_path),
    )  # fmt: skip
    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr.startswith(f"Error: {message}")
    assert done.stderr.endswith("it installs what is missing.\n")
    assert done.stderr.count("\n") == 1


def test_help_and_version() -> None:
    for arguments in (["--help"], ["generate", "-h"], ["--version"]):
        done = subprocess.run(
            [Path(sys.executable).with_name("hmic-letters"), *arguments],
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout
        assert done.stderr == ""
