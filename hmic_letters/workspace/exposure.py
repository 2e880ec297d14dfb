"""A folder -> others who may see its files: git and clouds."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

# Names of folders that a program copies to a server.
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
    "proton drive": "Proton Drive",
    "sharepoint": "SharePoint",
    "sync": "Sync",
    "syncthing": "Syncthing",
}
# On macOS one folder has those of all programs: 'Library/CloudStorage/OneDrive-Constabulary'.
OF_ALL = "cloudstorage"


def exposures(folder: Path) -> Iterator[str]:
    """Yield the warnings, in sentences, about keeping embargoed letters in a folder."""
    parts = folder.resolve().parts
    for above, part in pairwise(("", *parts)):
        # OneDrive adds the organisation: 'OneDrive - Constabulary'.
        name = re.split(r" - | \(|-", part.casefold())[0]
        if name in CLOUDS or above.casefold() == OF_ALL:
            whose = CLOUDS.get(name, "a cloud")
            yield f"'{part}' is a folder of {whose}, which copies what is in it"
    if shutil.which("git") is None:
        if any((at / ".git").exists() for at in (folder, *folder.parents)):
            yield "it lies in a git repository, and git is not here to be asked what it takes"
        return
    tracked = _git(folder, "ls-files", "--", ".")
    if tracked is None:
        return
    if tracked:
        yield f"git tracks {len(tracked.splitlines())} files in it, and gives them to every clone"
    elif _git(folder, "check-ignore", "--quiet", "letter.pdf") is None:
        yield "git does not ignore it, and 'git add' would take the letters"


def _git(folder: Path, *arguments: str) -> str | None:
    """Return git's output; None if git fails, or the folder is in no repository."""
    # Accept a repository of any owner, and ignore the repository that the shell works on.
    command = ["git", "-c", "safe.directory=*", "-C", str(folder), *arguments]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    done = subprocess.run(  # noqa: S603
        command, capture_output=True, text=True, check=False, env=environment
    )
    return done.stdout if done.returncode == 0 else None
