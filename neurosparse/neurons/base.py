"""What a neuron model is: parameters, a state, one update function, compiled into the engine's
loop.
"""

from collections.abc import Mapping
from dataclasses import fields
from types import SimpleNamespace
from typing import Any, ClassVar, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from neurosparse.errors import Said, bad_argument, bad_type

Value = float | NDArray[np.float64]
"""A parameter: one number for all neurons, or an array [n] with one number each."""

_ROUNDING = 4 * 2.0**-24  # what one step of an update may be wrong by in float32, relative


@runtime_checkable
class NeuronModel(Protocol):
    """A frozen dataclass of parameters with the functions that the engine compiles.

    `State` and `Coefficients` are named tuples of numbers. `receptors` names the state variable
    that each kind of synapse adds to; the first one is the default. `update(s, p, since) -> (s,
    crossed)` advances one neuron
    by one step, `since` being the steps since it was ready to fire again: negative while
    refractory, 0 in the first free step. `reset(s, p) -> s` follows a spike. Both work on scalars
    and are compiled by Numba: write choices as `a if c else b` and they run eight neurons at a
    time; numbers that stand in the equations belong into `Coefficients`, because a literal is a
    float64 and widens a float32 loop. `drive` names the coefficient that an injected current adds
    to and the parameter that scales it ("" for 1); a model without `drive` takes no current.

    A model that integrates exactly for any dt may give `may_fire(s, p) -> bool`: False promises
    that, until an input arrives, this neuron cannot fire. The engine then lets it sleep.
    """

    State: ClassVar[type[Any]]
    Coefficients: ClassVar[type[Any]]
    receptors: ClassVar[Mapping[str, str]]
    t_ref: Value

    def coefficients(self, dt: float) -> Any:
        """Derive what `update` needs from the parameters for a step of dt ms (with `may_fire`: or
        an array of them).
        """

    def initial(self) -> Any:
        """Give the state in which a population starts."""

    @staticmethod
    def update(s: Any, p: Any, since: int) -> tuple[Any, bool]:
        """Advance one neuron by one step."""

    @staticmethod
    def reset(s: Any, p: Any) -> Any:
        """Follow a spike."""


def asks_gradient(value: Any) -> bool:
    """Whether this is a tensor that NumPy refuses to read before `detach()`.

    >>> asks_gradient(1.0)
    False
    """
    return bool(getattr(value, "requires_grad", False))


def floats(name: str, value: Any) -> NDArray[np.float64]:
    """Take numbers of any shape as float64.

    Raises TypeError naming the argument for words, None, complex numbers and tensors that require a
    gradient.

    >>> floats("weight", [1, 2]).tolist()
    [1.0, 2.0]
    """
    try:
        given = np.asarray(value)
        if given.dtype.kind in "iufb" or (given.dtype.kind == "O" and value is not None):
            return given.astype(np.float64, copy=False)
    except (TypeError, ValueError, RuntimeError):
        pass  # what NumPy says of it names no argument
    remedy = (
        "write .detach() after the tensor"
        if asks_gradient(value)
        else "units are ms, mV and Hz, not written"
    )
    raise bad_type(name, value, "a number or an array of numbers", remedy)


def check_parameters(
    model: Any, positive: tuple[str, ...], not_negative: tuple[str, ...] = ("t_ref",)
) -> None:
    """Refuse parameters that are not finite, and those of `positive` that are not above zero.

    Raises ValueError naming the parameter, what it got and what it wants.
    """
    kind = type(model).__name__
    for field in fields(model):
        name = f"{kind}.{field.name}"
        value = floats(name, getattr(model, field.name))
        if value.ndim > 1:
            raise bad_argument(name, value, "one number or an array [n]")
        if not np.isfinite(value).all():
            raise bad_argument(name, Said(f"{value.min()} .. {value.max()}"), "finite numbers")
        if field.name in positive and not (value > 0).all():
            raise bad_argument(name, Said(str(value.min())), "a value above 0")
        if field.name in not_negative and not (value >= 0).all():
            raise bad_argument(name, Said(str(value.min())), "0 or more")


def check_below(model: Any, low: str, high: str) -> None:
    """Refuse a parameter `low` that lies above the parameter `high`.

    >>> from neurosparse.neurons import LIF
    >>> check_below(LIF(), "v_reset", "v_threshold")
    """
    under, over = (np.asarray(getattr(model, name), dtype=np.float64) for name in (low, high))
    if under.ndim and over.ndim and under.shape != over.shape:
        raise bad_argument(
            f"{type(model).__name__}.{low}", under, f"one number or an array [{over.size}]"
        )
    if (under > over).any():
        under, over = (x[under > over][0] for x in np.broadcast_arrays(under, over))
        raise bad_argument(
            f"{type(model).__name__}.{low}", float(under), f"at most {high} = {over:g}"
        )


def parameters(model: Any) -> Any:
    """Give a model's parameters as float64 arrays, () or [n], to reckon with.

    >>> from neurosparse.neurons import LIF
    >>> parameters(LIF(r_mem=2)).r_mem * 3
    np.float64(6.0)
    """
    return SimpleNamespace(
        **{f.name: np.asarray(getattr(model, f.name), np.float64) for f in fields(model)}
    )


def decay(dt: float, tau: Value) -> Any:
    """Return exp(-dt / tau), the share of an exponential that is left after dt ms.

    >>> round(float(decay(0.1, 20.0)), 6)
    0.995012
    """
    return np.exp(-dt / np.asarray(tau, dtype=np.float64))


def approach(dt: float, tau: Value) -> Any:
    """Return 1 - exp(-dt / tau), the share of the way to rest that is gone in dt ms, exact for small dt too.

    >>> round(float(approach(0.1, 20.0)), 6)
    0.004988
    """
    return -np.expm1(-dt / np.asarray(tau, dtype=np.float64))


def transfer(dt: float, tau_mem: Value, tau_syn: Value) -> Any:
    """Return the membrane's share of a synaptic current of 1 that has decayed for dt ms.

    B(dt) = tau_syn / (tau_mem - tau_syn) (e^(-dt/tau_mem) - e^(-dt/tau_syn)), written so that it
    holds for equal time constants too. Source: Rotter & Diesmann 1999, doi:10.1007/s004220050570.

    >>> round(float(transfer(0.1, 20.0, 5.0)), 8), round(float(transfer(1.0, 5.0, 5.0)), 8)
    (0.00493794, 0.16374615)
    """
    tau_mem = np.asarray(tau_mem, dtype=np.float64)
    tau_syn = np.asarray(tau_syn, dtype=np.float64)
    x = dt * (1.0 / tau_syn - 1.0 / tau_mem)
    share = np.where(np.abs(x) > 1e-12, -np.expm1(-x) / np.where(x == 0, 1.0, x), 1.0)
    return dt / tau_mem * np.exp(-dt / tau_mem) * share


def transfer_peak(tau_mem: Value, tau_syn: Value) -> Any:
    """Return the largest membrane deflection that a decaying current of 1 ever causes.

    It is reached after s = ln(tau_mem / tau_syn) / (1/tau_syn - 1/tau_mem) ms.

    >>> round(float(transfer_peak(20.0, 5.0)), 6)
    0.15749
    """
    tau_mem = np.asarray(tau_mem, dtype=np.float64)
    tau_syn = np.asarray(tau_syn, dtype=np.float64)
    gap = 1.0 / tau_syn - 1.0 / tau_mem
    same = np.abs(gap * tau_mem) < 1e-9
    when = np.where(same, tau_mem, np.log(tau_mem / tau_syn) / np.where(same, 1.0, gap))
    lag = when * gap
    share = np.where(same, 1.0, -np.expm1(-lag) / np.where(same, 1.0, lag))
    return when / tau_mem * np.exp(-when / tau_mem) * share


def wear(dt: float, *taus: Value) -> Any:
    """Return the share of its size by which rounding, float32 included, may lift a decaying sum.

    Each step adds one rounding error and a time constant forgets what is older than tau / dt steps.

    >>> bool(1e-5 < wear(0.1, 20.0) < 1e-4)
    True
    """
    return _ROUNDING * sum(1.0 + np.asarray(tau, dtype=np.float64) / dt for tau in taus)


def safe_level(dt: float, threshold: Any, rest: Any, tau_mem: Value) -> Any:
    """Return the voltage below the threshold that rounding cannot carry over it.

    >>> 0 < -50.0 - safe_level(0.1, -50.0, -65.0, 20.0) < 0.01
    np.True_
    """
    return threshold - wear(dt, tau_mem) * (np.abs(threshold) + np.abs(rest))
