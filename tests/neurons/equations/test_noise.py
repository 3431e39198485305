"""White noise in equations: what is read of it, and what is refused."""

import math
from typing import Any

import pytest
import sympy as sp

from neurosparse.neurons import from_equations
from neurosparse.neurons.equations.noise import noises_among, split_noise

V, XI = sp.symbols("v xi", real=True)


def noisy(equations: str, **values: Any) -> Any:
    texts = {"threshold": "v > 1", "receptors": {"delta": "v"}, "parameters": {"s": 2.0}}
    return from_equations(equations, **{**texts, **values})


def test_noise_is_parted_from_the_rest() -> None:
    assert split_noise(-V + 3 * V * XI, {"xi": XI}, "") == (-V, {"xi": 3 * V})
    assert split_noise(-V, {"xi": XI}, "") == (-V, {})
    assert noises_among(["xi", "axis", "xi_", "xi_b"]) == ["xi", "xi_b"]


@pytest.mark.parametrize(
    ("equations", "more", "says"),
    [
        ("dv/dt = -v + xi**2", {}, "line 1: got xi in a product or function of itself"),
        ("dv/dt = -v + exp(xi) + xi", {}, "wants noise that is added, as sigma"),
        (
            "dv/dt = -v + xi",
            {"threshold": "v > xi"},
            "threshold: got 'xi', wants what depends",
        ),
        ("dv/dt = -v + xi", {"reset": "v = xi"}, "reset, line 1: got 'xi'"),
        ("dv/dt = -v + t", {}, "got 't', wants what depends on neither time nor noise"),
        (
            "dv/dt = -v + xi\ndu/dt = -u**2 + xi",
            {"method": "euler"},
            "got xi in an equation with an exact step and in another, wants noises of their own",
        ),
        ("dv/dt = -v + s*xi : mV", {"parameters": {"s": "1 mV"}}, "line 1: got s . xi in "),
    ],
)
def test_noise_that_cannot_be_meant(equations: str, more: Any, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        noisy(equations, **more)


def test_a_model_with_noise_is_no_sleeper_and_says_what_it_needs() -> None:
    kind = noisy("dv/dt = -v + s * xi")
    assert kind.noise == ("xi_v",)
    assert not hasattr(kind, "may_fire")
    assert "noise = ('xi_v',)" in kind.source


def test_a_receptor_s_variable_without_an_equation_holds_a_step_s_sum() -> None:
    kind = noisy("dv/dt = -v + s * inflow", receptors={"delta": "v", "pool": "inflow"})
    assert kind.summed == ("pool",)
    state = kind.State(v=0.0, inflow=3.0)
    after, _ = kind.update(state, kind().coefficients(0.1), 1000)
    assert after.v == pytest.approx(-6.0 * math.expm1(-0.1))
    assert after.inflow == 0.0
    with pytest.raises(ValueError, match="receptors: got 'outflow'"):
        noisy("dv/dt = -v", receptors={"pool": "outflow"})
