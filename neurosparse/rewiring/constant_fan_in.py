"""SRigL: RigL under constant fan-in, with neurons that earn too little left out.

Source: Lasby et al. 2024, Dynamic Sparse Training with Structured Sparsity, arXiv 2305.02299.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.layers.k_winners import k_winners
from neurosparse.rewiring.absent import best_absent, split_keys
from neurosparse.rewiring.costs import every_pair
from neurosparse.rewiring.layer import Change, LayerSynapses, keys_of
from neurosparse.rewiring.pair_scores import PairGradient
from neurosparse.rewiring.rule import LAST_BATCH, BaseRule, Sampling
from neurosparse.rewiring.schedules import Cosine, Schedule, check_schedule, share_at
from neurosparse.selection import lowest, member, merged
from neurosparse.typing import Bool, Int64, Seed


@dataclass(frozen=True)
class ConstantFanIn(BaseRule):
    """Exchange synapses by |w| and |dL/dw| so that every active neuron keeps its fan-in.

    A synapse is salient if it is among the largest |w| that stay, a pair if it is among the largest
    |gradients|. A neuron is ablated (loses all its synapses, until it is salient again) with fewer
    than `least_salient` of the fan-in before any ablation salient, and its share goes to the
    others; neurons of the output layer never are. So nnz is at most, and less than one a neuron
    below, `n_post` times that first fan-in.

    Args:
        fraction: share of the synapses to exchange, by progress.
        every: optimiser steps between two updates; 0 is once an epoch.
        least_salient: share of salient inputs below which a neuron is ablated; 0 never ablates.
        sampling: the activity to take gradients from.
        factor: at most `factor nnz` gradients are held at a time.

    Raises:
        ValueError: numbers that cannot be meant; in `check` and `step`, connected neurons of a
            layer that differ in their number of inputs.
    """

    fraction: Schedule = field(default_factory=Cosine)
    every: int = 100
    least_salient: float = 0.3
    sampling: Sampling = LAST_BATCH
    factor: float = 8.0

    def __post_init__(self) -> None:
        super().__post_init__()
        check_schedule("fraction", self.fraction)
        if not 0 <= self.least_salient < 1:
            remedy = "0 never ablates"
            raise bad_argument(
                "least_salient", self.least_salient, "a share in [0, 1)", remedy
            )
        if not self.factor > 0:
            raise bad_argument("factor", self.factor, "a number above 0")

    @property
    def resizes(self) -> bool:
        """Whether a layer may end with another number of synapses than it has."""
        return self.least_salient > 0

    def macs(self, support: Connectivity, samples: int) -> int:
        """All pairs twice: to find the steepest, and to fill each neuron."""
        return 2 * every_pair(support, samples)

    def check(self, supports: Sequence[Connectivity]) -> None:
        """Refuse connected neurons of a layer that differ in their number of inputs."""
        for support in supports:
            _refuse_varied(support)

    def step(
        self, layers: Sequence[LayerSynapses], progress: float, rng: Seed = None
    ) -> list[Change]:
        """Choose what each layer drops and grows at this progress 0..1; nothing is drawn."""
        share = share_at("fraction", self.fraction, progress)
        return [self._change(layer, round(share * len(layer.values))) for layer in layers]

    def _change(self, layer: LayerSynapses, k: int) -> Change:
        """Exchange about k synapses."""
        support = layer.support
        _refuse_varied(support)
        if not k:
            return _change_to(support, layer.keys)
        kept = lowest(-np.abs(layer.values), support.nnz - k)
        # the steepest k of all pairs, connected or not
        nothing = Connectivity.empty(*support.shape)
        steep = best_absent(
            nothing, PairGradient()(layer), k, self.factor, room=support.nnz
        )
        old = layer.keys[kept]
        salient = merged(old, steep[~member(steep, old)])
        # of what there was at first less than one a neuron is missing: all had so much fan-in
        first = -(-support.nnz // support.n_post)
        counts = np.bincount(salient % support.n_post, minlength=support.n_post)
        active = self._active(layer, counts, first)
        fan_in = first * support.n_post // int(active.sum())
        return _change_to(
            support, self._filled(layer, kept, np.flatnonzero(active), fan_in)
        )

    def _active(self, layer: LayerSynapses, salient: Int64, first: int) -> Bool:
        """Which neurons have inputs, by how many of them are salient `[n_post]`."""
        n_pre, n_post = layer.support.shape
        spared = layer.is_output or self.least_salient == 0
        # a bar that rose with the fan-in of those left would ablate ever more
        bar = 0 if spared else max(1, int(self.least_salient * first))
        active = salient >= bar
        # all synapses must find room
        active[np.argsort(-salient, kind="stable")[: -(-first * n_post // n_pre)]] = True
        return active

    def _filled(
        self, layer: LayerSynapses, kept: Int64, active: Int64, fan_in: int
    ) -> Int64:
        """Keys of all active neurons: of each the largest kept weights, then the steepest pairs."""
        support = layer.support
        pre, post = support.edges()
        pre_kept = pre[kept]
        post_kept = post[kept]
        weight = np.abs(layer.values[kept])
        # above 2: see below
        worth = 2 + weight / max(float(weight.max(initial=0)), 1e-30)
        activity = layer.activity()
        width = max(1, int(self.factor * support.nnz) // max(support.n_pre, 1))
        keys = [np.empty(0, np.int64)]
        for start in range(0, len(active) if fan_in else 0, width):
            columns = active[start : start + width]
            slopes = activity.slopes[:, columns].T @ activity.inputs
            np.abs(slopes, out=slopes)
            # kept weights stand above twice the steepest gradient: one choice serves both orders
            steepest = max(float(slopes.max(initial=0)), 1e-30)
            row_of = np.full(support.n_post, -1)
            row_of[columns] = np.arange(len(columns))
            rows = row_of[post_kept]
            present = rows >= 0
            slopes[rows[present], pre_kept[present]] = steepest * worth[present]
            chosen = k_winners(slopes, fan_in)
            keys.append(
                (chosen.astype(np.int64) * support.n_post + columns[:, None]).ravel()
            )
        return np.sort(np.concatenate(keys))


def _refuse_varied(support: Connectivity) -> None:
    """Refuse a support whose connected neurons differ in their number of inputs."""
    degrees = support.in_degree[support.in_degree > 0]
    if len(degrees) and degrees.min() != degrees.max():
        received = Said(f"neurons with {degrees.min()} to {degrees.max()} inputs")
        expected = "the same number of inputs for every connected neuron"
        raise bad_argument("layers", received, expected, "wire them with FixedInDegree(n)")


def _change_to(support: Connectivity, keys: Int64) -> Change:
    """What turns the support into these keys."""
    old = keys_of(support)
    new = keys[~member(keys, old)]
    return Change(np.flatnonzero(~member(old, keys)), *split_keys(new, support.n_post))
