"""A letter and its public edition, as a PDF reader, a browser and the eye see both."""

from collections.abc import Iterator
from html.parser import HTMLParser

from hmic_letters.check.letters.drawn import drawn_otherwise
from hmic_letters.check.letters.reader import furniture, own_words
from hmic_letters.letter.page import Page, bare, differences, faults_of_public

# The names of the properties in a page's head that hang on its edition.
OF_EDITION = {"description", "embargo"}


def public_differences(
    letter: bytes, page: str, public_letter: bytes, public_page: str
) -> Iterator[str]:
    """Yield the differences between a letter and its public edition, each as PDF and as page.

    Only the notice of the embargo goes, and the stamp in the margins. The margins get no new words.
    If both say the same, their pictures and the sources of their pages are compared, too. Raises
    Unavailable if words have to be read from a picture and there is no tesseract.
    """
    said = list(_said_otherwise(letter, page, public_letter, public_page))
    yield from said
    if not said:
        yield from written_otherwise(page, public_page)
        yield from drawn_otherwise(letter, public_letter, Page(page).notices)


def _said_otherwise(
    letter: bytes, page: str, public_letter: bytes, public_page: str
) -> Iterator[str]:
    sent = Page(page)
    yield from faults_of_public(sent, Page(public_page))
    words, notice = own_words(letter), bare(sent.notices)
    if notice and (times := bare(words).count(notice)) != 1:
        yield f"the notice '{' '.join(sent.notices.split())}' is {times} times in the PDF"
    else:
        for now, then in differences(own_words(public_letter), bare(words).replace(notice, "", 1)):
            yield f"the PDF of the public edition says {now} where that of the letter says {then}"
    if added := furniture(public_letter) - furniture(letter):
        words = " ".join(sorted(added))
        yield f"the margins of the public edition say '{words}', and those of the letter do not"


def written_otherwise(page: str, public: str) -> Iterator[str]:
    """Yield the first difference between the sources of two pages, besides notices and stamps."""
    one, other = _Source(page), _Source(public)
    for then, now in zip([*one.parts, ""], [*other.parts, ""], strict=False):
        if then != now:
            shown = f"'{now[:60]}'" if now else "nothing more"
            yield (
                f"the page of the public edition has {shown} where that of the letter has "
                f"'{then[:60]}'"
            )
            return
    if added := [rule for rule in other.style if rule not in one.style]:
        yield f"only the public edition has the style '{added[0][:60]}'"


class _Source(HTMLParser):
    """The source of a page in ``parts``, without its notices and what hangs on its edition.

    ``style`` has the lines of its style sheets: the letter has one more, for the stamp.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.parts: list[str] = []
        self.style: list[str] = []
        self._inside = ""
        self._notices = 0  # depth of divisions within the notices
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        if tag in {"style", "title"}:
            self._inside = tag
        if tag == "div" and (self._notices or values.get("class") == "notices"):
            self._notices += 1
        if tag == "body":
            values = {name: value for name, value in values.items() if name[:5] != "data-"}
            values.pop("class", None)
        if values.get("name") not in OF_EDITION:
            self._add(f"<{tag} {values}>")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""
        if tag == "div" and self._notices:
            self._notices -= 1
        else:
            self._add(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        if self._inside == "style":
            self.style += filter(None, map(str.strip, data.splitlines()))
        elif self._inside != "title" and data.strip():
            self._add(" ".join(data.split()))

    def handle_comment(self, data: str) -> None:
        self._add(f"<!--{data}-->")

    def _add(self, part: str) -> None:
        if not self._notices:
            self.parts.append(part)
