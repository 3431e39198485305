"""Three classical neurons as equations: an axon, a muscle fibre, and the simplest that spikes.

Run: python examples/equations.py [--out figures]

A current steps up for a while; each answers with spikes of its own shape. Sources: Hodgkin & Huxley
1952, doi:10.1113/jphysiol.1952.sp004764; Morris & Lecar 1981, doi:10.1016/S0006-3495(81)84782-0;
FitzHugh 1961, doi:10.1016/S0006-3495(61)86902-6.
"""

from pathlib import Path

import numpy as np
import typer
from matplotlib.figure import Figure

from neurosparse import Network, Population, Simulator
from neurosparse.analysis import COLOURS, finish_axes
from neurosparse.engine import Spikes, States
from neurosparse.neurons import from_equations
from neurosparse.stimuli import StepCurrent

AXON = from_equations(
    """
    a_m = 1 / ms * exprel(-(v + 40 * mV) / (10 * mV))**-1 : 1/ms
    b_m = 4 / ms * exp(-(v + 65 * mV) / (18 * mV)) : 1/ms
    a_h = 0.07 / ms * exp(-(v + 65 * mV) / (20 * mV)) : 1/ms
    b_h = 1 / ms / (1 + exp(-(v + 35 * mV) / (10 * mV))) : 1/ms
    a_n = 0.1 / ms * exprel(-(v + 55 * mV) / (10 * mV))**-1 : 1/ms
    b_n = 0.125 / ms * exp(-(v + 65 * mV) / (80 * mV)) : 1/ms
    i_na = g_na * m**3 * h * (50 * mV - v) : uA/cm^2
    i_k = g_k * n**4 * (-77 * mV - v) : uA/cm^2
    i_l = g_l * (-54.4 * mV - v) : uA/cm^2
    dv/dt = (i_na + i_k + i_l + i_ext) / c_mem : mV
    dm/dt = a_m * (1 - m) - b_m * m : 1
    dh/dt = a_h * (1 - h) - b_h * h : 1
    dn/dt = a_n * (1 - n) - b_n * n : 1
    """,
    threshold="v > 0*mV",
    parameters={
        "c_mem": "1 uF/cm^2",
        "g_na": "120 mS/cm^2",
        "g_k": "36 mS/cm^2",
        "g_l": "0.3 mS/cm^2",
        "i_ext": "0 uA/cm^2",
        "t_ref": "3 ms",
    },
    initial={"v": -65, "m": 0.0529, "h": 0.5961, "n": 0.3177},
    name="Axon",
)
FIBRE = from_equations(
    """
    open_ca = (1 + tanh((v + 1.2 * mV) / (18 * mV))) / 2 : 1
    open_k = (1 + tanh((v - 12 * mV) / (17.4 * mV))) / 2 : 1
    half = exp((v - 12 * mV) / (34.8 * mV)) : 1
    pace = 0.067 / ms * (half + 1 / half) / 2 : 1/ms
    i_ca = 4 * open_ca * (120 - v / mV)
    i_k = 8 * n * (-84 - v / mV)
    i_l = 2 * (-60 - v / mV)
    dv/dt = (i_ca + i_k + i_l + i_ext) / c_mem
    dn/dt = pace * (open_k - n)
    """,
    threshold="v > 10",
    parameters={"c_mem": 20.0, "i_ext": 0.0, "t_ref": 20.0},
    initial={"v": -60, "n": 0.015},
    method="rk4",
    name="Fibre",
)
SIMPLEST = from_equations(
    """
    dv/dt = (v - v**3 / 3 - w + i_ext) / tau
    dw/dt = 0.08 * (v + 0.7 - 0.8 * w) / tau
    """,
    threshold="v > 1",
    parameters={"tau": 0.4, "i_ext": 0.0, "t_ref": 5.0},
    initial={"v": -1.2, "w": -0.62},
    method="rk4",
    name="Simplest",
)
# the model, the current that makes it fire, and the unit of its voltage
NEURONS = {
    "Hodgkin-Huxley": (AXON, 10.0, "mV"),
    "Morris-Lecar": (FIBRE, 60.0, "mV"),
    "FitzHugh-Nagumo": (SIMPLEST, 0.5, "-"),
}


def answers(model, current, ms):
    """Inject a step between a fifth and four fifths of the time; spikes, and v of every step."""
    network = Network(
        Population("cell", 1, model()),
        StepCurrent("cell", amplitude=current, start=0.2 * ms, stop=0.8 * ms),
    )
    record = States("cell", "v")
    simulator = Simulator(network, dt=0.02, record=[record, Spikes("cell")])
    simulator.run(ms)
    return len(simulator.spikes("cell")), simulator.recorded(record).values[:, 0]


def main(out: Path | None = None, quick: bool = False) -> None:
    """Print how often each fires; draw their voltages into the folder `out`."""
    figure = Figure(figsize=(7, 2), layout="constrained")
    axes = figure.subplots(1, 3)
    ms = 150.0 if quick else 250.0
    for ax, (name, (model, current, unit)) in zip(axes, NEURONS.items(), strict=True):
        count, voltage = answers(model, current, ms)
        print(f"{name}: {count} spikes")
        ax.plot(0.02 * np.arange(len(voltage)), voltage, color=COLOURS[0], linewidth=0.9)
        finish_axes(ax, "time (ms)", f"v ({unit})", name)
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        figure.savefig(out / "equations.png", dpi=150)


if __name__ == "__main__":
    typer.run(main)
