"""A file tells nothing of where and by whom it was made, and prints every character it is given."""

import getpass
import socket
from pathlib import Path

import pikepdf
from fontTools.ttLib import TTFont

from helpers.project import PROJECT, SHIPPED
from hmic_letters.fonts import coverage as typeface

# The letters of Welsh with the accents that it uses: circumflex, acute, grave and diaeresis.
WELSH = {letter for vowels in ("âêîôûŵŷ", "áéíóúẃý", "àèìòùẁỳ", "äëïöüẅÿ") for letter in vowels}


def everything(pdf: Path) -> bytes:
    """All that a file says, decompressed."""
    with pikepdf.open(pdf) as file:
        streams = [
            one.read_bytes()
            for one in file.objects
            if isinstance(one, pikepdf.Stream) and one.get("/Subtype") != "/Image"
        ]
        others = [
            one.unparse(resolved=True)
            for one in file.objects
            if one is not None and not isinstance(one, pikepdf.Stream)
        ]
        return b"\n".join([*streams, *others, file.trailer.unparse()])


def test_no_path_no_user_and_no_host_is_in_a_file(letters: Path) -> None:
    told = {str(PROJECT), str(letters), str(Path.home()), "/tmp/", "file:"}
    for slug in ("hertfordshire", "kent"):
        pdf = everything(letters / f"{slug}.pdf")
        # 'root' is a word of style sheets.
        assert getpass.getuser().encode() not in pdf
        said = pdf + (letters / f"{slug}.html").read_bytes()
        assert b"embargoedUntil" in said
        for word in (*told, socket.gethostname()):
            assert word.encode() not in said, word
        for key in (b"/CreationDate", b"/ModDate", b"CreateDate", b"ModifyDate"):
            assert key not in said


def test_the_typeface_has_every_character_of_the_letters_and_of_welsh() -> None:
    data = [path.read_text("utf-8") for path in SHIPPED.glob("data/**/*.yaml")]
    wanted = set("".join(data)) | WELSH | {letter.upper() for letter in WELSH}
    assert {one for one in wanted if one != "\n" and not typeface.has(one)} == set()


def test_the_typeface_is_whole_liberation_sans() -> None:
    for path in typeface.FONTS.glob("*.ttf"):
        with TTFont(path) as font:
            assert font["name"].getDebugName(5).startswith("Version 2.1.5")
            assert font["maxp"].numGlyphs > 2500
