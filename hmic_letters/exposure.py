"""A folder -> who else may come to see what is in it: git, and clouds."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

# Names of folders that programs keep in step with a server.
CLOUDS = {
    "box": "Box",
    "dropbox": "Dropbox",
    "google drive": "Google Drive",
    "googledrive": "Google Drive",
    "icloud drive": "iCloud",
    "mobile documents": "iCloud",
    "my drive": "Google Drive",
    "nextcloud": "Nextcloud",
    "onedrive": "OneDrive",
    "owncloud": "ownCloud",
    "pcloud drive": "pCloud",
    "pclouddrive": "pCloud",
}


def exposures(folder: Path) -> Iterator[str]:
    """What to warn of, in sentences, before embargoed letters are kept in a folder."""
    for part in folder.resolve().parts:
        # OneDrive adds the organisation: 'OneDrive - Constabulary'.
        name = part.casefold().partition(" - ")[0].partition(" (")[0]
        if name in CLOUDS:
            yield f"'{part}' is a folder of {CLOUDS[name]}, which copies what is in it"
    if shutil.which("git") is None:
        return
    tracked = _git(folder, "ls-files", "--", ".")
    if tracked is None:
        return
    if tracked:
        yield f"git tracks {len(tracked.splitlines())} files in it, and gives them to every clone"
    elif _git(folder, "check-ignore", "--quiet", "letter.pdf") is None:
        yield "git does not ignore it, and 'git add' would take the letters"


def _git(folder: Path, *arguments: str) -> str | None:
    """What git says, None where it fails or the folder is not in its care."""
    command = ["git", "-C", str(folder), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    return done.stdout if done.returncode == 0 else None
