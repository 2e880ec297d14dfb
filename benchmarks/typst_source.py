"""A letter's HTML -> the same words in Typst, for letters.py."""

from html.parser import HTMLParser

HEAD = """\
#set page("a4", margin: (top: 30mm, bottom: 27mm, x: 23mm), background: {picture},
  header: align(center, box(stroke: 0.6mm + rgb("#a3001f"), inset: 2mm, width: 100%,
    text(fill: rgb("#a3001f"), weight: "bold", "{stamp}"))),
  footer: context [{force} #h(1fr) Page #counter(page).display() of #counter(page).final().first()])
#set text(font: "Liberation Sans", size: 12pt, lang: "en", region: "GB")
#set par(leading: 0.55em, spacing: 1em)
#set document(title: "{title}")
"""
PICTURE = 'pdf.artifact(image("specimen.svg", width: 160mm))'
BLOCKS = {"p", "h1", "h2", "li", "div", "header", "main", "section", "address", "footer"}
ESCAPED = set("\\#$*_`<>@[]=-+/~'\"")


class Source(HTMLParser):
    """Collects ``text``, the Typst markup of a letter."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self._depth = 0
        self._silent = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Of HTMLParser."""
        if tag == "body":
            told = dict(attrs)
            self.text = HEAD.format(
                stamp=told["data-stamp"],
                force=told["data-force"],
                title="Letter",
                picture=PICTURE if told.get("class") == "specimen" else "none",
            )
        self._silent += tag in {"title", "style", "script"}
        self._depth += tag == "ul"
        if tag in {"h1", "h2"}:
            self.text += "\n\n" + "=" * int(tag[1]) + " "
        elif tag == "li":
            self.text += "\n" + "  " * (self._depth - 1) + "- "
        elif tag == "br":
            self.text += " \\\n"
        elif tag in BLOCKS and not self.text.endswith("- "):
            self.text += "\n\n"

    def handle_endtag(self, tag: str) -> None:
        """Of HTMLParser."""
        self._silent -= tag in {"title", "style", "script"}
        self._depth -= tag == "ul"

    def handle_data(self, data: str) -> None:
        """Of HTMLParser."""
        if self._silent or not self.text:
            return
        words = " ".join(data.split())
        escaped = "".join(f"\\{one}" if one in ESCAPED else one for one in words)
        self.text += " " * (data[:1].isspace() and bool(words)) + escaped
        self.text += " " * (data[-1:].isspace() and bool(words))
