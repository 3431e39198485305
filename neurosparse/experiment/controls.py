"""Graphs to compare with: the connectome rewired at random, with something of it kept."""

from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

import numpy as np

from neurosparse.checks import text, whole_number
from neurosparse.connectivity import Connectivity
from neurosparse.connectome import Connectome
from neurosparse.errors import bad_argument
from neurosparse.typing import Array, Float64

KEEP = ("degrees", "strengths", "types", "distances")


@runtime_checkable
class Control(Protocol):
    """A way to draw graphs to compare with; one of your own has these three."""

    @property
    def name(self) -> str:
        """What tables call it."""

    @property
    def graphs(self) -> int:
        """How many are drawn."""

    def draw(self, connectome: Connectome, rng: np.random.Generator) -> Connectivity:
        """Draw one graph of the same neurons."""


@dataclass(frozen=True)
class Rewired:
    """The connectome rewired by trades of edges, `matched_null` of `neurosparse.analysis`.

    Every neuron keeps how many excitatory and inhibitory connections it sends and receives, and
    therefore its sign.

    Args:
        keep: "degrees" alone; "strengths" too: the synapses that each neuron sends, and nearly
            those that it receives; "types": how many connections each neuron sends to and
            receives from every type; "distances": how many it sends over every tenth of distance.
        graphs: how many are drawn.
        column: of the table, that "types" goes by.

    Raises:
        ValueError: when drawn, a connectome without that column or without positions, or one in
            which nothing can move.

    >>> from neurosparse.datasets import c_elegans
    >>> worm = c_elegans("varshney_chem")
    >>> graph = Rewired("strengths").draw(worm, np.random.default_rng(0))
    >>> graph == worm.connectivity, bool((graph.in_degree == worm.connectivity.in_degree).all())
    (False, True)
    """

    keep: Literal["degrees", "strengths", "types", "distances"] = "degrees"
    graphs: int = 10
    column: str = "type"

    def __post_init__(self) -> None:
        text("Rewired.column", self.column, "the name of a column")
        if self.keep not in KEEP:
            raise bad_argument("Rewired.keep", self.keep, f"one of {', '.join(KEEP)}")
        whole_number("Rewired.graphs", self.graphs, 1)

    @property
    def name(self) -> str:
        """What tables call it."""
        return f"{self.keep} kept"

    def draw(self, connectome: Connectome, rng: np.random.Generator) -> Connectivity:
        """Draw one graph of the same neurons."""
        from neurosparse.analysis import matched_null

        wiring = connectome.connectivity
        if self.keep == "types":
            return matched_null(wiring, rng, groups=_labels(connectome, self.column))
        if self.keep == "distances":
            return matched_null(wiring, rng, positions=positions_of(connectome))
        return matched_null(wiring, rng, strengths=self.keep == "strengths")


def _labels(connectome: Connectome, column: str) -> Array:
    """A number for each value of a column; matched_null takes no text."""
    return np.unique(connectome.column(column), return_inverse=True)[1]


def positions_of(connectome: Connectome) -> Float64:
    """Positions of the neurons `[n, 3]` in nm; the mean of all where one is unknown."""
    points = np.stack([connectome.column(axis) for axis in "xyz"], axis=1)
    points = points.astype(np.float64)
    unknown = ~np.isfinite(points).all(axis=1)
    if unknown.all():
        raise bad_argument("x, y, z", points, "positions of some neurons at least")
    if unknown.any():
        points[unknown] = points[~unknown].mean(axis=0)
    return points
