"""What an estimator asks of a system, and the check that its trajectory is still one."""

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from neurosparse.errors import Said, bad_argument, bad_type

Float = NDArray[np.float64]


class System(Protocol):
    """A map `x(t + 1) = step(x(t), t)` with its derivative; vectors and states are rows.

    `t` counts steps, for systems that are driven; others ignore it.
    """

    @property
    def dt(self) -> float:
        """Time of one step, in whatever unit the exponents shall have the inverse of."""
        ...

    def step(self, state: Float, t: int) -> Float:
        """Advance states `[..., n]` by one step."""
        ...

    def push(self, state: Float, vectors: Float, t: int) -> Float:
        """Apply the derivative of `step` at `state [n]` to tangent vectors `[k, n]`."""
        ...


def started(state: Any) -> Float:
    """Take over an initial state as float64 `[n]`.

    Raises:
        ValueError: another shape, or numbers that are not finite.
    """
    given = np.array(state, np.float64)
    if given.ndim != 1 or not len(given):
        raise bad_argument("state", given, "one state, shape [n]")
    return finite(given, 0)


def finite(state: Float, t: int) -> Float:
    """Return the state.

    Raises:
        ValueError: the trajectory has left the numbers.
    """
    if not np.isfinite(state).all():
        found = Said(f"numbers that are not finite at step {t}")
        raise bad_argument(
            "state", found, "a bounded trajectory", "use a smaller dt or another start"
        )
    return state


def settled(system: System, state: Any, steps: int) -> Float:
    """Run a transient of so many steps from `state` and return where it ends.

    Raises:
        TypeError: the system has no `step`.
        ValueError: the state is of another size than the system's, or diverges.

    >>> from neurosparse.lyapunov import LinearMap
    >>> settled(LinearMap([[0.5]]), [8.0], 3)
    array([1.])
    """
    here = started(state)
    _refuse_misfit(system, here)
    with np.errstate(over="ignore", invalid="ignore"):
        for t in range(steps):
            here = system.step(here, t)
    return finite(here, steps)


def _refuse_misfit(system: Any, state: Float) -> None:
    """Refuse a state that the system cannot step from, or a system that cannot step."""
    if not callable(getattr(system, "step", None)):
        wants = "a system with step and push, such as RateNetwork(connectivity)"
        raise bad_type("system", Said(type(system).__name__), wants)
    try:
        with np.errstate(all="ignore"):
            fits = np.shape(system.step(state, 0)) == state.shape
    except (ValueError, IndexError):
        fits = False
    if not fits:
        raise bad_argument(
            "state",
            Said(f"{len(state)} numbers"),
            f"as many as a {type(system).__name__} of this size has",
        )


def at_least(name: str, got: int, least: int) -> int:
    """Return a whole number that is large enough.

    Raises:
        ValueError: it is not.

    >>> at_least("steps", 3, 1)
    3
    """
    if not isinstance(got, int | np.integer) or got < least:
        raise bad_argument(name, got, f"a whole number, at least {least}")
    return int(got)
