"""The engine's Triton kernels against the laws: odd sizes, nothing, duplicates, order of sums,
translation.
"""

import itertools
from types import SimpleNamespace

import numpy as np
import pytest
import torch

pytest.importorskip("triton")

from neurosparse.kernels.base.machine.gpu import find_device
from neurosparse.kernels.layers.k_winners import k_winners
from neurosparse.kernels.memory.overlap import overlap
from neurosparse.kernels.spikes.deliver.gpu import deliver, settle, tick
from neurosparse.kernels.spikes.neuron_update.gpu import kernel_source
from neurosparse.kernels.spikes.neuron_update.translate import NotTranslatable, translate
from neurosparse.kernels.spikes.poisson import thresholds
from neurosparse.kernels.spikes.poisson.gpu import poisson_input
from neurosparse.kernels.spikes.poisson.naive import poisson_counts
from neurosparse.neurons import LIF, LIFAlpha, LIFState


def up(array, dtype=None):
    return torch.from_numpy(np.array(array, dtype=dtype)).to(find_device())


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


def test_a_model_becomes_a_kernel_of_its_own():
    source = kernel_source(LIFAlpha)
    assert "tl.where(since >= 0" in source
    assert "s_rise_exc * p_keep_exc" in source


class Branching(LIF):
    """A model with an if statement, one with a loop of its own, one that calls what no GPU
    knows.
    """

    @staticmethod
    def update(s, p, since):
        """Branch."""
        if since > 0:
            return LIFState(s.v, 0.0), True
        return LIFState(s.v, 0.0), False

    @staticmethod
    def reset(s, p):
        """Call."""
        return LIFState(float(s.v), 0.0)


@pytest.mark.parametrize(
    ("verb", "wanted"), [("update", "if statement"), ("reset", r"float\(...\)")]
)
def test_what_cannot_be_translated_is_named(verb, wanted):
    with pytest.raises(NotTranslatable, match=rf"Branching.{verb}: .*{wanted}"):
        translate(getattr(Branching, verb), verb, [], ("v", "jump"))


class Choosy(LIF):
    """A model that compares in a chain, denies, and takes the least of three, one of them no
    float32.
    """

    @staticmethod
    def update(s, p, since):
        """Choose."""
        v = min(s.v, 0.1, max(s.jump, -3))
        return LIFState(v, 0.0), not -2 < v < 0.1


def test_choices_are_those_of_python():
    source = translate(Choosy.update, "choose", ["s_v", "s_jump"], ("v", "jump"))
    assert "minimum" not in source  # which would make a float32 of 0.1
    space = {
        "tl": SimpleNamespace(where=lambda c, a, b: a if c else b),
        "triton": SimpleNamespace(jit=lambda f: f),
    }
    exec(source, space)
    for v, jump in itertools.product((-5.0, -2.0, 0.0, 0.1, 0.3), (-9.0, -1.0, 2.0)):
        state, crossed = Choosy.update(LIFState(v, jump), None, 0)
        assert space["choose"](v, jump) == (*state, crossed)


class Waiting(LIF):
    """A model that waits."""

    @staticmethod
    def update(s, p, since):
        """Wait."""
        v = s.v
        while v > 1:
            v = v - 1
        return LIFState(v, 0.0), v > 0


def test_a_while_loop_is_refused():
    with pytest.raises(NotTranslatable, match=r"Waiting.update: a while loop"):
        translate(Waiting.update, "wait", ["s_v", "s_jump"], ("v", "jump"))


@pytest.mark.parametrize("shape", [(1, 130, 1), (70, 3, 2), (65, 66, 3)], ids=str)
def test_overlaps_beyond_one_tile_are_those_of_the_law(shape):
    n, m, words = shape
    a, b = (
        np.random.default_rng(k).integers(0, 2**64, (k, words), dtype=np.uint64)
        for k in (n, m)
    )
    found = overlap(a, b, backend="gpu")
    np.testing.assert_array_equal(found, np.bitwise_count(a[:, None] & b).sum(2))
    assert found.min() > 4


@pytest.mark.parametrize(("size", "k"), [(1, 1), (1, 0), (5, 5), (33, 4), (300, 20)])
def test_winners_are_those_of_the_law_ties_and_signs_included(size, k):
    drawn = np.random.default_rng(size).integers(-3, 4, (3, size)).astype(np.float32) / 2
    drawn[0] = -0.0 if size % 2 else np.float32(-1e30)
    drawn[1, ::2] *= np.float32(1e-40)
    found = k_winners(drawn, k, backend="gpu")
    np.testing.assert_array_equal(found, k_winners(drawn, k, backend="naive"))
    assert found.shape == (3, k)


def test_winners_of_other_types_are_refused():
    with pytest.raises(ValueError, match="float32"):
        k_winners(np.zeros((2, 2)), 1, backend="gpu")
