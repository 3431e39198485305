"""What an estimator asks of a system, and the check that its trajectory is still one."""

from typing import Any, Protocol

import numpy as np

from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.typing import Float64


class System(Protocol):
    """A map `x(t + 1) = step(x(t), t)` with its derivative; vectors and states are rows.

    `t` counts steps, for systems that are driven; others ignore it.
    """

    @property
    def dt(self) -> float:
        """Time of one step, in whatever unit the exponents shall have the inverse of."""
        ...

    def step(self, state: Float64, t: int) -> Float64:
        """Advance states `[..., n]` by one step."""
        ...

    def push(self, state: Float64, vectors: Float64, t: int) -> Float64:
        """Apply the derivative of `step` at `state [n]` to tangent vectors `[k, n]`."""
        ...


def started(state: Any) -> Float64:
    """Take over an initial state as float64 `[n]`.

    Raises:
        ValueError: another shape, or numbers that are not finite.
    """
    start = np.array(state, np.float64)
    if start.ndim != 1 or not len(start):
        raise bad_argument("state", start, "one state, shape [n]")
    return finite(start, 0)


def finite(state: Float64, t: int) -> Float64:
    """Return the state.

    Raises:
        ValueError: the trajectory has left the numbers.
    """
    if not np.isfinite(state).all():
        received = Said(f"numbers that are not finite at step {t}")
        remedy = "use a smaller dt or another start"
        raise bad_argument("state", received, "a bounded trajectory", remedy)
    return state


def settled(system: System, state: Any, steps: int) -> Float64:
    """Run a transient of so many steps from `state` and return where it ends.

    Raises:
        TypeError: the system has no `step`.
        ValueError: the state is of another size than the system's, or diverges.

    >>> from neurosparse.lyapunov import LinearMap
    >>> settled(LinearMap([[0.5]]), [8.0], 3)
    array([1.])
    """
    state = started(state)
    _refuse_misfit(system, state)
    # what overflows is refused at the end, with a name
    with np.errstate(over="ignore", invalid="ignore"):
        for t in range(steps):
            state = system.step(state, t)
    return finite(state, steps)


def _refuse_misfit(system: Any, state: Float64) -> None:
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
        expected = f"as many as a {type(system).__name__} of this size has"
        raise bad_argument("state", Said(f"{len(state)} numbers"), expected)
