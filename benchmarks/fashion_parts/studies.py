"""The contestants of the picture studies, and what is equal for all of one table."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from neurosparse.analysis import random_sparse_mlp, smaller_dense_mlp
from neurosparse.models import (
    dense_mlp,
    er_control,
    g2gnet,
    sparse_mlp,
)
from neurosparse.pruning import granet
from neurosparse.rewiring import chts, hebbian, rigl, set_, srigl
from neurosparse.wiring import CorrelatedInputs, FixedInDegree


@dataclass(frozen=True)
class Method:
    """A contestant: how its network is made from (widths, density, data, seed), and how it is
    rewired.
    """

    build: Callable[..., torch.nn.Module]
    rule: Any = None
    computed: str = "sparse kernel"


@dataclass(frozen=True)
class Study:
    """Everything that is equal for all methods of one table; `setting` (rate, decay) where nothing
    was tried.
    """

    data: str
    widths: tuple[int, ...]
    density: float
    methods: dict[str, Method]
    references: tuple[str, ...]
    epochs: int = 20
    batch: int = 64
    setting: tuple[float, float] = (0.05, 1e-4)


def fixed_fan_in(widths, density, data, seed):
    """Hidden layers in which every neuron has the same number of inputs."""
    return sparse_mlp(
        widths, [FixedInDegree(round(n * density)) for n in widths[:-2]], rng=seed
    )


def from_correlations(widths, density, data, seed):
    """Hidden layers wired by how input features vary together in the training set (CSTI)."""
    return sparse_mlp(widths, CorrelatedInputs(data.x[:10_000].numpy(), density), rng=seed)


def denser(build, times=10):
    """As `build`, with so many times the synapses to begin with."""
    return lambda widths, density, data, seed: build(widths, times * density, data, seed)


def scattered(widths, density, data, seed):
    """Random hidden layers (ER, which for linear layers is ERK)."""
    return random_sparse_mlp(widths, density, seed)


def full(widths, density, data, seed):
    """The dense twin."""
    return dense_mlp(widths, seed)


def narrow(widths, density, data, seed):
    """The dense network of as many weights."""
    return smaller_dense_mlp(widths, density, seed)


def grouped(variant):
    """G2GNet with its published groups: 8, all pairs within, 15 % between."""
    return lambda widths, density, data, seed: g2gnet(widths, variant, rng=seed)


def control(widths, density, data, seed):
    """As many synapses in every layer as G2GNet has, at random."""
    return er_control(g2gnet(widths, rng=seed), rng=seed)


EQUAL = "dense, equal parameters"
# the rows that a sparse method has to be read beside
FIRST = (EQUAL, "dense, equal weights", "dense twin", "dense, same width")
SPARSE99 = {
    EQUAL: Method(narrow, computed="dense"),
    "random static": Method(scattered),
    "SET": Method(scattered, set_()),
    "RigL": Method(scattered, rigl()),
    "CHTs": Method(scattered, chts(importance=True)),
    "Hebbian": Method(scattered, hebbian(0.3)),
    "CHTs, CSTI": Method(from_correlations, chts(importance=True)),
    "RigL, CSTI": Method(from_correlations, rigl()),
    "GraNet, CSTI, from 10 %": Method(
        denser(from_correlations), granet(0.01, 0.1, every=100)
    ),
    "SRigL": Method(fixed_fan_in, srigl()),
    "dense twin": Method(full, computed="dense"),
}
G2G = {
    "ER control": Method(control),
    "G2GNet index": Method(grouped("index")),
    "G2GNet mixer": Method(grouped("mixer")),
    "G2GNet random": Method(grouped("random")),
    "G2GNet index, Hebbian": Method(grouped("index"), hebbian(0.1)),
    "ER control, Hebbian": Method(control, hebbian(0.1)),
    "dense, equal weights": Method(narrow, computed="dense"),
    "dense, same width": Method(full, computed="dense"),
}
SMALLER = {
    name: G2G[name]
    for name in (
        "ER control",
        "G2GNet index",
        "G2GNet mixer",
        "dense, equal weights",
        "dense, same width",
    )
}
DENSITY = 1 / 8 + 7 / 8 * 0.15
STUDIES = {
    "sparse99": Study(
        "fashion_mnist", (784, 1568, 1568, 1568, 10), 0.01, SPARSE99, (EQUAL, "dense twin")
    ),
    "g2gnet": Study(
        "fashion_mnist",
        (784, 512, 512, 512, 10),
        DENSITY,
        G2G,
        ("ER control", "dense, equal weights"),
        epochs=10,
        batch=128,
    ),
    "g2gnet-cifar10": Study(
        "cifar10",
        (3072, 512, 512, 512, 10),
        DENSITY,
        SMALLER,
        ("ER control", "dense, equal weights"),
        epochs=10,
        batch=128,
    ),
}
