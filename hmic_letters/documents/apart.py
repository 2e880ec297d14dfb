"""Read a file from outside in a process of its own, with little memory and little time.

A library that parses a hostile file can take all memory, run for ever, or end its process. Here it
can do that to nobody else, and its warnings reach no terminal. ``main`` is what that process runs:
the data comes in on standard input, the answer goes out as JSON.
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
SECONDS = 5  # of the processor
PATIENCE = 60  # seconds of the clock, on a machine that is busy
LONGEST = 200  # characters of what a library says is wrong


class Unreadable(Exception):  # noqa: N818 (it is the refusal of a file, not a defect of the tool)
    """Raised for a file that cannot be read; says why, and what to do if that is known."""

    def __init__(self, reason: str, remedy: str = "") -> None:
        super().__init__(reason, remedy)
        self.reason, self.remedy = reason, remedy


def read_apart(reader: str, data: bytes) -> Any:
    """Call ``reader``, 'package.module:function', with the data in a process of its own.

    Return what it returns, which is plain JSON. Raises Unreadable for whatever it raises, and where
    it takes too long or too much memory.
    """
    ways = [str(PACKAGES), *filter(None, [os.environ.get("PYTHONPATH")])]
    try:
        done = subprocess.run(  # noqa: S603
            # -P: a file in the current folder is no module.
            [sys.executable, "-P", "-c", f"from {__name__} import main; main()", reader],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(ways)},
        )
    except subprocess.TimeoutExpired:
        raise Unreadable("reading it takes too long") from None
    if done.returncode in {-signal.SIGXCPU, -signal.SIGKILL}:
        raise Unreadable("reading it takes too long")
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        # The library ended the process, as by a fault of memory.
        raise Unreadable("it ends the program that reads it") from None
    if "reason" in answer:
        raise Unreadable(answer["reason"], answer["remedy"])
    return answer["result"]


def _answer(reader: str, data: bytes) -> dict[str, Any]:
    module, _, name = reader.partition(":")
    function = getattr(import_module(module), name)
    _limit()
    try:
        return {"result": function(data)}
    except Unreadable as error:
        return {"reason": error.reason, "remedy": error.remedy}
    except MemoryError:
        return {"reason": "reading it takes too much memory", "remedy": ""}
    except RecursionError:
        return {"reason": "it is nested too deeply", "remedy": ""}
    except Exception as error:  # whatever a library raises about somebody's file
        said = visible(" ".join(str(error).split()))[:LONGEST]
        return {"reason": f"it cannot be read ({type(error).__name__}: {said})", "remedy": ""}


def _limit() -> None:
    """Limit this process, once all that it needs is imported."""
    for kind, most in (
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    statm = Path("/proc/self/statm")
    # Elsewhere the time alone limits it.
    if statm.is_file():
        idle = int(statm.read_text("ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (idle + MEMORY, idle + MEMORY))


def main() -> None:
    """Read the data from standard input, and write the answer where nothing else can write."""
    out = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    answer = json.dumps(_answer(sys.argv[1], sys.stdin.buffer.read())).encode()
    with io.FileIO(out, "w") as file:
        left = memoryview(answer)
        while left:
            left = left[file.write(left) :]
    # Nothing that a library left behind runs any more.
    os._exit(0)
