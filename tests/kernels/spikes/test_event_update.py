"""Event mode: leaps, steps of those who are awake, and wakings, against the law."""

import numpy as np
import pytest

from neurosparse.kernels.spikes.event_update import LONGEST_LEAP, naive
from neurosparse.kernels.spikes.event_update.loops import forward_function, model_parts
from neurosparse.neurons import LIF, LIFExp

DT = 0.1
QUIET = {"v_rest": 0.0, "v_threshold": 7.0, "v_reset": 0.0}
MODELS = [
    LIF(tau_mem=10.0, **QUIET),
    LIFExp(tau_mem=20.0, tau_exc=5.0, tau_inh=8.0, **QUIET),
]


def named(model):
    return type(model).__name__


def leaps(model):
    """Coefficients of a leap of k steps, one at a time and as the table."""
    columns = model.coefficients(DT * np.arange(1, LONGEST_LEAP + 1))
    table = np.stack(
        [np.broadcast_to(np.asarray(c, float), LONGEST_LEAP) for c in columns], axis=1
    )

    def coefficients_of(k):
        return model.Coefficients(*(float(c) for c in model.coefficients(DT * k)))

    return coefficients_of, np.ascontiguousarray(table)


def drawn_rows(model, rng, n, low=0.0, high=8.0):
    rows = rng.uniform(low, high, (len(model.State._fields), n))
    rows[-1] = 0.0 if len(rows) == 2 else -rows[-1]
    return rows


@pytest.mark.parametrize("model", MODELS, ids=named)
@pytest.mark.parametrize("n", [1, 7, 64])
def test_leaps(model, n):
    rng = np.random.default_rng(n)
    coefficients_of, table = leaps(model)
    rows = drawn_rows(model, rng, n)
    ages = np.resize([0, 1, 2, 77, LONGEST_LEAP, LONGEST_LEAP + 1, 3 * LONGEST_LEAP], n)
    valid = (20_000 - ages).astype(np.int32)
    law = np.array(
        [
            naive.leap(model, coefficients_of, model.State(*rows[:, i]), int(ages[i]))
            for i in range(n)
        ]
    ).T
    fast = rows.copy()
    forward_function(type(model))(fast, table, valid, np.int32(20_000))
    np.testing.assert_allclose(fast, law, rtol=1e-11, atol=1e-13)
    assert (valid == 20_000).all()
    assert np.array_equal(fast[:, ages == 0], rows[:, ages == 0])


@pytest.mark.parametrize("model", MODELS, ids=named)
@pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
@pytest.mark.parametrize("each", [False, True])
def test_those_who_are_awake(model, share, each):
    rng = np.random.default_rng(1)
    n = 131
    coefficients_of, table = leaps(model)
    law = drawn_rows(model, rng, n, 3.0, 9.0)
    fast = law.copy()
    ready = rng.integers(0, 6, n).astype(np.int32)
    awake = set(np.flatnonzero(rng.random(n) < share).tolist())
    pause = np.full(n if each else 1, 20, np.int32)
    flags = np.zeros(n, np.uint8)
    flags[list(awake)] = 1
    # the order of the list must not matter
    listed = (
        np.resize(rng.permutation(list(awake)), n).astype(np.int32)
        if awake
        else np.zeros(n, np.int32)
    )
    count = len(awake)
    their_ready = ready.copy()
    valid = np.full(n, 2, np.int32)
    total = 0
    law_valid = valid.copy()
    for step in range(3, 40):
        expected = naive.event_update(
            model, coefficients_of, law, law_valid, their_ready, awake, 20, step
        )
        out = np.zeros(n, np.int32)
        step_awake = model_parts(type(model))["step_awake"]
        count, fired = step_awake(
            fast, table, valid, ready, flags, listed, count, pause, np.int32(step), out
        )
        assert out[:fired].tolist() == expected
        assert set(listed[:count].tolist()) == awake == set(np.flatnonzero(flags).tolist())
        total += fired
    np.testing.assert_allclose(fast, law, rtol=1e-12, atol=1e-13)
    assert np.array_equal(valid, law_valid)
    assert np.array_equal(ready, their_ready)
    assert (total > 10) == (share > 0)
    assert share == 0 or len(awake) < n * share


@pytest.mark.parametrize("model", MODELS, ids=named)
@pytest.mark.parametrize("index", [np.uint16, np.uint32])
@pytest.mark.parametrize("many", [0, 1, 30])
@pytest.mark.parametrize("scalar", [False, True])
def test_spikes_bring_targets_forward_and_wake_them(model, index, many, scalar):
    rng = np.random.default_rng(many)
    n_pre = 40
    n = 90
    step = 500
    coefficients_of, table = leaps(model)
    degree = rng.integers(0, 12, n_pre)
    indptr = np.concatenate([[0], np.cumsum(degree)])
    # drawn with repetition: several synapses of one pair
    indices = np.concatenate([np.sort(rng.integers(0, n, d)) for d in degree]).astype(index)
    strong = 9.0 if isinstance(model, LIF) else 70.0
    weight = rng.uniform(0.5 * strong, strong, 1 if scalar else len(indices)).astype(
        np.float32
    )
    spikes = np.sort(rng.choice(n_pre, many, replace=False)).astype(np.int32)
    law = drawn_rows(model, rng, n, 0.0, 2.0)
    fast = law.copy()
    valid = rng.integers(100, 500, n).astype(np.int32)
    receptor = model.State._fields.index(next(iter(model.receptors.values())))
    p = coefficients_of(1)
    law_valid = valid.copy()
    woken = []
    for i in spikes:
        for k in range(indptr[i], indptr[i + 1]):
            j = int(indices[k])
            law[:, j] = naive.leap(
                model, coefficients_of, model.State(*law[:, j]), int(step - law_valid[j])
            )
            law_valid[j] = step
            law[receptor, j] += weight[k % len(weight)]
            if j not in woken and type(model).may_fire(model.State(*law[:, j]), p):
                woken.append(j)
    awake = np.zeros(n, np.uint8)
    listed = np.full(n, -1, np.int32)
    touch = model_parts(type(model))["touch_rows"]
    parts = (
        spikes,
        indptr[:-1],
        indptr[1:],
        1,
        indices,
        weight,
        fast[receptor],
        fast,
        table,
        valid,
        awake,
        listed,
    )
    count = touch(*parts, 0, np.int32(step))
    np.testing.assert_allclose(fast, law, rtol=1e-12, atol=1e-13)
    assert np.array_equal(valid, law_valid)
    assert listed[:count].tolist() == woken
    assert np.flatnonzero(awake).tolist() == sorted(woken)
    assert len(woken) > 5 or many < 30
