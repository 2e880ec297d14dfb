"""A letter's HTML -> the same words as a Word document, for letters.py.

Run as a program, it makes the documents of the pages that it is given, beside them.
"""

import sys
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

from hmic_letters.documents.word import new_document, saved

STYLES = {"h1": "Heading 1", "h2": "Heading 2", "p": "Normal"}
BULLETS = ("Normal", "List Bullet", "List Bullet 2")


class Blocks(HTMLParser):
    """Collects ``blocks``, each a style and its text; ``stamp`` and ``force`` of the letter."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.blocks: list[tuple[str, str]] = []
        self.stamp = self.force = ""
        self._depth = 0
        self._open = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Of HTMLParser."""
        told = dict(attrs)
        if tag == "body":
            self.stamp, self.force = told["data-stamp"] or "", told["data-force"] or ""
        self._depth += tag == "ul"
        if tag in STYLES:
            self._open = True
            self.blocks.append((BULLETS[self._depth] if tag == "p" else STYLES[tag], ""))
        elif tag == "br":
            self.handle_data("\n")

    def handle_endtag(self, tag: str) -> None:
        """Of HTMLParser."""
        self._depth -= tag == "ul"
        self._open = self._open and tag not in STYLES

    def handle_data(self, data: str) -> None:
        """Of HTMLParser."""
        if self._open:
            style, text = self.blocks.pop()
            self.blocks.append((style, text + (data if data == "\n" else data.replace("\n", " "))))


def document(html: str) -> bytes:
    """The .docx of a letter: the stamp at the head of each page, force and page at its foot."""
    read = Blocks(html)
    made = new_document(read.force, "HMIC", [read.stamp], is_wide=False)
    for style, text in read.blocks:
        made.add_paragraph("\n".join(" ".join(line.split()) for line in text.split("\n")), style)
    return saved(made, date(2014, 9, 3))


if __name__ == "__main__":
    for path in map(Path, sys.argv[1:]):
        path.with_suffix(".docx").write_bytes(document(path.read_text("utf-8")))
