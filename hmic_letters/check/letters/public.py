"""A letter and its public edition, as a PDF reader and a browser see both."""

from collections.abc import Iterator

from hmic_letters.check.letters.reader import furniture, own_words
from hmic_letters.letter.page import Page, bare, differences, faults_of_public


def public_differences(
    letter: bytes, page: str, public_letter: bytes, public_page: str
) -> Iterator[str]:
    """Yield the differences between a letter and its public edition, each as PDF and as page.

    Only the notice of the embargo goes, and the stamp in the margins. The margins get no new words.
    """
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
