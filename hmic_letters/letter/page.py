"""An HTML page -> what it says, and what it would fetch."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from hmic_letters.workspace.templates import Templates

# Attributes that make a browser fetch something, or lead its reader elsewhere.
FETCHING = {"src", "srcset", "href", "xlink:href", "data", "poster", "action", "background"}
LINKS = ("https://", "mailto:")  # where a letter may lead its reader
IN_STYLE = re.compile(r"""url\(\s*["']?([^"')]*)|@import\s+["']([^"']*)""")


@dataclass(frozen=True)
class Rendered:
    """A letter as HTML, for paper and for screens, with the files that its pages name.

    ``template`` is the one of ``templates`` that it came from.
    ``stamped`` is whether every page bears the stamp: all editions do but the public one, which
    must not.
    """

    templates: Templates
    template: str
    paper: str
    screen: str
    stamped: bool = True


class Page(HTMLParser):
    """The ``words`` of a page without its title, styles and scripts, and those of its ``notices``,
    which a letter that is public has not; its ``title``; the
    ``properties`` that its head and body say; and the ``addresses`` it names, each with whether a
    reader has to follow it (a link) or a browser would fetch it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words = ""
        self.notices = ""
        self.title = ""
        self.properties: dict[str, str] = {}
        self.addresses: list[tuple[str, bool]] = []
        self._inside = ""
        self._notices = 0  # how many divisions deep in them
        self.feed(html)
        self.close()
        self.title = " ".join(self.title.split())

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Of HTMLParser."""
        held = {name: value or "" for name, value in attributes}
        if tag == "html":
            self.properties["lang"] = held.get("lang", "")
        elif tag == "body":
            self.properties["data-stamp"] = held.get("data-stamp", "")
        elif tag == "meta" and "name" in held:
            self.properties[held["name"]] = held.get("content", "")
        elif tag in {"title", "style", "script"}:
            self._inside = tag
        if tag == "div" and (self._notices or held.get("class") == "notices"):
            self._notices += 1
        for name in FETCHING & held.keys():
            self.addresses.append((held[name], tag == "a"))
        self._read_style(held.get("style", ""))

    def handle_endtag(self, tag: str) -> None:
        """Of HTMLParser."""
        if tag == self._inside:
            self._inside = ""
        if tag == "div" and self._notices:
            self._notices -= 1

    def handle_data(self, data: str) -> None:
        """Of HTMLParser."""
        if self._inside == "title":
            self.title += data
        elif self._inside == "style":
            self._read_style(data)
        elif not self._inside:
            self.words += data
            self.notices += data if self._notices else ""

    def _read_style(self, style: str) -> None:
        self.addresses += [("".join(found), False) for found in IN_STYLE.findall(style)]


def faults_of_twin(screen: Page, paper: Page) -> Iterator[str]:
    """What is wrong with a letter's page for screens, beside its page for paper.

    It says the same words, and holds all that it shows.
    """
    if screen.words.split() != paper.words.split():
        yield "the page for screens has other words than the letter on paper"
    for address, followed in screen.addresses:
        if not address.startswith(LINKS if followed else "data:"):
            what = "leads to" if followed else "fetches"
            yield f"the page for screens {what} '{address[:80]}', and is to hold all that it shows"
