"""From spikes back to wiring, and on: who acts on whom, ensembles, and a network wired like them.

Run: python examples/activity_to_wiring.py [--out figures]

Eighty neurons in four groups are simulated, so the wiring behind their spikes is known. Every score
stands beside chance. Then layers are wired by the densities between the ensembles that were seen
in the activity, and trained beside random layers of the same density and dense ones.
"""

from pathlib import Path

import numpy as np
import torch
import typer
from matplotlib.figure import Figure
from torch import nn

from neurosparse import analysis
from neurosparse.analysis import SpikeTrains
from neurosparse.connectivity import Connectivity
from neurosparse.datasets import digits_8x8
from neurosparse.engine import Simulator
from neurosparse.models import Data, TrainingPlan, dense_mlp, er_control, fit, sparse_mlp
from neurosparse.network import Network, Population, Projection
from neurosparse.neurons import LIF
from neurosparse.stimuli import PoissonInput
from neurosparse.wiring import BlockLayer

GROUPS = 4
N = 80
WIDTH = 2.0  # ms, as long as a synapse takes
# chances inside a group, onto the next, onto the others
INSIDE, NEXT, ELSEWHERE = 0.35, 0.1, 0.02
WIDTHS = [64, 128, 128, 10]
MEMBER = np.repeat(np.arange(GROUPS), N // GROUPS)


def wiring(seed: int) -> Connectivity:
    """Draw the truth: groups in a ring; a quarter of the neurons of each inhibit."""
    chance = np.full((GROUPS, GROUPS), ELSEWHERE) + (INSIDE - ELSEWHERE) * np.eye(GROUPS)
    chance += (NEXT - ELSEWHERE) * np.roll(np.eye(GROUPS), 1, axis=1)
    drawn = BlockLayer(chance).build(N, N, seed)
    pre, post = drawn.edges()
    apart = pre != post
    inhibits = np.arange(N) % 4 == 3
    weight = np.where(inhibits[pre], -1.5, 1.0)[apart]
    return Connectivity.from_edges(
        pre[apart], post[apart], n_pre=N, n_post=N, weight=weight
    )


def spikes_of(truth: Connectivity, duration: float) -> SpikeTrains:
    """Simulate it under independent Poisson input."""
    cell = LIF(tau_mem=10.0, v_rest=0.0, v_threshold=10.0, v_reset=0.0, t_ref=2.0)
    network = Network(
        Population("cells", N, cell),
        Projection("cells", "cells", truth, delay=WIDTH),
        PoissonInput("cells", rate=1000.0, weight=0.85),
    )
    simulation = Simulator(network, dt=0.1, seed=1)
    simulation.run(duration)
    return SpikeTrains.from_record(simulation.spikes("cells"), stop=duration)


def estimates(spikes: SpikeTrains) -> dict[str, np.ndarray]:
    """Estimate who acts on whom, entry [post, pre], in four ways."""
    counts = analysis.spike_count_matrix(spikes, WIDTH).toarray()
    moments = analysis.lagged_moments(counts)
    return {
        "correlation": analysis.activity_correlation(moments),
        "partial correlation": analysis.partial_correlation(moments),
        "transfer entropy": analysis.binned_transfer_entropy(counts),
        "lagged regression": analysis.lagged_regression(moments),
    }


def digits() -> Data:
    """The digits as rows of numbers from 0 to 1."""
    images = digits_8x8()
    parts = (images.train_x, images.train_y, images.test_x, images.test_y)
    x, y, test_x, test_y = (torch.tensor(part) for part in parts)
    rows = (levels.reshape(len(levels), -1).float() / 16 for levels in (x, test_x))
    train, test = rows
    return Data(train, y.long(), test, test_y.long(), batch=32)


def accuracy(model: nn.Sequential, data: Data, epochs: int) -> float:
    """Train and test."""
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    fit(model, data, optimizer, TrainingPlan(epochs, seed=0))
    with torch.no_grad():
        return float((model(data.test_x).argmax(1) == data.test_y).float().mean())


def main(out: Path = Path("figures"), quick: bool = False) -> None:
    """Simulate, estimate, score, find ensembles, wire by them, train."""
    truth = wiring(0)
    spikes = spikes_of(truth, 5_000.0 if quick else 120_000.0)
    print(f"{analysis.firing_rates(spikes).mean():.1f} Hz, {truth.nnz} synapses")
    tables = estimates(spikes)
    scores = {name: analysis.score_wiring(table, truth) for name, table in tables.items()}
    for name, score in scores.items():
        print(f"{name:20} {score}")

    groups = analysis.ensembles(spikes, 10.0, rng=0)
    shared = analysis.normalised_mutual_information(groups.labels, MEMBER)
    print(
        f"{groups.number} ensembles; shared with the true groups: {shared:.2f} (chance 0)"
    )
    density = truth.nnz / (N * (N - 1))
    edges = analysis.strongest_edges(tables["lagged regression"], density)
    blocks = analysis.block_matrix(edges, groups.labels)
    layer = BlockLayer(blocks.density, tuple(blocks.sizes))

    data = digits()
    epochs = 1 if quick else 20
    measured = sparse_mlp(WIDTHS, layer, rng=0)
    networks = {
        "wired like the ensembles": measured,
        "random, same density": er_control(measured, rng=0),
        "dense": dense_mlp(WIDTHS, rng=0),
    }
    for name, model in networks.items():
        print(f"digits, {name:25} {accuracy(model, data, epochs):.3f}")

    figure = Figure(figsize=(7, 2.6), layout="constrained")
    axes = figure.subplots(1, 3)
    matrices = (truth.to_dense().T, tables["correlation"], tables["lagged regression"])
    names = ("true wiring", "correlation", "lagged regression")
    for ax, matrix, name in zip(axes, matrices, names, strict=True):
        shown = np.array(matrix, np.float64)
        np.fill_diagonal(shown, 0.0)
        reach = np.quantile(np.abs(shown), 0.99)
        ax.imshow(shown, cmap="RdBu_r", vmin=-reach, vmax=reach)
        auc = f", AUC {scores[name].auc:.2f}" if name in scores else ""
        ax.set_title(name + auc, fontsize=8, loc="left")
        ax.set(xlabel="from neuron", ylabel="to neuron")
    out.mkdir(parents=True, exist_ok=True)
    figure.savefig(out / "activity_to_wiring.png", dpi=150)


if __name__ == "__main__":
    typer.run(main)
