"""Structural plasticity: synapses go and come between steps, by the rules that also rewire layers.

A projection is shown to the rule as a `LayerSynapses`: its synapses, their weights, and spike
counts of both populations in bins since the last call. Spikes under way belong to the synapse
through which they left (`Simulator.rewire`).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from neurosparse.checks import (
    finite,
    fraction,
    function_like,
    not_negative,
    positive,
    text,
)
from neurosparse.engine.plan import generator
from neurosparse.engine.tallies import Tally
from neurosparse.engine.units import steps
from neurosparse.errors import bad_argument
from neurosparse.rewiring import (
    ActivityWindow,
    Drop,
    Grow,
    LayerSynapses,
    Lowest,
    Magnitude,
    UniformPairs,
)
from neurosparse.rewiring.absent import Block
from neurosparse.rewiring.drop import chosen_to_go
from neurosparse.rewiring.grow import chosen_to_come
from neurosparse.rewiring.rewiring import settled

if TYPE_CHECKING:
    from neurosparse.engine.simulator import Simulator

HowMany = Callable[[LayerSynapses], int]


@dataclass(frozen=True)
class Share:
    """A share of the synapses goes at each call, rounded to a whole number.

    >>> from neurosparse.connectivity import Connectivity
    >>> Share(0.5)(LayerSynapses(Connectivity.from_dense([[1, 1, 1, 1]]), np.ones(4)))
    2
    """

    share: float

    def __post_init__(self) -> None:
        fraction("Share.share", self.share)

    def __call__(self, layer: LayerSynapses) -> int:
        """How many go."""
        return round(self.share * len(layer.values))


@dataclass(frozen=True)
class Below:
    """All synapses with |w| below a threshold go; with `Lowest(Magnitude())` exactly those.

    >>> from neurosparse.connectivity import Connectivity
    >>> Below(0.5)(LayerSynapses(Connectivity.from_dense([[1, 1]]), np.array([0.2, -0.7])))
    1
    """

    threshold: float

    def __post_init__(self) -> None:
        not_negative("Below.threshold", self.threshold)

    def __call__(self, layer: LayerSynapses) -> int:
        """How many go."""
        return int(np.count_nonzero(np.abs(layer.values) < self.threshold))


@dataclass(frozen=True)
class PairRates:
    """Score pairs by the product of their rates, for `Likely` or `Best` growth; wants `bin`.

    >>> from neurosparse.connectivity import Connectivity
    >>> seen = ActivityWindow(np.array([[1.0, 0.0]]), np.array([[2.0, 3.0]]), np.zeros((1, 2)))
    >>> PairRates()(LayerSynapses(Connectivity.empty(2, 2), np.zeros(0), seen))(0, 2).tolist()
    [[2.0, 3.0], [0.0, 0.0]]
    """

    def __call__(self, layer: LayerSynapses) -> Block:
        """Prepare the scores."""
        seen = layer.activity()
        pre = seen.inputs.mean(axis=0)
        post = seen.outputs.mean(axis=0)
        return lambda first, last: np.multiply.outer(pre[first:last], post)


@dataclass(frozen=True)
class Structural:
    """Exchange synapses of a projection at each call: `Every(period, Structural("E->E"))`.

    Args:
        projection: whose synapses.
        amount: how many go at a call, `Share` or `Below`.
        drop: which go, as `Lowest(Magnitude())` or `Lowest(EdgeCorrelation())`.
        grow: which come, as many as went: `UniformPairs()`, `Likely(PairRates())`,
            `Best(PairCorrelation())`; None lets them go for good.
        weight: of new synapses, to be given where synapses differ or learn; None takes the common
            weight.
        delay: of new synapses in ms, to be given where synapses differ in it.
        bin: width in ms of the bins in which spikes are counted for rules that look at activity;
            None counts none.
            The first call then begins to count and changes nothing.

    The number of synapses stays exact; a synapse that goes and comes at once stays as it was. The
    same seed gives the same choices for any threads and chunks, and what was counted is part of a
    checkpoint.

    Raises:
        ValueError: no weight or delay for new synapses where those of the others differ.

    >>> Structural("E->E", amount=Share(0.1)).grow
    UniformPairs()
    """

    projection: str
    amount: HowMany = field(default=Share(0.1))
    drop: Drop = field(default=Lowest(Magnitude()))
    grow: Grow | None = field(default=UniformPairs())
    weight: float | None = None
    delay: float | None = None
    bin: float | None = None

    def __post_init__(self) -> None:
        remedy = f"write Share({self.amount})"
        function_like("amount", self.amount, "how many go, as Share(0.1)", remedy)
        function_like("drop", self.drop, "a way of dropping, as Lowest(Magnitude())")
        if self.grow is not None:
            function_like("grow", self.grow, "a way of growing, as UniformPairs(), or None")
        text("Structural.projection", self.projection, "the name of a projection")
        if self.weight is not None:
            finite("Structural.weight", self.weight)
        if self.delay is not None:
            not_negative("Structural.delay", self.delay, "ms")
        if self.bin is not None:
            positive("Structural.bin", self.bin, "ms")

    def __call__(self, simulator: "Simulator") -> None:
        """Choose and exchange, now."""
        now = simulator.connectivity(self.projection)
        if self.grow is not None:
            learns = simulator.network.projection(self.projection).plasticity is not None
            self._check_common("weight", now.weight, learns)
            self._check_common("delay", now.delay_steps)
        window = None if self.bin is None else self._window(simulator)
        if self.bin is not None and window is None:
            return
        layer = LayerSynapses(now, now.weights_array(), window)
        rng = generator(simulator.seed, f"structural:{simulator.now}", self.projection)
        gone = chosen_to_go(self.drop, layer, self.amount(layer), rng)
        if self.grow is None:
            simulator.rewire(self.projection, drop=gone)
            return
        new = chosen_to_come(self.grow, layer.without(gone), len(gone), rng)
        change = settled(now, gone, *new)
        simulator.rewire(
            self.projection,
            drop=change.drop,
            pre=change.pre,
            post=change.post,
            weight=self.weight,
            delay=self.delay if len(change.pre) else None,
        )

    def _check_common(self, name: str, values: Any, differ: bool = False) -> None:
        """Refuse to make up what new synapses get where those there have no value in common."""
        if getattr(self, name) is not None or not np.size(values):
            return
        if differ or np.min(values) != np.max(values):
            whose = f"one number for new synapses of {self.projection!r}"
            expected = f"{whose}, as the others differ or learn"
            raise bad_argument(f"Structural.{name}", None, expected)

    def _window(self, simulator: "Simulator") -> ActivityWindow | None:
        """Spike counts [bins, n] of both populations since the last call; None the first time."""
        projection = simulator.network.projection(self.projection)
        width = steps("Structural.bin", self.bin, simulator.dt)
        if width < 1:
            raise bad_argument(
                "Structural.bin", self.bin, f"at least dt = {simulator.dt} ms"
            )
        owner = f"structural:{projection.name}"
        pre = simulator.tally(f"{owner}:pre", projection.pre, bin_steps=width)
        post = simulator.tally(f"{owner}:post", projection.post, bin_steps=width)
        return _as_window(pre, post, width, simulator.now)


def _as_window(
    pre: Tally | None, post: Tally | None, width: int, now: int
) -> ActivityWindow | None:
    """Counts of two tallies, less a last bin that is not full (unless it is the only one)."""
    if pre is None or post is None or pre.start == now:
        return None
    full = max(1, (now - pre.start) // width)
    inputs = pre.counts[:full].astype(np.float64)
    outputs = post.counts[:full].astype(np.float64)
    return ActivityWindow(inputs, outputs, np.zeros_like(outputs))
