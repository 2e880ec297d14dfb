"""Files that come back from outside: read with little memory and time, or refused with a reason."""

import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from helpers import cleared
from hmic_letters.documents.apart import Unreadable, read_apart

pytestmark = pytest.mark.hostile
HOSTILE = Path(__file__).with_name("hostile")
MIB = 2**20

# What is said of each file that was made to harm; of None the rest is read without harm.
SAID = {
    "bomb_bz2_4GB_lying.docx": "packed in a way that no Office program uses",
    "date_1e308.xlsx": None,
    "empty_xl_workbook.xml.xlsx": "cannot be read (ParseError)",
    "gridspan_4e8.docx": None,
    "merge_all.xlsx": "more cells than a form",
    "method9.docx": "packed in a way that no Office program uses",
    "nest3000.docx": "nested too deeply",
    "sheets_3000_same_part.xlsx": "more than 50 sheets",
    "style_idx.xlsx": "cannot be read (IndexError",
}


READING = """
import json, re, resource, sys
from pathlib import Path
from hmic_letters.documents.reading import read_returned
from hmic_letters.problem import Refused

problems = ()
try:
    read_returned(Path("form"), sys.stdin.buffer.read())
except Refused as error:
    problems = error.problems
own = re.search(r"VmHWM:\\s*(\\d+) kB", Path("/proc/self/status").read_text())
most = max(int(own[1]), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
print(json.dumps([most * 1024, [[one.code, one.message, one.remedy] for one in problems]]))
"""


def said_of(data: bytes) -> str | None:
    """The reason for which a form is refused, if it is. Reading it may not take much memory.

    Why in a process of its own: the memory is the most that any child of a process ever had, and a
    child that forks from a large process begins with as much.
    """
    done = subprocess.run(
        [sys.executable, "-P", "-c", READING], input=data, stdout=subprocess.PIPE, check=True
    )
    most, problems = json.loads(done.stdout)
    assert most < 512 * MIB
    if not problems:
        return None
    ((code, message, remedy),) = problems
    assert code == "not-a-form"
    assert remedy
    return str(message)


def test_every_hostile_file_has_its_answer() -> None:
    assert {path.name for path in HOSTILE.iterdir()} == set(SAID)


@pytest.mark.parametrize("name", SAID)
def test_a_hostile_form_takes_down_nothing(name: str) -> None:
    message, wanted = said_of((HOSTILE / name).read_bytes()), SAID[name]
    assert (message is None) if wanted is None else (message is not None and wanted in message)


def packed(parts: dict[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", packing) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return made.getvalue()


def lying_about_its_size() -> bytes:
    """A part of 200 MB, of which both headers say that it has 100 bytes."""
    data = packed({"word/document.xml": b"<a>" + b" " * 200_000_000 + b"</a>"})
    size = (200_000_007).to_bytes(4, "little")
    assert data.count(size) == 2
    return data.replace(size, (100).to_bytes(4, "little"))


def many_rows() -> bytes:
    rows = b"".join(b'<row r="%d"><c r="A%d"/></row>' % (at, at) for at in range(1, 400_001))
    space = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    sheet = b"<worksheet %s><sheetData>%s</sheetData></worksheet>" % (space, rows)
    book = b"<workbook %s><sheets><sheet/></sheets></workbook>" % space
    return packed({"xl/workbook.xml": book, "xl/worksheets/sheet1.xml": sheet})


def long_labels() -> bytes:
    """An automatic list whose label is long, on many paragraphs."""
    space = b'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    listed = b'<w:p><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:p>' * 3_000
    level = b'<w:lvl w:ilvl="0"><w:lvlText w:val="%s"/></w:lvl>' % (b"x" * 1_000_000)
    kind = b'<w:abstractNum w:abstractNumId="0">%s</w:abstractNum>' % level
    number = b'<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    relation = b'<Relationship Id="a" Type="a/numbering" Target="numbering.xml"/>'
    packages = b'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
    return packed(
        {
            "word/document.xml": b"<w:document %s><w:body>%s</w:body></w:document>"
            % (space, listed),
            "word/numbering.xml": b"<w:numbering %s>%s%s</w:numbering>" % (space, kind, number),
            "word/_rels/document.xml.rels": b"<Relationships %s>%s</Relationships>"
            % (packages, relation),
        }
    )


def far_apart() -> bytes:
    """Two cells, in opposite corners."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["XFD1048576"] = "a", "b"
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


MADE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a header that lies": (lying_about_its_size, "it is damaged"),
    "many rows": (many_rows, "far more than a form"),
    "cells far apart": (far_apart, "more cells than a form"),
    "many parts": (lambda: packed({f"word/{at}": b"" for at in range(1_200)}), "1,000 parts"),
    "many elements": (
        lambda: packed({"word/document.xml": b"<a>" + b"<b/>" * 600_000 + b"</a>"}),
        "far more than a form",
    ),
    "lzma": (lambda: packed({"word/document.xml": b"<a/>"}, zipfile.ZIP_LZMA), "packed in a way"),
    "a label that fills the memory": (long_labels, "too much memory"),
    "laughs": (
        lambda: packed({"word/document.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
        "cannot be read",
    ),
    "another encoding": (
        lambda: packed({"word/document.xml": b'<?xml version="1.0" encoding="x"?><a/>'}),
        "cannot be read",
    ),
}


@pytest.mark.parametrize("name", MADE)
def test_a_form_beyond_all_bounds_is_refused(name: str) -> None:
    make, wanted = MADE[name]
    message = said_of(make())
    assert message is not None
    assert wanted in message


READERS = """
import ctypes, sys, warnings
def hog(data):
    held = []
    while True:
        held.append(bytearray(2**20))
def for_ever(data):
    while True:
        pass
def crash(data):
    ctypes.string_at(0)
def deep(data):
    return deep(data)
def noisy(data):
    print("on standard output")
    print("on standard error", file=sys.stderr)
    warnings.warn("a warning with a path")
    return data.decode()
def wrong(data):
    raise OverflowError("x" * 999 + chr(27))
def write(data):
    with open("left-behind", "w") as file:
        file.write("a" * 9)
"""


@pytest.mark.parametrize(
    ("reader", "reason"),
    [
        ("hog", "reading it takes too much memory"),
        ("for_ever", "reading it takes too long"),
        ("crash", "it ends the program that reads it"),
        ("deep", "it is nested too deeply"),
        ("wrong", f"it cannot be read (OverflowError: {'x' * 200})"),
        ("write", "it cannot be read (OSError: [Errno 27] File too large)"),
    ],
)
def test_whatever_a_library_does_it_does_apart(
    reader: str, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "readers.py").write_text(READERS)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Unreadable) as error:
        read_apart(f"readers:{reader}", b"data")
    assert error.value.reason == reason


def test_its_words_reach_no_terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "readers.py").write_text(READERS)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert read_apart("readers:noisy", "é".encode()) == "é"
    assert capfd.readouterr() == ("", "")


def test_a_module_in_the_current_folder_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A person who sends a workspace could put one there."""
    for name in ("zipfile.py", "json.py", "defusedxml.py"):
        (tmp_path / name).write_text("open('ran', 'w')\n")
    monkeypatch.chdir(tmp_path)
    assert said_of((HOSTILE / "gridspan_4e8.docx").read_bytes()) is None
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize("kind", ["pipe", "device", "folder", "sparse"])
def test_a_form_that_is_no_file(kind: str, workspace: Path, tmp_path: Path) -> None:
    cleared.command(workspace, "accuracy", "send", "hertfordshire", "--on", "2014-08-11")
    path = tmp_path / "returned.docx"
    said = "it is a pipe, a device or a folder, and no file"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path = Path("/dev/zero")
    elif kind == "folder":
        path.mkdir()
        said = "Is a directory"
    else:
        path.touch()
        os.truncate(path, 20 * 2**30)
        said = "it has more than 10,000,000 bytes"
    done = cleared.attempt(workspace, "accuracy", "receive", "hertfordshire", str(path))
    assert done.returncode == 1
    assert f"error[unreadable]: the file cannot be read: {said}" in done.stderr
