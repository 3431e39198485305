"""Two groups of neurons decide which of two inputs is the stronger, and remember it.

Run: python examples/models/wang_2002.py

Source: Wang 2002, doi:10.1016/S0896-6273(02)01092-9: 2,000 neurons, all joined to all, with NMDA
that saturates in the presynaptic neuron and is summed by its targets. Figure 4 has the rates,
figure 5 the share of right choices (Weibull with 9.2 % and 1.5) and the times; parameters of its
recurrent AMPA are those of 1,600 pyramidal cells.
"""

from typing import NamedTuple

import numpy as np
import typer
from rows import Row, show

from neurosparse import AllToAll, Network, PoissonInput, Population, Projection, Simulator
from neurosparse.network import Graded
from neurosparse.neurons import from_equations

SELECTIVE, OTHER, INHIBITORY = 240, 1120, 400
STRONG = 1.7  # potentiation within a selective group
WEAK = 1 - 0.15 * (STRONG - 1) / (1 - 0.15)
CELL = from_equations(
    """
    block = 1 / (1 + exp(-0.062 * v / mV) / 3.57) : 1
    i_syn = (g_ampa + block * g_nmda) * -v + g_gaba * (-70*mV - v)
    dv/dt = (g_leak * (-70*mV - v) + i_syn) / c_mem : mV
    dg_ampa/dt = -g_ampa / (2*ms) : nS
    dg_gaba/dt = -g_gaba / (5*ms) : nS
    drise/dt = -rise / (2*ms) : 1
    dgate/dt = -gate / (100*ms) + 0.5/ms * rise * (1 - gate) : 1
    """,
    threshold="v > -50*mV",
    reset="v = -55*mV; rise += 1",
    rests=["v"],
    # no equation gives g_nmda: it is the sum of what arrives in a step
    receptors={"ampa": "g_ampa", "nmda": "g_nmda", "gaba": "g_gaba"},
    parameters={"c_mem": "500 pF", "g_leak": "25 nS", "t_ref": "2 ms"},
    initial={"v": -70},
    method="midpoint",
    name="Gated",
)
EXCITE = CELL()
INHIBIT = CELL(c_mem=200.0, g_leak=20.0, t_ref=1.0)
# conductances in nS onto pyramidal cells and interneurons
OUTSIDE = {"E": 2.1, "I": 1.62}
AMPA, NMDA, GABA = {"E": 0.05, "I": 0.04}, {"E": 0.165, "I": 0.13}, {"E": 1.3, "I": 1.0}
BEFORE, AFTER = 500.0, 500.0  # ms
BACKGROUND, SEEN, SPREAD, EVERY = 2400.0, 40.0, 4.0, 50.0  # Hz, Hz, Hz, ms


class Trial(NamedTuple):
    """Rates in Hz of A, B, the others and I before the stimulus; of the winner and the loser while
    it lasts and afterwards; whether A won, and when (ms after onset, NaN for never).
    """

    before: list[float]
    seen: list[float]
    kept: list[float]
    right: bool
    time: float


def network() -> tuple[Network, list[PoissonInput]]:
    """Declare the network and the inputs of A and B."""
    sizes = {"A": SELECTIVE, "B": SELECTIVE, "rest": OTHER, "I": INHIBITORY}
    inputs = [PoissonInput(k, BACKGROUND, OUTSIDE["E"], receptor="ampa") for k in "AB"]
    parts = [Population(k, n, INHIBIT if k == "I" else EXCITE) for k, n in sizes.items()]
    rest = PoissonInput("rest", BACKGROUND, OUTSIDE["E"], receptor="ampa")
    parts += [*inputs, rest, PoissonInput("I", BACKGROUND, OUTSIDE["I"], receptor="ampa")]
    for post in sizes:
        kind = "I" if post == "I" else "E"
        brake = {"receptor": "gaba", "weight": GABA[kind], "delay": 0.5}
        parts.append(Projection("I", post, AllToAll(), **brake))
        for pre in ("A", "B", "rest"):
            share = 1.0
            if post in "AB":
                share = STRONG if pre == post else WEAK
            ends = {"pre": pre, "post": post, "wiring": AllToAll(), "delay": 0.5}
            fast = {"receptor": "ampa", "weight": share * AMPA[kind]}
            slow = {"receptor": "nmda", "weight": share * NMDA[kind]}
            parts.append(Projection(**ends, **fast))
            label = f"{pre}=>{post}"
            parts.append(Projection(**ends, **slow, transmits=Graded("gate"), label=label))
    return Network(parts), inputs


def decide(coherence: float, seed: int, stimulus: float = 2000.0) -> Trial:
    """Show both inputs for `stimulus` ms; A's is the stronger one, by a share of `coherence`."""
    rng = np.random.default_rng(seed)
    declared, inputs = network()
    with Simulator(declared, dt=0.1, seed=seed, precision="float32") as run:
        run.run(BEFORE)
        while run.time < BEFORE + stimulus:
            for each, sign in zip(inputs, (1.0, -1.0), strict=True):
                shown = SEEN * (1 + sign * coherence) + SPREAD * rng.normal()
                run.set_rate(each, BACKGROUND + max(shown, 0.0))
            run.run(EVERY)
        for each in inputs:
            run.set_rate(each, BACKGROUND)
        run.run(AFTER)
        spikes = {name: run.spikes(name) for name in declared.populations}

    def rate(name: str, start: float, stop: float) -> float:
        return float(
            spikes[name].select(start=start, stop=stop).rate(duration=stop - start)
        )

    end = BEFORE + stimulus
    seen = [rate(k, end - 300.0, end) for k in "AB"]
    right = seen[0] > seen[1]
    order = "AB" if right else "BA"
    windows = np.arange(BEFORE, end - 50.0, 5.0)
    fast = [t for t in windows if rate(order[0], t, t + 50.0) > 15.0]
    return Trial(
        before=[rate(name, 200.0, BEFORE) for name in spikes],
        seen=sorted(seen, reverse=True),
        kept=[rate(k, end + 200.0, end + AFTER) for k in order],
        right=right,
        time=fast[0] + 50.0 - BEFORE if fast else np.nan,
    )


def compare(quick: bool = False) -> list[Row]:
    """Rates before, while and after; shares of right choices; how long they take."""
    n = 1 if quick else 20
    easy = [decide(0.512, seed, 1000.0) for seed in range(n)]
    before = np.mean([trial.before for trial in easy], axis=0)
    seen = np.mean([trial.seen for trial in easy], axis=0)
    kept = np.mean([trial.kept for trial in easy], axis=0)
    rows = [
        Row("before: rate of pyramidal cells, Hz", before[2], 1.0, 5.0, "2002, about 3"),
        Row("before: rate of interneurons, Hz", before[3], 6.0, 13.0, "2002, about 9"),
        Row("seen: rate of the winner, Hz", seen[0], 20.0, 60.0, "2002, figure 4"),
        Row("seen: rate of the loser, Hz", seen[1], 0.0, 5.0, "2002, figure 4"),
        Row("kept: rate of the winner, Hz", kept[0], 10.0, 40.0, "2002, figure 4"),
        Row("51.2 %: right choices", np.mean([t.right for t in easy]), 0.95, 1.0, "2002"),
    ]
    if quick:
        return rows
    hard = [decide(0.128, seed) for seed in range(n, 2 * n)]
    none = [decide(0.0, seed) for seed in range(2 * n, 3 * n)]
    chance = 1 - 0.5 * np.exp(-((12.8 / 9.2) ** 1.5))
    margin = 2.6 * np.sqrt(chance * (1 - chance) / n)
    by = "2002, Weibull, 99 % of 20 trials"
    share = float(np.mean([t.right for t in hard]))
    times = [np.nanmean([t.time for t in trials]) for trials in (easy, none)]
    return [
        *rows,
        Row("12.8 %: right choices", share, chance - margin, min(chance + margin, 1.0), by),
        Row("0 %: choices of A", np.mean([t.right for t in none]), 0.21, 0.79, "chance"),
        Row("time at 51.2 % over time at 0 %", times[0] / times[1], 0.2, 0.85, "2002"),
    ]


def main() -> None:
    """Show inputs of three strengths, and print what came out."""
    show(compare())


if __name__ == "__main__":
    typer.run(main)
