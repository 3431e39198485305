"""How much a binary memory holds: wrong units a recall, measured and in theory.

Run: python examples/memory.py [--out figures]

Willshaw's memory (1969, doi:10.1038/222960a0) of 1,000 units stores patterns with 20 active ones in
one bit a synapse. Cues hold 20, 15 or 10 of them, and no wrong one.
"""

from pathlib import Path

import numpy as np
import typer
from matplotlib.figure import Figure

from neurosparse.analysis import COLOURS, add_legend, finish_axes
from neurosparse.memory import Willshaw, willshaw_density, willshaw_false_ones

UNITS = 1000
ACTIVE = 20
KNOWN = (20, 15, 10)


def patterns(n: int, rng: np.random.Generator) -> np.ndarray:
    """Random patterns, boolean [n, UNITS]."""
    rows = np.zeros((n, UNITS), bool)
    for row in rows:
        row[rng.choice(UNITS, ACTIVE, replace=False)] = True
    return rows


def cues(rows: np.ndarray, known: int) -> np.ndarray:
    """The first `known` active units of each pattern."""
    return rows & (np.cumsum(rows, axis=1) <= known)


def main(out: Path = Path("figures"), quick: bool = False) -> None:
    """Fill the memory step by step, recall, print and draw."""
    rng = np.random.default_rng(0)
    step = 250
    steps = 4 if quick else 12
    memory = Willshaw(UNITS)
    stored = np.zeros((0, UNITS), bool)
    measured: dict[int, list[float]] = {known: [] for known in KNOWN}
    densities = []
    for _ in range(steps):
        new = patterns(step, rng)
        memory.store(new)
        stored = np.concatenate([stored, new])
        probes = stored[rng.choice(len(stored), 200, replace=False)]
        densities.append(memory.density)
        for known in KNOWN:
            recalled = memory.retrieve(cues(probes, known)).patterns
            measured[known].append(float((recalled & ~probes).sum(axis=1).mean()))
    loads = [step * (k + 1) for k in range(steps)]
    theory = [willshaw_density(UNITS, ACTIVE, m) for m in loads]
    print(
        f"{loads[-1]} patterns: {densities[-1]:.2f} of the bits set (theory {theory[-1]:.2f})"
    )
    wrong = measured[10][-1]
    expected = willshaw_false_ones(UNITS, ACTIVE, loads[-1], 10)
    print(f"half of a pattern known: {wrong:.2f} wrong units (theory {expected:.2f})")
    figure = Figure(figsize=(7, 2.8), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.plot(loads, densities, "o", color=COLOURS[0], markersize=4, label="measured")
    left.plot(loads, theory, color=COLOURS[0], linewidth=0.9, label="theory")
    add_legend(finish_axes(left, "patterns stored", "share of the bits set"))
    for known, colour in zip(KNOWN, COLOURS, strict=False):
        name = f"{known} of {ACTIVE} known"
        expected = [willshaw_false_ones(UNITS, ACTIVE, m, known) for m in loads]
        right.plot(loads, measured[known], "o", color=colour, markersize=4, label=name)
        right.plot(loads, expected, color=colour, linewidth=0.9)
    right.set_yscale("symlog", linthresh=0.1)
    add_legend(finish_axes(right, "patterns stored", "wrong units a recall"))
    out.mkdir(parents=True, exist_ok=True)
    figure.savefig(out / "memory.png", dpi=150)


if __name__ == "__main__":
    typer.run(main)
