"""Writing to disk: whole files or none, for their owner's eyes only."""

import fcntl
import os
import pwd
import re
import shutil
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from hmic_letters.problem import Unavailable

HOLDER = ".holder"  # says which run holds a folder
UNFINISHED = re.compile(
    r"\.{1,2}[A-Za-z0-9._-]+\.(pdf|html|jsonl?|docx|xlsx|txt)\.part|\.head\.part"
)


class Folder:
    """A folder, by its handle, into which this run writes; ``path`` names it in messages."""

    def __init__(self, handle: int, path: Path) -> None:
        self._handle, self._path = handle, path

    def read(self, name: str) -> bytes:
        """What a file holds. Raises OSError."""
        with open(os.open(name, os.O_RDONLY, dir_fd=self._handle), "rb") as file:  # noqa: PTH123
            return file.read()

    def write(self, files: Mapping[str, bytes], mode: int = 0o600) -> None:
        """Puts files in place, in their order, so that a crash leaves each the old or the new one.

        Raises OSError; all old files are as they were if it is for want of space.
        """
        unfinished = {name: f".{name}.part" for name in files}
        begun = []
        try:
            for name, data in files.items():
                flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
                handle = os.open(unfinished[name], flags, 0o600, dir_fd=self._handle)
                begun.append(unfinished[name])
                with open(handle, "wb") as file:  # noqa: PTH123
                    os.fchmod(file.fileno(), mode)
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
            for name in files:
                os.replace(unfinished[name], name, src_dir_fd=self._handle, dst_dir_fd=self._handle)
            os.fsync(self._handle)
        except BaseException as error:
            for name in begun:
                with suppress(OSError):
                    os.unlink(name, dir_fd=self._handle)
            if isinstance(error, OSError):
                raise OSError(error.errno, error.strerror, str(self._path)) from None
            raise


@contextmanager
def hold(path: Path, wait: bool = False) -> Iterator[Folder]:
    """Holds an output folder against other runs, making it (mode 0700) where it is missing.

    What a killed run left unfinished is swept away. Raises Unavailable where the folder cannot be
    used or, unless it is to ``wait``, another run holds it. The hold ends with the process, however
    that ends.
    """
    try:
        _make(path)
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError as error:
        raise Unavailable(
            f"{path} cannot be used: {error.strerror}. Check what it is and its permissions; for "
            "letters, --output names another folder."
        ) from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise Unavailable(
                f"Another run of hmic-letters{_holder(path)} is writing to {path}. Wait until it "
                "has ended."
            ) from None
        for name in os.listdir(handle):  # noqa: PTH208
            if UNFINISHED.fullmatch(name):
                # What cannot be swept is said when the letter of that name cannot be written.
                with suppress(OSError):
                    os.unlink(name, dir_fd=handle)
        with _named(path):
            yield Folder(handle, path)
    finally:
        os.close(handle)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Says in a held folder who holds it, for whom is refused."""
    holder = path / HOLDER
    # A folder that cannot be written to is told of by what is to be written there.
    with suppress(OSError):
        command = " ".join(["hmic-letters", *sys.argv[1:2]])
        holder.unlink(missing_ok=True)
        with open(os.open(holder, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:  # noqa: PTH123
            file.write(f"process {os.getpid()} of {account()}: {command}")
    try:
        yield
    finally:
        with suppress(OSError):
            holder.unlink()


def _holder(path: Path) -> str:
    try:
        return f" ({(path / HOLDER).read_text('utf-8')})"
    except (OSError, UnicodeDecodeError):
        return ""


def account() -> str:
    """The account that runs this process, as the system knows it: no variable can say another."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def _make(path: Path) -> None:
    # Path.mkdir(parents=True) gives its mode to the last folder alone, and less than the umask.
    for folder in (*reversed(path.parents), path):
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            folder.chmod(0o700)


def hold_new(folder: Path, files: Mapping[str, bytes]) -> None:
    """Makes a folder (mode 0700) with files in it (0600), by their path in it: all or none.

    Raises Unavailable where it is there already, OSError with nothing left.
    """
    begun = folder.with_name(f".{folder.name}.part")
    if folder.exists():
        raise Unavailable(f"{folder} is there already. Name a folder that is not.")
    shutil.rmtree(begun, ignore_errors=True)
    _make(begun)
    try:
        for name, data in files.items():
            _make((begun / name).parent)
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            with open(os.open(begun / name, flags, 0o600), "wb") as file:  # noqa: PTH123
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        begun.rename(folder)
    except BaseException:
        shutil.rmtree(begun, ignore_errors=True)
        raise


def put(path: Path, data: bytes, mode: int | None = None) -> None:
    """Puts a file of the workspace in place, so that a crash leaves the old one or the new one.

    It has ``mode``, or that of the old one; without either everybody may read it. Raises OSError,
    with the old file as it was.
    """
    if mode is None:
        mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o644
    # What a killed run left there is nobody's.
    path.with_name(f".{path.name}.part").unlink(missing_ok=True)
    handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        Folder(handle, path.parent).write({path.name: data}, mode)
    finally:
        os.close(handle)
