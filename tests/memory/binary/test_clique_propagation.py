"""What counts as support, against plain definitions."""

import hypothesis.strategies as st
import numpy as np
import pytest
from hypothesis import given

from neurosparse.memory import NormalisedSum, SumOfMax, SumOfSum
from neurosparse.memory.binary.clique_decoders import packed
from tests.memory.binary.messages import filled
from tests.strategies import SEEDS


def test_a_negative_memory_is_refused() -> None:
    for propagation in (SumOfSum, NormalisedSum, SumOfMax):
        with pytest.raises(ValueError, match="gamma: got -1"):
            propagation(-1)


@given(seed=SEEDS, clusters=st.integers(1, 4), l=st.integers(1, 70))
def test_propagations_against_plain_definitions(seed: int, clusters: int, l: int) -> None:
    memory, _ = filled(5, clusters, l, seed)
    rng = np.random.default_rng(seed)
    active = rng.random((2, clusters, l)) < 0.3
    links = memory.dense.reshape(clusters, l, clusters, l)
    sums, shares, reached = (
        rule(memory.links, packed(active))
        for rule in (SumOfSum(), NormalisedSum(), SumOfMax())
    )
    for q in range(2):
        support = links & active[q]  # [cluster, unit, from cluster, from unit]
        of_cluster = support.sum(axis=3)
        np.testing.assert_array_equal(sums[q], of_cluster.sum(axis=2))
        np.testing.assert_array_equal(reached[q], (of_cluster > 0).sum(axis=2))
        share = of_cluster / np.maximum(active[q].sum(axis=1), 1)
        np.testing.assert_allclose(shares[q], share.sum(axis=2), rtol=1e-6)
