"""Counts of work and of storage."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.quantities import refuse_units


class SynOps(NamedTuple):
    """Synaptic operations of one sample over all its steps.

    `effective_macs` multiply a number that is not 0 by a weight that is not 0; `effective_acs` add
    such a weight for a spike; `dense` is what a full matrix would do without looking.
    """

    effective_macs: float
    effective_acs: float
    dense: float

    def neurobench(self) -> dict[str, float]:
        """The same under NeuroBench's names.

        >>> SynOps(0.0, 4.0, 9.0).neurobench()
        {'Effective_MACs': 0.0, 'Effective_ACs': 4.0, 'Dense': 9.0}
        """
        return {
            "Effective_MACs": self.effective_macs,
            "Effective_ACs": self.effective_acs,
            "Dense": self.dense,
        }


def synaptic_operations(connectivity: Connectivity, inputs: Any) -> SynOps:
    """Count the operations of one layer, offsets left out.

    A step of which all inputs (over the samples) are -1, 0 or 1 is one of spikes and counts
    accumulates, even when none fires; any other counts multiply-accumulates. Synapses of weight 0
    cost nothing.

    Args:
        connectivity: the layer, rows presynaptic.
        inputs: what it was given, `[steps, samples, n_pre]` (`[samples, n_pre]` is one step).

    Raises:
        ValueError: inputs of another width, none at all, or not finite.

    >>> layer = Connectivity.from_dense([[1.3, 0, -1.1], [0, 1.2, 2.7], [-3.2, -5.1, 0]])
    >>> synaptic_operations(layer, [[[0, 1.3, -1]]])
    SynOps(effective_macs=4.0, effective_acs=0.0, dense=9.0)
    """
    if not isinstance(connectivity, Connectivity):
        remedy = "Connectivity.from_dense makes one of a matrix [n_pre, n_post]"
        raise bad_type("connectivity", connectivity, "a Connectivity", remedy)
    x = np.asarray(inputs)
    x = x[None] if x.ndim == 2 else x
    if x.ndim != 3 or x.shape[2] != connectivity.n_pre or not x.shape[1]:
        expected = f"[steps, samples, {connectivity.n_pre}], at least one sample"
        raise bad_argument("inputs", x, expected)
    if not np.isfinite(x).all():
        raise bad_argument("inputs", Said("numbers that are not finite"), "finite activity")
    pre, _ = connectivity.edges()
    fan_out = np.bincount(
        pre[connectivity.weights_array() != 0], minlength=connectivity.n_pre
    )
    work = ((x != 0) @ fan_out).sum(axis=1, dtype=np.float64)
    spiking = np.isin(x, (-1, 0, 1)).all(axis=(1, 2))
    samples = x.shape[1]
    return SynOps(
        effective_macs=float(work[~spiking].sum() / samples),
        effective_acs=float(work[spiking].sum() / samples),
        dense=float(len(x) * connectivity.n_pre * connectivity.n_post),
    )


def sum_operations(parts: Iterable[SynOps]) -> SynOps:
    """Add up layers.

    >>> sum_operations([SynOps(1.0, 0.0, 2.0), SynOps(0.0, 5.0, 8.0)])
    SynOps(effective_macs=1.0, effective_acs=5.0, dense=10.0)
    """
    columns = np.array([SynOps(0.0, 0.0, 0.0), *parts]).sum(axis=0)
    return SynOps(*(float(total) for total in columns))


def membrane_updates(before: Any, after: Any) -> float:
    """Count how many membranes of one sample change, over all steps.

    The first step counts every neuron.

    Args:
        before: potentials before each step `[steps, samples, n]`.
        after: and after it.

    Raises:
        ValueError: shapes that differ.

    >>> membrane_updates([[[0.0, 0.0]], [[0.0, 1.0]]], [[[0.0, 1.0]], [[0.0, 0.5]]])
    3.0
    """
    old = np.asarray(before)
    new = np.asarray(after)
    if old.ndim != 3 or old.shape != new.shape or not old.shape[1]:
        shapes = Said(f"shapes {old.shape} and {new.shape}")
        raise bad_argument("before, after", shapes, "one shape [steps, samples, n]")
    if not len(old):
        return 0.0
    changes = new[0].size + np.count_nonzero(old[1:] - new[1:])
    return float(changes / old.shape[1])


def activation_sparsity(activations: Iterable[Any]) -> float:
    """Zeros over all activations, of all layers, steps and samples; 0 where there are none.

    >>> activation_sparsity([np.array([0, 0, 1]), np.array([[2.0]])])
    0.5
    """
    refuse_units("activations", activations)
    if not isinstance(activations, Iterable) or isinstance(activations, str):
        raise bad_type("activations", activations, "a list of arrays, one a layer")
    layers = [np.asarray(layer) for layer in activations]
    total = sum(layer.size for layer in layers)
    active = sum(int(np.count_nonzero(layer)) for layer in layers)
    return 1.0 - active / total if total else 0.0


def connection_sparsity(layers: Iterable[Connectivity]) -> float:
    """Zeros over all places of the layers' matrices, to 4 decimals as NeuroBench has it.

    0 where there are no places.

    >>> connection_sparsity([Connectivity.from_dense([[1, 0], [0, 0]])])
    0.75
    """
    layers = list(layers)
    places = sum(layer.n_pre * layer.n_post for layer in layers)
    connections = sum(int(np.count_nonzero(layer.weights_array())) for layer in layers)
    return round(1.0 - connections / places, 4) if places else 0.0


def footprint(stored: Iterable[Any]) -> int:
    """Bytes of everything stored, arrays and `Connectivity`.

    Those of a connectivity are its pointers, indices, weights and delays.

    >>> footprint([np.zeros(3, np.float32), Connectivity.from_dense([[1, 0], [0, 2]])])
    52
    """
    return sum(int(part.nbytes) for part in stored)
