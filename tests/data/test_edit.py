"""A new wording changes the text at its keys and no other byte, whatever the line ends."""

from pathlib import Path

import pytest

from hmic_letters.data.edit import amended_text
from hmic_letters.data.source import parse

FILE = (
    b"# A comment.\r\nplain: one two\nblock: >-\r\n  Some text over\r\n  two lines.\r\n"
    b"other: >-\n  Unix text over\n  two lines.\nquoted: 'three'\r\nend: x\n"
)


@pytest.mark.parametrize(
    ("key", "old", "new"),
    [
        ("plain", b"one two", b'"One."'),
        ("block", b"Some text over\r\n  two lines.", b"One."),
        ("other", b"Unix text over\n  two lines.", b"One."),
        ("quoted", b"'three'", b'"One."'),
        ("end", b"end: x", b'end: "One."'),
    ],
)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_mixed_line_ends_stay(key: str, old: bytes, new: bytes, mark: bytes) -> None:
    data = amended_text(parse(Path("kent.yaml"), mark + FILE), (key,), "One.")
    assert data == mark + FILE.replace(old, new)


def test_a_long_wording_has_the_line_ends_of_the_old_one() -> None:
    long = " ".join(["word"] * 40)
    for key, end in (("block", b"\r\n"), ("other", b"\n")):
        data = amended_text(parse(Path("kent.yaml"), FILE), (key,), long)
        lines = [line for line in data.splitlines(keepends=True) if b"word" in line]
        assert len(lines) == 3
        assert all(line == line.rstrip() + end for line in lines)
