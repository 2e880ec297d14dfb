"""Read a file from outside in a separate process, with little memory and little time.

A library that parses a hostile file can use up the memory, run forever or end its process. In a
separate process it harms nobody else, and its warnings reach no terminal. That process runs
``main``. A line of JSON with further arguments arrives on standard input, then the data; the answer
leaves as JSON.
"""

import io
import json
import os
import resource
import signal
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from hmic_letters.problem import visible

PACKAGES = Path(__file__).parents[2]
MEMORY = 256 * 2**20  # bytes above those of the idle process
SECONDS = 2  # of processor time, after the imports
PATIENCE = 60  # seconds by the clock, because the machine may be busy
LONGEST = 200  # characters of a library's error message


class Unreadable(Exception):  # noqa: N818 (it is the refusal of a file, not a defect of the tool)
    """Raised for a file that cannot be read, with the reason and, if known, a remedy."""

    def __init__(self, reason: str, remedy: str = "") -> None:
        """Record the reason and, if one is known, a remedy."""
        super().__init__(reason, remedy)
        self.reason, self.remedy = reason, remedy


def read_apart(reader: str, data: bytes, *arguments: Any) -> Any:
    """Call ``reader``, 'package.module:function', with the data in a separate process.

    Its further ``arguments`` and its result, which is returned, are plain JSON.

    Raises:
        Unreadable: the reader raised an error, or took too much time or memory.
    """
    import_paths = [str(PACKAGES), *filter(None, [os.environ.get("PYTHONPATH")])]
    done = subprocess.run(  # noqa: S603
        # Why -P: Python must not import a file of the current folder.
        [sys.executable, "-P", "-c", f"from {__name__} import main; main()", reader],
        input=json.dumps(arguments).encode() + b"\n" + data,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=False,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(import_paths)},
    )
    if done.returncode in {-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGALRM}:
        raise Unreadable("reading it takes too long")
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        # The library ended the process, for example by a memory fault.
        raise Unreadable("it ends the program that reads it") from None
    if "reason" in answer:
        raise Unreadable(answer["reason"], answer["remedy"])
    return answer["result"]


def _answer(reader: str, arguments: list[Any], data: bytes) -> dict[str, Any]:
    module, _, name = reader.partition(":")
    function = getattr(import_module(module), name)
    _limit()
    try:
        return {"result": function(data, *arguments)}
    except Unreadable as error:
        return {"reason": error.reason, "remedy": error.remedy}
    except MemoryError:
        return {"reason": "reading it takes too much memory", "remedy": ""}
    except RecursionError:
        return {"reason": "it is nested too deeply", "remedy": ""}
    except Exception as error:  # a library may raise any error about a file
        message = visible(" ".join(str(error).split()))[:LONGEST]
        return {"reason": f"it cannot be read ({type(error).__name__}: {message})", "remedy": ""}


def _limit() -> None:
    """Limit this process, after it has imported everything that it needs."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    for kind, most in (
        (resource.RLIMIT_CPU, SECONDS + round(used.ru_utime + used.ru_stime)),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    statm = Path("/proc/self/statm")
    # Only Linux has this file. Other systems limit the time, but not the memory.
    if statm.is_file():
        idle = int(statm.read_text("ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (idle + MEMORY, idle + MEMORY))


def main() -> None:
    """Read the data from standard input, and write the answer where nothing else can write."""
    # Why not a timeout in the parent: its waiting fails with EINVAL under faketime.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGALRM})
    signal.alarm(PATIENCE)
    out = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    arguments, data = json.loads(sys.stdin.buffer.readline()), sys.stdin.buffer.read()
    answer = json.dumps(_answer(sys.argv[1], arguments, data)).encode()
    with io.FileIO(out, "w") as file:
        remaining = memoryview(answer)
        while remaining:
            remaining = remaining[file.write(remaining) :]
    # Why os._exit: nothing that a library left behind may run now.
    os._exit(0)
