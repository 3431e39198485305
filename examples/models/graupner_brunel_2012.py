"""Pairs of spikes depress or potentiate by the calcium that they leave.

Run: python examples/models/graupner_brunel_2012.py

Source: Graupner & Brunel 2012, doi:10.1073/pnas.1109359109, figure 2 and table S1, synapses "DP",
60 pairs of spikes at 1 Hz at each of many lags. Without the noise and the bistable term of the
source; what is left has a mean over pairs in closed form.
"""

import numpy as np
import typer
from rows import Row, show

from neurosparse import LIF, Network, OneToOne, Population, Projection, Simulator
from neurosparse.neurons import SpikeSource
from neurosparse.plasticity import GraupnerBrunel
from neurosparse.typing import Float64

DELAY = 13.7  # ms, from a presynaptic spike to its calcium
PERIOD = 1000.0  # ms between pairs
RULE = GraupnerBrunel(w_max=1.0, bistable=False)
FIRES = LIF(v_rest=0.0, v_threshold=9.0, v_reset=0.0, t_ref=0.0)


def learned(lags: Float64, n_pairs: int) -> Float64:
    """The weight, from 1/2, after pairs whose postsynaptic spikes come `lags` ms later."""
    n = len(lags)
    pre = PERIOD * (np.arange(n_pairs) + 0.5)
    each = np.tile(np.arange(n), n_pairs)
    kicks = np.round((pre[:, None] + lags - 0.1).ravel(), 1)
    first = np.lexsort((each, kicks))
    network = Network(
        Population("S", n, SpikeSource(np.repeat(pre, n), each)),
        Population("K", n, SpikeSource(kicks[first], each[first])),
        Population("A", n, FIRES),
        Projection("K", "A", OneToOne(), weight=1e3),
        Projection("S", "A", OneToOne(), weight=0.5, delay=DELAY, plasticity=RULE),
    )
    with Simulator(network, record=[]) as simulation:
        simulation.run(n_pairs * PERIOD)
        return simulation.weights("S->A").astype(np.float64)


def above(threshold: float, gap: Float64, first: float, second: float) -> Float64:
    """For how long calcium is above a threshold where `second` comes `gap` ms after `first`."""
    tau = RULE.tau_calcium
    alone = tau * np.log(max(first / threshold, 1.0))
    left = first * np.exp(-gap / tau)
    rest = tau * np.log(np.maximum((left + second) / threshold, 1.0))
    return np.minimum(alone, gap) + rest


def closed_form(lags: Float64, n_pairs: int) -> Float64:
    """The mean over pairs, from the time that each spends above either threshold."""
    gap = lags - DELAY
    shares = []
    for threshold in (RULE.theta_p, RULE.theta_d):
        after = above(threshold, np.abs(gap), RULE.c_pre, RULE.c_post)
        before = above(threshold, np.abs(gap), RULE.c_post, RULE.c_pre)
        shares.append(np.where(gap > 0, after, before) / PERIOD)
    up = RULE.gamma_p * shares[0]
    down = RULE.gamma_d * shares[1]
    rest = up / (up + down)
    seconds = n_pairs * PERIOD
    return rest + (0.5 - rest) * np.exp(-(up + down) * seconds / RULE.tau)


def compare(quick: bool = False) -> list[Row]:
    """The curve over lags, where it turns, and how far the closed form lies from it."""
    n_pairs, step = (60, 10.0) if quick else (60, 2.0)
    lags = np.arange(-100.0, 101.0, step)
    weights = learned(lags, n_pairs)
    gap = np.abs(weights - closed_form(lags, n_pairs)).max()
    lowest, highest = lags[weights.argmin()], lags[weights.argmax()]
    return [
        Row("most depressed at, ms", lowest, -30.0, -5.0, "2012, post before pre"),
        Row("most potentiated at, ms", highest, 0.0, 25.0, "2012, pre before post"),
        Row("weight there, from 1/2", weights.min(), 0.3, 0.47, "2012, depression"),
        Row("weight there, from 1/2", weights.max(), 0.53, 0.7, "2012, potentiation"),
        Row("far apart: weight", weights[[0, -1]].mean(), 0.48, 0.52, "2012, no change"),
        Row("largest gap to the closed form", float(gap), 0.0, 0.005, "averaged equations"),
    ]


def main() -> None:
    """Pair spikes and print what came out."""
    show(compare())


if __name__ == "__main__":
    typer.run(main)
