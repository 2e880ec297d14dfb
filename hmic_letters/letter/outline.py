"""A letter's HTML page -> its blocks of words, each with the finding that it belongs to."""

from dataclasses import dataclass
from html.parser import HTMLParser

BLOCKS = {"h1", "h2", "p"}


@dataclass(frozen=True)
class Block:
    """A paragraph or heading.

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
    return tuple(block for block in reader.blocks if block.text)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[Block] = []
        self._within: list[dict[str, str]] = []
        self._words = ""
        self._open: str | None = None
        self._of_edition = False
        self._is_main = False
        self._is_id = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        if tag == "main":
            self._is_main = True
        elif tag == "li":
            self._within.append(values)
        elif tag in BLOCKS and self._is_main:
            self._open, self._words = tag, ""
            self._of_edition = "data-edition" in values
        elif tag == "br":
            self._words += "\n"
        elif tag == "span":
            self._is_id = values.get("class") == "finding-id"

    def handle_endtag(self, tag: str) -> None:
        if tag == "main":
            self._is_main = False
        elif tag == "li":
            self._within.pop()
        elif tag == "span":
            self._is_id = False
        elif tag == self._open:
            style = " ".join(["li"] * len(self._within)) or tag
            finding = next(
                (item["data-finding"] for item in self._within if "data-finding" in item), ""
            )
            lines = (" ".join(line.split()) for line in self._words.split("\n"))
            text = "\n".join(filter(None, lines))
            self.blocks.append(Block(style, finding, text, self._of_edition))
            self._open = None

    def handle_data(self, data: str) -> None:
        if self._open is not None and not self._is_id:
            self._words += data.replace("\n", " ")
