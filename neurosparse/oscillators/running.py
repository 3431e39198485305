"""Running oscillators: RK4, or Heun's method where noise or delays come in."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from neurosparse.checks import generator, positive, whole_number
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.oscillators.kuramoto import Kuramoto
from neurosparse.oscillators.sphere import SphereOscillators
from neurosparse.typing import Float64, Seed

Oscillators = Kuramoto | SphereOscillators
# an angle that one step may turn at most
MOST = 1.0


class OscillatorEnd(NamedTuple):
    """Where a run ended; the `start` of one that goes on.

    Attributes:
        state: all numbers of the system.
        past: waves of the last steps `[slots, n, width]`, where there are delays.
        slot: where in the past the present stands.
    """

    state: Float64
    past: Float64 | None
    slot: int


@dataclass(frozen=True, eq=False)
class OscillatorRun:
    """What a run kept.

    Attributes:
        order: Σ_j e^{iθ_j}/n after every step, complex `[steps + 1]`; for vectors their mean
            `[steps + 1, dims]`.
        dt: of a step.
        times: of the states that were kept `[k]`.
        states: phases, not wrapped, `[k, n]`, or vectors `[k, n, dims]`.
        frequency: mean θ' of each oscillator over the second half `[n]`; None for vectors.
        end: where it ended.
    """

    order: Any
    dt: float
    times: Float64
    states: Float64
    frequency: Float64 | None
    end: OscillatorEnd

    @cached_property
    def r(self) -> Float64:
        """Size of the order parameter after every step, 0 to 1, `[steps + 1]`."""
        if self.order.ndim == 1:
            return np.asarray(np.abs(self.order))
        return np.asarray(np.linalg.norm(self.order, axis=1))

    def mean_order(self, share: float = 0.5) -> float:
        """Mean r over the last share of the run."""
        first = int(len(self.r) * (1.0 - share))
        return float(self.r[first:].mean())

    def __repr__(self) -> str:
        span = f"{(len(self.r) - 1) * self.dt:g} units of time"
        return f"OscillatorRun({span}, {len(self.times)} states, r {self.r[-1]:.3f})"


def oscillate(
    system: Oscillators,
    duration: float,
    *,
    dt: float = 0.05,
    start: Any = None,
    interval: float | None = None,
    tolerance: float | None = None,
    rng: Seed = None,
    threads: int = 1,
) -> OscillatorRun:
    """Run oscillators for a while.

    By RK4 in steps of dt; with noise or delays by Heun's method, whose error goes as dt² (in the
    mean, with noise). With a tolerance by SciPy's Runge-Kutta of order 5, whose steps are as long
    as that allows; dt is then only how often order is looked at.

    Args:
        system: `Kuramoto` or `SphereOscillators`.
        duration: in units of time, a multiple of dt.
        dt: of a step; frequencies times dt are below 1 without a tolerance.
        start: phases `[n]`, vectors `[n, dims]`, or the `end` of another run; random by default.
            Where synapses have delays, what came before the start stood still.
        interval: between states that are kept; by default only the first and the last are.
        tolerance: relative and absolute, of one step whose length adapts; not with noise or delays.
        rng: seed or generator of the start and of noise.
        threads: of the processor; never changes a bit.

    Raises:
        TypeError: no such system.
        ValueError: a step too long for the frequencies, times that are no multiples of dt, or
            numbers that leave all bounds.

    >>> from neurosparse.connectivity import Connectivity
    >>> pair = Connectivity.from_dense([[0, 0.5], [0.5, 0]])
    >>> run = oscillate(Kuramoto(pair, [0.25, -0.25]), 40.0, start=[0.0, 0.0])
    >>> apart = run.end.state[0] - run.end.state[1]
    >>> bool(abs(apart - np.arcsin(0.5)) < 1e-6)
    True
    """
    if not isinstance(system, Oscillators):
        raise bad_type("system", system, "Kuramoto(...) or SphereOscillators(...)")
    dt = positive("dt", dt)
    steps = _whole("duration", duration, dt)
    keep = steps if interval is None else _whole("interval", interval, dt)
    threads = whole_number("threads", threads, 1)
    if tolerance is None:
        _short_enough(system, dt)
    rng = generator(rng)
    now = _begun(system, start, rng)
    runner: _Runner = _Runner(system, now, dt, rng, threads)
    if tolerance is not None:
        runner = _Adaptive(system, now, dt, rng, threads)
        runner.begin(steps * dt, positive("tolerance", tolerance))
    order = np.empty((steps + 1, runner.waves.shape[1]))
    kept = list(range(0, steps + 1, keep))
    states = [system.shown(now.state)]
    half = system.shown(now.state)
    order[0] = runner.waves.mean(axis=0)
    for k in range(1, steps + 1):
        runner.step()
        order[k] = runner.waves.mean(axis=0)
        if k == steps // 2:
            half = system.shown(runner.state)
        if k % keep == 0:
            states.append(system.shown(runner.state))
    if not np.isfinite(runner.state).all():
        fault = Said(f"{dt:g}, at which the state left all bounds")
        raise bad_argument("dt", fault, "a shorter step")
    frequency = None
    if isinstance(system, Kuramoto) and steps > 0:
        frequency = (runner.state[: system.n] - half) / ((steps - steps // 2) * dt)
    complex_order = order[:, 0] + 1j * order[:, 1] if system.width == 1 else order
    times = np.array(kept) * dt
    return OscillatorRun(
        complex_order, dt, times, np.array(states), frequency, runner.end()
    )


class _Runner:
    """A state that is advanced step by step."""

    def __init__(
        self,
        system: Oscillators,
        begun: OscillatorEnd,
        dt: float,
        rng: np.random.Generator,
        threads: int,
    ) -> None:
        self.system = system
        self.state = np.array(begun.state)
        self.past = None if begun.past is None else np.array(begun.past)
        self.slot = begun.slot
        self.dt, self.rng = dt, rng
        self.threads = threads
        self.waves = system.waves(self.state)

    def step(self) -> None:
        """Advance by dt."""
        if self.past is not None or self.system.noise:
            self._heun()
        else:
            self._runge_kutta()
        self.system.settle(self.state)
        self.waves = self.system.waves(self.state)
        if self.past is not None:
            self.slot = (self.slot + 1) % len(self.past)
            self.past[self.slot] = self.waves

    def end(self) -> OscillatorEnd:
        """Where it is."""
        return OscillatorEnd(self.state, self.past, self.slot)

    def _flow(self, state: Float64) -> Float64:
        return self.system.flow(state, threads=self.threads)

    def _runge_kutta(self) -> None:
        dt, state = self.dt, self.state
        first = self._flow(state)
        second = self._flow(state + 0.5 * dt * first)
        third = self._flow(state + 0.5 * dt * second)
        fourth = self._flow(state + dt * third)
        self.state = state + dt / 6.0 * (first + 2.0 * (second + third) + fourth)

    def _heun(self) -> None:
        # noise does not depend on the state: the same kick serves both slopes
        dt, state = self.dt, self.state
        before = self.system.flow(state, self.past, self.slot, self.threads)
        kicked = state + dt * before
        if self.system.noise:
            self.system.kick(kicked, dt, self.rng)
        behind = self._ahead(kicked)
        self.state = kicked + 0.5 * dt * (behind - before)

    def _ahead(self, state: Float64) -> Float64:
        """The slope one step on, where what was sent less than a step ago is what is sent then."""
        if self.past is None:
            return self._flow(state)
        slot = (self.slot + 1) % len(self.past)
        self.past[slot] = self.system.waves(state)
        return self.system.flow(state, self.past, slot, self.threads)


class _Adaptive(_Runner):
    """A state that is advanced by steps of any length, and read off between their ends."""

    def begin(self, duration: float, tolerance: float) -> None:
        """Begin a run of so long.

        Raises:
            ValueError: noise or delays.
        """
        from scipy.integrate import RK45

        for name, part in (("noise", self.system.noise), ("delays", self.system.delayed)):
            if part:
                fault = Said(f"a tolerance, for a system with {name}")
                raise bad_argument("tolerance", fault, "None, with a short dt")
        options = {"rtol": tolerance, "atol": tolerance}
        flow = self._flow
        self.solver = RK45(lambda t, y: flow(y), 0.0, self.state, duration, **options)
        self.taken = 0

    def step(self) -> None:
        """Advance by dt."""
        self.taken += 1
        time = self.taken * self.dt
        while self.solver.t < time and self.solver.status == "running":
            self.solver.step()
        inside = self.solver.t > time
        self.state = self.solver.dense_output()(time) if inside else self.solver.y.copy()
        self.system.settle(self.state)
        self.waves = self.system.waves(self.state)


def _begun(system: Oscillators, start: Any, rng: np.random.Generator) -> OscillatorEnd:
    slots = 0
    if system.delayed:
        slots = int(system.connectivity.delay_steps_array().max()) + 2
    if isinstance(start, OscillatorEnd):
        shape = None if start.past is None else len(start.past)
        if len(start.state) != system.size or (shape or 0) != slots:
            fault = Said("the end of a run of another system")
            raise bad_argument("start", fault, f"one of {system.size} numbers")
        return start
    state = system.first(start, rng)
    past = None
    if slots:
        past = np.repeat(system.waves(state)[None], slots, axis=0)
    return OscillatorEnd(state, past, 0)


def _whole(name: str, value: float, dt: float) -> int:
    steps = round(positive(name, value) / dt)
    if steps < 1 or abs(steps * dt - value) > 1e-6 * max(value, dt):
        raise bad_argument(name, value, f"a multiple of dt, {dt:g}")
    return steps


def _short_enough(system: Oscillators, dt: float) -> None:
    """Refuse a step in which an oscillator alone turns by more than a radian."""
    if isinstance(system, Kuramoto):
        fastest = float(np.max(np.abs(system.omega), initial=0.0))
    else:
        fastest = float(np.max(np.abs(system.rotation), initial=0.0))
    if fastest * dt > MOST:
        limit = MOST / fastest
        wants = f"at most {limit:.3g}: the fastest turns by {fastest:.3g} a unit of time"
        raise bad_argument("dt", dt, wants, "use a shorter step")
