"""Writing to disk: whole files or none, and letters that only their owner may read."""

import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from hmic_letters.problem import Unavailable, failing
from hmic_letters.workspace.lock import Busy, locked

TEMPORARY = ".temporary"  # in a locked folder: the temporary files of libraries
UNFINISHED = re.compile(
    r"\..+\.[0-9a-f]{8}\.part|"
    # Earlier versions of this tool left these.
    r"\.{1,2}[A-Za-z0-9._-]+\.(pdf|html|jsonl?|yaml|docx|xlsx|txt)\.part|\.head\.part"
)


class Folder:
    """A folder that this run writes to, by its handle; ``path`` names it in messages."""

    def __init__(self, handle: int, path: Path) -> None:
        self._handle, self._path = handle, path

    def read(self, name: str) -> bytes:
        """Return the bytes of a file. Raises OSError."""
        with open(os.open(name, os.O_RDONLY, dir_fd=self._handle), "rb") as file:  # noqa: PTH123
            return file.read()

    def write(self, files: Mapping[str, bytes], mode: int | None = 0o600) -> None:
        """Put files in place, in their order; a crash leaves each file either old or new.

        Files have names or paths in the folder; a folder that is missing is made (mode 0700). With
        ``mode`` None, a file keeps its mode, or else everybody may read it. Raises OSError. If the
        disk is full, all old files are unchanged.
        """
        unfinished = {}
        try:
            for name, data in files.items():
                begun = str(unfinished_of(Path(name), "part"))
                if not (self._path / name).parent.is_dir():
                    make((self._path / name).parent)
                write_new(begun, data, mode or mode_of(self._path / name), self._handle)
                unfinished[name] = begun
            for name, begun in unfinished.items():
                os.replace(begun, name, src_dir_fd=self._handle, dst_dir_fd=self._handle)
            for folder in {(self._path / name).parent for name in files}:
                sync(folder)
        except BaseException as error:
            for begun in unfinished.values():
                with suppress(OSError):
                    os.unlink(begun, dir_fd=self._handle)
            if isinstance(error, OSError):
                raise OSError(error.errno, error.strerror, str(self._path)) from None
            raise


def unfinished_of(path: Path, ending: str) -> Path:
    """Return a path beside a file for its new content, until that gets the file's name.

    No other run has the same, and ``hold`` removes those that end in ``part``.
    """
    return path.with_name(f".{path.name}.{os.urandom(4).hex()}.{ending}")


def mode_of(path: Path) -> int:
    """Return the mode of a file; if it is not there, the one by which everybody may read it."""
    try:
        return stat.S_IMODE(path.stat().st_mode)
    except FileNotFoundError:
        return 0o644


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
def hold(path: Path) -> Iterator[Folder]:
    """Lock a folder against other runs, and make it (mode 0700) if it is missing.

    Unfinished files of a killed run are removed, in this folder and in those in it. Raises
    Unavailable if the folder cannot be used, or if another run does not give it up in time.
    """
    try:
        make(path)
        handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    except OSError as error:
        at, why = failing(error, path)
        raise Unavailable(
            f"{at} cannot be used: {why}. Check what it is and its permissions; for letters, "
            "--output names another folder."
        ) from None
    try:
        with locked(handle, path):
            for folder in (path, *filter(is_folder, path.iterdir())):
                _sweep(folder)
            yield Folder(handle, path)
    except Busy as error:
        raise Unavailable(str(error)) from None
    finally:
        os.close(handle)


def is_folder(path: Path) -> bool:
    """Return whether the path is a folder, and not a link to one elsewhere."""
    return path.is_dir() and not path.is_symlink()


def _sweep(folder: Path) -> None:
    # If a leftover cannot be removed, writing that file will report it.
    with suppress(OSError):
        for path in folder.iterdir():
            if UNFINISHED.fullmatch(path.name) and not is_folder(path):
                path.unlink()
            elif path.name == TEMPORARY:
                shutil.rmtree(path)


@contextmanager
def temporary_files_in(folder: Path) -> Iterator[None]:
    """Have libraries put their temporary files into a locked folder.

    Why: a killed run leaves them, and only what lies in the workspace is swept.
    """
    place, before = folder / TEMPORARY, tempfile.tempdir
    make(place)
    tempfile.tempdir = str(place)
    try:
        yield
    finally:
        tempfile.tempdir = before
        shutil.rmtree(place, ignore_errors=True)


def make(path: Path) -> None:
    """Make a folder and those above it (mode 0700), unless they are there. Raises OSError."""
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


class NewFolder:
    """A folder that is made beside its place, as ``.NAME.part``, and then gets its name."""

    def __init__(self, final: Path) -> None:
        self.final, self.begun = final, final.with_name(f".{final.name}.part")

    def begin(self) -> None:
        """Make it empty; what a killed run left there is removed. Raises OSError."""
        remove(self.begun)
        make(self.begun)

    def write(self, files: Mapping[str, bytes], mode: int = 0o600) -> None:
        """Put files into the folder, by their path in it. Raises OSError, which names the place."""
        for name, data in files.items():
            make((self.begun / name).parent)
            try:
                write_new(self.begun / name, data, mode)
            except OSError as error:
                raise OSError(error.errno, error.strerror, str(self.final)) from None

    def settle(self, mode: int) -> None:
        """Give all folders in it their mode, and have the disk keep all names. Raises OSError."""
        for path in reversed([Path(at) for at, _, _ in os.walk(self.begun)]):
            path.chmod(mode)
            sync(path)
        sync(self.final.parent)
        sync(self.final.parent.parent)

    def put_in_place(self) -> None:
        """Give the folder its name. Raises OSError."""
        self.begun.rename(self.final)
        sync(self.final.parent)


def remove(folder: Path) -> None:
    """Remove a folder, if it is there, even if it is read-only. Raises OSError."""
    if is_folder(folder):
        for at, _, _ in os.walk(folder):
            Path(at).chmod(0o700)
        shutil.rmtree(folder)


def hold_new(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make a folder (mode 0700) with ``files`` (0600) by their path in it: all or none.

    Raises Unavailable if the folder exists already. Raises OSError, and leaves nothing behind.
    """
    if folder.exists():
        raise Unavailable(f"{folder} is there already. Name a folder that is not.")
    new = NewFolder(folder)
    new.begin()
    try:
        new.write(files)
        new.settle(0o700)
        new.put_in_place()
    except BaseException:
        remove(new.begun)
        raise


def put(path: Path, data: bytes, mode: int | None = None) -> None:
    """Put a file in place that no other command writes; a crash leaves the old file or the new one.

    ``mode`` is as in ``Folder.write``. Raises OSError, and leaves the old file unchanged.
    """
    handle = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        Folder(handle, path.parent).write({path.name: data}, mode)
    finally:
        os.close(handle)
