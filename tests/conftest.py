"""What the tests share: the project, workspaces to break, letters and a browser."""

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

import cleared
import running
from cleared import FINDINGS, FORCE, edit
from running import COMMAND, Run

__all__ = ["COMMAND", "FINDINGS", "FORCE", "Run", "edit"]

PROJECT = Path(__file__).parent.parent


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run ``hmic-letters`` in this process, as if from outside the project."""
    return partial(running.run_here, cwd=tmp_path)


@pytest.fixture
def run_process(tmp_path: Path) -> Run:
    """Run ``hmic-letters`` as a process of its own, with variables of its environment."""
    return partial(running.run_process, cwd=tmp_path)


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A copy of the project's data and templates."""
    folder = tmp_path / "workspace"
    for name in ("data", "templates"):
        shutil.copytree(PROJECT / name, folder / name)
    return folder


@pytest.fixture(scope="session")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the 43 letters, made once by the command."""
    output = tmp_path_factory.mktemp("all")
    done = running.run_here("generate", "--output", output, cwd=PROJECT)
    assert done.returncode == 0, done.stderr
    return output / "embargoed"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, without a window."""
    where = shutil.which("chromium")
    assert where
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(
            executable_path=where,
            # As root there is no sandbox; and it is to ask nothing of anybody.
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--no-first-run",
            ],
        )


@pytest.fixture(scope="session")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with two letters that may go out; not to be changed."""
    folder = tmp_path_factory.mktemp("ready") / "office"
    for name in ("data", "templates"):
        shutil.copytree(PROJECT / name, folder / name)
    cleared.prepare(folder)
    return folder


@pytest.fixture
def office(ready: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(ready, tmp_path / "office")


@pytest.fixture(scope="session")
def sent(ready: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace from which both letters were dispatched; not to be changed."""
    folder = shutil.copytree(ready, tmp_path_factory.mktemp("sent") / "office")
    cleared.command(folder, "dispatch", *cleared.CLEARED, "--yes")
    return folder
