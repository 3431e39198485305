"""Do to ranks of a real job what goes wrong in the field: `python -m` with how often.

Each job must end in time with a clear word, leave a store and a checkpoint that open, and go on
with another number of ranks to the bits of one process.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from neurosparse.console import COME_AGAIN
from neurosparse.distributed import Mpi
from neurosparse.engine import Every, Simulator
from neurosparse.recording import open_run
from neurosparse.store.checkpoint import load_checkpoint
from tests.distributed.shared import outcome
from tests.engine.networks import small_network

ROOT = Path(__file__).parents[2]
MODEL = ROOT / "examples" / "brunel.toml"
MPIEXEC = str(Path(sys.executable).with_name("mpiexec"))
CODE = "from neurosparse.cli import main; main()"
LONGEST = 10.0  # seconds until a job of which a rank is gone has ended
STEPS = 3000.0  # ms that a stopped run goes on for


def job(ranks: int, *arguments: str) -> subprocess.Popen[str]:
    """Start processes that say what they say to us."""
    env = os.environ | {"PYTHONPATH": str(ROOT)}
    launcher = [MPIEXEC, "-n", str(ranks)] if ranks > 1 else []
    command = [*launcher, sys.executable, *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=env, cwd=ROOT)


def run(ranks: int, out: Path, duration: float, *more: str) -> subprocess.Popen[str]:
    """`neurosparse run` on ranks."""
    settings = ["--set", f"simulation.duration={duration}", "--out", str(out), *more]
    return job(ranks, "-c", CODE, "run", str(MODEL), *settings)


def children(process: subprocess.Popen[str]) -> list[int]:
    """The processes of the ranks, lowest first."""
    import psutil

    every = psutil.Process(process.pid).children(recursive=True)
    ranks = [p for p in every if any("neurosparse.cli" in word for word in p.cmdline())]
    return sorted(p.pid for p in ranks)


def stopped(number: int, ranks: int, rank: int, sent: int, folder: Path) -> float:
    """Send one rank a signal while it runs; go on with others; seconds until the job ended."""
    out = folder / "run"
    process = run(ranks, out, 1e6)
    while not (out / "checkpoint.zarr").exists():
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
    time.sleep(random.Random(number).random() * 2.0)
    begun = time.monotonic()
    os.kill(children(process)[rank], sent)
    _, said = process.communicate(timeout=60)
    seconds = time.monotonic() - begun
    codes = {signal.SIGINT: 130, signal.SIGTERM: COME_AGAIN, signal.SIGUSR1: COME_AGAIN}
    if sent in codes:
        # MPICH's mpiexec kills who leaves after the first, and may then say 9
        expected = (codes[signal.Signals(sent)], signal.SIGKILL)
        assert process.returncode in expected, said
        assert said.count("--resume goes on") == 1, said
    assert process.returncode != 0
    assert seconds < LONGEST, seconds
    reached = load_checkpoint(out / "checkpoint.zarr").attributes["step"] * 0.1
    assert len(open_run(out / "recording.zarr").spikes["E"].i) > 0
    end = np.ceil(reached) + STEPS
    others = random.Random(number + 1).choice([1, 2, 3, 4])
    again = run(others, out, end, "--resume")
    assert again.wait(timeout=120) == 0, again.communicate()
    alone = folder / "alone"
    one = run(1, alone, end)
    assert one.wait(timeout=120) == 0, one.communicate()
    spikes = [open_run(path / "recording.zarr").spikes["E"] for path in (out, alone)]
    assert np.array_equal(spikes[0].i, spikes[1].i), f"{ranks} ranks, then {others}"
    assert np.array_equal(spikes[0].step, spikes[1].step)
    return seconds


def wrong(case: str, ranks: int, folder: Path) -> float:
    """A job that cannot go well; seconds from its start until it ended."""
    begun = time.monotonic()
    process = job(ranks, "-m", "tests.distributed.faults", "work", case, str(folder))
    _, said = process.communicate(timeout=90)
    assert process.returncode != 0, said
    assert SAYS[case] in said, said
    return time.monotonic() - begun


SAYS = {
    "error": "rank 1 of 3: on purpose",
    "seed": "setting 'seed' differs between rank 0 and rank 1",
    "network": "population 'A' differs between rank 0 and rank 1",
    "version": "version of 'neurosparse' differs between rank 0 and rank 1",
    "calls": "ranks do different things",
    "hang": "has waited 2 s for the others",
    "disk": "No space left",
}


def work(case: str, folder: Path) -> None:
    """One rank of a job that cannot go well."""
    ranks = Mpi(timeout=2.0 if case == "hang" else 60.0)
    odd = ranks.rank == 1
    rng = np.random.default_rng(2)
    options: dict[str, Any] = {"seed": 3 + (odd and case == "seed"), "backend": ranks}
    n = 160 if odd and case == "network" else 150
    if case == "version" and odd:
        import neurosparse

        neurosparse.__version__ = "0.0.0"
    if case == "disk":
        options["store"] = folder / "small" / "run.zarr"
    sim = Simulator(small_network(rng, n=n), **options)
    sim.run(10.0)
    if case == "calls":
        sim.weights("A->A") if odd else outcome(sim)

    def fails(simulator: Simulator) -> None:
        if odd and case == "error":
            raise ValueError("on purpose")
        if odd and case == "hang":
            time.sleep(60.0)

    sim.run(20_000.0 if case == "disk" else 10.0, callbacks=[Every(2.0, fails)])


def small_disk(folder: Path) -> str:
    """Put a disk with little room into a folder; why not, where that is not allowed."""
    (folder / "small").mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=300k", "none", str(folder / "small")]
    try:
        done = subprocess.run(mount, capture_output=True, text=True, check=False)
    except OSError as error:
        return str(error)
    why = done.stderr.partition("\n")[0] or "mount failed"
    return why if done.returncode else ""


def main(times: int) -> None:
    """All of it, `times` times; a line a fault."""
    signals = [(r, s) for s in (signal.SIGKILL, signal.SIGTERM) for r in (0, 1, 2)]
    signals += [(1, signal.SIGINT), (2, signal.SIGUSR1)]
    for rank, sent in signals:
        seconds = []
        for number in range(times):
            with tempfile.TemporaryDirectory() as folder:
                seconds.append(stopped(number, 3, rank, sent, Path(folder)))
        name = signal.Signals(sent).name
        print(
            f"{name} to rank {rank} of 3, {times} times: {max(seconds):.2f} s", flush=True
        )
    for case in SAYS:
        seconds, hindrance = [], ""
        for _ in range(times):
            with tempfile.TemporaryDirectory() as folder:
                hindrance = small_disk(Path(folder)) if case == "disk" else ""
                if hindrance:
                    break
                try:
                    seconds.append(wrong(case, 3, Path(folder)))
                finally:
                    if case == "disk":
                        subprocess.run(["umount", "-l", f"{folder}/small"], check=True)
        if hindrance:
            print(f"{case}: skipped, {hindrance}", flush=True)
        else:
            print(f"{case}, {times} times: {max(seconds):.1f} s", flush=True)


if __name__ == "__main__":
    if sys.argv[1] == "work":
        work(sys.argv[2], Path(sys.argv[3]))
    else:
        main(int(sys.argv[1]))
