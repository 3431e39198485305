"""What counts as support for a unit of a clique network.

Scores are `[queries, clusters, units]`. Sources: Gripon & Berrou 2011,
doi:10.1109/TNN.2011.2146789 (sum of sum); 2012, doi:10.1109/ISTC.2012.6325193 (sum of max,
normalisation). The names of the family differ between papers; each docstring says how it is read
here.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from neurosparse.checks import finite
from neurosparse.errors import bad_argument
from neurosparse.kernels.memory.bit_rows import sum_rows
from neurosparse.kernels.memory.clique_decode import reaching_clusters, shared_votes
from neurosparse.memory.binary.patterns import compressed_rows
from neurosparse.sdr import unpack
from neurosparse.typing import Float32, UInt64


class CliquePropagation(Protocol):
    """A frozen dataclass that scores units by the active ones that are linked to them."""

    @property
    def gamma(self) -> float:
        """How much an active unit supports itself."""

    def __call__(self, links: UInt64, states: UInt64) -> Float32:
        """Score of each unit `[q, clusters, units]`, without what it gives itself.

        Args:
            links: one bit a synapse, `[clusters, units, clusters, words]`.
            states: active units in bits, `[q, clusters, words]`.
        """


def _check_gamma(gamma: float) -> None:
    if finite("gamma", gamma) < 0:
        expected = "0 or more: how much an active unit supports itself"
        raise bad_argument("gamma", gamma, expected)


@dataclass(frozen=True)
class SumOfSum:
    """Every active unit linked to a unit counts 1; the unit itself, if on, `gamma`.

    >>> SumOfSum().gamma
    1.0
    """

    gamma: float = 1.0

    def __post_init__(self) -> None:
        _check_gamma(self.gamma)

    def __call__(self, links: UInt64, states: UInt64) -> Float32:
        """Add up the rows of active units; links run both ways, so rows are columns too."""
        queries = len(states)
        clusters, units, _, words = links.shape
        rows = links.reshape(clusters * units, clusters * words)
        active = unpack(states.reshape(queries * clusters, words), units)
        sums = sum_rows(rows, *compressed_rows(active.reshape(queries, clusters * units)))
        return sums.reshape(queries, clusters, words * 64)[:, :, :units].astype(np.float32)


@dataclass(frozen=True)
class NormalisedSum:
    """An active unit counts 1 / (active units of its cluster).

    So a cluster that hesitates says no more than one that is sure.

    >>> NormalisedSum(gamma=0.0).gamma
    0.0
    """

    gamma: float = 1.0

    def __post_init__(self) -> None:
        _check_gamma(self.gamma)

    def __call__(self, links: UInt64, states: UInt64) -> Float32:
        """Add up the shares of the active units that are linked to each."""
        return shared_votes(links, states)


@dataclass(frozen=True)
class SumOfMax:
    """A cluster with any active unit linked to a unit counts 1, however many they are.

    >>> SumOfMax().gamma
    1.0
    """

    gamma: float = 1.0

    def __post_init__(self) -> None:
        _check_gamma(self.gamma)

    def __call__(self, links: UInt64, states: UInt64) -> Float32:
        """Count the clusters with an active unit that is linked to each."""
        return reaching_clusters(links, states).astype(np.float32)
