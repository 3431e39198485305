"""Synapses that learn while they are rewired: each carries, and learns from, exactly the spikes it
was there for.
"""

import numpy as np
import pytest

from neurosparse.connectivity import Connectivity
from neurosparse.engine import Simulator
from neurosparse.kernels.spikes.spike_timing.naive import plastic_step
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF, SpikeSource
from neurosparse.plasticity import DopamineSTDP, PairSTDP

DT = 0.1
DELAY = 12
STEPS = 160
N_PRE = 8
N_POST = 5
RULES = [PairSTDP(0.05, 0.06, w_max=1.0), DopamineSTDP(w_max=1.0)]


def given(seed):
    """Spike times of sources and of strong inputs that make the targets fire, as (step, index)."""
    rng = np.random.default_rng(seed)
    return np.argwhere(rng.random((STEPS - 2, N_PRE)) < 0.06), np.argwhere(
        rng.random((STEPS - 2, N_POST)) < 0.05
    )


def network(rule, seed):
    rng = np.random.default_rng(seed)
    (pre, post) = given(seed)
    dense = np.where(
        rng.random((N_PRE, N_POST)) < 0.5, rng.choice([0.25, 0.5], (N_PRE, N_POST)), 0
    )
    strong = Connectivity.from_dense(np.eye(N_POST, dtype=np.float32) * 64)
    return Network(
        Population("in", N_PRE, SpikeSource(pre[:, 0] * DT, pre[:, 1])),
        Population("teacher", N_POST, SpikeSource(post[:, 0] * DT, post[:, 1])),
        Population(
            "out",
            N_POST,
            LIF(v_rest=0.0, v_threshold=32.0, v_reset=0.0, t_ref=0.0, tau_mem=10.0),
        ),
        Projection(
            "in",
            "out",
            Connectivity.from_dense(dense.astype(np.float32)),
            delay=DELAY * DT,
            plasticity=rule,
        ),
        Projection("teacher", "out", strong, delay=0.0),
    )


def edits(seed, nnz):
    """Three edits, closer together than the delay: (step, dropped positions, pre, post)."""
    rng = np.random.default_rng(seed + 100)
    for step in (60, 66, 91):
        pre = rng.integers(0, N_PRE, 4)
        post = rng.integers(0, N_POST, 4)
        yield step, rng.choice(nnz, 4, replace=False), pre, post


def law(rule, sim, seed):
    """Weights by hand: every synapse has a birthday, and a spike that left before it goes past."""
    pre, _ = given(seed)
    fired = sim.spikes("out")
    start = network(rule, seed).projections["in->out"].wiring
    rows, cols, weight, born = (
        *start.edges(),
        start.weights_array().copy(),
        np.zeros(start.nnz, int),
    )
    waiting = np.zeros((STEPS + DELAY + 1, N_POST))
    eligibility = np.zeros_like(weight)
    x = np.zeros((len(rule.Pre._fields), N_PRE), np.float32)
    y = np.zeros((len(rule.Post._fields), N_POST), np.float32)
    changes = {step: rest for step, *rest in edits(seed, start.nnz)}
    delivered = np.zeros((STEPS, N_POST))
    for now in range(STEPS):
        if now in changes:
            drop, more, onto = changes[now]
            for left in range(max(0, now - DELAY), now):
                for i in pre[pre[:, 0] == left, 1]:
                    gone = [k for k in drop if rows[k] == i and born[k] <= left]
                    np.add.at(waiting[left + DELAY], cols[gone], weight[gone])
            keep = np.setdiff1d(np.arange(len(rows)), drop)
            rows = np.r_[rows[keep], more]
            cols = np.r_[cols[keep], onto]
            weight = np.r_[weight[keep], np.full(4, 0.5, np.float32)]
            born = np.r_[born[keep], np.full(4, now)]
            eligibility = np.r_[eligibility[keep], np.zeros(4, np.float32)]
            order = np.lexsort((np.arange(len(rows)), cols, rows))
            rows, cols, weight, born, eligibility = (
                a[order] for a in (rows, cols, weight, born, eligibility)
            )
        indptr = np.searchsorted(rows, np.arange(N_PRE + 1))
        arrived = pre[pre[:, 0] == now - DELAY, 1]
        out = fired.i[fired.step == now]
        changed = eligibility if getattr(rule, "third_factor", False) else None
        delivered[now] = waiting[now]
        plastic_step(
            rule,
            DT,
            arrived,
            out,
            (indptr, cols, weight),
            x,
            y,
            delivered[now],
            changed,
            born <= now - DELAY,
        )
    return weight, eligibility, delivered


def rewired(rule, seed, **options):
    sim = Simulator(network(rule, seed), dt=DT, **options)
    for step, drop, pre, post in edits(seed, sim.connectivity("in->out").nnz):
        sim.run(step * DT - sim.time)
        sim.rewire("in->out", drop=drop, pre=pre, post=post, weight=0.5)
    sim.run(STEPS * DT - sim.time)
    return sim


@pytest.mark.parametrize("rule", RULES, ids=lambda r: type(r).__name__)
@pytest.mark.parametrize("seed", range(4))
def test_each_synapse_learns_from_the_spikes_it_was_there_for(rule, seed):
    sim = rewired(rule, seed, threads=1 + seed % 2)
    weight, eligibility, delivered = law(rule, sim, seed)
    assert len(sim.spikes("out").i) > 20
    np.testing.assert_allclose(sim.weights("in->out"), weight, rtol=1e-5, atol=1e-6)
    made = sim.plan.synapses["in->out"]
    if made.plastic.eligibility is not None:
        np.testing.assert_allclose(
            made.plastic.eligibility, eligibility, rtol=1e-4, atol=1e-6
        )
        assert np.abs(eligibility).max() > 1e-3
    # the membrane is a leaky sum of what arrived, but for the step in which it fires
    v = np.zeros(N_POST)
    (_, teacher) = given(seed)
    for now in range(STEPS):
        above = v * np.exp(-DT / 10.0) >= 32.0
        v = np.where(above, 0.0, v * np.exp(-DT / 10.0))
        at_the_end = v.copy()
        np.add.at(delivered[now], teacher[teacher[:, 0] == now, 1], 64.0)
        v[~above] += delivered[now][~above]
    np.testing.assert_allclose(sim.state("out", "v"), at_the_end, rtol=1e-5, atol=1e-5)


@pytest.mark.parametrize("rule", RULES, ids=lambda r: type(r).__name__)
def test_an_edit_leaves_the_other_synapses_as_they_would_be(rule):
    plain = Simulator(network(rule, 1), dt=DT)
    plain.run(STEPS * DT)
    before = plain.connectivity("in->out")
    sim = Simulator(network(rule, 1), dt=DT)
    sim.run(6.0)
    absent = np.flatnonzero(before.to_dense()[7] == 0)[0]
    sim.rewire("in->out", pre=[7], post=[absent], weight=0.0)
    sim.run(0.5)
    pre, post = sim.connectivity("in->out").edges()
    sim.rewire("in->out", drop=np.flatnonzero((pre == 7) & (post == absent)))
    sim.run(STEPS * DT - sim.time)
    assert sim.weights("in->out").tobytes() == plain.weights("in->out").tobytes()
    assert np.ptp(sim.weights("in->out")) > 0
    assert len(plain.spikes("out").i) > 20


@pytest.mark.parametrize("rule", RULES, ids=lambda r: type(r).__name__)
def test_a_checkpoint_between_edits_changes_nothing(rule, tmp_path):
    whole = rewired(rule, 2)
    first = Simulator(network(rule, 2), dt=DT)
    changes = list(edits(2, first.connectivity("in->out").nnz))
    for step, drop, pre, post in changes[:2]:
        first.run(step * DT - first.time)
        first.rewire("in->out", drop=drop, pre=pre, post=post, weight=0.5)
    first.run(0.3)
    first.save(tmp_path / "c")
    second = Simulator(network(rule, 2), dt=DT, threads=2)
    second.restore(tmp_path / "c")
    step, drop, pre, post = changes[2]
    second.run(step * DT - second.time)
    second.rewire("in->out", drop=drop, pre=pre, post=post, weight=0.5)
    second.run(STEPS * DT - second.time)
    assert second.weights("in->out").tobytes() == whole.weights("in->out").tobytes()
    np.testing.assert_array_equal(second.spikes("out").step, whole.spikes("out").step)
