"""An HTML page -> its words, and the addresses that it would fetch."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from hmic_letters.workspace.templates import Templates

# Attributes with an address that a browser fetches or a reader can follow.
FETCHING = {"src", "srcset", "href", "xlink:href", "data", "poster", "action", "background"}
LINKS = ("https://", "mailto:")  # where a letter may lead its reader
IN_STYLE = re.compile(r"""url\(\s*["']?([^"')]*)|@import\s+["']([^"']*)""")


@dataclass(frozen=True)
class Rendered:
    """A letter as HTML, for paper and for screens, with the files that its pages name.

    ``template`` is the one of ``templates`` that it came from. ``stamped`` is true if every page of
    the PDF has the stamp. The public edition must not have it; all others must.
    """

    templates: Templates
    template: str
    paper: str
    screen: str
    stamped: bool = True


class Page(HTMLParser):
    """The parsed content of an HTML page.

    ``words`` are those outside its title, styles and scripts. ``notices`` are the words of its
    notices, which a public letter does not have. ``properties`` come from its head and body.
    ``addresses`` are all that it names, each with True for a link that a reader follows, and False
    if a browser would fetch it.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words = ""
        self.notices = ""
        self.title = ""
        self.properties: dict[str, str] = {}
        self.addresses: list[tuple[str, bool]] = []
        self._inside = ""
        self._notices = 0  # depth of divisions within the notices
        self.feed(html)
        self.close()
        self.title = " ".join(self.title.split())

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Read a start tag, for HTMLParser."""
        values = {name: value or "" for name, value in attributes}
        if tag == "html":
            self.properties["lang"] = values.get("lang", "")
        elif tag == "body":
            self.properties["data-stamp"] = values.get("data-stamp", "")
        elif tag == "meta" and "name" in values:
            self.properties[values["name"]] = values.get("content", "")
        elif tag in {"title", "style", "script"}:
            self._inside = tag
        if tag == "div" and (self._notices or values.get("class") == "notices"):
            self._notices += 1
        for name in FETCHING & values.keys():
            self.addresses.append((values[name], tag == "a"))
        self._read_style(values.get("style", ""))

    def handle_endtag(self, tag: str) -> None:
        """Read an end tag, for HTMLParser."""
        if tag == self._inside:
            self._inside = ""
        if tag == "div" and self._notices:
            self._notices -= 1

    def handle_data(self, data: str) -> None:
        """Read text, for HTMLParser."""
        if self._inside == "title":
            self.title += data
        elif self._inside == "style":
            self._read_style(data)
        elif not self._inside:
            self.words += data
            self.notices += data if self._notices else ""

    def _read_style(self, style: str) -> None:
        self.addresses += [("".join(groups), False) for groups in IN_STYLE.findall(style)]


def faults_of_twin(screen: Page, paper: Page) -> Iterator[str]:
    """Yield the faults of a letter's page, beside its HTML for paper.

    The page must have the same words, and must contain all that it shows.
    """
    if screen.words.split() != paper.words.split():
        yield "the page for screens has other words than the letter on paper"
    for address, followed in screen.addresses:
        if not address.startswith(LINKS if followed else "data:"):
            verb = "leads to" if followed else "fetches"
            yield f"the page for screens {verb} '{address[:80]}', and is to hold all that it shows"
