"""Two brains against chance: patterns of three neurons, and whether hubs flock together.

Run: python examples/topology.py [--out figures]

Chance is the same graph rewired at random with every neuron's number of inputs and outputs kept.
"""

from pathlib import Path

import typer
from matplotlib.figure import Figure

from neurosparse import describe
from neurosparse.analysis import plot_motifs, plot_rich_club, rich_club
from neurosparse.datasets import c_elegans, larva_brain


def main(out: Path = Path("figures"), quick: bool = False) -> None:
    """Measure both brains, print what is unlike chance, draw motifs and rich clubs."""
    brains = {
        "C. elegans": c_elegans().connectivity,
        "fly larva": larva_brain().connectivity,
    }
    nulls = 2 if quick else 20
    figure = Figure(figsize=(7, 4.6), layout="constrained")
    for (left, right), (name, wiring) in zip(
        figure.subplots(2, 2), brains.items(), strict=True
    ):
        table = describe(wiring, nulls=nulls, rng=0, name=name)
        for measure in ("reciprocity", "clustering", "modularity"):
            row = table[measure]
            print(f"{name:11} {measure:12} {row.value:.3f}, by chance {row.null_mean:.3f}")
        plot_motifs(table, ax=left)
        left.set_title(f"{name}: patterns of three neurons", fontsize=8, loc="left")
        plot_rich_club(rich_club(wiring, nulls, rng=0), ax=right)
        right.set_title(f"{name}: density among hubs", fontsize=8, loc="left")
    out.mkdir(parents=True, exist_ok=True)
    figure.savefig(out / "topology.png", dpi=150)


if __name__ == "__main__":
    typer.run(main)
