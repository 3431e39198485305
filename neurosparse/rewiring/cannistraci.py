"""Growth by topology alone: Cannistraci-Hebb scores, and the removal of dead chains beside them.

Sources: Zhang et al. 2024 (CHT, ICLR), Zhang et al. 2025, arXiv 2501.19107 (CHTs, CHTss).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from neurosparse.connectivity import Connectivity
from neurosparse.kernels.graphs.link_scores import ch3_l3p
from neurosparse.rewiring.absent import Block
from neurosparse.rewiring.costs import paths_of_three
from neurosparse.rewiring.layer import LayerSynapses
from neurosparse.typing import Array, Int64


@dataclass(frozen=True)
class PathScore:
    """CH3-L3p: paths of length three, each weighed by how few of its links lead away.

    The formula stands at `neurosparse.kernels.graphs.link_scores.ch3_l3p`.
    """

    macs = staticmethod(paths_of_three)

    def __call__(self, layer: LayerSynapses) -> Block:
        """Prepare both directions of the support."""
        support = layer.support
        view = support.by_post()
        rows = support.indptr, support.indices, view.indptr, view.pre_indices
        return lambda first, last: ch3_l3p(*rows, first, last)


@dataclass(frozen=True)
class NodeScore:
    """CH2-L3n: common neighbours over links that lead away, `S = E_U A + A E_Vᵀ`.

    With U = A Aᵀ, `E_U[u, z] = (1 + U[u, z]) / max(degree(z) - U[u, z], 1)` where U > 0, and
    likewise E_V with V = Aᵀ A.
    """

    def macs(self, support: Connectivity, samples: int) -> int:
        """Both products of closeness with the support, and the common neighbours before."""
        products = support.nnz * (support.n_pre + support.n_post)
        return products + paths_of_three(support, 0)

    def __call__(self, layer: LayerSynapses) -> Block:
        """Prepare E_V, which is held whole, `[n_post, n_post]`."""
        from scipy.sparse import csr_array

        support = layer.support
        parts = np.ones(support.nnz, np.float32), support.indices, support.indptr
        rows: Any = csr_array(parts, shape=support.shape)
        columns = rows.T.tocsr()
        right = _closeness((columns @ rows).toarray(), support.in_degree).T.copy()

        def block(first: int, last: int) -> Array:
            part = rows[first:last]
            left = _closeness((part @ columns).toarray(), support.out_degree)
            return np.asarray((columns @ left.T).T + part @ right)

        return block


def _closeness(common: Array, degree: Array) -> Array:
    """E[a, z] from the common neighbours of a and z and the degree of z."""
    away = np.maximum(degree.astype(np.float32) - common, 1)
    return np.asarray(np.where(common > 0, (1 + common) / away, 0))


def dead_chains(supports: Sequence[Connectivity]) -> list[Int64]:
    """Positions of synapses on no way from an input to an output of these consecutive layers.

    Layers follow one another; what enters the first and leaves the last counts as alive. Where
    sizes do not fit (something stands between), the chain begins anew.

    >>> first = Connectivity.from_dense([[1, 1], [0, 1]])
    >>> second = Connectivity.from_dense([[0], [1]])
    >>> [positions.tolist() for positions in dead_chains([first, second])]
    [[0], []]
    """
    alive = [np.ones(support.nnz, np.bool_) for support in supports]
    fitting = [
        (left, right)
        for left, right in pairwise(range(len(supports)))
        if supports[left].n_post == supports[right].n_pre
    ]
    # from the output back: a synapse lives if its target leads on
    for left, right in reversed(fitting):
        senders = supports[right].edges()[0][alive[right]]
        leads_on = np.bincount(senders, minlength=supports[left].n_post)
        alive[left] &= leads_on[supports[left].indices] > 0
    # from the input on: a synapse lives if its source is reached
    for left, right in fitting:
        targets = supports[left].indices[alive[left]]
        reached = np.bincount(targets, minlength=supports[right].n_pre)
        alive[right] &= reached[supports[right].edges()[0]] > 0
    return [np.flatnonzero(~mask) for mask in alive]
