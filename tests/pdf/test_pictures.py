"""Pictures that ask for more work than a machine has: none is drawn, and each says why."""

import io
import re
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from hmic_letters.pdf.engine import ORIGIN, Bundle, FatalURLFetchingError, parsed
from hmic_letters.workspace.templates import Templates

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'


def svg(content: str) -> bytes:
    return f"{HEAD}{content}</svg>".encode()


def doubled(element: str, refer: str) -> bytes:
    """A drawing of which each part draws the one before it twice."""
    parts = f'<{element} id="a0"><rect width="1" height="1"/></{element}>'
    for number in range(1, 21):
        one = refer.format(number - 1)
        parts += f'<{element} id="a{number}">{one}{one}</{element}>'
    return svg(f"<defs>{parts}</defs>{refer.format(20)}")


def png(width: int, height: int) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", zlib.compress(b"\0" * 9)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def tiff() -> bytes:
    made = io.BytesIO()
    Image.new("L", (1, 1)).save(made, "TIFF")
    return made.getvalue()


RECT = '<rect width="1" height="1" {0}="url(#a{{}})"/>'
DRAWS_MORE = "draws more than 10,000 elements"


def fetched(name: str, data: bytes) -> bytes:
    response = Bundle(Templates(Path("templates"), {name: data})).fetch(ORIGIN + name)
    return bytes(response.read())  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (doubled("g", '<use href="#a{}"/>'), DRAWS_MORE),
        (doubled("g", '<use xlink:href="#a{}"/>'), DRAWS_MORE),
        (doubled("pattern", RECT.format("fill")), DRAWS_MORE),
        (doubled("clipPath", RECT.format("clip-path")), DRAWS_MORE),
        (doubled("mask", RECT.format("mask")), DRAWS_MORE),
        (svg('<path d="M0 0L1 1" style="marker-mid: url(#a)"/>'), "with markers"),
        (svg('<path d="M0 0L1 1" marker-end="url(#a)"/>'), "with markers"),
        (
            svg(
                f"<pattern id='a'>{'<rect/>' * 200}</pattern><g id='b'>{'<rect/>' * 200}</g>"
                "<use href='#b' fill='url(#a)'/>"
            ),
            DRAWS_MORE,
        ),
        (svg('<g id="a"/>' + '<rect width="1" height="1"/>' * 10_000), DRAWS_MORE),
        (svg('<g id="a"><use href="#a"/></g>'), "nested more than 50 deep, or in a circle"),
        (svg("<g>" * 99 + "</g>" * 99), "nested more than 50 deep, or in a circle"),
        (
            svg(
                "<g id='a0'/>"
                + "".join(
                    f"<g id='a{n}'><use href='#a{n - 1}' fill='url(#a{n - 1})'/></g>"
                    for n in range(1, 24)
                )
            ),
            DRAWS_MORE,
        ),
        (svg("<style>rect { mask: url(#a) }</style>"), "style sheet is long or refers"),
        (svg("<style>rect { mask: \\75rl(#a) }</style>"), "style sheet is long or refers"),
        (svg(f"<style>{'*{a:b}' * 999}</style>"), "style sheet is long or refers"),
        (svg('<use href="other.svg#a"/>'), "refers to another file"),
        (svg('<rect style="mask: url(\\23 a)"/>'), "escaped characters"),
        (svg('<image href="other.svg"/>'), "with a picture in it"),
        (svg('<linearGradient spreadMethod="repeat"/>'), "a gradient that repeats"),
        (b'<!DOCTYPE a [<!ENTITY a "b">]><svg/>', "declares entities"),
        (svg(" " * 1_000_000), "more than 1,000,000 bytes"),
        (png(30_000, 30_000), "more than 25,000,000 pixels"),
        (tiff(), "a kind that no page shows (TIFF)"),
    ],
)
def test_a_picture_that_asks_for_too_much(data: bytes, reason: str) -> None:
    with pytest.raises(FatalURLFetchingError, match="^'picture' .*" + re.escape(reason)):
        fetched("picture", data)


def test_a_drawing_in_a_template_that_asks_for_too_much() -> None:
    html = doubled("g", '<use xlink:href="#a{}"/>').decode()
    bundle = Bundle(Templates(Path("templates"), {}))
    with pytest.raises(FatalURLFetchingError, match=rf"^<svg> .*{DRAWS_MORE}"):
        parsed(f"<p>{html}</p>", bundle)
    assert parsed("<svg><path d='M0 0L1 1'/></svg>", bundle)


@pytest.mark.parametrize(
    "data",
    [
        svg(
            '<defs><linearGradient id="a"><stop offset="1"/></linearGradient></defs>'
            '<g transform="scale(2)"><path d="M0 0L1 1" fill="url(#a)" stroke="#ececec"/></g>'
            + '<use href="#b"/>' * 50
            + '<g id="b"><rect width="1" height="1"/></g>'
        ),
        b'<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x"><svg/>',
        png(3_000, 4_000),
        b"p { color: red }",
        b"",
    ],
)
def test_other_files_of_templates_are_served(data: bytes) -> None:
    assert fetched("file", data) == data
