"""What a comparison holds equal for all, as a person writes it down."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import PurePath
from typing import Any

import torch

from neurosparse.analysis.comparison.contestant import (
    Contestant,
    available_methods,
    comparison_baselines,
    rewiring_methods,
)
from neurosparse.analysis.comparison.samples import OwnSamples
from neurosparse.analysis.comparison.wired import (
    brain_contestants,
    brain_named,
    check_brains,
)
from neurosparse.checks import whole_number
from neurosparse.errors import bad_argument, unknown_name
from neurosparse.models import Data

# mean and deviation of the training pixels, grey values divided by the white
SETS = {
    "digits": (16, 0.3053, 0.3763),
    "mnist": (255, 0.1307, 0.3081),
    "fashion_mnist": (255, 0.2860, 0.3530),
}


@dataclass(frozen=True)
class ComparisonSettings:
    """A comparison of multilayer perceptrons on samples that belong to classes.

    Args:
        dataset: "digits" (comes with the package), "mnist", "fashion_mnist", or samples of one's
            own: `own_samples("mine.npz")`.
        hidden: widths of the hidden layers of the reference network.
        sparsities: of the hidden layers, at least five and the losing ones among them if it is to
            mean anything.
        methods: rewiring methods beside the baselines, which always take part; "larva_brain",
            "c_elegans" or the file of a graph joins hidden layers by its strongest synapses
            between its best connected neurons, beside a control of the same degrees.
        seeds: how many, from 0; of initialisation, order of samples and rewiring, shared by all.
        epochs: for everyone; the last one counts.
        batch: samples a step.
        rate: of SGD with momentum 0.9, falling linearly to a tenth; the same for all, none is
            tuned.
        weight_decay: of all parameters.

    >>> ComparisonSettings(sparsities=(0.9,), methods=("SET",)).budget["epochs"]
    20
    """

    dataset: str | OwnSamples = "digits"
    hidden: tuple[int, ...] = (256, 256)
    sparsities: tuple[float, ...] = (0.5, 0.8, 0.9, 0.95, 0.99)
    methods: tuple[str, ...] = ("SET", "RigL", "CHTs", "Hebbian")
    seeds: int = 5
    epochs: int = 20
    batch: int = 64
    rate: float = 0.05
    weight_decay: float = 5e-4

    def __post_init__(self) -> None:
        if not isinstance(self.dataset, OwnSamples) and str(self.dataset) not in SETS:
            raise unknown_set(self.dataset)
        if not self.hidden or min(self.hidden) < 1:
            raise bad_argument("hidden", self.hidden, "widths of at least one hidden layer")
        if not self.sparsities or not all(
            0 <= sparsity < 1 for sparsity in self.sparsities
        ):
            remedy = "0.99 is 99 % sparse"
            raise bad_argument("sparsities", self.sparsities, "shares in [0, 1)", remedy)
        for name in ("seeds", "epochs", "batch"):
            whole_number(name, getattr(self, name), 1)
        for name, least in (("rate", 1e-12), ("weight_decay", 0)):
            if not least <= getattr(self, name) < 10:
                raise bad_argument(
                    name, getattr(self, name), f"a number from {least:g} to 10"
                )
        for name in ("methods", "sparsities"):
            entries = getattr(self, name)
            if len(set(entries)) != len(entries):
                raise bad_argument(name, entries, "each of them once")
        rewiring_methods([name for name in self.methods if not brain_named(name)])
        check_brains(self.methods, self.hidden, self.sparsities)

    @property
    def budget(self) -> dict[str, Any]:
        """What records must share to stand in one table.

        More seeds, sparsities or methods may join later.
        """
        shared: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, OwnSamples):
                shared |= {"dataset": value.name, "samples": value.about}
            elif field.name not in ("sparsities", "methods", "seeds"):
                # as JSON gives it back
                shared[field.name] = list(value) if isinstance(value, tuple) else value
        return shared

    def contestants(self) -> list[Contestant]:
        """Baselines and methods; a brain never comes without its control."""
        brains = {name: None for name in map(brain_named, self.methods) if name}
        others = [name for name in self.methods if not brain_named(name)]
        wired = [one for name in brains for one in brain_contestants(name)]
        return [*comparison_baselines(), *rewiring_methods(others), *wired]


def unknown_set(name: object) -> ValueError:
    """The error of a data set that is not known; a file of one's own goes through `own_samples`.

    >>> unknown_set("mine.npz")
    ValueError("dataset: got 'mine.npz', wants digits, mnist, fashion_mnist or own_samples(…); \
    write own_samples('mine.npz')")
    """
    if str(name).lower().endswith((".npz", ".csv")) or not isinstance(name, str):
        expected = f"{', '.join(SETS)} or own_samples(…)"
        inner = f"'{name}'" if isinstance(name, str | PurePath) else "…"
        return bad_argument("dataset", name, expected, f"write own_samples({inner})")
    return unknown_name("dataset", name, SETS)


def contestant(name: str) -> Contestant:
    """Find a contestant by name.

    >>> contestant("random static").kernel
    'sparse kernel'
    """
    everybody = [*comparison_baselines(), *available_methods().values()]
    everybody += brain_contestants(brain_named(name)) if brain_named(name) else []
    return {one.name: one for one in everybody}[name]


def load(settings: ComparisonSettings) -> Data:
    """The samples of a comparison, flattened and normalised.

    Raises:
        FileNotFoundError: they are not on this machine; the message has the commands that fetch
            them.

    >>> load(ComparisonSettings()).x.shape
    torch.Size([1438, 64])
    """
    from neurosparse import datasets

    if isinstance(settings.dataset, OwnSamples):
        return settings.dataset.data(settings.batch)
    loaders = {
        "digits": datasets.digits_8x8,
        "mnist": datasets.mnist,
        "fashion_mnist": datasets.fashion_mnist,
    }
    pictures = loaders[settings.dataset]()
    white, mean, deviation = SETS[settings.dataset]

    def inputs(grey: Any) -> torch.Tensor:
        values = torch.from_numpy(grey.reshape(len(grey), -1).copy()).float()
        return values.div_(white).sub_(mean).div_(deviation)

    def classes(labels: Any) -> torch.Tensor:
        return torch.from_numpy(labels.copy()).long()

    return Data(
        inputs(pictures.train_x),
        classes(pictures.train_y),
        inputs(pictures.test_x),
        classes(pictures.test_y),
        batch=settings.batch,
    )


def widths(settings: ComparisonSettings, data: Data) -> Sequence[int]:
    """Neurons from input to output.

    >>> list(widths(ComparisonSettings(), load(ComparisonSettings())))
    [64, 256, 256, 10]
    """
    return [data.x.shape[1], *settings.hidden, int(data.y.max()) + 1]
