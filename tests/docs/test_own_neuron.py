"""A model that a user writes in a file of their own runs in the same loop."""

import runpy
from pathlib import Path

import numpy as np
import pytest

from neurosparse.kernels.spikes.neuron_update.naive import neuron_update
from tests.neurons.harness import alone, rows

EXAMPLE = Path(__file__).parents[2] / "examples" / "own_neuron.py"


@pytest.fixture(scope="module")
def example():
    return runpy.run_path(str(EXAMPLE))


def test_it_answers_its_own_rhythm(capsys, example):
    example["main"]()
    assert "10.0 ms  fires" in capsys.readouterr().out
    assert example["answers"](np.array([5.0, 10.0, 15.0]))[0].tolist() == [0, 1, 0]


def test_it_follows_the_naive_law(example):
    model = example["Resonator"]()
    rng = np.random.default_rng(0)
    sim = alone(model, 65, {"x": rng.normal(0, 1.5, 65), "y": rng.normal(0, 0.5, 65)})
    group = sim.plan.groups["a"]
    ready = np.zeros(65, np.int32)
    count = 0
    for step in range(60):
        naive = rows(sim)
        count += len(
            neuron_update(
                model,
                model.update,
                naive,
                group.coefficients,
                ready,
                group.refractory,
                step,
            )
        )
        sim.step()
        np.testing.assert_allclose(rows(sim), naive, rtol=1e-12, atol=1e-14)
    assert count > 10
