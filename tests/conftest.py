"""What the tests share: the project, a workspace to break, and the command as a process."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

PROJECT = Path(__file__).parent.parent
COMMAND = [sys.executable, "-m", "hmic_letters"]

# The least that a force's file has of findings.
FINDINGS = """\
findings:
  preventing-crime:
    - id: PC1
      text: One.
  attending-crimes-and-incidents:
    - id: AC1
      text: Two.
  freeing-up-time:
    - id: FT1
      text: Three.
"""

# The least that a force has, and nothing wrong with it.
FORCE = f"""\
name: Kent Police
aliases: [Kent]
region: Eastern
inspector: zoe-billingham
addressee:
  office: Chief Constable
  salutation: Dear Chief Constable
{FINDINGS}"""

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs ``hmic-letters`` as a process of its own, from outside the project."""

    def run_command(
        *arguments: str | Path, cwd: Path = tmp_path, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *map(str, arguments)],
            cwd=cwd,
            env=os.environ | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return run_command


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
    subprocess.run([*COMMAND, "generate", "--output", output], cwd=PROJECT, check=True)
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


def edit(path: Path, old: str, new: str) -> None:
    """Replaces a text that stands in the file once."""
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), "utf-8")
