"""`neurosparse demo`: the brain of a fly larva for one second, measured and checked against a dense
matrix.
"""

from pathlib import Path
from typing import Annotated

import typer


def demo(
    out: Annotated[Path, typer.Option(help="folder for figure and recording")] = Path(
        "runs/demo"
    ),
    threads: Annotated[int, typer.Option(min=1, help="threads of the simulation")] = 1,
) -> None:
    """Simulate the brain of a fruit fly larva for one second, measure it, check it, draw it."""
    from neurosparse.analysis import SpikeTrains
    from neurosparse.cli.demo.dense import simulate
    from neurosparse.cli.demo.figure import draw
    from neurosparse.cli.demo.results import by_type, comparison, overview
    from neurosparse.cli.demo.sparse import DENSE_MS, DT, DURATION, agree, simulate_sparse
    from neurosparse.datasets import larva_brain

    source = "Winding et al. 2023, doi:10.1126/science.add9330"
    say(f"the brain of a Drosophila larva, as published ({source})")
    brain = larva_brain()
    steps = f"{DURATION:g} ms in steps of {DT} ms"
    say(f"simulating {steps}; the first time also compiles, for a while")
    sparse = simulate_sparse(brain, threads, out / "recording.zarr")
    spikes = sparse.simulator.spikes("brain")
    drive = sparse.simulator.spikes("drive")
    overview(brain, sparse)
    by_type(brain, spikes.i, DURATION)
    say(
        f"the same network over a dense matrix, its first {DENSE_MS:g} ms, "
        "to check and to compare ..."
    )
    dense = simulate(brain, (drive.step, drive.i), round(DENSE_MS / DT), DT)
    same = agree(spikes.step, spikes.i, dense)
    comparison(brain, sparse, dense, same)
    n_steps = round(DURATION / DT)
    n = brain.cell_type.size
    trains = SpikeTrains.from_steps(spikes.step, spikes.i, n, dt=DT, steps=n_steps)
    draw(brain, trains, out / "demo.png")
    say(f"figure     {out / 'demo.png'}\nrecording  {sparse.store}")
    if not same:
        raise typer.Exit(1)


def say(text: str) -> None:
    """Print a line at once, also into a pipe."""
    print(text, flush=True)
