"""Lyapunov noise pruning: one random network pruned before any task, then read out for three of
them.

A small world of 300 heterogeneous LIF neurons (the HRSNN's equations, kernel `recurrent_scan`) is
pruned to three densities by LNP, by LNP without each of its steps in turn, and by baselines, all to
the numbers of neurons and synapses that LNP reached. Only then a ridge readout is trained for each
task: Lorenz-63 (valid prediction time in free run, NRMSE up to 0.4), digits 8 x 8 by rows
(embedded), and oil temperature six hours on (ETTh1, error over that of "as now"; left out where the
file is not on this machine). LNP's step IV aims at the exponents of the network before pruning. A
step that is taken out is replaced by chance, so that numbers stay equal. SynOps are spikes times
recurrent fan-out, per step, and count the Lorenz test's run.

Every network is scored once and kept in the file of --runs; a study that was interrupted goes on
where it was.

    python benchmarks/lnp.py [--quick] [--json OUT] [--runs FILE] [--figure FILE] [--seeds N]
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from time import perf_counter

import numpy as np
from harness import Gate, Report
from lnp_parts.reservoir import ALPHA, THRESHOLD, Reservoir
from lnp_parts.tasks import DigitsTask, LorenzTask, TransformerTask
from run_file import RESULTS, Runs, runs_option

from neurosparse import pruning
from neurosparse.analysis import bootstrap_interval, paired_interval
from neurosparse.datasets import dataset_named, is_available
from neurosparse.rewiring import Chance, Magnitude
from neurosparse.wiring import WattsStrogatz

N = 300
K = 30
COUPLING = 0.2
SEEDS = 5
DENSITIES = ((0.75, 0.75), (0.43, 0.5), (0.25, 0.25))
MAIN = DENSITIES[1]
ABLATED = {
    "lnp without I": "synapses",
    "lnp without II": "neurons",
    "lnp without III": "grow",
    "lnp without IV": "tune",
}
OTHERS = ("lnp sized by |w|", "activity", "magnitude", "stdp", "random")
TO_ZERO = "lnp tuned to exponent 0"
HIGHER = {"lorenz_vpt": True, "digits_accuracy": True, "transformer_ratio": False}
UNITS = {
    "lorenz_vpt": "Lyapunov times",
    "digits_accuracy": "share",
    "transformer_ratio": "error / persistence",
}


def first(seed):
    """The network before pruning, and what drives it while it is pruned."""
    rng = np.random.default_rng([seed, 1])
    c = WattsStrogatz(K, 0.2).build(N, N, rng)
    c = c.with_weight((rng.standard_normal(c.nnz) * COUPLING / np.sqrt(K)).astype(np.float32))
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
    lot = pruning.RandomNeurons()
    return {
        "activity": (pruning.FiringRate(field), pruning.Traffic(field)),
        "magnitude": (lot, Magnitude()),
        "stdp": (lot, pruning.SpikeCorrelation(field)),
        "random": (lot, Chance()),
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


def plan(seeds, densities):
    """Every (seed, rule, density) of the study, what others need first."""
    rules = ("lnp", *OTHERS)
    for seed in range(seeds):
        yield seed, "unpruned", (1.0, 1.0)
        for density in densities:
            yield from ((seed, rule, density) for rule in rules)
            if density == MAIN:
                yield from ((seed, rule, density) for rule in (TO_ZERO, *ABLATED))


def key(seed, rule, density):
    """Name of a run in the file."""
    return f"{rule}, {density[0]:g} neurons, {density[1]:g} synapses, seed {seed}"


def study(seeds, densities, runs):
    """Score what is not among the runs yet."""
    tasks = [LorenzTask(), DigitsTask()] + (
        [TransformerTask()] if is_available(dataset_named("ett")) else []
    )
    for seed, rule, density in plan(seeds, densities):
        name = key(seed, rule, density)
        if name in runs:
            continue
        start = perf_counter()
        net, bias, field = first(seed)
        reached = runs.get(key(seed, "lnp", density)) or {}
        size = int(reached.get("neurons", 0)), int(reached.get("synapses", 0))
        pruned = prune(rule, net, field, density, size, np.random.default_rng([seed, 3]))
        took = perf_counter() - start
        record = scored(pruned, field, bias, tasks, seed) | {"pruning_s": took}
        runs.add(name, record)
        print(
            f"{name}: {perf_counter() - start:.1f} s",
            {k: round(v, 4) for k, v in record.items()},
            flush=True,
        )


def of(runs, rule, density, metric, seeds):
    """One metric of a rule by seed."""
    records = {seed: runs.get(key(seed, rule, density)) for seed in range(seeds)}
    return {seed: run[metric] for seed, run in records.items() if run and metric in run}


def gate(runs, seeds, densities):
    """Equal numbers, and networks that do something."""
    check = Gate()
    for density in densities:
        for seed in range(seeds):
            ours = runs[key(seed, "lnp", density)]
            for rule in OTHERS:
                other = runs[key(seed, rule, density)]
                same = (other["neurons"], other["synapses"]) == (
                    ours["neurons"],
                    ours["synapses"],
                )
                check.true(key(seed, rule, density), same, "numbers differ from LNP's")
    check.true("networks spike", all(0.001 < run["rate"] < 0.9 for run in runs.values()))
    whole = [runs[key(seed, "unpruned", (1.0, 1.0))] for seed in range(seeds)]
    learnt = all(run["digits_accuracy"] > 0.8 for run in whole)
    check.true("the unpruned network has learnt", learnt)
    check.demand()


def equal_synops(runs, metric, seeds, densities):
    """By seed, activity pruning's metric at the SynOps of LNP, read off the line between its
    densities.
    """
    found = {}
    for seed in range(seeds):
        line = [runs[key(seed, "unpruned", (1.0, 1.0))]] + [
            runs[key(seed, "activity", d)] for d in densities
        ]
        line = sorted((run["synops"], run[metric]) for run in line)
        found[seed] = float(
            np.interp(runs[key(seed, "lnp", MAIN)]["synops"], *zip(*line, strict=True))
        )
    return found


def report(runs, seeds, densities):
    """Means over seeds, LNP against every other rule; the paired interval stands in the case's
    name.
    """
    table = Report("scipy", "optuna", repeats=seeds)
    metrics = [m for m in HIGHER if m in runs.values()[0]]
    for density in densities:
        at = f"{density[0]:.0%} neurons, {density[1]:.0%} synapses"
        for metric in metrics:
            ours = of(runs, "lnp", density, metric, seeds)
            rules = (*OTHERS, TO_ZERO, *ABLATED)
            others = {rule: of(runs, rule, density, metric, seeds) for rule in rules}
            others["unpruned"] = of(runs, "unpruned", (1.0, 1.0), metric, seeds)
            if density == MAIN:
                others["activity at equal SynOps"] = equal_synops(
                    runs, metric, seeds, densities
                )
            for rule, theirs in others.items():
                if theirs:
                    _row(table, f"{at}", metric, ours, rule, theirs)
    vpt = list(of(runs, "lnp", MAIN, "lorenz_vpt", seeds).values())
    unpruned = list(of(runs, "unpruned", (1.0, 1.0), "lorenz_vpt", seeds).values())
    table.add(
        "goal: LNP's mean, 43 % neurons, 50 % synapses, "
        "reaches the lower end of the unpruned interval",
        "lorenz_vpt",
        UNITS["lorenz_vpt"],
        float(np.mean(vpt)),
        bootstrap_interval(unpruned).low,
        peer_name="unpruned, low end",
        goal=1.0,
        higher=True,
    )
    even = list(equal_synops(runs, "lorenz_vpt", seeds, densities).values())
    table.add(
        "goal: LNP against activity pruning at equal SynOps",
        "lorenz_vpt",
        UNITS["lorenz_vpt"],
        float(np.mean(vpt)),
        float(np.mean(even)),
        peer_name="activity",
        goal=1.0,
        higher=True,
    )
    for metric in ("neurons", "synapses", "synops", "pruning_s"):
        for rule in ("lnp", "activity", "unpruned"):
            density = (1.0, 1.0) if rule == "unpruned" else MAIN
            table.add(
                f"{rule} at the main density",
                metric,
                "",
                float(np.mean(list(of(runs, rule, density, metric, seeds).values()))),
            )
    return table


def _row(table, case, metric, ours, rule, theirs):
    apart = paired_interval(ours, theirs)
    name = f"{case}; difference {apart.mean:+.3f} [{apart.low:+.3f}, {apart.high:+.3f}]"
    mine, other = (float(np.mean(list(side.values()))) for side in (ours, theirs))
    table.add(name, metric, UNITS[metric], mine, other, peer_name=rule, higher=HIGHER[metric])


def figure(runs, seeds, densities, path):
    """Every metric against SynOps: one line a rule, points are densities."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from neurosparse import analysis

    metrics = [m for m in HIGHER if m in runs.values()[0]]
    made = Figure(
        figsize=(2 * analysis.COLUMN_WIDTH, 2 * analysis.AXES_HEIGHT), layout="constrained"
    )
    rows = made.subplots(2, len(metrics), squeeze=False)
    for ax, metric in zip(rows[0], metrics, strict=True):
        for colour, rule in zip(
            analysis.COLOURS,
            ("lnp", *OTHERS),
            strict=False,
        ):
            points = [("unpruned", (1.0, 1.0))] + [(rule, d) for d in densities]
            x = [np.mean(list(of(runs, r, d, "synops", seeds).values())) for r, d in points]
            y = [
                bootstrap_interval(list(of(runs, r, d, metric, seeds).values()))
                for r, d in points
            ]
            error = np.array([[p.mean - p.low for p in y], [p.high - p.mean for p in y]])
            ax.errorbar(
                x,
                [p.mean for p in y],
                error,
                color=colour,
                marker="o",
                ms=2.5,
                lw=0.9,
                label=rule,
            )
        analysis.finish_axes(ax, "SynOps a step", f"{metric}\n({UNITS[metric]})")
        ax.set_xscale("log")
    analysis.add_legend(rows[0][0])
    for ax, metric in zip(rows[1], metrics, strict=True):
        base = of(runs, "lnp", MAIN, metric, seeds)
        for at, rule in enumerate(ABLATED):
            apart = paired_interval(of(runs, rule, MAIN, metric, seeds), base)
            error = [[apart.mean - apart.low], [apart.high - apart.mean]]
            ax.errorbar([apart.mean], [at], xerr=error, color=analysis.INK, marker="o", ms=3)
        ax.axvline(0, color=analysis.GREY, lw=0.8)
        ax.set_yticks(
            range(len(ABLATED)), list(ABLATED) if ax is rows[1][0] else [""] * len(ABLATED)
        )
        analysis.finish_axes(ax, "difference to the whole LNP", "")
    FigureCanvasAgg(made)
    made.savefig(path, dpi=160, metadata={"Software": None})


def main():
    """Run the study, check it, show it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--quick", action="store_true", help="two seeds, the main density alone"
    )
    parser.add_argument(
        "--json", type=Path, metavar="OUT", help="write the rows to this file"
    )
    runs_option(parser, "lnp_runs.jsonl, none with --quick")
    parser.add_argument("--figure", type=Path, help="draw a figure to this file")
    parser.add_argument(
        "--seeds", type=int, help=f"random networks; {SEEDS}, or 2 with --quick"
    )
    args = parser.parse_args()
    seeds, densities = (
        (args.seeds or 2, (MAIN,)) if args.quick else (args.seeds or SEEDS, DENSITIES)
    )
    runs = Runs(args.runs or (None if args.quick else RESULTS / "lnp_runs.jsonl"))
    study(seeds, densities, runs)
    gate(runs, seeds, densities)
    report(runs, seeds, densities).finish(args.json)
    if args.figure:
        figure(runs, seeds, densities, args.figure)


if __name__ == "__main__":
    sys.exit(main())
