"""What makes the bytes of a letter beside the words: this tool, its fonts, and the libraries."""

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

# Of what letters are printed with, and what that is made of.
LIBRARIES = frozenset(
    {
        *("cssselect2", "fonttools", "jinja2", "markupsafe", "pillow", "pydyf"),
        *("pyphen", "tinycss2", "tinyhtml5", "tzdata", "weasyprint"),
    }
)
TYPEFACES = {".conf", ".ttf", ".txt"}  # by their names, what a letter's fonts are
INSTALLED = re.compile(r"(.+?)-([^-]+)\.(dist|egg)-info")

# The system's: under what names it can be there, and which of its functions says its version.
OF_THE_SYSTEM = {
    "Pango": (("libpango-1.0.so.0", "libpango-1.0.dylib"), "pango_version_string"),
    "HarfBuzz": (("libharfbuzz.so.0", "libharfbuzz.0.dylib"), "hb_version_string"),
}


@cache
def versions() -> dict[str, str]:
    """``tool``, ``fonts`` and ``libraries``, each in words and digests that differ with the bytes.

    Nothing of it is imported for that.
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
    found = {}
    # The first on the path is the one that is imported. (importlib.metadata takes longer to import
    # than all of this takes.)
    for folder in reversed(sys.path):
        with suppress(OSError):
            for name in os.listdir(folder or "."):  # noqa: PTH208
                if installed := INSTALLED.fullmatch(name):
                    found[re.sub("[-_.]+", "-", installed[1]).lower()] = installed[2]
    return [
        f"Python {platform.python_version()}",
        *(f"{name} {_of_the_system(*how)}" for name, how in OF_THE_SYSTEM.items()),
        *(f"{name} {found.get(name, 'missing')}" for name in sorted(LIBRARIES)),
    ]


def _of_the_system(names: tuple[str, ...], function: str) -> str:
    for name in names:
        with suppress(OSError, AttributeError):
            said = getattr(ctypes.CDLL(name), function)
            said.restype = ctypes.c_char_p
            return str(said().decode())
    return "missing"
