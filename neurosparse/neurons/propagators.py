"""Propagators of linear equations: what dt ms leave of one exponential and add to another."""

from typing import Any

import numpy as np

from neurosparse.neurons.base import Value

_ROUNDING = 4 * 2.0**-24  # what one step of an update may be wrong by in float32, relative


def decay(dt: float, tau: Value) -> Any:
    """Return exp(-dt / tau), the share of an exponential that is left after dt ms.

    >>> round(float(decay(0.1, 20.0)), 6)
    0.995012
    """
    return np.exp(-dt / np.asarray(tau, dtype=np.float64))


def approach(dt: float, tau: Value) -> Any:
    """Return 1 - exp(-dt / tau), the share of the way to rest that dt ms go, exact for small dt.

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
