"""A letter's HTML page -> its blocks of words, each with the finding that it belongs to."""

from dataclasses import dataclass
from html.parser import HTMLParser

from hmic_letters.letter.page import INLINE

HEADINGS = {"h1", "h2"}
# The classes of a finding's id and of a paragraph's number, which are no words of either.
PRINTED_IDS = {"finding-id", "paragraph-number"}
# Elements within a line. Any other begins and ends a block.
WITHIN_LINE = INLINE | {"font", "output", "rp", "rt", "ruby"}


@dataclass(frozen=True)
class Block:
    """A paragraph, a heading, a cell of a table or any other words of their own.

    ``style`` is 'h1', 'h2', 'p', 'li' or, for a point under a finding, 'li li'. ``finding`` is the
    id of its finding, or empty. ``text`` keeps the line breaks of an address. ``of_edition`` is
    true if only some editions have the block.
    """

    style: str
    finding: str
    text: str
    of_edition: bool = False


def outline(html: str) -> tuple[Block, ...]:
    """Return the blocks of a letter's main part, in order, without the printed ids of findings."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return tuple(reader.blocks)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[Block] = []
        self._within: list[dict[str, str]] = []
        self._divisions: list[str] = []
        self._words = ""
        self._open = ""
        self._of_edition = False
        self._is_main = False
        self._is_id = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        if tag == "br":
            self._words += "\n"
        elif tag == "img":
            self._words += values.get("alt", "")
        elif tag == "em":
            self._words += "*"
        elif tag == "span":
            self._is_id = values.get("class") in PRINTED_IDS
        elif tag not in WITHIN_LINE:
            self._end_block()
            self._open, self._of_edition = tag, "data-edition" in values
            if tag == "main":
                self._is_main = True
            elif tag == "li":
                self._within.append(values)
            elif tag == "div":
                self._divisions.append(values.get("data-finding", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "span":
            self._is_id = False
        elif tag == "em":
            self._words += "*"
        elif tag not in WITHIN_LINE:
            self._end_block()
            if tag == "main":
                self._is_main = False
            elif tag == "li" and self._within:
                self._within.pop()
            elif tag == "div" and self._divisions:
                self._divisions.pop()

    def _end_block(self) -> None:
        lines = (" ".join(line.split()) for line in self._words.split("\n"))
        text = "\n".join(filter(None, lines))
        if text and self._is_main:
            heading = self._open if self._open in HEADINGS else "p"
            style = " ".join(["li"] * len(self._within)) or heading
            of_items = [item.get("data-finding", "") for item in self._within]
            finding = next(filter(None, (*self._divisions, *of_items)), "")
            self.blocks.append(Block(style, finding, text, self._of_edition))
        self._open, self._words, self._of_edition = "", "", False

    def handle_data(self, data: str) -> None:
        if not self._is_id and self._open not in {"style", "script"}:
            self._words += data.replace("\n", " ")
