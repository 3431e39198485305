"""`neurosparse demo`: the brain of a fly larva for one second, measured and checked against a dense
matrix.
"""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

if TYPE_CHECKING:
    from neurosparse.cli.demo.dense import DenseRun
    from neurosparse.datasets import LarvaBrain

DT = 0.1
DURATION = 1000.0
SEED = 1
DENSE_MS, WARM_MS = 100.0, 150.0


class Measured(NamedTuple):
    """What a run of the demonstration gives: the simulator, wall seconds of its parts, the
    recording.
    """

    simulator: Any
    compile: float
    build: float
    run: float
    store: Path


def demo(
    out: Annotated[Path, typer.Option(help="folder for figure and recording")] = Path("runs/demo"),
    threads: Annotated[int, typer.Option(min=1, help="threads of the simulation")] = 1,
) -> None:
    """Simulate the brain of a fruit fly larva for one second, measure it, check it, draw it."""
    from neurosparse.analysis import SpikeTrains
    from neurosparse.cli.demo.dense import simulate
    from neurosparse.cli.demo.figure import draw
    from neurosparse.cli.tables import by_type, comparison, overview
    from neurosparse.datasets import larva_brain

    say(
        "the brain of a Drosophila larva, as published (Winding et al. 2023, doi:10.1126/science.add9330)"
    )
    brain = larva_brain()
    say(
        f"simulating {DURATION:g} ms in steps of {DT} ms; the first time also compiles, for a while"
    )
    measured = simulate_sparse(brain, threads, out / "recording.zarr")
    spikes = measured.simulator.spikes("brain")
    drive = measured.simulator.spikes("drive")
    overview(brain, measured)
    by_type(brain, spikes.i, DURATION)
    say(
        f"the same network over a dense matrix, its first {DENSE_MS:g} ms, to check and to compare ..."
    )
    dense = simulate(brain, (drive.step, drive.i), round(DENSE_MS / DT), DT)
    same = agree(spikes.step, spikes.i, dense)
    comparison(brain, measured, dense, same)
    shown = SpikeTrains.from_steps(
        spikes.step, spikes.i, brain.cell_type.size, dt=DT, steps=round(DURATION / DT)
    )
    draw(brain, shown, out / "demo.png")
    say(f"figure     {out / 'demo.png'}\nrecording  {measured.store}")
    if not same:
        raise typer.Exit(1)


def simulate_sparse(brain: "LarvaBrain", threads: int, path: Path) -> Measured:
    """Build the network and run it, recording every spike into a Zarr store; an older
    demonstration's is replaced.
    """
    from neurosparse.cli.demo.larva import network
    from neurosparse.engine import Simulator
    from neurosparse.recording import RunStore

    begun = time.perf_counter()
    with Simulator(network(brain), DT, SEED, threads=threads) as first:
        first.run(WARM_MS)  # long enough to meet both modes of the engine, so that all is compiled
    compiled = time.perf_counter()
    store = RunStore.create(
        path, dt=DT, seed=SEED, config={"network": "larva brain"}, overwrite=True
    )
    simulator = Simulator(network(brain), DT, SEED, threads=threads, store=store)
    built = time.perf_counter()
    simulator.run(DURATION, progress=True)
    simulator.close()
    return Measured(
        simulator, compiled - begun, built - compiled, time.perf_counter() - built, path
    )


def agree(step: Any, neuron: Any, dense: "DenseRun") -> bool:
    """Tell whether both simulations fired the same spikes, one by one, for as long as the dense one
    ran.
    """
    import numpy as np

    both = step < round(DENSE_MS / DT)
    return bool(
        np.array_equal(step[both], dense.step) and np.array_equal(neuron[both], dense.neuron)
    )


def say(text: str) -> None:
    """Print a line at once, also into a pipe."""
    print(text, flush=True)
