"""What a neuron model takes and what it refuses, by name."""

from dataclasses import fields

import numpy as np
import pytest

from neurosparse.neurons import (
    EIF,
    LIF,
    AdaptiveLIF,
    AdEx,
    DendriticSegment,
    Izhikevich,
    LeakyIntegrator,
    LIFAlpha,
    LIFCond,
    LIFExp,
    NeuronModel,
)
from neurosparse.stimuli import StepCurrent
from tests.neurons.harness import ACTIVE, EXACT, alone

MODELS = [type(model) for model, _ in ACTIVE.values()]
POSITIVE = [
    (kind, f.name) for kind in MODELS for f in fields(kind) if f.name.startswith("tau")
] + [
    (LIFCond, "c_mem"),
    (LIFCond, "g_leak"),
    (AdEx, "c_mem"),
    (AdEx, "g_leak"),
    (AdEx, "delta_t"),
    (EIF, "delta_t"),
    (EIF, "r_mem"),
    (LIF, "r_mem"),
    (LIFAlpha, "r_mem"),
    (Izhikevich, "a"),
]


@pytest.mark.parametrize("kind", MODELS)
def test_every_model_keeps_the_contract(kind):
    model = kind()
    assert isinstance(model, NeuronModel)
    assert set(kind.receptors.values()) <= set(kind.State._fields)
    assert hasattr(kind, "drive") == (
        kind is not DendriticSegment
    )  # a stretch of dendrite takes no electrode
    if hasattr(kind, "drive"):
        field, gain = kind.drive
        assert field in kind.Coefficients._fields
        assert gain == "" or hasattr(model, gain)
    assert len(model.initial()) == len(kind.State._fields)
    assert all(np.isfinite(value) for value in model.coefficients(0.1))
    assert hasattr(kind, "may_fire") == (kind.__name__ in EXACT)
    assert (
        "doi:" in kind.__doc__
        or "doi:" in __import__(kind.__module__, fromlist=["x"]).__doc__
    )


@pytest.mark.parametrize(("kind", "name"), POSITIVE)
@pytest.mark.parametrize("value", [0.0, -1.0, np.array([5.0, 0.0])])
def test_a_scale_that_is_not_positive_is_refused(kind, name, value):
    with pytest.raises(ValueError, match=rf"{kind.__name__}\.{name}: got .* above 0"):
        kind(**{name: value})


@pytest.mark.parametrize("kind", MODELS)
@pytest.mark.parametrize("value", [np.nan, np.inf, np.array([1.0, np.nan])])
def test_what_is_not_finite_is_refused(kind, value):
    for field in fields(kind):
        with pytest.raises(
            ValueError, match=rf"{kind.__name__}\.{field.name}: got .* finite"
        ):
            kind(**{field.name: value})


@pytest.mark.parametrize("kind", [k for k in MODELS if k is not LeakyIntegrator])
def test_a_negative_pause_is_refused(kind):
    with pytest.raises(ValueError, match=r"t_ref: got -1.0, wants 0 or more"):
        kind(t_ref=-1.0)


@pytest.mark.parametrize(
    ("kind", "given", "name"),
    [
        (LIF, {"v_reset": -49.0}, "v_reset"),
        (LIFExp, {"v_threshold": -66.0}, "v_reset"),
        (LIFAlpha, {"v_reset": np.array([-60.0, -40.0])}, "v_reset"),
        (AdaptiveLIF, {"v_reset": 0.0}, "v_reset"),
        (LIFCond, {"v_reset": 0.0}, "v_reset"),
        (LIFCond, {"e_inh": 10.0}, "e_inh"),
        (EIF, {"v_peak": -55.0}, "v_threshold"),
        (AdEx, {"v_reset": 1.0}, "v_reset"),
        (Izhikevich, {"c": 31.0}, "c"),
    ],
)
def test_levels_in_the_wrong_order_are_refused(kind, given, name):
    with pytest.raises(ValueError, match=rf"{kind.__name__}\.{name}: got .* at most"):
        kind(**given)


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match=r"LIF\.v_reset: got an array"):
        LIF(v_reset=np.full(3, -60.0), v_threshold=np.full(4, -50.0))
    with pytest.raises(ValueError, match=r"LIF\.tau_mem: got an array of float64 \[2, 2\]"):
        LIF(tau_mem=np.ones((2, 2)))
    with pytest.raises(ValueError, match="an array \\[5\\]"):
        alone(LIFAlpha(tau_exc=np.full(4, 2.0)), 5)


def test_a_time_constant_below_the_step_is_refused():
    with pytest.raises(
        ValueError, match=r"a.tau_w: got 0.05 ms, wants at least dt = 0.1 ms"
    ):
        alone(AdEx(tau_w=0.05))


def test_an_unknown_state_variable_is_refused_with_the_nearest():
    with pytest.raises(ValueError, match="did you mean 'i_exc'"):
        alone(LIFAlpha(), initial={"i_ex": 0.0})


def test_per_neuron_gain_scales_an_injected_current():
    gains = np.linspace(0.5, 2.0, 5)
    sim = alone(LeakyIntegrator(r_mem=gains), 5, stimuli=[StepCurrent("a", amplitude=2.0)])
    sim.run(400.0)
    np.testing.assert_allclose(sim.state("a", "v"), 2.0 * gains, rtol=1e-6)
