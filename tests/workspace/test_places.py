"""A workspace reached by a link, files that others leave, folders that may not be entered."""

import errno
import os
import subprocess
from pathlib import Path

import pytest

from helpers.cleared import attempt, command, tree
from helpers.running import COMMAND, Run, without_privileges
from hmic_letters.problem import failing

STRAYS = (
    *("._kent.yaml", ".#kent.yaml", "#kent.yaml#", "kent.yaml~", ".kent.yaml.swp", "kent.yaml.bak"),
    *("Thumbs.db", "ehthumbs.db", "desktop.ini", "Desktop.ini", ".DS_Store", "Icon\r", "@eaDir"),
    *("~$kent.yaml", "~WRL0001.tmp", "kent.yaml.orig", "kent.yaml:Zone.Identifier"),
    *(".nfs0000000001", ".kent.yaml.0123abcd.part", ".kent.yaml.0123abcd.pending"),
)


def test_a_workspace_reached_by_a_link_is_the_workspace(sent: Path, tmp_path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(sent)
    for words in (("verify",), ("archive", str(tmp_path / "archive")), ("status",), ("log",)):
        done = attempt(tmp_path, *words, "--workspace", str(link))
        assert done.returncode == 0, (words, done.stderr)
    assert "all as recorded" in command(link, "verify")


def test_what_editors_and_systems_leave_changes_nothing(workspace: Path, run: Run) -> None:
    assert run("generate", "hertfordshire", cwd=workspace).returncode == 0
    before = run("status", "--json", cwd=workspace).stdout
    for folder in ("data/forces", "templates"):
        for name in STRAYS:
            (workspace / folder / name).write_bytes(b"\0 {% nothing for a template %}")
    assert run("check", cwd=workspace).returncode == 0
    assert run("status", "--json", cwd=workspace).stdout == before
    done = run("generate", "hertfordshire", cwd=workspace)
    assert (done.returncode, done.stderr) == (0, "")
    assert "0 of 1 letter written" in done.stdout


@pytest.mark.parametrize("name", ["kent.yml", "Kent (1).yaml"])
def test_what_may_be_meant_as_a_force_is_told(name: str, workspace: Path, run: Run) -> None:
    (workspace / "data/forces" / name).write_text("name: Kent Police\n")
    done = run("check", cwd=workspace)
    assert done.returncode == 1
    assert name in done.stdout


def test_the_folder_that_may_not_be_entered_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "data/accuracy"
    folder.mkdir(parents=True)
    denied = PermissionError(errno.EACCES, "Permission denied", str(folder / "kent.yaml"))
    monkeypatch.setattr(os, "access", lambda path, _mode: Path(path) != folder)
    assert failing(denied, tmp_path)[0] == folder
    monkeypatch.undo()
    # A file that is to be made is not there: its folder is what refuses.
    at, why = failing(denied, tmp_path)
    assert (at, why) == (folder, f"Permission denied (it belongs to {folder.owner()})")
    full = OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "dispatched/kent/1"))
    assert failing(full, tmp_path) == (tmp_path, "No space left on device")


def test_a_folder_that_may_not_be_entered_is_told_with_its_owner(workspace: Path) -> None:
    folder = workspace / "data/accuracy"
    folder.mkdir()
    folder.chmod(0)
    before = tree(workspace / "data/forces")
    try:
        for words in (("check",), ("accuracy", "send", "hertfordshire", "--on", "2014-08-11")):
            done = subprocess.run(
                [*COMMAND, *words],
                cwd=workspace,
                capture_output=True,
                text=True,
                check=False,
                preexec_fn=without_privileges,
            )
            assert done.returncode in {1, 3}
            assert "Traceback" not in done.stderr
            assert "accuracy: Permission denied (it belongs to" in done.stderr + done.stdout
            assert ".yaml" not in done.stderr
    finally:
        folder.chmod(0o700)
    assert tree(workspace / "data/forces") == before
