"""The letters to measure on, and the same words for every other tool."""

import shutil
import sys
from pathlib import Path

from measure import run
from specimens import copy_project, set_own_words
from typst_source import Source

from hmic_letters.data.load import load
from hmic_letters.letter.letter import compose
from hmic_letters.letter.render import Renderer
from hmic_letters.workspace.paths import Edition

BIN = Path(sys.executable).parent
OURS = [str(BIN / "hmic-letters"), "generate"]
WORD_SOURCE = Path(__file__).with_name("word_source.py")


class Bench:
    """A workspace with the shipped letters, and the same words for every other tool."""

    def __init__(self, folder: Path) -> None:
        self.workspace = folder / "workspace"
        set_own_words(copy_project(self.workspace))
        for name in ("html", "typst", "office"):
            (folder / name).mkdir()
        read = load(self.workspace)
        renderer = Renderer(read.templates)
        for name, data in read.templates.files.items():
            (folder / "html" / name).write_bytes(data)
            (folder / "typst" / name).write_bytes(data)
        for path in (folder / "html").glob("*.html"):
            path.unlink()
        self.folder = folder
        self.html: list[Path] = []
        self.screens: list[Path] = []
        self.typst: list[Path] = []
        for slug in read.slugs:
            letter = compose(read, slug, Edition.EMBARGOED)
            both = renderer.render_both(letter)
            for paths, kind, text in (
                (self.html, "html", both.paper),
                (self.screens, "screen.html", both.screen),
                (self.typst, "typ", Source(both.paper).text),
            ):
                where = folder / ("typst" if kind == "typ" else "html") / f"{slug}.{kind}"
                where.write_text(text, "utf-8")
                paths.append(where)

    def ours(self, *arguments: str) -> None:
        """One run of hmic-letters generate."""
        run([*OURS, "--workspace", str(self.workspace), *arguments])

    def anew(self) -> None:
        """All letters, with none made before."""
        shutil.rmtree(self.workspace / "letters", ignore_errors=True)
        self.ours()

    def documents(self) -> list[Path]:
        """A Word document for each letter, made by python-docx."""
        run([sys.executable, WORD_SOURCE, *map(str, self.html)])
        return [path.with_suffix(".docx") for path in self.html]
