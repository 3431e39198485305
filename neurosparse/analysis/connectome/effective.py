"""What a neuron does to another over several steps."""

import os
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from neurosparse.analysis.topology.graph import check_square
from neurosparse.checks import not_negative, whole_number
from neurosparse.errors import bad_argument
from neurosparse.kernels.graphs.pruned_product import Rows, pruned_product
from neurosparse.typing import Float64, Int64

if TYPE_CHECKING:
    from neurosparse.connectivity import Connectivity


def effective_connectivity(
    connectivity: "Connectivity",
    steps: int = 5,
    least: float = 1e-3,
    *,
    sources: npt.ArrayLike | None = None,
    threads: int | None = None,
) -> "list[Connectivity]":
    """Add up what reaches each neuron over all paths of 1, 2, …, `steps` edges.

        E_1 = S,    E_k = E_(k-1) S,    s_uv = w_uv / Σ_u |w_uv|

    s_uv is the share of v's input (by synapses of both signs) that u gives, negative where u
    inhibits; entries of size below `least` are dropped after every step, so weak paths are lost,
    however many. Self loops count as edges.

    Args:
        connectivity: a graph on one set of neurons.
        steps: the longest path.
        least: what is kept; 0 keeps everything, which soon is a dense matrix.
        sources: neurons whose rows are computed; None takes all.
        threads: of the processor, which change no bit; None takes as many as there are.

    Returns:
        E_k for k = 1 … steps, each `[n, n]` with the effects as weights; rows of neurons that are
        no sources are empty.

    Raises:
        ValueError: `least` is negative, or a source is no neuron of the graph.

    >>> from neurosparse.connectivity import Connectivity
    >>> pre, post, weight = [0, 1, 2], [1, 2, 2], [5.0, 1.0, -3.0]
    >>> chain = Connectivity.from_edges(pre, post, n_pre=3, n_post=3, weight=weight)
    >>> [one.to_dense()[0].tolist() for one in effective_connectivity(chain, 3, 0.0)]
    [[0.0, 1.0, 0.0], [0.0, 0.0, 0.25], [0.0, 0.0, -0.1875]]
    """
    check_square(connectivity)
    whole_number("steps", steps, 1)
    least = not_negative("least", least)
    if threads is None:
        threads = os.cpu_count() or 1
    whole_number("threads", threads, 1)
    n = connectivity.n_pre
    share = input_shares(connectivity)
    whole = Rows(connectivity.indptr, connectivity.indices, share.astype(np.float32))
    rows = np.arange(n) if sources is None else neurons_of("sources", sources, n)
    unit = np.zeros(n, np.int64)
    unit[rows] = 1
    indptr = np.concatenate(([0], np.cumsum(unit)))
    reached = Rows(indptr, rows.astype(np.int32), np.ones(len(rows), np.float32))
    steps_of = []
    for _ in range(steps):
        reached = pruned_product(reached, whole, n, least, threads)
        steps_of.append(_connectivity(reached, n))
    return steps_of


def input_shares(connectivity: "Connectivity") -> Float64:
    """Share of its target's input that each synapse gives, with its sign `[nnz]`."""
    weight = connectivity.weights_array().astype(np.float64)
    n = connectivity.n_post
    total = np.bincount(connectivity.indices, np.abs(weight), minlength=n)
    received = total[connectivity.indices]
    return np.divide(weight, received, out=np.zeros_like(weight), where=received > 0)


def neurons_of(name: str, neurons: npt.ArrayLike, n: int) -> Int64:
    """Numbers or a mask `[n]` as ascending numbers, each once, at least one.

    >>> neurons_of("sources", [2, 0, 2], 3).tolist()
    [0, 2]
    """
    chosen = np.asarray(neurons)
    if chosen.dtype == bool and chosen.shape == (n,):
        chosen = np.flatnonzero(chosen)
    whole = np.issubdtype(chosen.dtype, np.integer) and chosen.ndim == 1
    if not whole or not chosen.size:
        expected = f"numbers of neurons, or a mask [{n}], at least one of them"
        raise bad_argument(name, neurons, expected)
    if chosen.min() < 0 or chosen.max() >= n:
        worst = chosen.min() if chosen.min() < 0 else chosen.max()
        raise bad_argument(name, int(worst), f"neurons 0 to {n - 1}")
    return np.unique(chosen).astype(np.int64)


def _connectivity(rows: Rows, n: int) -> "Connectivity":
    from neurosparse.connectivity import Connectivity

    return Connectivity(rows.indptr, rows.indices, n, rows.value)
