"""An HTML page -> its words, the addresses that it would fetch, and how it differs from another."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from hmic_letters.data.model.inspection import Embargo
from hmic_letters.workspace.templates import Templates

# Attributes with an address that a browser fetches or a reader can follow.
FETCHING = {"src", "srcset", "href", "xlink:href", "data", "poster", "action", "background"}
LINKS = ("https://", "mailto:")  # where a letter may lead its reader
# A comment, a declaration or a tag, as HTML has them: a '<' before another character is text.
TAG = re.compile(
    r"""<(/?)([a-zA-Z][^\s/>]*)([^>"']*(?:(?:"[^"]*"|'[^']*')[^>"']*)*)>"""
    r"""|<!--.*?(?:-->|\Z)|<[!?][^>]*>""",
    re.DOTALL,
)
ATTRIBUTE = re.compile(r"""([^\s=/"']+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
# The attributes that a browser shows or a screen reader reads out.
SHOWN = ("alt", "title", "aria-label", "placeholder", "value")
# Elements that do not end a run of words.
INLINE = frozenset(
    (
        *("a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "data", "del", "dfn", "em", "i"),
        *("ins", "kbd", "mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time"),
        *("u", "var", "wbr"),
    )
)
# The problem of a letter with more pages than the inspection allows: its code and its remedy.
TOO_LONG = "too-many-pages"
SHORTEN = "Shorten its findings, or raise 'page_limit' in data/inspection.yaml."
CONTEXT = 30  # characters without spaces, shown on both sides of a difference
BLANK = re.compile(r"[\s•◦○▪\u200b]+")
OF_BODY = ("data-stamp", "data-running")  # what the margins of the pages repeat
UNREAD = ("title", "style", "script")  # elements whose text is not in the page
# The parts of a page without which it has no address, in small letters and without spaces.
MAY_FETCH = (*(f"{name}=" for name in FETCHING), "url(", "@import")
IN_STYLE = re.compile(r"""url\(\s*["']?([^"')]*)|@import\s+["']([^"']*)""")


@dataclass(frozen=True)
class Rendered:
    """A letter as HTML, for paper and for screens, with the files that its pages name.

    ``template`` is the one of ``templates`` that it came from. ``stamped`` is true if every page of
    the PDF has the stamp. The public edition must not have it; all others must. The PDF has at most
    ``page_limit`` pages, where there is a limit.
    """

    templates: Templates
    template: str
    paper: str
    screen: str
    stamped: bool = True
    page_limit: int | None = None


class Page:
    """The parsed content of an HTML page.

    ``words`` are those outside its title, styles and scripts. ``notices`` are the words of its
    notices, which a public letter does not have. ``properties`` come from its head and body.
    ``addresses`` are all that it names, each with True for a link that a reader follows, and False
    if a browser would fetch it. ``runs`` are the words between two elements that begin or end a
    run, such as those of a paragraph, and those of the title and of attributes. ``elements`` are
    the names of all elements, ``styles`` the style sheets inside the page.
    """

    def __init__(self, html: str) -> None:
        self.notices = ""
        self.title = ""
        self.properties: dict[str, str] = {}
        self.addresses: list[tuple[str, bool]] = []
        self.runs: list[str] = []
        self.elements: set[str] = set()
        self.styles: list[str] = []
        self._pieces: list[str] = []
        self._run: list[str] = []
        self._notices = 0  # depth of divisions within the notices
        self._read(html)
        self._end_run()
        self.words = "".join(self._pieces)
        self.title = " ".join(self.title.split())
        self.runs.append(self.title)

    def _read(self, html: str) -> None:
        # Why not html.parser: every check reads every letter, and it takes twice as long.
        at = 0
        while tag := TAG.search(html, at):
            if tag.start() > at:
                self._read_text(html[at : tag.start()])
            at = tag.end()
            is_end, name, rest = tag.groups("")
            if name:
                self._read_tag(name.lower(), rest, bool(is_end))
            if not is_end and name.lower() in UNREAD:
                at = self._read_unread(html, name.lower(), at)
        self._read_text(html[at:])

    def _read_tag(self, name: str, rest: str, is_end: bool) -> None:
        if name not in INLINE:
            self._end_run()
        elif name == "br":
            self._run.append(" ")
        if name == "div" and self._notices:
            self._notices += -1 if is_end else 1
        if not is_end:
            self.elements.add(name)
            if rest:
                self._read_attributes(name, rest)

    def _read_unread(self, html: str, name: str, at: int) -> int:
        """Read an element whose text is not in the page; return where it ends."""
        end = re.compile(rf"</{name}\b|\Z", re.IGNORECASE).search(html, at)
        assert end is not None  # the text has an end
        if name == "title":
            self.title += unescape(html[at : end.start()])
        elif name == "style":
            self.styles.append(html[at : end.start()])
            self._read_style(self.styles[-1])
        return end.start()

    def _read_text(self, escaped: str) -> None:
        text = unescape(escaped)
        self._pieces.append(text)
        self._run.append(text)
        if self._notices:
            self.notices += text

    def _read_attributes(self, tag: str, rest: str) -> None:
        values = {
            name.lower(): unescape("".join(value)) for name, *value in ATTRIBUTE.findall(rest)
        }
        if tag == "html":
            self.properties["lang"] = values.get("lang", "")
        elif tag == "body":
            for one in ("data-stamp", "data-running"):
                self.properties[one] = values.get(one, "")
        elif tag == "meta" and "name" in values:
            self.properties[values["name"]] = values.get("content", "")
        if tag == "div" and not self._notices and "notices" in values.get("class", "").split():
            self._notices = 1
        for name, value in values.items():
            if name in FETCHING:
                self.addresses.append((value, tag == "a"))
            elif name in SHOWN and tag != "meta":
                self.runs.append(" ".join(value.split()))
            elif name == "style":
                self._read_style(value)

    def _end_run(self) -> None:
        if words := "".join(self._run).split():
            self.runs.append(" ".join(words))
        self._run.clear()

    def _read_style(self, style: str) -> None:
        self.addresses += [("".join(groups), False) for groups in IN_STYLE.findall(style)]


def unsaid(embargo: Embargo | None, text: str, language: str) -> list[str]:
    """List the parts of the embargo's moment that a text does not say: its day and its time.

    In another language than English the number of the day is enough, and the month a word of it.
    """
    if embargo is None:
        return []
    day = embargo.day if language.startswith("en") else str(embargo.until.day)
    words = " ".join(text.split())
    return [one for one in (day, embargo.time) if not re.search(rf"\b{re.escape(one)}\b", words)]


def faults_of_twin(screen: str, paper: str) -> Iterator[str]:
    """Yield the faults of a letter's page, beside its HTML for paper.

    The page must have the same words, and must contain all that it shows.
    """
    # Why bodies: they are nearly always the same, and reading a page takes long.
    same = screen.partition("<body")[2] == paper.partition("<body")[2]
    squeezed = "".join(screen.lower().split())
    if same and not any(part in squeezed for part in MAY_FETCH):
        return
    page = Page(screen)
    if not same:
        for on_screen, on_paper in _word_differences(page.words, Page(paper).words):
            yield f"the page for screens says {on_screen} where the letter on paper says {on_paper}"
    for address, followed in page.addresses:
        if not address.startswith(LINKS if followed else "data:"):
            verb = "leads to" if followed else "fetches"
            yield f"the page for screens {verb} '{address[:80]}', and is to hold all that it shows"


def faults_of_public(sent: Page, public: Page) -> Iterator[str]:
    """Yield the differences of a public letter from the letter, without its notices.

    The public letter has no notice, and otherwise the same words.
    """
    if notice := " ".join(public.notices.split()):
        yield f"the public edition has the notice '{notice}'"
    if stamp := public.properties.get("data-stamp"):
        yield f"the public edition bears the stamp '{stamp}'"
    words, notice = " ".join(sent.words.split()), " ".join(sent.notices.split())
    if (times := bare(words).count(bare(notice))) > 1 and notice:
        yield f"the notice '{notice}' is {times} times in the letter, and cannot be left out"
        return
    for now, then in _word_differences(public.words, words.replace(notice, " ", 1)):
        yield f"the public edition says {now} where the letter says {then}"


def _word_differences(one: str, other: str) -> Iterator[tuple[str, str]]:
    """Yield the first difference between two texts, also if it is a space within a word."""
    left, right = one.split(), other.split()
    if left != right and bare(one) == bare(other):
        left, right = (
            [word for word in words if word not in also]
            for words, also in ((left, right), (right, left))
        )
        yield f"'{' '.join(left)}'", f"'{' '.join(right)}'"
    yield from differences(one, other)


def differences(one: str, other: str, spaced: str = "") -> Iterator[tuple[str, str]]:
    """Yield the first difference between two texts, as both have it; spaces and bullets aside.

    ``spaced`` has the spaces of ``one``, if that has none.
    """
    left, right = bare(one), bare(other)
    if left == right:
        return
    pairs = enumerate(zip(left, right, strict=False))
    at = next((at for at, (a, b) in pairs if a != b), min(len(left), len(right)))
    around = slice(max(0, at - CONTEXT), at + CONTEXT)
    yield f"'{_spaced(left[around], spaced or one)}'", f"'{_spaced(right[around], other)}'"


def bare(text: str) -> str:
    """Remove spaces, line ends and bullets from a text, and where <wbr> lets a line end."""
    return BLANK.sub("", text)


def _spaced(part: str, text: str) -> str:
    """Put the spaces of a text back into a bare part of it."""
    pattern = f"{BLANK.pattern[:-1]}*".join(map(re.escape, part))
    match = re.search(pattern, text)
    return " ".join((match[0] if match else part).split())
