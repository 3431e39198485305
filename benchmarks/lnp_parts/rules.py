"""The network before pruning, and the rules that prune it."""

from dataclasses import replace

import numpy as np

from lnp_parts.reservoir import ALPHA, THRESHOLD, Reservoir
from neurosparse import pruning
from neurosparse.rewiring import Chance, Magnitude
from neurosparse.wiring import WattsStrogatz

N = 300
K = 30
COUPLING = 0.2
ABLATED = {
    "lnp without I": "synapses",
    "lnp without II": "neurons",
    "lnp without III": "grow",
    "lnp without IV": "tune",
}
OTHERS = ("lnp sized by |w|", "activity", "magnitude", "stdp", "random")
TO_ZERO = "lnp tuned to exponent 0"


def first(seed):
    """The network before pruning, and what drives it while it is pruned."""
    rng = np.random.default_rng([seed, 1])
    c = WattsStrogatz(K, 0.2).build(N, N, rng)
    c = c.with_weight(
        (rng.standard_normal(c.nnz) * COUPLING / np.sqrt(K)).astype(np.float32)
    )
    tau = np.maximum(rng.gamma(3.0, 20.0 / 3.0, N), 2.0)
    net = pruning.RecurrentNet.begin(c, 1.0 / tau)
    bias = 0.03 * rng.random(N)
    drive = bias + 0.1 * np.repeat(rng.standard_normal((150, N)), 4, axis=0) / np.sqrt(2.0)
    return net, bias, pruning.LifField(drive, THRESHOLD, alpha=ALPHA)


def steps_of(net, field):
    """LNP, two variants of it, and LNP with each step in turn replaced by chance or left out."""
    full = pruning.lnp(field, like=net, rounds=5, trials=12)
    by_weight = pruning.NoiseScore(full.synapses.score.covariance)
    chance = {
        "synapses": pruning.KeepBest(Chance()),
        "neurons": pruning.DropNeurons(pruning.RandomNeurons()),
    }
    rules = {
        "lnp": full,
        "lnp sized by |w|": replace(full, synapses=replace(full.synapses, score=by_weight)),
    }
    rules |= {TO_ZERO: replace(full, tune=pruning.lnp(field, trials=12).tune)}
    rules |= {
        name: replace(full, **{step: chance.get(step)}) for name, step in ABLATED.items()
    }
    # the watched exponent may end the loop early; numbers would then differ between rules
    return {name: replace(rule, watch=None) for name, rule in rules.items()}


def baselines(field):
    """Which neurons and which synapses stay, by name."""
    by_chance = pruning.RandomNeurons()
    return {
        "activity": (pruning.FiringRate(field), pruning.Traffic(field)),
        "magnitude": (by_chance, Magnitude()),
        "stdp": (by_chance, pruning.SpikeCorrelation(field)),
        "random": (by_chance, Chance()),
    }


def prune(name, net, field, density, size, rng):
    """Prune by a named rule to a density, or to the numbers `size` that LNP reached."""
    if name == "unpruned":
        return net
    rules = steps_of(net, field)
    if name in rules:
        return rules[name](
            net, neurons=density[0], synapses=size[1] or density[1], rng=rng
        ).net
    neurons, synapses = baselines(field)[name]
    cut = pruning.DropNeurons(neurons)(net, size[0], rng)
    return pruning.KeepBest(synapses)(cut, min(size[1], cut.connectivity.nnz), rng)


def scored(net, field, bias, tasks, seed):
    """All figures of one pruned network."""
    out = {
        "neurons": net.connectivity.n_pre,
        "synapses": net.connectivity.nnz,
        "mean_tau": float(net.tau.mean()),
    }
    out["exponent"] = pruning.LargestExponent(field)(net, np.random.default_rng(0))
    for number, task in enumerate(tasks):
        rng = np.random.default_rng([seed, 2, number])
        weights_in = rng.standard_normal((task.width, N)) * 0.1 / np.sqrt(task.width)
        reservoir = Reservoir(net, weights_in, bias)
        out |= task.score(reservoir)
        if number == 0:
            out |= {
                "synops": reservoir.synops / reservoir.steps,
                "rate": reservoir.spikes / reservoir.steps / out["neurons"],
            }
    out["readout"] = 10 * (4 * out["neurons"] + 1)
    return {key: float(value) for key, value in out.items()}
