"""Runs WeasyPrint's own tests without our patches and with them.

The tests come with the sources of the locked version. A few of them fail on a machine with other
fonts; those that pass without the patches and not with them are defects of the patches, and end
this with an error. Run it by ``make upstream``.
"""

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from xml.etree import ElementTree

PROJECT = Path(__file__).parent.parent
PLUGIN = "upstream_plugin"  # beside this file: it takes the patches


def download(folder: Path) -> None:
    """Put the tests of the locked WeasyPrint into a folder.

    pip compares their archive with the hashes of the lock.
    """
    lock = (PROJECT / "requirements.txt").read_text("utf-8")
    locked = re.search(r"^weasyprint==.*(\n +--hash=.*)+", lock, re.MULTILINE)
    assert locked
    with tempfile.TemporaryDirectory() as temporary:
        sources = Path(temporary)
        (sources / "lock.txt").write_text(locked[0], "utf-8")
        pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
        options = ["--no-deps", "--no-binary=:all:", "--no-build-isolation", "--require-hashes"]
        where = ["--dest", str(sources), "--requirement", str(sources / "lock.txt")]
        subprocess.run([*pip, "download", *options, *where], check=True)
        (archive,) = sources.glob("weasyprint-*.tar.gz")
        with tarfile.open(archive) as content:
            content.extractall(sources, filter="data")
        # Without its sources beside them, so that WeasyPrint is imported as it is installed.
        shutil.move(sources / archive.name.removesuffix(".tar.gz") / "tests", folder)


def passed(folder: Path, *options: str) -> set[str]:
    """Run the tests in a folder and return the names of those that pass."""
    report = folder / "report.xml"
    command = [sys.executable, "-m", "pytest", "--quiet", "--tb=no", "-p", "no:cacheprovider"]
    path = os.pathsep.join([str(PROJECT), str(Path(__file__).parent)])
    done = subprocess.run(
        [*command, *options, f"--junitxml={report}", "tests"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": path},
        check=False,
    )
    # 1 is for tests that fail; anything else means that they were not run.
    if done.returncode not in {0, 1}:
        sys.exit("WeasyPrint's tests did not run.")
    cases = list(ElementTree.parse(report).iter("testcase"))
    # What is inside a case says why it did not pass.
    names = {f"{case.get('classname')}.{case.get('name')}": len(case) == 0 for case in cases}
    assert len(names) == len(cases)
    return {name for name, is_passed in names.items() if is_passed}


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        download(folder)
        print("Without the patches:", flush=True)
        without = passed(folder)
        print("With the patches:", flush=True)
        lost = sorted(without - passed(folder, "-p", PLUGIN))
    for name in lost:
        print(f"passes without the patches, and not with them: {name}")
    if lost:
        sys.exit(f"{len(lost)} of WeasyPrint's own tests fail because of the patches.")
    print(f"All {len(without)} tests that pass without the patches pass with them.")


if __name__ == "__main__":
    main()
