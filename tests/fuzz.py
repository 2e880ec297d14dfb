"""A coverage-guided fuzz of reading and checking: ``make fuzz``, or with more seconds after it.

Any bytes in the place of a force's file are read, understood and checked; nothing may be raised,
and every problem must be able to be told. What is found becomes a case in tests/broken/whole.
"""

import shutil
import sys
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["hmic_letters", "yaml"]):
    from hmic_letters.check.report import Format, report
    from hmic_letters.check.run import check_force
    from hmic_letters.data.complaints import understand
    from hmic_letters.data.load import Workspace, load
    from hmic_letters.data.model.force import Force
    from hmic_letters.data.source import read
    from hmic_letters.problem import Refused

PROJECT = Path(__file__).parent.parent
ROOT = Path(tempfile.mkdtemp())
KENT = ROOT / "data/forces/kent.yaml"


def prepare(corpus: Path) -> None:
    """Makes a workspace of one force, and a corpus of the broken files and a good one."""
    shutil.copytree(PROJECT / "data", ROOT / "data")
    shutil.copytree(PROJECT / "templates", ROOT / "templates")
    inspection = ROOT / "data/inspection.yaml"
    head = inspection.read_text("utf-8").partition("\nforces:\n")[0]
    inspection.write_text(f"{head}\nforces:\n  - kent\n", "utf-8")
    corpus.mkdir(parents=True)
    for path in (PROJECT / "tests/broken").rglob("*"):
        if path.is_file():
            shutil.copy(path, corpus / f"{path.parent.name}-{path.name}")
    shutil.copy(PROJECT / "data/forces/hertfordshire.yaml", corpus)


def check(data: bytes, workspace: Workspace) -> None:
    KENT.write_bytes(data)
    try:
        document = read(KENT)
        forces = {}
        with suppress(Refused):
            forces["kent"] = understand(document, Force)
        read_so = replace(workspace, forces=forces, documents={"kent": document}, unread={})
        problems = check_force("kent", read_so)
    except Refused as error:
        problems = error.problems
    for form in Format:
        report(problems, form, ROOT)


if __name__ == "__main__":
    prepare(ROOT / "corpus")
    whole = load(ROOT)
    command = [*sys.argv, str(ROOT / "corpus"), "-timeout=20"]
    atheris.Setup(command, lambda data: check(data, whole))
    atheris.Fuzz()
