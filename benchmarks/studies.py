"""A study of short trials on two workers: what running them costs beyond their own times.

200 trials of 0.2 s each (they wait, so that no processor is short), in processes of this machine by
dask. Shown is the wall time of `run_study` once its workers are there, over the sum of the trials'
own times shared by two, and the same over trials of a bare pool of processes. Gate: every trial
ran, and a study that is killed ten times at random and gone on with has the same table.
"""

import multiprocessing
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from harness import Gate, Report, arguments

from neurosparse.studies import Here, Local, Study, run_study

SECONDS = 0.2
KILLS = 10


def trial(trial):
    """Wait, and return what follows from the seed."""
    time.sleep(trial.configuration["seconds"])
    return {"draw": trial.seed % 997}


def plan(count: int, seconds: float) -> Study:
    """So many trials of so many seconds."""
    return Study(trial, {"x": list(range(count))}, base={"seconds": seconds})


def ours(count: int) -> tuple[float, list[float]]:
    """Seconds of a study from its first trial to its end, and what its trials returned."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "study"
        table = run_study(plan(count, SECONDS), place, Local(2))
        folders = [path for path in (place / "trials").iterdir() if path.is_dir()]
        stamps = [path.stat().st_mtime for path in folders]
        # the first trial ends so long after it began
        wall = max(stamps) - min(stamps) + SECONDS
        return wall, table["draw"].tolist()


def nap(seconds: float) -> None:
    """A trial of the pool."""
    time.sleep(seconds)


def pool(count: int) -> float:
    """Seconds of a bare pool of two processes."""
    with multiprocessing.get_context("spawn").Pool(2) as workers:
        workers.map(nap, [0.0] * 2)
        begun = time.perf_counter()
        workers.map(nap, [SECONDS] * count, chunksize=1)
        return time.perf_counter() - begun


def killed(folder: Path) -> list[float]:
    """The table of a study of 60 trials that was killed at random moments."""
    words = [sys.executable, __file__, "--part", str(folder)]
    chance = random.Random(1)
    for _ in range(KILLS):
        process = subprocess.Popen(words, stderr=subprocess.DEVNULL)
        time.sleep(2.0 + chance.random())
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    return run_study(plan(60, 0.1), folder, Local(2))["draw"].tolist()


def main() -> None:
    """Gate, times, table."""
    args = arguments(__doc__)
    count = 40 if args.quick else 200
    gate = Gate()
    with tempfile.TemporaryDirectory() as folder:
        whole = run_study(plan(60, 0.1), Path(folder) / "whole", Here())["draw"].tolist()
        broken = killed(Path(folder) / "broken")
    gate.true(
        f"the table of a study killed {KILLS} times", whole == broken, "another table"
    )
    wall, draws = ours(count)
    gate.true("every trial ran", len(draws) == count, f"{len(draws)} of {count}")
    gate.demand()
    peer = pool(count)
    report = Report("numpy")
    ideal = count * SECONDS / 2
    report.add("studies", "wall time over the trials' own", "x", wall / ideal, goal=1.1)
    name = f"multiprocessing.Pool of Python {sys.version.split()[0]}"
    metric = f"wall time, dask {version('dask')}"
    report.add("studies", metric, "s", wall, peer, peer_name=name, threads=2)
    report.finish(args.json)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--part"]:
        run_study(plan(60, 0.1), sys.argv[2], Local(2))
    else:
        main()
