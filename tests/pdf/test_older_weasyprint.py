"""A WeasyPrint that is too old makes no letters, and one sentence says so."""

import os
import subprocess
import sys
from pathlib import Path

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


@pytest.mark.older_weasyprint
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_older_weasyprint_is_refused_in_one_sentence(
    older: Path, workspace: Path, run_process: Run, jobs: str
) -> None:
    path = os.pathsep.join([str(older), str(PROJECT)])
    words = ("generate", "kent", "gwent", "--jobs", jobs, "--workspace", workspace)
    done = run_process(*words, PYTHONPATH=path)
    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr.startswith(f"Error: WeasyPrint {older.name} is too old: 70.0 is needed. Run")
    assert done.stderr.count("\n") == 1
    assert not list((workspace / "letters").rglob("*.pdf"))


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
