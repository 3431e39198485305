"""The neuron of trained networks: its recursion written out, step by step."""

import numpy as np
import pytest

from neurosparse.neurons import DiscreteLIF
from tests.neurons.harness import alone, spikes


@pytest.mark.parametrize("precision", ["float64", "float32"])
@pytest.mark.parametrize(
    ("membrane", "gate", "level"), [(0, 0, 1), (1, 0, 0), (0.3, 0.5, 0.7)]
)
def test_it_follows_its_recursion(membrane, gate, level, precision):
    model = DiscreteLIF(
        alpha=0.6, beta=0.9, bias=0.12, membrane=membrane, gate=gate, level=level
    )
    start = np.linspace(-1.0, 0.9, 65)
    sim = alone(model, 65, {"v": start, "arrived": 0.5 * start}, precision=precision)
    v = start.astype(precision)
    arrived = 0.5 * v
    i = np.zeros_like(v)
    z = np.zeros_like(v)
    fired = 0
    for _ in range(60):
        i = 0.6 * i + arrived + 0.12
        v = (1 - gate * z) * (0.9 * v * (1 - membrane * z) + i - level * z)
        z = (v > 1.0).astype(v.dtype)
        arrived = np.zeros_like(v)
        sim.step()
        np.testing.assert_allclose(sim.state("a", "v"), v, rtol=2e-4, atol=2e-4)
        np.testing.assert_array_equal(sim.state("a", "z"), z)
        fired += int(z.sum())
        assert len(spikes(sim)[0]) == fired
    assert fired > 65


def test_parameters_that_cannot_be_meant():
    with pytest.raises(
        ValueError, match=r"DiscreteLIF\.threshold: got 0.0, wants a value above 0"
    ):
        DiscreteLIF(threshold=0.0)
    with pytest.raises(ValueError, match=r"DiscreteLIF\.gate: got -0.1, wants 0 or more"):
        DiscreteLIF(gate=-0.1)
