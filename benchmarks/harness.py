"""What every benchmark script shares: gate first, then interleaved timing, one table, one JSON.

A script reads like this::

    args = arguments(__doc__)
    gate = Gate()
    gate.near("rate (Hz)", ours_rate, peer_rate, rel=0.05)
    gate.demand()                        # a red gate ends the script: no figure is printed
    times = interleave({"ours": run_ours, "peer": run_peer}, repeats=3)
    report = Report("numpy", "numba")
    report.add("matvec", "time", "s", *map(median, times.values()), peer_name="scipy", goal=3)
    report.finish(args.json)
"""

import argparse
import importlib.metadata
import json
import os
import platform
import shlex
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

median = statistics.median


def arguments(
    doc: str | None,
    cases: Sequence[str] = (),
    quick_cases: Sequence[str] = (),
    argv: Sequence[str] | None = None,
) -> argparse.Namespace:
    """Parse the options every script has: `--quick`, `--json OUT`, and `--case A,B` when it has
    cases.

    Without `--case` all cases run, or with `--quick` the `quick_cases` where there are some.
    """
    parser = argparse.ArgumentParser(
        description=doc, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--quick", action="store_true", help="smaller problems; ends within a minute or two"
    )
    parser.add_argument(
        "--json", type=Path, metavar="OUT", help="write the rows to this file"
    )
    parser.add_argument(
        "--repeats", type=int, default=3, help="runs of each side; the median counts"
    )
    if cases:
        # argparse fills in % itself
        names = ",".join(cases).replace("%", "%%")
        parser.add_argument("--case", help=f"some of {names}")
    args = parser.parse_args(argv)
    if args.repeats < 1:
        parser.error(f"--repeats is {args.repeats}; at least one run is needed")
    if cases:
        default = quick_cases if args.quick and quick_cases else cases
        args.case = args.case.split(",") if args.case else list(default)
        if unknown := [name for name in args.case if name not in cases]:
            parser.error(
                f"--case {','.join(unknown)} is unknown; choose from {', '.join(cases)}"
            )
    return args


@dataclass(frozen=True)
class Check:
    """One thing that had to be right before a time may be shown."""

    name: str
    ok: bool
    detail: str


@dataclass
class Gate:
    """Checks of correctness; `demand` ends the script when one of them is red."""

    checks: list[Check] = field(default_factory=list)

    def true(self, name: str, ok: bool, detail: str = "") -> None:
        """Note a check that either holds or does not."""
        self.checks.append(Check(name, bool(ok), detail))

    def near(
        self, name: str, ours: float, peer: float, *, rel: float = 0.0, atol: float = 0.0
    ) -> None:
        """Note that two figures agree within `atol + rel * |peer|`; NaN never agrees."""
        ok = abs(ours - peer) <= atol + rel * abs(peer)
        self.true(
            name,
            ok,
            f"{ours:.5g} against {peer:.5g}, allowed ±{atol + rel * abs(peer):.3g}",
        )

    @property
    def red(self) -> list[Check]:
        """The checks that failed."""
        return [check for check in self.checks if not check.ok]

    @property
    def green(self) -> bool:
        """Whether something was checked and all of it held; says on stderr what did not."""
        for check in (
            self.red if self.checks else [Check("gate", False, "nothing was checked")]
        ):
            print(f"GATE RED  {check.name}: {check.detail}", file=sys.stderr)
        return bool(self.checks) and not self.red

    def demand(self) -> None:
        """End the script with exit code 1 unless the gate is green."""
        if not self.green:
            raise SystemExit(1)


def timed(call: Callable[[], Any]) -> float:
    """Wall seconds of one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def interleave(
    runs: Mapping[str, Callable[[], Any]], repeats: int = 3
) -> dict[str, list[Any]]:
    """Call every side once, then again, `repeats` times, so that a drift of the machine hits all
    alike.

    Returns what the calls returned; wrap with `lambda: timed(f)` to collect seconds.
    """
    results: dict[str, list[Any]] = {name: [] for name in runs}
    for turn in range(repeats):
        for name in list(runs) if turn % 2 == 0 else reversed(list(runs)):
            results[name].append(runs[name]())
    return results


def machine() -> dict[str, Any]:
    """Processor, cores, memory, system and load of this machine."""
    cpu = platform.processor() or platform.machine()
    if (info := Path("/proc/cpuinfo")).exists():
        names = [
            line.split(":", 1)[1].strip()
            for line in info.read_text().splitlines()
            if "model name" in line
        ]
        cpu = names[0] if names else cpu
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[0]
    return {
        "cpu": cpu,
        "cores": os.cpu_count(),
        "memory_gib": round(memory, 1),
        "system": f"{platform.system()} {platform.release()}",
        "load_1min": round(load, 2),
    }


def versions(*packages: str) -> dict[str, str | None]:
    """Python's version and those of the named packages; None where one is not installed."""
    installed: dict[str, str | None] = {"python": platform.python_version()}
    for package in packages:
        try:
            installed[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            installed[package] = None
    return installed


def command() -> str:
    """The command line that started this script, paths relative to where it ran."""
    script = os.path.relpath(sys.argv[0]) if sys.argv[0] else "-"
    return shlex.join(["python", script, *sys.argv[1:]])


def peak_rss_mib() -> float:
    """Largest resident memory of this process so far, in MiB."""
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(peak) / (2**20 if sys.platform == "darwin" else 2**10)


@dataclass(frozen=True)
class Row:
    """One measured figure; `ratio` says how many times better we are, `goal` the least ratio
    wanted.
    """

    case: str
    metric: str
    unit: str
    ours: float
    peer: float | None
    peer_name: str | None
    ratio: float | None
    goal: float | None
    met: bool | None
    repeats: int
    threads: int
    versions: dict[str, str | None]
    machine: dict[str, Any]
    command: str


class Report:
    """Rows of one script; `finish` prints them as a table and writes them as JSON."""

    def __init__(self, *packages: str, repeats: int = 3) -> None:
        self.rows: list[Row] = []
        self.repeats = repeats
        self._versions = versions("neurosparse", *packages)
        self._machine = machine()

    def add(
        self,
        case: str,
        metric: str,
        unit: str,
        ours: float,
        peer: float | None = None,
        *,
        peer_name: str | None = None,
        goal: float | None = None,
        higher: bool = False,
        threads: int = 1,
    ) -> Row:
        """Add one figure.

        With a peer, `goal` is the least ratio (peer/ours, or ours/peer where `higher` is better).
        Without one, `goal` bounds `ours` itself: from above, or from below where `higher` is
            better.
        """
        ratio = None
        if peer is not None:
            ratio = ours / peer if higher else peer / ours
        met = None
        if goal is not None:
            figure = ours if ratio is None else ratio
            met = figure >= goal if higher or ratio is not None else figure <= goal
        about = (self.repeats, threads, self._versions, self._machine, command())
        row = Row(case, metric, unit, ours, peer, peer_name, ratio, goal, met, *about)
        self.rows.append(row)
        return row

    def show(self) -> None:
        """Print the rows as one table."""
        print_table(HEAD, [_cells(row) for row in self.rows])

    def finish(self, path: Path | None, *, merge: bool = False) -> None:
        """Print the table; with a path, write the rows there too, with `merge` beside other rows of
        that file.
        """
        self.show()
        if path is not None:
            rows = self.write(path, merge=merge)
            print(f"{rows} rows in {path}")

    def write(self, path: Path, *, merge: bool = False) -> int:
        """Write the rows and return how many the file holds; `merge` keeps its rows of other
        figures.
        """
        mine = [asdict(row) for row in self.rows]
        measured = {_key(row) for row in mine}
        there = json.loads(path.read_text()) if merge and path.exists() else []
        rows = [row for row in there if _key(row) not in measured] + mine
        write_json(path, rows)
        return len(rows)


HEAD = (
    "case",
    "metric",
    "unit",
    "ours",
    "peer",
    "peer name",
    "ratio",
    "goal",
    "met",
    "threads",
)


def _key(row: Mapping[str, Any]) -> tuple[Any, ...]:
    return row["case"], row["metric"], row["peer_name"], row["threads"]


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.case,
        row.metric,
        row.unit,
        _figure(row.ours),
        _figure(row.peer),
        row.peer_name or "",
        _figure(row.ratio),
        _figure(row.goal),
        {True: "yes", False: "NO", None: ""}[row.met],
        str(row.threads),
    )


def _figure(value: float | None) -> str:
    return "" if value is None else f"{value:.4g}"


def print_table(head: Sequence[str], body: Sequence[Sequence[str]]) -> None:
    """Print a table; one for a pipe or a log is wide."""
    from rich.console import Console
    from rich.table import Table

    table = Table(*head)
    for line in body:
        table.add_row(*line)
    # no width is known there: do not fold the table to 80 columns
    Console(width=None if sys.stdout.isatty() else 160).print(table)


def write_json(path: Path, content: Any) -> None:
    """Write JSON under a temporary name in the same folder, then rename: a reader never sees half a
    file.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_text(json.dumps(content, indent=1, allow_nan=False) + "\n")
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
