"""A closed loop: a spiking network balances a pole on a cart, one control period after the other.

Four numbers (place and speed of the cart, angle and turning of the pole) set the rates of eight
groups of Poisson neurons, one for each number and sign. Two groups of neurons listen and push the
cart to the left and to the right, each of their spikes by a little. Every 10 ms `set_rate` tells
the network where the pole is, and `tally` tells the cart what the network fired.

Run: python examples/cart_pole.py [--out figures]

Source: cart and pole of Barto, Sutton & Anderson 1983, doi:10.1109/TSMC.1983.6313077.
"""

from pathlib import Path

import numpy as np
import typer
from matplotlib.figure import Figure

from neurosparse import LIF, Network, PoissonSource, Population, Projection, Simulator
from neurosparse.analysis import COLOURS, add_legend, finish_axes
from neurosparse.connectivity import Connectivity
from neurosparse.typing import Float64

PERIOD = 10.0  # ms
G = 9.8  # m/s^2
CART = 1.0  # kg
POLE = 0.1  # kg
HALF = 0.5  # m, half the length of the pole
FALLEN = 0.21  # rad, 12 degrees

GROUP = 25  # neurons for each number and sign
SPAN = np.array([1.0, 1.5, 0.15, 1.5])  # m, m/s, rad, rad/s: what fires at the highest rate
HIGHEST = 400.0  # Hz
SHARE = np.array([0.15, 0.25, 1.0, 0.8])  # how much each number matters
PUSH = 0.35  # N for each spike in a period


class CartPole:
    """A pole on a cart that falls if nothing is done."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.state = rng.normal(0.0, 0.01, 4)

    def advance(self, force: float) -> None:
        """Move on by a control period under a force in N, in steps of 1 ms."""
        for _ in range(int(PERIOD)):
            _, speed, angle, turning = self.state
            sine = np.sin(angle)
            cosine = np.cos(angle)
            mass = CART + POLE
            pushed = (force + POLE * HALF * turning**2 * sine) / mass
            lever = HALF * (4.0 / 3.0 - POLE * cosine**2 / mass)
            turn = (G * sine - cosine * pushed) / lever
            gain = pushed - POLE * HALF * turn * cosine / mass
            self.state = self.state + 1e-3 * np.array([speed, gain, turning, turn])

    @property
    def fallen(self) -> bool:
        """Whether the pole leans over too far to be called up."""
        return bool(abs(self.state[2]) > FALLEN)


def network() -> Network:
    """Declare eight groups that fire for what is seen, and two that push."""
    signs = np.repeat(np.tile([1.0, -1.0], 4), GROUP)
    shares = np.repeat(SHARE, 2 * GROUP)
    sides = np.repeat([1.0, -1.0], GROUP)
    # a group listens to the numbers that call for its push
    listens = signs[:, None] == sides[None, :]
    weights = np.where(listens, 0.5 * shares[:, None], 0.0)
    quick = LIF(v_rest=0.0, v_threshold=15.0, v_reset=0.0, t_ref=1.0)
    return Network(
        Population("seen", 8 * GROUP, PoissonSource(0.0)),
        Population("push", 2 * GROUP, quick),
        Projection("seen", "push", Connectivity.from_dense(weights)),
    )


def rates(state: Float64) -> Float64:
    """Firing rates of the groups, Hz: each number drives one of its two."""
    seen = np.clip(state / SPAN, -1.0, 1.0)
    both = np.stack([np.maximum(seen, 0.0), np.maximum(-seen, 0.0)], axis=1)
    return np.repeat(HIGHEST * both.ravel(), GROUP)


def angles(seconds: float, *, connected: bool = True, seed: int = 0) -> list[float]:
    """Balance until the pole fell, at most for `seconds`; its angle in every period, rad."""
    cart = CartPole(np.random.default_rng(seed))
    simulator = Simulator(network(), dt=0.5, seed=seed, record=[])
    seen = []
    while simulator.time < 1000.0 * seconds and not cart.fallen:
        simulator.set_rate("seen", rates(cart.state))
        simulator.run(PERIOD)
        tally = simulator.tally("cart", "push")
        force = 0.0
        if tally is not None and connected:
            right, left = tally.counts.reshape(2, GROUP).sum(axis=1)
            force = PUSH * float(right - left)
        cart.advance(force)
        seen.append(float(cart.state[2]))
    return seen


def main(out: Path = Path("figures"), quick: bool = False) -> None:
    """Balance five poles with the network and without, draw the angle of the first."""
    seconds = 4.0 if quick else 20.0
    figure = Figure(figsize=(7, 2.4), layout="constrained")
    axes = figure.subplots()
    for connected, colour in ((False, COLOURS[1]), (True, COLOURS[0])):
        name = "the network pushes" if connected else "nobody pushes"
        runs = [angles(seconds, connected=connected, seed=seed) for seed in range(5)]
        held = [len(run) * PERIOD / 1000.0 for run in runs]
        print(f"{name}: the pole stands for {min(held):.1f} to {max(held):.1f} s")
        times = np.arange(1, len(runs[0]) + 1) * PERIOD / 1000.0
        axes.plot(times, np.rad2deg(runs[0]), color=colour, linewidth=0.9, label=name)
    axes.set_xlim(0.0, min(seconds, 5.0))
    add_legend(finish_axes(axes, "time (s)", "angle (degrees)"))
    out.mkdir(parents=True, exist_ok=True)
    figure.savefig(out / "cart_pole.png", dpi=150)


if __name__ == "__main__":
    typer.run(main)
