"""Ask veraPDF, in a process of its own, whether files keep PDF/A-3a and PDF/UA-1."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from helpers.project import PROJECT

VALIDATOR = PROJECT / "tests" / "verapdf.py"


def validate(paths: Iterable[Path], profiles: str = "3a,ua1") -> list[str]:
    """The rules that the files break, one on a line."""
    command = [sys.executable, str(VALIDATOR), profiles, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    found = done.stdout.splitlines()
    assert done.returncode == (1 if found else 0), done.stderr
    return found
