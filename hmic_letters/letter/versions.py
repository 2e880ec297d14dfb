"""The versions of this tool, its fonts and the libraries, on which a letter's bytes depend."""

import ctypes
import os
import platform
import re
import sys
from contextlib import suppress
from functools import cache
from pathlib import Path

from hmic_letters import __version__
from hmic_letters.fonts.coverage import FONTS
from hmic_letters.workspace.digests import digest

PACKAGE = Path(__file__).parent.parent

# The libraries that print letters, and those that these need.
LIBRARIES = frozenset(
    {
        *("cssselect2", "fonttools", "jinja2", "markupsafe", "pillow", "pydyf"),
        *("pyphen", "tinycss2", "tinyhtml5", "tzdata", "weasyprint"),
    }
)
TYPEFACES = {".conf", ".ttf", ".txt"}  # the suffixes of the files in fonts/ that count
INSTALLED = re.compile(r"(.+?)-([^-]+)\.(dist|egg)-info")

# The system's libraries: their possible file names, and the function that returns the version.
OF_THE_SYSTEM = {
    "Pango": (("libpango-1.0.so.0", "libpango-1.0.dylib"), "pango_version_string"),
    "HarfBuzz": (("libharfbuzz.so.0", "libharfbuzz.0.dylib"), "hb_version_string"),
}


@cache
def versions() -> dict[str, str]:
    """Give ``tool``, ``fonts`` and ``libraries`` in words and digests that differ with the bytes.

    No library is imported for this.
    """
    code = sorted(PACKAGE.rglob("*.py"))
    fonts = sorted(path for path in FONTS.iterdir() if path.suffix in TYPEFACES)
    return {
        "fonts": _content(fonts),
        "libraries": ", ".join(_libraries()),
        "tool": f"hmic-letters {__version__} ({_content(code)[:12]})",
    }


def _content(paths: list[Path]) -> str:
    return digest(b"".join(digest(path.read_bytes()).encode() for path in paths))


def _libraries() -> list[str]:
    installed = {}
    # Reversed, because the first on the path is the one that Python imports. Why not
    # importlib.metadata: its import alone takes longer than all of this.
    for folder in reversed(sys.path):
        with suppress(OSError):
            for name in os.listdir(folder or "."):  # noqa: PTH208
                if match := INSTALLED.fullmatch(name):
                    installed[re.sub("[-_.]+", "-", match[1]).lower()] = match[2]
    return [
        f"Python {platform.python_version()}",
        *(f"{name} {_of_the_system(*how)}" for name, how in OF_THE_SYSTEM.items()),
        *(f"{name} {installed.get(name, 'missing')}" for name in sorted(LIBRARIES)),
    ]


def _of_the_system(names: tuple[str, ...], function: str) -> str:
    for name in names:
        with suppress(OSError, AttributeError):
            version = getattr(ctypes.CDLL(name), function)
            version.restype = ctypes.c_char_p
            return str(version().decode())
    return "missing"
