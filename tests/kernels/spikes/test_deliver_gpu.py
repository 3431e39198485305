"""Delivery on a GPU against the sum of the rows: duplicates, nothing, long rows, order of sums."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

pytest.importorskip("triton")

from neurosparse.kernels.base.machine.gpu import find_device
from neurosparse.kernels.spikes.deliver.gpu import deliver, settle, tick
from tests.kernels.gpu_arrays import up


def delivered(spikes, weights, fixed, delays=(0,)):
    """Targets [300] after one delivery of hand-made rows: 0 has a synapse twice, 1 none, 2 more
    than a block.
    """
    long = np.arange(290)
    rows = [[3, 3, 7], [], list(long)]
    indptr = np.cumsum([0, *(len(r) for r in rows)])
    own = SimpleNamespace(
        segments=up(indptr, np.int64),
        delays=up(delays, np.int64),
        indices=up(np.concatenate(rows), np.int32),
        weights=up(weights, np.float32),
        n_pre=3,
        n_post=300,
        each=len(weights) > 1,
        per_copy=0,
    )
    log = up(spikes, np.int32)
    ends = up([0, len(spikes), len(spikes)], np.int64)
    now = up([5, 0], np.int64)
    scale = 2.0**20
    target = torch.zeros(
        300, dtype=torch.int64 if fixed else torch.float32, device=find_device()
    )
    deliver(log, ends, now, own, target, scale, programs=2)
    if not fixed:
        return target.cpu().numpy()
    out = torch.full((300,), 1.0, device=find_device())
    settle(target, out, 1 / scale)
    assert not target.any()
    return out.cpu().numpy() - 1.0


@pytest.mark.parametrize("fixed", [True, False])
@pytest.mark.parametrize("spikes", [[], [1], [0], [2, 0, 1, 2]])
def test_delivery_is_the_sum_of_the_rows(spikes, fixed):
    weights = np.random.default_rng(0).integers(-8, 9, 293) / 8
    law = np.zeros(300)
    for i in spikes:
        index, own = [([3, 3, 7], weights[:3]), ([], []), (np.arange(290), weights[3:])][i]
        np.add.at(law, np.array(index, int), own)
    np.testing.assert_array_equal(delivered(spikes, weights, fixed), law.astype(np.float32))
    one = delivered(spikes, [0.5], fixed)
    assert one[3] == 0.5 * (2 * spikes.count(0) + spikes.count(2))


def test_fixed_point_sums_do_not_depend_on_their_order():
    weights = np.random.default_rng(1).normal(size=293)
    one, other = (delivered(order, weights, True) for order in ([2, 0, 2], [0, 2, 2]))
    np.testing.assert_array_equal(one, other)
    assert np.ptp(one) > 1


def test_the_clock_moves_on_and_the_next_step_begins_where_this_one_ended():
    ends = up([[0, 2, 5, 0, 0], [0, 1, 1, 0, 0]], np.int64)
    now = up([41, 1], np.int64)
    tick(ends, now)
    assert now.tolist() == [42, 2]
    assert ends[:, 3].tolist() == [5, 1]
