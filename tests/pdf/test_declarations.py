"""The declarations of C that cffi has read are kept for the next run."""

import os
import py_compile
from pathlib import Path
from typing import Any

import cffi
import pytest

from hmic_letters.pdf.faster import declarations

TEXT = "int abs (int number);"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(declarations, "FOLDER", tmp_path / "kept")
    monkeypatch.setattr("sys.dont_write_bytecode", False)
    return tmp_path / "kept"


def distance(number: int) -> int:
    """The answer of the C library, called as WeasyPrint calls it."""
    with declarations.read_once():
        ffi = cffi.FFI()
    ffi.cdef(TEXT)
    said: int = ffi.dlopen(None).abs(number)
    return said


def test_it_is_read_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert distance(-3) == 3
    (kept,) = folder.iterdir()
    monkeypatch.setattr(declarations, "own_ffi", None)
    assert distance(-4) == 4
    assert list(folder.iterdir()) == [kept]


def test_the_same_declarations_are_kept_as_the_same_bytes(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    distance(-3)
    (kept,) = folder.iterdir()
    first = kept.read_bytes()
    kept.unlink()
    # Another process, at another time.
    monkeypatch.setattr("os.getpid", lambda: 999_999)
    compiled = py_compile.compile

    def compile_later(source: str, *arguments: Any, **named: Any) -> str | None:
        os.utime(source, (0, 0))
        return compiled(source, *arguments, **named)

    monkeypatch.setattr(py_compile, "compile", compile_later)
    distance(-3)
    assert kept.read_bytes() == first


def test_what_is_kept_and_broken_is_made_again(folder: Path) -> None:
    distance(-3)
    (kept,) = folder.iterdir()
    whole = kept.read_bytes()
    other = folder / "other.py"
    other.touch()
    py_compile.compile(str(other), str(other))
    for broken in (b"", b"no module", whole[:-9], other.read_bytes()):
        kept.write_bytes(broken)
        assert distance(-4) == 4
        assert kept.read_bytes() == whole


def test_nothing_is_kept_where_python_keeps_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    assert distance(-3) == 3
    assert not folder.exists()


def test_who_may_not_write_goes_without(folder: Path) -> None:
    folder.write_text("not a folder")
    assert distance(-3) == 3
