"""Writing to disk: in which order, so that a lost power supply leaves the old file or the new."""

import os
import re
from pathlib import Path

import pytest

from hmic_letters.workspace.store import hold


def test_content_is_on_the_disk_before_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = []

    def bare(name: str) -> str:
        """Return a name without the random part that makes it one's own."""
        return re.sub(r"\.[0-9a-f]{8}\.part$", ".part", name)

    fsync, replace = os.fsync, os.replace

    def watched_fsync(handle: int) -> None:
        done.append(f"fsync {bare(Path(f'/proc/self/fd/{handle}').readlink().name)}")
        fsync(handle)

    def watched_replace(old: str, new: str, **folders: int) -> None:
        done.append(f"replace {bare(old)} {new}")
        replace(old, new, **folders)

    monkeypatch.setattr(os, "fsync", watched_fsync)
    monkeypatch.setattr(os, "replace", watched_replace)
    with hold(tmp_path / "letters") as folder:
        folder.write({"kent.pdf": b"a letter", ".kent.json": b"its record"})

    assert done == [
        f"fsync {tmp_path.name}",
        "fsync .kent.pdf.part",
        "fsync ..kent.json.part",
        "replace .kent.pdf.part kent.pdf",
        "replace ..kent.json.part .kent.json",
        "fsync letters",
    ]
    assert (tmp_path / "letters/kent.pdf").read_bytes() == b"a letter"
