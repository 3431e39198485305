"""The demonstration's results as tables."""

from typing import TYPE_CHECKING

import numpy as np

from neurosparse.cli.demo.larva import inhibitory
from neurosparse.cli.demo.sparse import DENSE_MS, DURATION
from neurosparse.cli.tables import show, table
from neurosparse.typing import Array

if TYPE_CHECKING:
    from neurosparse.cli.demo.dense import DenseRun
    from neurosparse.cli.demo.sparse import SparseRun
    from neurosparse.datasets import LarvaBrain

# phases shorter than this are left out, in seconds
BRIEF = 0.0005


def synaptic_events(brain: "LarvaBrain", neuron: Array) -> int:
    """Number of arrivals at synapses: the out-degrees of the neurons that fired, `[k]`, summed."""
    return int(brain.connectivity.out_degree[neuron].sum(dtype=np.int64))


def overview(brain: "LarvaBrain", sparse: "SparseRun") -> None:
    """Print sizes, activity, speed and where the time went."""
    neuron = sparse.simulator.spikes("brain").i
    events = synaptic_events(brain, neuron)
    rate = neuron.size / brain.cell_type.size / DURATION * 1000
    rows = {
        "neurons": f"{brain.cell_type.size:,}",
        "connections": f"{brain.connectivity.nnz:,}",
        "synapses": f"{int(brain.connectivity.weights_array().sum()):,}",
        "spikes": f"{neuron.size:,}",
        "mean rate": f"{rate:.1f} Hz",
        "synaptic events": f"{events:,}",
        "synaptic events a second of wall time": f"{events / sparse.run:,.0f}",
        "compile, or load what was compiled": f"{sparse.compile:.2f} s",
        "build": f"{sparse.build:.3f} s",
        "run, recording to disk included": (
            f"{sparse.run:.3f} s for {DURATION / 1000:g} s of biological time"
        ),
        "real-time factor": f"{sparse.run / DURATION * 1000:.3f} (below 1 is faster than life)",
    }
    for name, seconds in sparse.simulator.summary().phases.items():
        if seconds >= BRIEF:
            rows[f"  {name}"] = f"{seconds:.3f} s"
    result = table("", "")
    result.show_header = False
    for name, value in rows.items():
        result.add_row(name, value)
    show(result)


def by_type(brain: "LarvaBrain", neuron: Array, duration: float) -> None:
    """Print the rate of each cell type and the share of its neurons that inhibit and that fired."""
    count = np.bincount(neuron, minlength=brain.cell_type.size)
    inhibits = inhibitory(brain)
    result = table("cell type", "neurons", "inhibit", "fired", "rate (Hz)")
    for name in np.unique(brain.cell_type):
        members = brain.cell_type == name
        result.add_row(
            str(name),
            str(members.sum()),
            f"{inhibits[members].mean():.0%}",
            f"{(count[members] > 0).mean():.0%}",
            f"{count[members].mean() / duration * 1000:.1f}",
        )
    show(result)


def comparison(
    brain: "LarvaBrain", sparse: "SparseRun", dense: "DenseRun", same: bool
) -> None:
    """Print time and memory of both simulations and whether their spikes are the same."""
    ours = sparse.run / DURATION * 1000
    theirs = dense.seconds / DENSE_MS * 1000
    nbytes = brain.connectivity.nbytes
    result = table("", "sparse", "dense", "ratio")
    times = (f"{ours:.3f}", f"{theirs:.1f}", f"{theirs / ours:.0f}")
    result.add_row("wall seconds a biological second", *times)
    megabytes = (
        f"{nbytes / 1e6:.1f}",
        f"{dense.nbytes / 1e6:.1f}",
        f"{dense.nbytes / nbytes:.0f}",
    )
    result.add_row("MB of connections", *megabytes)
    show(result)
    answer = "yes" if same else "NO"
    spikes = f"{dense.step.size:,} spikes in {DENSE_MS:g} ms"
    print(f"spikes identical: {answer} ({spikes})", flush=True)
