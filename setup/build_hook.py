"""Put the data and templates that a new workspace is made from into the wheel.

Why a hook: an editable installation must not get a copy of them, because it has the clone's own.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# By name. Why: a clone that is used as a workspace has files in data/ that are nobody else's.
SHIPPED = (
    *("data/inspection.yaml", "data/inspectors.yaml", "data/forces/[a-z]*.yaml"),
    *("templates/[a-z]*.html", "templates/[a-z]*.css", "templates/[a-z]*.txt"),
    "templates/[a-z]*.svg",
)


class Shipped(BuildHookInterface):
    """Includes the files where ``workspace/shipped.py`` looks for them."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the files of a wheel that is no editable one, each with its place in the wheel."""
        if version == "editable":
            return
        root = Path(self.root)
        for path in sorted(path for pattern in SHIPPED for path in root.glob(pattern)):
            place = f"hmic_letters/shipped/{path.relative_to(root).as_posix()}"
            build_data["force_include"][str(path)] = place
