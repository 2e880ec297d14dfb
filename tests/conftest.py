"""Fixtures for all tests: the project, workspaces to break, letters and a browser."""

import fcntl
import gc
import os
import shutil
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from helpers import cleared, running, trade
from helpers.project import FEW, SHIPPED, Once, copy_project
from helpers.running import Run
from hmic_letters.publication import dispatch

# Fixtures for which letters are dispatched.
DISPATCHED = {"ready", "of_2014", "states"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests by their fixtures and folders: browsers, dispatches, guards of shipped letters."""
    for item in items:
        if isinstance(item, pytest.Function) and DISPATCHED & set(item.fixturenames):
            item.add_marker("dispatched")
        if isinstance(item, pytest.Function) and "browser" in item.fixturenames:
            item.add_marker("browser")
        if item.path.parent.name == "shipped":
            item.add_marker("shipped")


def pytest_collection_finish() -> None:
    """Spare Python from looking for garbage among all tests, at each run of a command."""
    gc.collect()
    gc.freeze()


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
    """A copy of the project's data and templates, of a few forces."""
    return copy_project(tmp_path / "workspace", *FEW)


@pytest.fixture
def all_forces(tmp_path: Path) -> Path:
    """A copy of the project's data and templates, of all 43 forces."""
    return copy_project(tmp_path / "workspace")


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Make a folder once for all processes that run the tests; give it to each."""
    base = tmp_path_factory.getbasetemp()
    # A worker of pytest-xdist has a folder of its own in the one of the run.
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def folder_of(name: str, make: Callable[[Path], object]) -> Path:
        folder, made = shared / name, shared / f"{name}.made"
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.exists():
                shutil.rmtree(folder, ignore_errors=True)
                make(folder)
                made.touch()
        return folder

    return folder_of


@pytest.fixture(scope="session")
def letters(once: Once) -> Path:
    """The folder of the 43 letters, made once by the command; not to be changed."""

    def make(folder: Path) -> None:
        done = running.run_here("generate", "--output", folder, cwd=SHIPPED)
        assert done.returncode == 0, done.stderr

    return once("all", make) / "embargoed"


@pytest.fixture(scope="session")
def few_made(once: Once) -> Path:
    """A workspace of a few forces with their letters; not to be changed."""

    def make(folder: Path) -> None:
        done = running.run_here("generate", cwd=copy_project(folder, *FEW))
        assert done.returncode == 0, done.stderr

    return once("few", make)


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
def ready(once: Once) -> Path:
    """A workspace with two letters that may go out; not to be changed."""

    def make(folder: Path) -> None:
        copy_project(folder)
        cleared.prepare(folder)

    return once("ready", make)


@pytest.fixture
def office(ready: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return shutil.copytree(ready, tmp_path / "office")


@pytest.fixture(scope="session")
def sent(ready: Path, once: Once) -> Path:
    """A workspace from which both letters were dispatched; not to be changed."""

    def make(folder: Path) -> None:
        shutil.copytree(ready, folder)
        with pytest.MonkeyPatch.context() as patch:
            # Why the same: what a test reads in a picture is not to depend on chance.
            patch.setattr(dispatch, "new_serial", iter(cleared.SERIALS).__next__)
            cleared.command(folder, "dispatch", *cleared.CLEARED, "--yes")

    return once("sent", make)


@pytest.fixture(scope="session")
def states(once: Once) -> Path:
    """The workspace before and after each command that writes; not to be changed."""
    return once("trade", trade.prepare)
