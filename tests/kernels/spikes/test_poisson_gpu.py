"""Poisson input on a GPU: the counts of the law."""

import numpy as np
import pytest
import torch

pytest.importorskip("triton")

from neurosparse.kernels.base.machine.gpu import find_device
from neurosparse.kernels.spikes.poisson import thresholds
from neurosparse.kernels.spikes.poisson.gpu import poisson_input
from neurosparse.kernels.spikes.poisson.naive import poisson_counts
from tests.kernels.gpu_arrays import up


@pytest.mark.parametrize("n", [1, 65, 300])
@pytest.mark.parametrize("mean", [0.0, 0.4, 30.0])
def test_poisson_counts_are_those_of_the_law(n, mean):
    edges = thresholds(mean)
    seed = 2**40 + 3
    stream = 65_537
    step = 2**33 + 1
    target = torch.zeros(n, dtype=torch.float64, device=find_device())
    weight = up([1.0])
    table = up(edges.view(np.int32).reshape(1, -1, 1))
    poisson_input(
        target, n, table, 2**40, (0, 2**40), weight, (seed, stream), up([step, 0], np.int64)
    )
    np.testing.assert_array_equal(
        target.cpu().numpy(), poisson_counts(seed, stream, step, n, edges)
    )
    assert mean < 1 or target.any()
