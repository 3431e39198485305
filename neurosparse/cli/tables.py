"""The tables of the demonstration."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from neurosparse.cli.demo.demo import Measured
    from neurosparse.cli.demo.dense import DenseRun
    from neurosparse.datasets import LarvaBrain


def table(*columns: str) -> Any:
    """An empty table whose columns after the first hold numbers."""
    from rich import box
    from rich.table import Table

    result = Table(box=box.SIMPLE_HEAD, title_justify="left")
    result.add_column(columns[0])
    for name in columns[1:]:
        result.add_column(name, justify="right")
    return result


def show(content: Any) -> None:
    """Print a table."""
    from rich.console import Console

    Console().print(content)


def synaptic_events(brain: "LarvaBrain", neuron: NDArray[Any]) -> int:
    """Number of arrivals at synapses that these spikes cause: the out-degrees of the neurons that
    fired.
    """
    return int(brain.connectivity.out_degree[neuron].sum(dtype=np.int64))


def overview(brain: "LarvaBrain", measured: "Measured") -> None:
    """Print sizes, activity, speed and where the time went."""
    from neurosparse.cli.demo.demo import DURATION

    neuron = measured.simulator.spikes("brain").i
    events = synaptic_events(brain, neuron)
    rows = {
        "neurons": f"{brain.cell_type.size:,}",
        "connections": f"{brain.connectivity.nnz:,}",
        "synapses": f"{int(brain.connectivity.weights_array().sum()):,}",
        "spikes": f"{neuron.size:,}",
        "mean rate": f"{neuron.size / brain.cell_type.size / DURATION * 1000:.1f} Hz",
        "synaptic events": f"{events:,}",
        "synaptic events a second of wall time": f"{events / measured.run:,.0f}",
        "compile, or load what was compiled": f"{measured.compile:.2f} s",
        "build": f"{measured.build:.3f} s",
        "run, recording to disk included": f"{measured.run:.3f} s for {DURATION / 1000:g} s of biological time",
        "real-time factor": f"{measured.run / DURATION * 1000:.3f} (below 1 is faster than life)",
    }
    phases = measured.simulator.summary().phases
    rows |= {
        f"  {name}": f"{seconds:.3f} s" for name, seconds in phases.items() if seconds >= 0.0005
    }
    result = table("", "")
    result.show_header = False
    for name, value in rows.items():
        result.add_row(name, value)
    show(result)


def by_type(brain: "LarvaBrain", neuron: NDArray[Any], duration: float) -> None:
    """Print the rate of each cell type and the share of its neurons that inhibit and that fired."""
    from neurosparse.cli.demo.larva import inhibitory

    count = np.bincount(neuron, minlength=brain.cell_type.size)
    inhibits = inhibitory(brain)
    result = table("cell type", "neurons", "inhibit", "fired", "rate (Hz)")
    for name in np.unique(brain.cell_type):
        of = brain.cell_type == name
        shares = (f"{inhibits[of].mean():.0%}", f"{(count[of] > 0).mean():.0%}")
        result.add_row(
            str(name), str(of.sum()), *shares, f"{count[of].mean() / duration * 1000:.1f}"
        )
    show(result)


def comparison(brain: "LarvaBrain", measured: "Measured", dense: "DenseRun", same: bool) -> None:
    """Print time and memory of both simulations and whether their spikes are the same."""
    from neurosparse.cli.demo.demo import DENSE_MS, DURATION

    ours = measured.run / DURATION * 1000
    theirs = dense.seconds / DENSE_MS * 1000
    stored = brain.connectivity.nbytes
    result = table("", "sparse", "dense", "ratio")
    result.add_row(
        "wall seconds a biological second", f"{ours:.3f}", f"{theirs:.1f}", f"{theirs / ours:.0f}"
    )
    megabytes = (f"{stored / 1e6:.1f}", f"{dense.nbytes / 1e6:.1f}", f"{dense.nbytes / stored:.0f}")
    result.add_row("MB of connections", *megabytes)
    show(result)
    print(
        f"spikes identical: {'yes' if same else 'NO'} ({dense.step.size:,} spikes in {DENSE_MS:g} ms)",
        flush=True,
    )
