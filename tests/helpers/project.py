"""The project that is tested: its folder, its forces, a letter, and the least that a force has."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import yaml

from hmic_letters.data.load import load
from hmic_letters.letter.letter import Letter, compose
from hmic_letters.workspace.paths import Edition
from hmic_letters.workspace.templates import Templates

PROJECT = Path(__file__).parent.parent.parent


def _shipped(keep: Path) -> Path:
    """Give the project; or, where somebody has amended its data, ``keep`` with the commit's."""
    git = ("git", "-C", PROJECT)
    status = subprocess.run(
        [*git, "status", "--porcelain", "data"], capture_output=True, text=True, check=False
    )
    if not status.stdout:
        return PROJECT
    archive = subprocess.run([*git, "archive", "HEAD", "data"], capture_output=True, check=True)
    subprocess.run(["tar", "-x", "-C", keep], input=archive.stdout, check=True)
    shutil.copytree(PROJECT / "templates", keep / "templates")
    return keep


# What amended data says is no affair of the tests: they go by the data of the commit.
_FOLDER = TemporaryDirectory()
SHIPPED = _shipped(Path(_FOLDER.name))
INSPECTION = yaml.safe_load((SHIPPED / "data/inspection.yaml").read_text("utf-8"))
REGISTER: list[str] = INSPECTION["forces"]
FEW = ("durham", "essex", "gwent", "hertfordshire", "kent", "surrey")
Once = Callable[[str, Callable[[Path], object]], Path]

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


def copy_project(folder: Path, *forces: str) -> Path:
    """Copy the project's data and templates; with ``forces``, of these forces alone."""
    for name in ("data", "templates"):
        shutil.copytree(SHIPPED / name, folder / name)
    if forces:
        inspection = folder / "data/inspection.yaml"
        head = inspection.read_text("utf-8").partition("\nforces:\n")[0]
        register = "".join(f"  - {slug}\n" for slug in forces)
        inspection.write_text(f"{head}\nforces:\n{register}", "utf-8")
        for path in (folder / "data/forces").iterdir():
            if path.stem not in forces:
                path.unlink()
    return folder


def letter(slug: str) -> tuple[Letter, Templates]:
    workspace = load(SHIPPED)
    made = compose(workspace, slug, Edition.EMBARGOED)
    return made, workspace.templates


def edit(path: Path, old: str, new: str) -> None:
    """Replaces a text that stands in the file once."""
    text = path.read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path.name}"
    path.write_text(text.replace(old, new), "utf-8")
