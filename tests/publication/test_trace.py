"""The copy that a file comes from: serials that survive a scan, and files of every kind."""

import io
import re
import resource
import zipfile
import zlib
from importlib import import_module
from itertools import combinations
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from pikepdf import Dictionary, Name
from PIL import Image

from helpers.cleared import attempt, command, copy_of, passphrase, tree
from helpers.project import PROJECT
from hmic_letters.documents.apart import Unreadable
from hmic_letters.publication.copy.serial import ALPHABET, new_serial
from hmic_letters.publication.copy.trace import trace
from hmic_letters.record.ledger import Event, Ledger, Line
from serials import Count, measure

SERIALS = ("7HKM-PRAC", "PRAK-THMN")


def ledger_of(*serials: str) -> Ledger:
    """A ledger of dispatches with these serials."""
    return Ledger(
        tuple(
            Line(
                number,
                "0" * 64,
                Event.DISPATCHED,
                "kent",
                "office",
                "2014-09-01T09:00:00+00:00",
                "2014-09-01T10:00:00+01:00",
                {},
                {"serial": serial, "version": number, "holder": "Kent Police", "copied_to": []},
            )
            for number, serial in enumerate(serials, 1)
        )
    )


def traced(data: bytes, *serials: str) -> list[tuple[str, bool]]:
    """The serials that a file is traced to, each with whether it is certain."""
    return [
        (one.line.about["serial"], one.is_certain)
        for one in trace(Path("no workspace"), ledger_of(*serials), data)
    ]


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read in this process: that is quick, and other tests read as the command does."""

    def call(reader: str, data: bytes, *arguments: Any) -> Any:
        module, _, name = reader.partition(":")
        return getattr(import_module(module), name)(data, *arguments)

    monkeypatch.setattr("hmic_letters.publication.copy.trace.read_apart", call)


def is_sound(serial: str) -> bool:
    values = [ALPHABET.index(one) for one in serial.replace("-", "")]
    weighted = (weight * value for weight, value in zip((*range(2, 9), 1), values, strict=True))
    return bool(sum(weighted) % len(ALPHABET) == 0)


def test_one_misread_character_makes_no_other_serial() -> None:
    for alike in ("5S", "6G", "2Z", "8B", "1IJL", "0O"):
        assert not set(alike) & set(ALPHABET)
    for serial in (*SERIALS, *(new_serial() for _ in range(20))):
        assert is_sound(serial)
        places = [at for at in range(9) if at != 4]
        for at in places:
            for other in set(ALPHABET) - {serial[at]}:
                assert not is_sound(serial[:at] + other + serial[at + 1 :])
        for one, two in combinations(places, 2):
            if serial[one] != serial[two]:
                swapped = list(serial)
                swapped[one], swapped[two] = serial[two], serial[one]
                assert not is_sound("".join(swapped))


OLD = ("A5B0-71CD", "ASHK-4RXP", "A5HK-4RXP")  # as 0.1.0 made them


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("text", "serials", "wanted"),
    [
        ("It says 7HKM-PRAC.", SERIALS, [("7HKM-PRAC", True)]),
        ("It says 7hkm – prac.", SERIALS, [("7HKM-PRAC", True)]),
        ("7HKM‑PRAC and PRAK-THMN", SERIALS, [("7HKM-PRAC", True), ("PRAK-THMN", True)]),
        # characters that look alike
        ("ZHXM-PR4G", SERIALS, [("7HKM-PRAC", True)]),
        ("ASBO-7LCD", OLD, [("A5B0-71CD", True)]),
        # one character that does not
        ("7HKM-PRAN", SERIALS, [("7HKM-PRAC", False)]),
        # two serials on record that look alike: what is typed is one of them
        ("A5HK-4RXP", OLD, [("A5HK-4RXP", True)]),
        ("A5HK-4RKP", OLD, [("A5HK-4RXP", False), ("ASHK-4RXP", False)]),
        ("7HKN-PRAN", SERIALS, []),
        ("real-time, half-year; that this year", SERIALS, []),
    ],
)
def test_a_serial_in_a_text(
    text: str, serials: tuple[str, ...], wanted: list[tuple[str, bool]]
) -> None:
    assert traced(text.encode(), *serials) == wanted


@pytest.mark.ocr
def test_a_serial_survives_a_scan() -> None:
    assert measure(3) == Count(read=6)


@pytest.mark.ocr
@pytest.mark.usefixtures("here")
def test_a_misread_picture_names_candidates(monkeypatch: pytest.MonkeyPatch) -> None:
    picture = io.BytesIO()
    Image.effect_noise((300, 400), 60).save(picture, "PNG")
    for text, wanted in (
        ("Copy for Kent Police - 7HKM-PRAN", [("7HKM-PRAC", False)]),
        ("Copy for Kent Police - 7HKKM-PRAC", [("7HKM-PRAC", False)]),
        ("Copy for Kent Police - 7HM PRAC", [("7HKM-PRAC", False)]),
        ("Copy for Kent Police 7HKMPRAC", [("7HKM-PRAC", True)]),
        ("Copy for Kent Police - 7 HKM-PR AC", [("7HKM-PRAC", True)]),
        ("Copy for Kent Police - A5HK-4RXP", [("A5HK-4RXP", False), ("ASHK-4RXP", False)]),
    ):
        monkeypatch.setattr(
            "hmic_letters.publication.copy.trace.read_foot", lambda *_, text=text: text
        )
        assert traced(picture.getvalue(), *SERIALS, *OLD) == wanted


def word_file() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("word/document.xml", "<x/>")
    return made.getvalue()


def pages(count: int, width: float = 200, height: float = 200) -> bytes:
    made = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(count):
            pdf.add_blank_page(page_size=(width, height))
        pdf.save(made)
    return made.getvalue()


def picture_of(width: int, height: int) -> bytes:
    """A PNG of which little is there, whatever its head says."""
    made = io.BytesIO()
    Image.new("1", (8, 8)).save(made, "PNG")
    data = bytearray(made.getvalue())
    data[16:24] = width.to_bytes(4, "big") + height.to_bytes(4, "big")
    data[29:33] = zlib.crc32(data[12:29]).to_bytes(4, "big")
    return bytes(data)


@pytest.mark.hostile
@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (word_file(), "it is no PDF, no picture (PNG or JPEG) and no plain text"),
        (b"\x00\x01\x02", "it is no PDF, no picture (PNG or JPEG) and no plain text"),
        (b"%PDF-1.7\nno PDF", "it cannot be opened: "),
        (pages(2_000), "it has 2,000 pages, and 'trace' reads 500 at most"),
        (b"\x89PNG no picture", "it begins like a picture, and is none"),
        (picture_of(9, 9)[:-20], "the picture cannot be read: "),
        (
            picture_of(60_000, 60_000),
            "it has 60,000 by 60,000 pixels, and 'trace' reads 100,000,000",
        ),
    ],
)
def test_what_cannot_be_read_says_why(
    data: bytes, reason: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Unreadable) as error:
        traced(data, *SERIALS)
    assert error.value.reason.startswith(reason)
    assert capfd.readouterr() == ("", "")


@pytest.mark.hostile
@pytest.mark.parametrize(("width", "height"), [(14_400, 14_400), (3, 14_400), (14_400, 3)])
def test_a_page_of_any_size_is_read_in_little_memory(width: float, height: float) -> None:
    assert traced(pages(1, width, height), *SERIALS) == []


def slow_pages(count: int, content: bytes = b"/S sh " * 2_000) -> bytes:
    """Pages that are drawn in minutes."""
    made = io.BytesIO()
    with pikepdf.new() as pdf:
        to_white = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0], C1=[1, 1, 1], N=1)
        shading = Dictionary(
            ShadingType=2, ColorSpace=Name.DeviceRGB, Coords=[0, 0, 595, 842], Function=to_white
        )
        for _ in range(count):
            pdf.add_blank_page(page_size=(595, 842))
            pdf.pages[-1].obj.Resources = Dictionary(Shading=Dictionary(S=shading))
            pdf.pages[-1].contents_add(content)
        pdf.save(made)
    return made.getvalue()


def slow_words() -> bytes:
    """A page that draws a form twice, which draws one twice, and so on."""
    made = io.BytesIO()
    with pikepdf.new() as pdf:
        form = pdf.make_stream(b"0 0 9 9 re f", Type=Name.XObject, Subtype=Name.Form)
        form.BBox = [0, 0, 600, 900]
        for _ in range(24):
            form = pdf.make_stream(b"/A Do /A Do", Resources=Dictionary(XObject=Dictionary(A=form)))
            form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, [0, 0, 600, 900]
        pdf.add_blank_page(page_size=(595, 842))
        pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(A=form))
        pdf.pages[0].contents_add(b"/A Do")
        pdf.save(made)
    return made.getvalue()


@pytest.mark.hostile
@pytest.mark.parametrize("data", [slow_pages(40), slow_words()], ids=["pages", "words"])
def test_a_hostile_file_takes_little_time(data: bytes) -> None:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    with pytest.raises(Unreadable) as error:
        traced(data, *SERIALS)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = f"{error.value.reason}. {error.value.remedy}"
    assert re.match("(page 1: )?(reading it takes too|it ends the program)", said)
    taken = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert taken < 3 + 1  # that the imports may take where nothing is compiled


@pytest.mark.hostile
@pytest.mark.ocr
def test_pages_before_the_one_that_cannot_be_read_are(sent: Path, tmp_path: Path) -> None:
    picture = io.BytesIO()
    name = copy_of(sent, "kent")
    with pypdfium2.PdfDocument(name, password=passphrase(sent, "kent")) as copy:
        copy[0].render(scale=150 / 72).to_pil().convert("RGB").save(picture, "PDF", resolution=150)
    made = io.BytesIO()
    with pikepdf.open(picture) as pdf, pikepdf.open(io.BytesIO(slow_pages(3))) as more:
        pdf.pages.extend(more.pages)
        pdf.save(made)
    (tmp_path / "scanned.pdf").write_bytes(made.getvalue())
    assert command(sent, "trace", str(tmp_path / "scanned.pdf")).startswith(SERIALS[1])


def test_without_tesseract_texts_are_read(
    sent: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A picture is not, and the command says what would read it."""
    monkeypatch.setenv("PATH", str(tmp_path))
    note = tmp_path / "note"
    note.write_text("The page says 7HKM-PRAC.")
    assert command(sent, "trace", str(note)).startswith("7HKM-PRAC: hertfordshire")
    Image.new("L", (300, 400), 255).save(note, "PNG")
    done = attempt(sent, "trace", str(note))
    assert done.returncode == 1
    assert "setup/system.sh ocr" in done.stderr


def test_the_command_says_what_it_reads(sent: Path, tmp_path: Path) -> None:
    before = tree(sent)
    note = tmp_path / "note.md"
    note.write_text("The page says 7HKM-PRAC.", "utf-16")
    told = command(sent, "trace", str(note))
    assert told.startswith("7HKM-PRAC: hertfordshire, version 1, copy for ")
    assert told.endswith("(known by the text)\n")
    note.write_text("The page says 7HKM-PRAN.")
    done = attempt(sent, "trace", str(note))
    assert done.returncode == 1
    assert done.stdout.startswith("candidate 7HKM-PRAC: hertfordshire, version 1, copy for ")
    assert done.stdout.endswith("(the text reads 7HKM-PRAN)\n")
    assert "It is not certain" in done.stderr
    done = attempt(sent, "trace", str(PROJECT / "README.md"))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("No copy on record is known by it.")
    note.write_bytes(word_file())
    done = attempt(sent, "trace", str(note))
    assert (done.returncode, done.stdout) == (1, "")
    assert "it is no PDF, no picture (PNG or JPEG) and no plain text" in done.stderr
    assert tree(sent) == before
