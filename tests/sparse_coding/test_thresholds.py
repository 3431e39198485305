"""Thresholds: check values, and the proximal map against a search over a grid."""

import math

import numpy as np
import pytest

from neurosparse.sparse_coding import CEL0, Firm, Half, Hard, NonNegative, Rozell, Soft

EACH = [
    Soft(0.3),
    Hard(0.1),
    Half(0.2),
    CEL0(0.5),
    Firm(0.3, 2.5),
    Firm(0.3, 1.2),
    Rozell(0.5, shrinkage=0.4),
    Rozell(0.4, shrinkage=0.0),
]


@pytest.mark.parametrize("threshold", EACH, ids=repr)
@pytest.mark.parametrize("step", [0.3, 1.0, 1.7])
def test_the_proximal_map_is_the_minimum(threshold, step):
    grid = np.linspace(-3, 3, 60_001)
    r = np.array([-2.5, -1.1, -0.8, -0.45, 0.0, 0.2, 0.37, 0.61, 0.93, 1.9])
    each = 0.5 * (grid - r[:, None]) ** 2 + step * threshold.penalty(grid)
    for form in (threshold, NonNegative(threshold)):
        allowed = np.where((grid < 0) & isinstance(form, NonNegative), np.inf, each)
        x = form.prox(r, step)
        reached = 0.5 * (x - r) ** 2 + step * form.penalty(x)
        assert (reached <= allowed.min(axis=1) + 1e-12).all()
        assert np.abs(x - grid[allowed.argmin(axis=1)]).max() < 1e-4
    assert threshold.prox(r, step).any()


@pytest.mark.parametrize("threshold", EACH, ids=repr)
def test_kinds_stay(threshold):
    u = np.linspace(-2, 2, 9)
    assert threshold(u).dtype == np.float64
    assert threshold(u.astype(np.float32)).dtype == np.float32
    assert np.allclose(threshold(u.astype(np.float32)), threshold(u), atol=1e-6)
    assert (threshold(-u) == -threshold(u)).all()
    assert float(threshold.penalty(0.0)) == 0
    assert float(threshold(0.0)) == 0


def test_values_by_hand():
    r = [0.2, 0.21, 0.5, 1.0]
    assert Soft(0.5)([-1.5, -0.5, 0.3, 2]).tolist() == [-1, 0, 0, 1.5]
    assert Half(0.05)(r) == pytest.approx([0, 0.144155, 0.463270, 0.974677], abs=1e-6)
    assert Half(0.05).limit() == pytest.approx(0.203581, abs=1e-6)
    assert float(Half(0.05)(0.203582)) == pytest.approx(0.135721, abs=1e-5)
    assert Hard(0.05).curve().limit == pytest.approx(0.316228, abs=1e-6)
    low = CEL0(0.5).prox([0.1, 0.3, 0.5, 0.8, 1, 1.5], 0.1)
    assert low == pytest.approx([0, 0.222222, 0.444444, 0.777778, 1, 1.5], abs=1e-6)
    assert CEL0(0.5).prox([0.3, 0.5, 0.8, 1], 0.5) == pytest.approx([0, 0, 0.6, 1])
    # the convention of the code of Rentzeperis et al. is half ours
    theirs = Half(0.025)(r)
    assert theirs == pytest.approx([0.169652, 0.180585, 0.481995, 0.987421], abs=1e-6)
    assert Half(0.025).limit() == pytest.approx(0.128248, abs=1e-6)


@pytest.mark.parametrize(
    ("shrinkage", "gain", "value"),
    [(0, 10, 0.762059), (0.5, 10, 0.523916), (1, 10, 0.285772), (0, 1000, 0.8)],
)
def test_values_of_the_family(shrinkage, gain, value):
    assert float(Rozell(0.5, shrinkage, gain)(0.8)) == pytest.approx(value, abs=1e-6)


def test_the_family_ends_in_soft_and_hard():
    u = np.linspace(-2, 2, 41) + 1e-3
    assert Rozell(0.5)(u) == pytest.approx(Soft(0.5)(u))
    assert (Rozell(0.5, shrinkage=0.0)(u) == Hard(0.125)(u)).all()
    with pytest.raises(ValueError, match=r"gain: got 10.*take it in Lca"):
        Rozell(0.5, gain=10.0).penalty(u)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Soft(-0.1), r"lam: got -0.1, wants a number, 0 or more"),
        (lambda: Half(math.nan), r"lam: got nan"),
        (lambda: Firm(0.1, 1.0), r"theta: got 1.0, wants a number above 1"),
        (lambda: Rozell(0.1, 2.0), r"shrinkage: got 2.0"),
        (lambda: Rozell(0.1, gain=0.0), r"gain: got 0.0"),
        (lambda: NonNegative(NonNegative(Soft(1.0))), r"of: got NonNegative"),
        (lambda: NonNegative(0.1), r"of: got 0.1, wants another threshold"),
        (lambda: Soft(0.1).prox([1.0], 0.0), r"step: got 0.0"),
        (lambda: Soft(0.1)(["a"]), r"u: got"),
    ],
)
def test_refusals(make, words):
    with pytest.raises(
        (ValueError, TypeError), match=words.replace("u: got", "(u|r): got")
    ):
        make()
