"""The declarations by which WeasyPrint calls Pango, read once for all runs.

cffi reads C anew at every start, and every name of a type as it first comes. It can also write down
what it has read (its out-of-line ABI mode). That lies where Python keeps its own compiled modules,
and is found by the declarations themselves and by cffi's version.

Upstream: WeasyPrint could be packaged with what cffi makes of its declarations.
"""

import os
import py_compile
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from importlib.machinery import SourcelessFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

import cffi

NAME = "declarations"
FOLDER = Path(__file__).with_name("__pycache__")


@contextmanager
def read_once() -> Iterator[None]:
    """While this lasts, what declares C functions has them from an earlier run."""
    own = cffi.FFI
    cffi.FFI = _Declared
    try:
        yield
    finally:
        cffi.FFI = own


own_ffi = cffi.FFI


class _Declared:
    """In the place of cffi's FFI, of which it has everything."""

    def __init__(self) -> None:
        self._own: Any = None

    def cdef(self, text: str) -> None:
        """Take declarations. Raise what cffi raises."""
        digest = sha256(f"{cffi.__version__}\n{text}".encode()).hexdigest()
        tag = sys.implementation.cache_tag
        path = FOLDER / f"declarations-{digest[:16]}.{tag}.pyc"
        self._own = _read(path) or _write(path, text)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._own, name)
        setattr(self, name, value)
        return value


def _read(path: Path) -> Any:
    module = ModuleType(NAME)
    try:
        SourcelessFileLoader(NAME, str(path)).exec_module(module)
        return module.ffi
    except (OSError, ImportError, EOFError, ValueError, AttributeError):  # none, or it is broken
        return None


def _write(path: Path, text: str) -> Any:
    own = own_ffi()
    own.cdef(text)
    if not sys.dont_write_bytecode:
        own.set_source(NAME, None)
        source = path.with_suffix(f".{os.getpid()}")
        # A user who may not write here goes without the file.
        with suppress(OSError):
            path.parent.mkdir(exist_ok=True)
            own.emit_python_code(str(source))
            # Neither the moment nor the source's name goes into it: the same text, the same bytes.
            never = py_compile.PycInvalidationMode.UNCHECKED_HASH
            py_compile.compile(str(source), str(path), NAME, doraise=True, invalidation_mode=never)
            source.unlink()
    return own
