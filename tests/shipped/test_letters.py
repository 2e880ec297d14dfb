"""All forty-three letters, as an independent reader sees them."""

import re
import stat
from pathlib import Path

import pytest
import yaml

from helpers.project import INSPECTION, PROJECT, REGISTER
from helpers.reader import (
    STAMP,
    fonts,
    grey_share,
    info,
    pages,
    red_share,
    word_heights,
    words,
)

HEADINGS = {"Findings that specifically relate to your force are:"} | {
    theme["heading"] for theme in INSPECTION["themes"]
}


def force(slug: str) -> dict[str, object]:
    text = (PROJECT / f"data/forces/{slug}.yaml").read_text("utf-8")
    value = yaml.safe_load(text)
    assert isinstance(value, dict)
    return value


def test_there_are_the_letters_of_the_register_and_nothing_else(letters: Path) -> None:
    assert len(REGISTER) == 43
    assert {path.name for path in letters.iterdir()} == {
        ".checked.json",
        *(f".{slug}.json" for slug in REGISTER),
        *(f"{slug}.{kind}" for slug in REGISTER for kind in ("html", "pdf")),
    }


def test_only_their_owner_can_read_them(letters: Path) -> None:
    assert stat.S_IMODE(letters.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in letters.iterdir()} == {0o600}


@pytest.mark.whole
@pytest.mark.parametrize("slug", REGISTER)
def test_a_letter(letters: Path, slug: str) -> None:
    pdf = letters / f"{slug}.pdf"
    data = force(slug)
    properties = info(pdf)
    texts = pages(pdf)

    assert properties["Title"].startswith(f"{STAMP}: letter to {data['name']}, Core business: ")
    assert properties["embargo"] == "2014-09-04T00:01:00+01:00"
    assert properties["Tagged"] == "yes"
    assert properties["Page size"].endswith("(A4)")
    assert 2 <= len(texts) <= 6
    for number, text in enumerate(texts, 1):
        assert text.startswith(STAMP)
        mark = "Specimen, not findings " if data.get("specimen") else ""
        foot = f"{data['name']} {mark}Page {number} of {len(texts)}"
        assert words(text)[-len(words(foot)) :] == words(foot)
        # A heading stays with what follows it.
        body = [line for line in _body(text).splitlines() if line]
        assert body[-1] == data["name"]
        assert body[-2] not in HEADINGS

    assert {name for name, _ in fonts(pdf)} == {"Liberation-Sans", "Liberation-Sans-Bold"}
    assert {embedded for _, embedded in fonts(pdf)} == {"yes"}

    # The signature never stands alone on its page.
    before, _, _ = texts[-1].partition("Yours sincerely")
    assert before != texts[-1]
    assert "\n\n" in before.strip()


def test_the_stamp_and_the_text_can_be_read(letters: Path) -> None:
    pdf = letters / "hertfordshire.pdf"
    assert word_heights(pdf, "EMBARGOED") == {13.4}
    assert word_heights(pdf, "HMIC") == {13.4}
    for number in range(1, 5):
        # Frame and words have 0.31 per cent of the page and more, a frame with pale words 0.24.
        assert red_share(pdf, number) > 0.0028


@pytest.mark.whole
@pytest.mark.parametrize("slug", REGISTER)
def test_specimens_say_so_on_every_page(letters: Path, slug: str) -> None:
    pdf = letters / f"{slug}.pdf"
    specimen = slug != "hertfordshire"
    for number, text in enumerate(pages(pdf), 1):
        assert ("Specimen, not findings" in text) == specimen
        # The word across the page, in outlines of this grey.
        assert (grey_share(pdf, number, 0xEC) > 0.01) == specimen


@pytest.mark.whole
@pytest.mark.parametrize("slug", REGISTER)
def test_every_finding_stands_in_its_letter_in_order(letters: Path, slug: str) -> None:
    findings = force(slug)["findings"]
    assert isinstance(findings, dict)
    assert list(findings) == [theme["id"] for theme in INSPECTION["themes"]]
    texts = [
        text
        for theme in INSPECTION["themes"]
        for finding in findings[theme["id"]]
        for text in (finding["text"], *finding.get("points", ()))
    ]
    # poppler takes a hyphen at the end of a line for one that only divides a word.
    texts = [text.replace("-", "") for text in texts]
    lines = "\n".join(map(_body, pages(letters / f"{slug}.pdf"))).splitlines()
    without_feet = "\n".join(line for line in lines if line != force(slug)["name"])
    read = " ".join(words(without_feet)).replace("-", "")
    read = read[read.index("Findings that specifically relate to your force are:") :]
    for text in texts:
        place = read.find(" ".join(words(text)))
        assert place >= 0, text
        read = read[place + len(" ".join(words(text))) :]


def _body(page: str) -> str:
    """A page without its bullets and furniture."""
    furniture = (STAMP, "Page ", "Specimen, not")
    lines = [line.strip(" •○") for line in page.splitlines()]
    heads = re.compile(r"[^,]+, 3 September 2014")
    return "\n".join(
        line for line in lines if not line.startswith(furniture) and not heads.fullmatch(line)
    )
