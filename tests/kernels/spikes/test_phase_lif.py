"""Exact LIF networks: the compiled path against its law, and tangents against differences."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from neurosparse.connectivity import Connectivity
from neurosparse.kernels.spikes.phase_lif import phase_lif

BACKENDS = ("naive", "cpu")


@st.composite
def graphs(draw, most=9):
    n = draw(st.integers(1, most))
    pairs = draw(
        st.sets(st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=4 * n)
    )
    pre, post = ([p[side] for p in pairs] for side in (0, 1))
    return Connectivity.from_edges(pre, post, n_pre=n, n_post=n)


@settings(max_examples=60, deadline=None)
@given(graphs(), st.integers(0, 40), st.integers(0, 3), st.integers(0, 2**32 - 1))
def test_phase_lif_agrees_with_its_law(c, spikes, k, seed):
    rng = np.random.default_rng(seed)
    strength = rng.random(c.nnz)
    phases = rng.random(c.n_pre)
    tangents = rng.standard_normal((c.n_pre, k))
    before = phases.copy(), tangents.copy()
    naive, cpu = (
        phase_lif(c.indptr, c.indices, strength, 0.8, phases, tangents, spikes, b)
        for b in BACKENDS
    )
    np.testing.assert_array_equal(cpu.neurons, naive.neurons)
    for ours, law in zip(cpu, naive, strict=True):
        np.testing.assert_allclose(ours, law, atol=1e-9)
    np.testing.assert_array_equal(phases, before[0])
    np.testing.assert_array_equal(tangents, before[1])
    assert (np.diff(cpu.times) >= -1e-12).all()


def test_phase_tangents_are_the_derivative_of_the_flow():
    rng = np.random.default_rng(0)
    c = Connectivity.from_dense((rng.random((8, 8)) < 0.4) & ~np.eye(8, dtype=bool))
    phases = rng.random(8)
    q = rng.standard_normal((8, 1))
    strength = np.full(c.nnz, 0.3)
    h = 1e-7
    run = [
        phase_lif(c.indptr, c.indices, strength, 0.8, phases + s * h * q[:, 0], q, 25)
        for s in (0, -1, 1)
    ]
    assert all((r.neurons == run[0].neurons).all() for r in run)
    # at one common time: what spiked late is ahead afterwards
    at = run[0].times[-1]
    lower, upper = (r.phases + at - r.times[-1] for r in run[1:])
    np.testing.assert_allclose(
        (upper - lower) / (2 * h), run[0].tangents[:, 0], rtol=1e-5, atol=1e-6
    )
    assert not np.allclose(run[0].tangents, q)


def test_the_heap_survives_many_spikes():
    rng = np.random.default_rng(1)
    c = Connectivity.from_dense(rng.random((40, 40)) < 0.2)
    args = (
        c.indptr,
        c.indices,
        np.full(c.nnz, 0.2),
        0.9,
        rng.random(40),
        np.empty((40, 0)),
        20_000,
    )
    orbit = phase_lif(*args)
    again = phase_lif(*args[:4], orbit.phases, np.empty((40, 0)), 500)
    law = phase_lif(*args[:4], orbit.phases, np.empty((40, 0)), 500, "naive")
    np.testing.assert_array_equal(again.neurons, law.neurons)
    assert orbit.times[-1] > 64  # the stored shift was brought back at least once
    assert orbit.phases.max() <= 1.0
