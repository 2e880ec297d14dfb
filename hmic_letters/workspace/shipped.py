"""The files of the inspection of 2014 that come with the tool: its data and its templates."""

from pathlib import Path

PACKAGE = Path(__file__).parents[1]


def shipped() -> Path:
    """Return the folder with the shipped ``data/`` and ``templates/``: a workspace to read from.

    The build puts it into the package (pyproject.toml); in a clone it is the clone itself.
    """
    installed = PACKAGE / "shipped"
    return installed if installed.is_dir() else PACKAGE.parent
