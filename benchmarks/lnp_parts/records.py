"""Finished runs of the study by rule, density and seed."""

DENSITIES = ((0.75, 0.75), (0.43, 0.5), (0.25, 0.25))
MAIN = DENSITIES[1]
HIGHER = {"lorenz_vpt": True, "digits_accuracy": True, "transformer_ratio": False}
UNITS = {
    "lorenz_vpt": "Lyapunov times",
    "digits_accuracy": "share",
    "transformer_ratio": "error / persistence",
}


def key(seed, rule, density):
    """Name of a run in the file."""
    return f"{rule}, {density[0]:g} neurons, {density[1]:g} synapses, seed {seed}"


def of(runs, rule, density, metric, seeds):
    """One metric of a rule by seed."""
    records = {seed: runs.get(key(seed, rule, density)) for seed in range(seeds)}
    return {seed: run[metric] for seed, run in records.items() if run and metric in run}
