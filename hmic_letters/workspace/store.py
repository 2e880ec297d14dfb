"""Writing to disk: whole files or none, and letters that only their owner may read."""

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

HOLDER = ".holder"  # names the run that has the lock on a folder
UNFINISHED = re.compile(
    r"\.{1,2}[A-Za-z0-9._-]+\.(pdf|html|jsonl?|docx|xlsx|txt)\.part|\.head\.part"
)


class Folder:
    """A folder that this run writes to, by its handle; ``path`` names it in messages."""

    def __init__(self, handle: int, path: Path) -> None:
        self._handle, self._path = handle, path

    def read(self, name: str) -> bytes:
        """Return the bytes of a file. Raises OSError."""
        with open(os.open(name, os.O_RDONLY, dir_fd=self._handle), "rb") as file:  # noqa: PTH123
            return file.read()

    def write(self, files: Mapping[str, bytes], mode: int = 0o600) -> None:
        """Put files in place, in their order; a crash leaves each file either old or new.

        Raises OSError. If the disk is full, all old files are unchanged.
        """
        unfinished = {name: f".{name}.part" for name in files}
        created = []
        try:
            for name, data in files.items():
                write_new(unfinished[name], data, mode, self._handle)
                created.append(unfinished[name])
            for name in files:
                os.replace(unfinished[name], name, src_dir_fd=self._handle, dst_dir_fd=self._handle)
            os.fsync(self._handle)
        except BaseException as error:
            for name in created:
                with suppress(OSError):
                    os.unlink(name, dir_fd=self._handle)
            if isinstance(error, OSError):
                raise OSError(error.errno, error.strerror, str(self._path)) from None
            raise


def write_new(path: str | Path, data: bytes, mode: int = 0o600, folder: int | None = None) -> None:
    """Write a file that is not there yet, and have the disk keep its content.

    ``folder`` is the handle of the folder that a relative ``path`` starts from. Raises OSError, and
    leaves nothing behind.
    """
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=folder)
    try:
        with open(handle, "wb") as file:  # noqa: PTH123
            os.fchmod(file.fileno(), mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        with suppress(OSError):
            os.unlink(path, dir_fd=folder)
        raise


@contextmanager
def hold(path: Path, wait: bool = False) -> Iterator[Folder]:
    """Lock an output folder against other runs, and make it (mode 0700) if it is missing.

    Unfinished files of a killed run are removed. Raises Unavailable if the folder cannot be used.
    If another run has the lock, wait or, without ``wait``, raise Unavailable. The lock ends with
    the process, however that ends.
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
                # If a leftover cannot be removed, writing that file will report it.
                with suppress(OSError):
                    os.unlink(name, dir_fd=handle)
        with _named(path):
            yield Folder(handle, path)
    finally:
        os.close(handle)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    """Name this run in the folder that it has locked, for the message to a refused run."""
    holder = path / HOLDER
    # If the folder is read-only, the first file that is written there will report it.
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
        # The other run may not have written it yet.
        holder = (path / HOLDER).read_text("utf-8")
        return f" ({holder})" if holder else ""
    except (OSError, UnicodeDecodeError):
        return ""


def account() -> str:
    """Return the account that runs this process. Why from the system: no variable can fake it."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def _make(path: Path) -> None:
    # Why not mkdir(parents=True): only the last folder gets its mode, and less the umask.
    for folder in (*reversed(path.parents), path):
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            folder.chmod(0o700)
            sync(folder.parent)


def sync(folder: Path) -> None:
    """Have the disk keep the names in a folder, also if the power fails. Raises OSError."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def hold_new(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make a folder (mode 0700) with ``files`` (0600) by their path in it: all or none.

    Raises Unavailable if the folder exists already. Raises OSError, and leaves nothing behind.
    """
    unfinished = folder.with_name(f".{folder.name}.part")
    if folder.exists():
        raise Unavailable(f"{folder} is there already. Name a folder that is not.")
    shutil.rmtree(unfinished, ignore_errors=True)
    _make(unfinished)
    try:
        for name, data in files.items():
            _make((unfinished / name).parent)
            write_new(unfinished / name, data)
        for at, _, _ in os.walk(unfinished):
            sync(Path(at))
        unfinished.rename(folder)
        sync(folder.parent)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise


def put(path: Path, data: bytes, mode: int | None = None) -> None:
    """Put a file of the workspace in place; a crash leaves either the old file or the new one.

    The new file has ``mode``, or else that of the old one, or else everybody may read it. Raises
    OSError, and leaves the old file unchanged.
    """
    if mode is None:
        mode = stat.S_IMODE(path.stat().st_mode) if path.exists() else 0o644
    # Remove the unfinished file of a killed run.
    path.with_name(f".{path.name}.part").unlink(missing_ok=True)
    handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        Folder(handle, path.parent).write({path.name: data}, mode)
    finally:
        os.close(handle)
