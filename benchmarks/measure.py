"""What the benchmarks share: ways that run in turn, and how their results are kept."""

import json
import os
import platform
import statistics
import subprocess
import sysconfig
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from hmic_letters.letter.versions import versions

PROJECT = Path(__file__).parent.parent
RESULTS = PROJECT / "benchmarks/results"


@dataclass(frozen=True)
class Way:
    """A way of making the letters: its ``name``, what it does ``without``, and how to run it.

    ``share`` is by what its time is divided: by the letters, say, to compare the time a letter.
    """

    name: str
    without: str
    run: Callable[[], object]
    share: int = 1


@dataclass(frozen=True)
class Row:
    """One way's median in ``seconds``, and the median and range of its ratios to the first way,
    each of a round."""

    way: str
    without: str
    seconds: float
    ratio: float
    ratios: tuple[float, float]


@dataclass(frozen=True)
class Table:
    """The ways that ran in turn; the ratios are to the first."""

    title: str
    rows: tuple[Row, ...]


def run(command: Sequence[str | Path], folder: Path | None = None) -> int:
    """Runs a process, and says how it ended: well."""
    return subprocess.run(command, check=True, capture_output=True, cwd=folder).returncode


def measure(title: str, ways: Sequence[Way], rounds: int) -> Table:
    """Runs the ways in turn and prints each one's median and its ratio to the first."""
    taken: dict[str, list[float]] = {way.name: [] for way in ways}
    for _ in range(rounds):
        for way in ways:
            began = time.perf_counter()
            way.run()
            taken[way.name].append((time.perf_counter() - began) / way.share)
    return compared(title, ways, taken)


def compared(title: str, ways: Iterable[Way], taken: Mapping[str, Sequence[float]]) -> Table:
    """A table of what was measured, round by round, and printed."""
    print(f"\n{title}")
    rows: list[Row] = []
    ours: Sequence[float] = ()
    for way in ways:
        times = taken[way.name]
        ours = ours or times
        ratios = [one / other for one, other in zip(times, ours, strict=True)]
        row = Row(
            way.name,
            way.without,
            round(statistics.median(times), 4),
            round(statistics.median(ratios), 2),
            (round(min(ratios), 2), round(max(ratios), 2)),
        )
        rows.append(row)
        spread = f"[{row.ratios[0]:.2f}-{row.ratios[1]:.2f}]"
        print(f"{row.seconds:10.4f} s {row.ratio:7.2f} {spread}  {row.way}")
    return Table(title, tuple(rows))


def write(
    name: str, rounds: int, tables: Sequence[Table], more: Mapping[str, object] | None = None
) -> None:
    """Keeps results as ``benchmarks/results/<name>.json`` and as a picture beside it, with the
    machine, the versions and the commit."""
    commit = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    # Python as its makers build it for others is faster than as it builds by itself.
    optimized = "--enable-optimizations" in (sysconfig.get_config_var("CONFIG_ARGS") or "")
    about = {
        "commit": commit,
        "machine": f"{platform.machine()}, {os.cpu_count()} processors",
        "python": f"built with{'' if optimized else 'out'} optimizations",
        "versions": versions()["libraries"],
        "rounds": rounds,
    }
    print("", *(f"{key}: {said}" for key, said in about.items()), sep="\n")
    found = {**about, **(more or {}), "tables": [asdict(table) for table in tables]}
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(found, indent=1, ensure_ascii=False) + "\n"
    (RESULTS / f"{name}.json").write_text(text, "utf-8")
    _draw(RESULTS / f"{name}.svg", tables, f"{about['machine']}, commit {commit}")


def _draw(path: Path, tables: Sequence[Table], caption: str) -> None:
    """Draws the ratios as bars, with the medians in words."""
    import matplotlib as mpl  # noqa: PLC0415

    mpl.use("svg")
    # The same results give the same picture.
    mpl.rcParams["svg.hashsalt"] = "hmic-letters"
    from matplotlib import pyplot  # noqa: PLC0415

    counts = [len(table.rows) for table in tables]
    figure, axes = pyplot.subplots(
        len(tables),
        figsize=(9, 1 + 0.45 * sum(counts) + 0.8 * len(tables)),
        height_ratios=counts,
        squeeze=False,
        layout="constrained",
    )
    for table, (axis,) in zip(tables, axes, strict=True):
        names = [f"{row.way}\n{row.seconds:.3g} s" for row in table.rows]
        ratios = [row.ratio for row in table.rows]
        bars = axis.barh(names, ratios, color=["#a3001f"] + ["#8a94a0"] * (len(names) - 1))
        axis.bar_label(bars, [f"{ratio:g}" for ratio in ratios], padding=3)
        axis.set_title(f"{table.title}: time, the first being 1", loc="left", fontsize=10)
        axis.invert_yaxis()
        axis.margins(x=0.1)
        axis.tick_params(labelsize=8)
        axis.spines[["top", "right"]].set_visible(False)
    figure.supxlabel(caption, fontsize=8)
    figure.savefig(path, metadata={"Date": None})
