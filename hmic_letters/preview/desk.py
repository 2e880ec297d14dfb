"""The desk: the letters as pictures, read again after each change of a file."""

import json
import os
from dataclasses import asdict
from pathlib import Path
from threading import Lock
from typing import Any

from hmic_letters.check.letters.reader import pictures
from hmic_letters.check.report import Format, report
from hmic_letters.check.run import check_documents, review
from hmic_letters.data.load import NotUnderstood, Workspace, load
from hmic_letters.letter.letter import compose
from hmic_letters.letter.render import Renderer
from hmic_letters.making.status import status
from hmic_letters.pdf.press import Press
from hmic_letters.problem import Problem, Refused, errors
from hmic_letters.workspace.paths import Edition
from hmic_letters.workspace.store import put

FOLDER = ".preview"  # in the workspace: the start pages of running previews

PIXELS = 1.6  # pixels of a picture for each point of the paper


class Desk:
    """A workspace, read again after each change, and its letters as pictures.

    It writes only the page that opens the preview. If a letter cannot be made now, the desk keeps
    the last pages of that letter.
    """

    def __init__(self, root: Path, output: Path | None, folder: Path) -> None:
        """Prepare a desk for one workspace; it reads the files at the first question."""
        self._root, self._output, self._folder = root, output, folder
        self._lock = Lock()
        self._version = 0
        self._read = -1
        self._workspace: Workspace | None = None
        self._broken: tuple[Problem, ...] = ()
        self._renderer: Renderer | None = None
        self._press: Press
        self._pages: dict[str, tuple[int, tuple[bytes, ...]]] = {}
        self._shown: dict[str, dict[str, Any]] = {}

    @property
    def version(self) -> int:
        """A number that grows with each change of a file."""
        return self._version

    def change(self) -> None:
        """Note that a file has changed."""
        self._version += 1

    def board(self) -> dict[str, Any]:
        """Return the state of each force's letter, and the problems that all letters share."""
        with self._lock:
            self._look()
            rows = (
                status(self._workspace, self._folder, self._workspace.slugs, None)
                if self._workspace
                else ()
            )
            return {
                "forces": [asdict(row) for row in rows],
                "problems": self._as_json(self._broken),
            }

    def letter(self, slug: str) -> dict[str, Any] | None:
        """Return one letter with its number of pages and its problems; None for an unknown force.

        ``version`` is that of the pages. ``current`` means that the pages show the present files.
        """
        with self._lock:
            self._look()
            if slug not in self._shown:
                if self._workspace and slug not in self._workspace.slugs:
                    return None
                problems = self._make(slug)
                version, pages = self._pages.get(slug, (0, ()))
                self._shown[slug] = {
                    "slug": slug,
                    "version": version,
                    "current": bool(pages) and version == self._read,
                    "pages": len(pages),
                    "problems": self._as_json(problems),
                }
            return self._shown[slug]

    def page(self, slug: str, version: int, number: int) -> bytes | None:
        """Return the picture (PNG) of a page, counted from 0; None if there is none."""
        shown, pages = self._pages.get(slug, (0, ()))
        return pages[number] if shown == version and 0 <= number < len(pages) else None

    def keep_start_page(self, page: str) -> Path:
        """Write the page that opens the preview; only its owner can read it. Raises OSError."""
        path = self._root / FOLDER / f"{os.getpid()}.html"
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.parent.chmod(0o700)
        put(path, page.encode(), 0o600)
        return path

    def _look(self) -> None:
        """Read the files, if any has changed since the last reading."""
        if self._read == self._version:
            return
        version, before = self._version, self._workspace
        self._shown.clear()
        try:
            self._workspace, self._broken = load(self._root, self._output), ()
        except NotUnderstood as error:
            self._workspace = None
            self._broken = (*error.problems, *check_documents(error.documents))
        if self._workspace and (
            before is None or before.templates.files != self._workspace.templates.files
        ):
            self._renderer = None
        self._read = version

    def _make(self, slug: str) -> tuple[Problem, ...]:
        """Make the pictures of a letter, if possible; return its problems."""
        workspace = self._workspace
        if workspace is None:
            return self._broken
        problems = review(workspace, [slug])
        if errors(problems):
            return problems
        letter = compose(workspace, slug, Edition.EMBARGOED)
        if self._renderer is None:
            self._renderer = Renderer(workspace.templates)
            self._press = Press(workspace.templates)
        try:
            pdf = self._press.make(self._renderer.render_both(letter))
        except Refused as error:
            pdf = error
        if isinstance(pdf, Refused):
            return (*pdf.problems, *problems)
        self._pages[slug] = (self._read, tuple(pictures(pdf, PIXELS)))
        return problems

    def _as_json(self, problems: tuple[Problem, ...]) -> Any:
        return json.loads(report(sorted(problems), Format.JSON, self._root))["problems"]
