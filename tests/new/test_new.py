"""A new inspection: from a title and dates to specimens, in a clone and from the wheel."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from helpers.project import PROJECT, REGISTER, SHIPPED, edit
from helpers.running import Run, run_killed

SAID = (
    *("--title", "Custody: An inspection of care", "--letter-date", "2027-03-03"),
    *("--embargo", "2027-03-04 00:01", "--theme", "Care of detainees", "--theme", "Leadership"),
)
PEOPLE = ("Billingham", "Sharpling", "Bliss", "Otter", "Lancaster")


@pytest.fixture
def begun(tmp_path: Path, run: Run) -> Path:
    done = run("new", tmp_path / "custody", *SAID)
    assert done.returncode == 0, done.stderr
    return tmp_path / "custody"


def test_what_is_to_be_done_is_one_line_a_file(begun: Path, run: Run) -> None:
    done = run("check", "--workspace", begun)
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert len(lines) == 43 + 2
    assert all("warning[to-do" in line for line in lines)
    assert run("check", "--strict", "--workspace", begun).returncode == 1


def test_nobody_of_2014_is_in_it(begun: Path) -> None:
    files = [path for path in begun.rglob("*") if path.is_file() and path.suffix != ".html"]
    text = "".join(path.read_text("utf-8") for path in files)
    assert [name for name in PEOPLE if name in text] == []
    assert {path.stem for path in (begun / "data/forces").iterdir()} == set(REGISTER)
    assert not list((begun / "templates").glob("core-business*"))


@pytest.mark.whole
def test_it_makes_specimens_at_once_and_no_letter_goes_out_before(begun: Path, run: Run) -> None:
    done = run("generate", "--workspace", begun)
    assert done.stdout.startswith("43 of 43 letters written")
    assert run("check", "kent", "--letters", "--workspace", begun).returncode == 0
    kent = begun / "data/forces/kent.yaml"
    edit(kent, "specimen: true\n", "")
    text = kent.read_text("utf-8").replace(
        "Specimen text for Kent Police, not a finding about any police force.",
        "The force looks after the people whom it detains.",
        1,
    )
    kent.write_text(
        text.replace(
            "Specimen text for Kent Police, not a finding about any police force.",
            "Its leaders know what happens in custody.",
        ),
        "utf-8",
    )
    run("generate", "kent", "--workspace", begun)
    done = run("dispatch", "kent", "--workspace", begun)
    assert done.returncode == 1
    assert "error[to-do]: to do: Name the themes and dates" in done.stderr


def test_what_is_missing_is_named_where_nobody_can_answer(tmp_path: Path, run: Run) -> None:
    done = run("new", tmp_path / "a", "--title", "Custody")
    assert done.returncode == 2
    said = " ".join(done.stderr.split())
    for name in ("--letter-date DAY", "--embargo WHEN", "--theme HEADING"):
        assert name in said
    assert "--title" not in said.partition("Error:")[2]
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("2027-03-04 00:01", "2027-02-30 00:01", "there is no '2027-02-30 00:01'"),
        ("2027-03-04 00:01", "2027-03-28 01:30", "skip 01:30"),
        ("Leadership", "Care of detainees", "two themes would have the id"),
        ("Leadership", "Lead\nership", "Lead"),
    ],
)
def test_an_inspection_that_cannot_be_is_not_begun(
    tmp_path: Path, run: Run, old: str, new: str, said: str
) -> None:
    done = run("new", tmp_path / "a", *(new if word == old else word for word in SAID))
    assert done.returncode == 1
    assert said in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path, run: Run) -> None:
    (tmp_path / "a").mkdir()
    done = run("new", tmp_path / "a", *SAID)
    assert done.returncode == 3
    assert "is there already" in done.stderr
    assert list((tmp_path / "a").iterdir()) == []


@pytest.mark.crash
@pytest.mark.parametrize("at", [1, 2, 20, 50])
def test_a_run_that_was_killed_leaves_no_half_of_it(tmp_path: Path, run: Run, at: int) -> None:
    assert run_killed("new", tmp_path / "a", *SAID, cwd=tmp_path, at=at) == -9
    assert not (tmp_path / "a").exists()
    assert run("new", tmp_path / "a", *SAID).returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_the_example_is_the_inspection_of_2014(tmp_path: Path, run: Run) -> None:
    done = run("new", tmp_path / "a", "--example")
    assert done.returncode == 0, done.stderr
    for path in (*(SHIPPED / "data").rglob("*.yaml"), *(SHIPPED / "templates").iterdir()):
        if "accuracy" not in path.parts:
            copy = tmp_path / "a" / path.relative_to(SHIPPED)
            assert copy.read_bytes() == path.read_bytes()
    assert run("check", "--workspace", tmp_path / "a").returncode == 0


@pytest.mark.whole
def test_the_wheel_needs_no_clone(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "wheel"]
    flags = ["--no-deps", "--no-build-isolation", "--no-index", "-w", str(tmp_path)]
    subprocess.run([*build, *flags, str(PROJECT)], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(tmp_path / "installed")
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "installed"), "PYTHONSAFEPATH": "1"}

    def command(*words: str, at: Path = tmp_path) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "hmic_letters", *words],
            cwd=at,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    command("new", "custody", *SAID)
    custody = tmp_path / "custody"
    assert "2 of 2 letters written" in command("generate", "kent", "essex", at=custody)
    command("check", "kent", at=custody)
    command("verify", at=custody)
