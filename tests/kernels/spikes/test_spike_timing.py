"""Learning in place: the compiled parts against the law, and both through one step at a time."""

from types import SimpleNamespace

import numpy as np
import pytest

from neurosparse.engine.fading import span_tables
from neurosparse.kernels.base import csr
from neurosparse.kernels.base.machine.models import scalar, suffix
from neurosparse.kernels.base.machine.operation import specialise
from neurosparse.kernels.spikes.spike_timing.cpu import change_column
from neurosparse.kernels.spikes.spike_timing.naive import plastic_step
from neurosparse.kernels.spikes.spike_timing.parts import PART, change_row, fade
from neurosparse.plasticity import DopamineSTDP, MultiplicativeSTDP, PairSTDP, TripletSTDP

RULES = [
    PairSTDP(0.2, 0.25, w_max=2.0),
    PairSTDP(0.2, 0.25, w_max=2.0, mu=0.5, nearest=True),
    MultiplicativeSTDP(0.1, 0.2),
    TripletSTDP(w_max=2.0, unit=30.0),
    DopamineSTDP(),
]


def compiled(rule):
    """The two parts of the operation, bound to the rule as the engine binds them."""
    from numba import njit

    kind = type(rule)
    names = {name: getattr(kind, name) for name in ("Pre", "Post", "Coefficients")}
    names |= {verb: scalar(getattr(kind, verb)) for verb in ("on_pre", "on_post")}
    part = njit(**PART)
    name = suffix(kind, np.float64, "tested")
    return part(specialise(change_row, name, **names)), part(
        specialise(change_column, name, **names)
    )


def synapses(rng, n_pre, n_post):
    """Rows with repeated targets, empty rows and targets without synapses."""
    degree = rng.integers(0, 9, n_pre)
    degree[::4] = 0
    indptr = np.concatenate([[0], np.cumsum(degree)]).astype(np.int64)
    indices = np.concatenate(
        [np.zeros(0, int), *(np.sort(rng.integers(0, n_post, d)) for d in degree)]
    )
    return indptr, indices.astype(np.int32)


@pytest.mark.parametrize("rule", RULES, ids=lambda r: type(r).__name__)
@pytest.mark.parametrize(
    ("index", "real"), [(np.uint16, np.float32), (np.uint32, np.float64)]
)
def test_parts_follow_the_law(rule, index, real):
    rng = np.random.default_rng(1)
    dt = 0.5
    row_part, column_part = compiled(rule)
    n_pre, n_post = 21, 13
    indptr, indices = synapses(rng, n_pre, n_post)
    columns, of, places = csr.transpose(indptr, indices, n_post)
    places = places.astype(np.int32)
    weight = rng.uniform(0.5, 1.5, len(indices)).astype(np.float32)
    waits = getattr(rule, "third_factor", False)
    law = {
        "weight": weight.copy(),
        "changed": np.zeros_like(weight),
        "target": np.zeros(n_post, real),
    }
    x, y = (
        np.zeros((len(k._fields), n), np.float32)
        for k, n in ((rule.Pre, n_pre), (rule.Post, n_post))
    )
    fast_x = x.copy()
    fast_y = y.copy()
    fast_target = law["target"].copy()
    changed = np.zeros_like(weight) if waits else weight
    p = np.array(rule.coefficients(dt), np.float32).reshape(-1, 1)
    decay = np.array((*rule.pre_decay(dt), *rule.post_decay(dt)))
    span, fading, growing = span_tables(decay)
    assert span > 4
    narrow = indices.astype(index)
    kind = type(rule)
    c = rule.coefficients(dt)
    still = np.zeros(2, np.int64)
    for step in range(40 + span):
        arrived, fired = (np.flatnonzero(rng.random(n) < 0.1) for n in (n_pre, n_post))
        eligible = law["changed"] if waits else None
        plastic_step(
            rule,
            dt,
            arrived,
            fired,
            (indptr, indices, law["weight"]),
            x,
            y,
            law["target"],
            eligible,
        )
        since = step % span
        if since == 0:
            fade(fast_x, fading[: len(x), span], still)
            fade(fast_y, fading[len(x) :, span], still[1:])
            assert still.tolist() == [not fast_x.any(), not fast_y.any()]
        x_left, x_more = (rule.Pre(*t[: len(x), since]) for t in (fading, growing))
        y_left, y_more = (rule.Post(*t[len(x) :, since]) for t in (fading, growing))
        for i in arrived:
            a = indptr[i]
            b = indptr[i + 1]
            own = rule.Pre(*fast_x[:, i] * x_left)
            row = narrow[a:b], weight[a:b], changed[a:b], own, np.float32(1)
            row_part(*row, fast_y, y_left, p, fast_target)
        for i in arrived:
            after = kind.pre_spike(rule.Pre(*fast_x[:, i] * x_left), c)
            fast_x[:, i] = np.multiply(after, x_more)
            still[0] = 0
        for j in fired:
            a = columns[j]
            b = columns[j + 1]
            own = rule.Post(*fast_y[:, j] * y_left)
            column_part(of[a:b], places[a:b], changed, own, fast_x, x_left, p)
        for j in fired:
            after = kind.post_spike(rule.Post(*fast_y[:, j] * y_left), c)
            fast_y[:, j] = np.multiply(after, y_more)
            still[1] = 0
    np.testing.assert_allclose((fast_x.T * x_left).T, x, rtol=3e-5)
    np.testing.assert_allclose((fast_y.T * y_left).T, y, rtol=3e-5)
    np.testing.assert_allclose(weight, law["weight"], rtol=2e-5, atol=1e-6)
    np.testing.assert_allclose(
        changed, law["changed"] if waits else law["weight"], rtol=2e-5, atol=2e-6
    )
    np.testing.assert_allclose(fast_target, law["target"], rtol=1e-4)
    assert np.ptp(changed) > 0.1
    assert law["target"].any()


@pytest.mark.parametrize("rule", RULES, ids=lambda r: type(r).__name__)
@pytest.mark.parametrize(("fixed", "epoch"), [(True, 0), (False, 0), (True, 9)])
def test_the_gpu_follows_the_law(rule, fixed, epoch):
    torch = pytest.importorskip("torch")
    gpu = pytest.importorskip("neurosparse.kernels.spikes.spike_timing.gpu")
    from neurosparse.kernels.base.machine.gpu import find_device, upload

    rng = np.random.default_rng(2)
    dt = 0.5
    device = find_device()
    n_pre = 21
    n_post = 13
    n_alloc = 16
    n_steps = 25
    delay = 4
    indptr, indices = synapses(rng, n_pre, n_post)
    weight = (rng.integers(64, 192, len(indices)) / 128).astype(np.float32)
    waits = getattr(rule, "third_factor", False)
    law = weight.copy()
    changed = np.zeros_like(weight)
    target = np.zeros(n_post)
    x, y = (
        np.zeros((len(k._fields), n), np.float32)
        for k, n in ((rule.Pre, n_pre), (rule.Post, n_post))
    )
    spikes = [
        [np.flatnonzero(rng.random(n) < 0.15) for _ in range(n_steps)]
        for n in (n_pre, n_post)
    ]
    spikes[0][3] = np.zeros(0, int)
    factors = [np.array(f(dt), np.float32) for f in (rule.pre_decay, rule.post_decay)]
    fixed_parts = (
        indptr,
        indices,
        *csr.transpose(indptr, indices, n_post),
        np.array(rule.coefficients(dt), np.float32),
    )
    names = (
        "segments",
        "indices",
        "columns",
        "of",
        "places",
        "coefficients",
        "x_factors",
        "y_factors",
    )
    rows = SimpleNamespace(
        **{
            k: upload(a, device)
            for k, a in zip(names, (*fixed_parts, *factors), strict=True)
        }
    )
    rows.weights, rows.x = upload(weight, device), upload(x, device)
    rows.y = upload(np.zeros((len(y), n_alloc), np.float32), device)
    rows.changed = upload(changed, device) if waits else rows.weights
    # some synapses came with the last edit, some before spikes that were then under way, some after
    # them
    age = (
        rng.integers(0, 8, len(indices)).astype(np.int32)
        if epoch
        else np.full(len(indices), 99, np.int32)
    )
    rows.age = upload(age if epoch else age[:0], device)
    logs = [upload(np.concatenate(one).astype(np.int32), device) for one in spikes]
    # the log of a step lies `delay` slots behind where the simulation is
    ends = [
        upload(np.cumsum([0] * (delay + 1) + [len(a) for a in one] + [0]), device)
        for one in spikes
    ]
    scale = 2.0**30
    out = torch.zeros(n_alloc, dtype=torch.int64 if fixed else torch.float64, device=device)
    for step in range(n_steps):
        arrived = spikes[0][step - delay] if step >= delay else []
        eligible = changed if waits else None
        carries = age >= epoch - (step - delay)
        plastic_step(
            rule,
            dt,
            arrived,
            spikes[1][step],
            (indptr, indices, law),
            x,
            y,
            target,
            eligible,
            carries,
        )
        now = upload(np.array([step, step + delay]), device)
        before = (logs[0], ends[0], now)
        after = (logs[1], ends[1], now)
        gpu.plastic_step(type(rule), before, after, delay, rows, out, scale, 2, epoch)
    close = {"rtol": 2e-5, "atol": 2e-6}
    np.testing.assert_allclose(rows.x.cpu().numpy(), x, rtol=1e-5)
    np.testing.assert_allclose(rows.y.cpu().numpy()[:, :n_post], y, rtol=1e-5)
    np.testing.assert_allclose(rows.weights.cpu().numpy(), law, **close)
    np.testing.assert_allclose(
        rows.changed.cpu().numpy(), changed if waits else law, **close
    )
    np.testing.assert_allclose(
        out.cpu().numpy()[:n_post] / (scale if fixed else 1), target, rtol=1e-5
    )
    assert np.abs(changed if waits else law - weight).max() > 0.1
    assert target.any()


def test_eligibility_leaves_delivered_weights_alone():
    indptr = np.array([0, 2])
    indices = np.array([0, 1], np.int32)
    weight = np.ones(2, np.float32)
    eligibility = np.zeros(2, np.float32)
    x = np.zeros((1, 1), np.float32)
    y = np.ones((1, 2), np.float32)
    target = np.zeros(2)
    plastic_step(
        DopamineSTDP(), 0.1, [0], [1], (indptr, indices, weight), x, y, target, eligibility
    )
    assert weight.tolist() == [1.0, 1.0]
    assert target.tolist() == [1.0, 1.0]
    assert eligibility[0] == pytest.approx(-0.15, rel=0.01)
    assert eligibility[1] == pytest.approx(0.1 - 0.15, rel=0.02)
