"""How soon the preview shows what was saved, beside making that letter with a new process.

make bench
"""

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

PROJECT = Path(__file__).parent.parent
COMMAND = [sys.executable, "-m", "hmic_letters"]
ROUNDS = 7


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        workspace = Path(folder)
        for name in ("data", "templates"):
            shutil.copytree(PROJECT / name, workspace / name)
        force = workspace / "data/forces/hertfordshire.yaml"
        good = force.read_text("utf-8")
        options = ["--workspace", str(workspace)]
        preview = subprocess.Popen(
            [*COMMAND, "preview", "hertfordshire", *options],
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"BROWSER": "true", "PYTHONUNBUFFERED": "1"},
        )
        try:
            assert preview.stdout
            found = re.search(r"(http://\S+)#", preview.stdout.readline())
            assert found
            shown, made = [], []
            with urllib.request.urlopen(f"{found[1]}changes") as changes:
                changes.readline(), changes.readline()
                look(found[1])
                for number in range(ROUNDS):
                    began = time.perf_counter()
                    force.write_text(good.replace("Andy Bliss", f"Andy Bliss {number}"), "utf-8")
                    changes.readline(), changes.readline()
                    look(found[1])
                    shown.append(time.perf_counter() - began)
                    time.sleep(0.3)
                    began = time.perf_counter()
                    subprocess.run(
                        [*COMMAND, "generate", "hertfordshire", *options],
                        check=True,
                        capture_output=True,
                    )
                    made.append(time.perf_counter() - began)
        finally:
            preview.kill()
            preview.communicate()
    ratio = statistics.median(one / other for one, other in zip(shown, made, strict=True))
    print(
        f"saved to shown by the preview: {statistics.median(shown):.2f} s, up to {max(shown):.2f} s"
    )
    print(f"'generate' of the same letter: {statistics.median(made):.2f} s")
    print(f"preview / generate: {ratio:.2f}")


def look(address: str) -> None:
    """Asks for the letter and its first page, as the browser does."""
    with urllib.request.urlopen(f"{address}letters/hertfordshire") as answer:
        version = re.search(rb'"version": (\d+)', answer.read())
    assert version
    page = f"{address}letters/hertfordshire/{int(version[1])}/0"
    with urllib.request.urlopen(page) as answer:
        answer.read()


if __name__ == "__main__":
    main()
