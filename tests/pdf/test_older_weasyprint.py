"""An older WeasyPrint makes letters in its own way, and one that is too old makes none."""

import os
import subprocess
import sys
from pathlib import Path

import pypdfium2
import pytest

from helpers.project import PROJECT
from helpers.running import Run

LOCKS = sorted(Path(__file__).parent.glob("older-weasyprint/*.txt"))


@pytest.fixture(scope="session", params=LOCKS, ids=lambda lock: lock.stem)
def older(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a version of WeasyPrint before the locked one, and nothing else."""
    lock: Path = request.param
    folder = tmp_path_factory.mktemp("weasyprint") / lock.stem
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    install = ["install", "--no-deps", "--require-hashes", "--only-binary=:all:"]
    subprocess.run([*pip, *install, "--target", folder, "--requirement", lock], check=True)
    return folder


def words(letter: Path) -> list[str]:
    with pypdfium2.PdfDocument(letter) as document:
        return [word for page in document for word in page.get_textpage().get_text_range().split()]


@pytest.mark.older_weasyprint
def test_an_older_weasyprint_makes_letters_of_the_same_words(
    older: Path, few_made: Path, workspace: Path, run_process: Run
) -> None:
    path = os.pathsep.join([str(older), str(PROJECT)])
    done = run_process("generate", "kent", "gwent", "--workspace", workspace, PYTHONPATH=path)
    assert done.stderr == ""
    assert done.returncode == 0
    for name in ("kent.pdf", "gwent.pdf"):
        made = workspace / "letters/embargoed" / name
        assert f"WeasyPrint {older.name}".encode() in made.read_bytes()
        assert words(made) == words(few_made / "letters/embargoed" / name)


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_weasyprint_that_is_too_old_is_reported_once(
    workspace: Path, run_process: Run, tmp_path: Path, jobs: str
) -> None:
    # As before version 60, it has an HTML and no fetcher of its own.
    (tmp_path / "old/weasyprint").mkdir(parents=True)
    (tmp_path / "old/weasyprint/__init__.py").write_text("__version__ = '52.5'\nHTML = None\n")
    path = os.pathsep.join([str(tmp_path / "old"), str(PROJECT)])
    done = run_process(
        "generate", "kent", "gwent", "--jobs", jobs, "--workspace", workspace, PYTHONPATH=path
    )
    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr.startswith("Error: WeasyPrint cannot be used here (No module named")
    assert done.stderr.count("\n") == 1
