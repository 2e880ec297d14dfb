"""Nothing of one force in another force's letter, though one process makes them all."""

import io
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from helpers.project import REGISTER
from helpers.reader import pages
from helpers.running import Run
from hmic_letters.pdf.press import Press
from hmic_letters.workspace.templates import Templates

PAGE = """<!DOCTYPE html><html lang="en-GB"><head><title>{word}</title><meta name="author"
content="{word}"><style>@page {{ font-family: Liberation Sans; @top-center {{ content: "A" }} }}
body {{ font-family: Liberation Sans; background: url(chart.png) no-repeat }}
img {{ image-rendering: crisp-edges }}</style>
<link rel="attachment" href="notes.txt"></head>
<body data-stamp="A"><h1>{word}</h1><p><img src="chart.png" alt="{word}"></p></body></html>"""


def word(number: int) -> str:
    """A word that no text has."""
    return "Canary" + "".join("abcdefghij"[int(digit)] for digit in f"{number:02}")


def colour(number: int) -> bytes:
    return bytes((40 + number * 5, 17, 99))


def chart(number: int) -> bytes:
    data = io.BytesIO()
    Image.frombytes("RGB", (1, 1), colour(number)).resize((8, 8)).save(data, "PNG")
    return data.getvalue()


@pytest.mark.whole
def test_each_letter_holds_its_own_canary_alone(tmp_path: Path) -> None:
    for number, slug in enumerate(REGISTER):
        files = {"chart.png": chart(number), "notes.txt": word(number).encode()}
        pdf = Press(Templates(tmp_path, files)).print(PAGE.format(word=word(number)), "a.html")
        path = tmp_path / f"{slug}.pdf"
        path.write_bytes(pdf)
    for number, slug in enumerate(REGISTER):
        with pikepdf.open(tmp_path / f"{slug}.pdf") as file:
            streams = [one.read_bytes() for one in file.objects if isinstance(one, pikepdf.Stream)]
            pictures = [
                one
                for one in file.objects
                if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image"
            ]
            held = b"\n".join(streams) + repr(file.docinfo).encode()
            assert held.count(word(number).encode()) >= 3
            assert {n for n in range(43) if word(n).encode() in held} == {number}
            assert pictures
            for picture in pictures:
                shown = pikepdf.PdfImage(picture).as_pil_image().convert("RGB").tobytes()
                assert shown == colour(number) * 64


@pytest.mark.whole
def test_each_letter_of_a_run_holds_its_own_canary_alone(all_forces: Path, run: Run) -> None:
    for number, slug in enumerate(REGISTER):
        path = all_forces / f"data/forces/{slug}.yaml"
        before, key, after = path.read_text("utf-8").partition("      text: >-\n")
        assert key
        path.write_text(f"{before}{key}        {word(number)}\n{after}", "utf-8")
    done = run("generate", "--jobs", "1", "--workspace", all_forces)
    assert done.returncode == 0, done.stderr
    for number, slug in enumerate(REGISTER):
        text = " ".join(pages(all_forces / f"letters/embargoed/{slug}.pdf"))
        assert [n for n in range(43) if word(n) in text] == [number]
