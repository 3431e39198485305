"""Constants of the benchmark networks; times in ms, voltages in mV, currents in pA, rates in Hz.

Sources: CUBA: Vogels and Abbott 2005 (10.1523/JNEUROSCI.3508-05.2005) in the form of Brette et al.
2007
(10.1007/s10827-007-0038-6) and Brian2's example. Brunel 2000 (10.1023/A:1008925309027).
Microcircuit:
Potjans and Diesmann 2014 (10.1093/cercor/bhs358). Fly: Shiu et al. 2024
(10.1038/s41586-024-07763-9).
STDP: Gütig et al. 2003 (10.1523/JNEUROSCI.23-09-03697.2003) at mu = 0, lambda as in Morrison et al.
2007.
"""

from typing import NamedTuple

DT = 0.1


class Cuba(NamedTuple):
    """Vogels-Abbott network with exponential currents; `ge` and `gi` are in mV."""

    tau_m: float = 20.0
    tau_e: float = 5.0
    tau_i: float = 10.0
    v_rest: float = -49.0
    v_threshold: float = -50.0
    v_reset: float = -60.0
    refractory: float = 5.0
    w_e: float = 60 * 0.27 / 10
    w_i: float = -20 * 4.5 / 10
    delay: float = 0.1
    in_degree: int = 80
    excitatory: float = 0.8


class Brunel(NamedTuple):
    """Brunel's network with delta synapses; each neuron has its own Poisson input of `drive` spikes
    a second.
    """

    tau_m: float = 20.0
    theta: float = 20.0
    v_reset: float = 0.0
    refractory: float = 2.0
    delay: float = 1.5
    j: float = 0.1
    g: float = 5.0
    n_e: int = 10_000
    n_i: int = 2_500
    c_e: int = 1_000
    c_i: int = 250
    drive: float = 20_000.0


class Stdp(NamedTuple):
    """Additive pair rule on Brunel's E->E synapses; a step up is `lam * w_max`, a step down `alpha`
    times that.
    """

    tau: float = 20.0
    lam: float = 0.001
    alpha: float = 1.05
    w_max: float = 0.2


class Fly(NamedTuple):
    """Fly-sized network; v is measured from rest, `w` is per anatomical synapse, `drive` goes into
    v.
    """

    n: int = 138_639
    connections: int = 15_300_000
    synapses: int = 50_000_000
    excitatory: float = 0.66
    tau_m: float = 20.0
    tau_g: float = 5.0
    theta: float = 7.0
    refractory: float = 2.2
    delay: float = 1.8
    w: float = 0.275
    drive: float = 250 * 0.275


class Drive(NamedTuple):
    """So many driven neurons, each by its own Poisson train of so many spikes a second."""

    neurons: int
    rate: float


FLY_DRIVES = {"21x150": Drive(21, 150.0), "448x38": Drive(448, 38.0)}


class Microcircuit(NamedTuple):
    """Potjans-Diesmann microcircuit; `probability[target][source]`."""

    names: tuple[str, ...] = ("23E", "23I", "4E", "4I", "5E", "5I", "6E", "6I")
    sizes: tuple[int, ...] = (20683, 5834, 21915, 5479, 4850, 1065, 14395, 2948)
    probability: tuple[tuple[float, ...], ...] = (
        (0.1009, 0.1689, 0.0437, 0.0818, 0.0323, 0.0, 0.0076, 0.0),
        (0.1346, 0.1371, 0.0316, 0.0515, 0.0755, 0.0, 0.0042, 0.0),
        (0.0077, 0.0059, 0.0497, 0.1350, 0.0067, 0.0003, 0.0453, 0.0),
        (0.0691, 0.0029, 0.0794, 0.1597, 0.0033, 0.0, 0.1057, 0.0),
        (0.1004, 0.0622, 0.0505, 0.0057, 0.0831, 0.3726, 0.0204, 0.0),
        (0.0548, 0.0269, 0.0257, 0.0022, 0.0600, 0.3158, 0.0086, 0.0),
        (0.0156, 0.0066, 0.0211, 0.0166, 0.0572, 0.0197, 0.0396, 0.2252),
        (0.0364, 0.0010, 0.0034, 0.0005, 0.0277, 0.0080, 0.0658, 0.1443),
    )
    external: tuple[int, ...] = (1600, 1500, 2100, 1900, 2000, 1900, 2900, 2100)
    external_rate: float = 8.0
    full_rates: tuple[float, ...] = (0.903, 2.965, 4.414, 5.876, 7.569, 8.633, 1.105, 7.829)
    psc: float = 87.8
    g: float = -4.0
    weight_spread: float = 0.1
    delay_e: float = 1.5
    delay_i: float = 0.75
    delay_spread: float = 0.5
    tau_m: float = 10.0
    tau_syn: float = 0.5
    capacitance: float = 250.0
    v_rest: float = -65.0
    v_threshold: float = -50.0
    refractory: float = 2.0


# mean and spread of the initial potential of each population, from the optimised start of the
# published model
PD_V0_MEAN = (-68.28, -63.16, -63.33, -63.45, -63.11, -61.66, -66.72, -61.43)
PD_V0_SPREAD = (5.36, 4.57, 4.74, 4.94, 4.94, 4.55, 5.46, 4.48)
