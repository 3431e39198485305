"""What is known of a training run after each epoch, and where it goes."""

import csv
import io
import pathlib
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TextIO

import numpy as np
from torch import nn

from neurosparse.models.layers.mlp import sparse_layers
from neurosparse.models.training.plan import Row
from neurosparse.store.single import new_file
from neurosparse.typing import Array, Path


class Callback(Protocol):
    """Called after every epoch with all rows so far, the last one new."""

    def __call__(self, history: Sequence[Row]) -> None: ...


def topology_row(model: nn.Module) -> Row:
    """Synapses, density, neurons without any, and the degrees, of all sparse layers together.

    Degree distributions are counts by doublings: neurons with 0, 1, 2 to 3, 4 to 7 ... synapses.

    >>> from neurosparse.connectivity import Connectivity
    >>> from neurosparse.models import SparseLinear
    >>> topology_row(SparseLinear(Connectivity.from_dense([[1, 0], [0, 0]])))["dead_inputs"]
    1
    """
    supports = [layer.support for layer in sparse_layers(model).values()]
    if not supports:
        return {}
    places = sum(support.n_pre * support.n_post for support in supports)
    nnz = sum(support.nnz for support in supports)
    fan_in = np.concatenate([support.in_degree for support in supports])
    fan_out = np.concatenate([support.out_degree for support in supports])
    return {
        "nnz": nnz,
        "density": nnz / max(places, 1),
        "dead_outputs": int((fan_in == 0).sum()),
        "dead_inputs": int((fan_out == 0).sum()),
        "fan_in_std": float(fan_in.std()) if len(fan_in) else 0.0,
        "fan_in_max": int(fan_in.max(initial=0)),
        "fan_in_counts": by_doublings(fan_in),
        "fan_out_counts": by_doublings(fan_out),
    }


def by_doublings(degrees: Array) -> list[int]:
    """Count neurons of degree 0, 1, 2 to 3, 4 to 7 and so on.

    >>> by_doublings(np.array([0, 1, 2, 3, 4, 4]))
    [1, 1, 2, 2]
    """
    # the exponent of frexp is the number of binary digits
    return [int(n) for n in np.bincount(np.frexp(degrees)[1])]


@dataclass(frozen=True)
class CsvLog:
    """Keep the history as CSV at `path`, whole after every epoch, also over a stop and resume.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     CsvLog(folder + "/run.csv")([{"epoch": 1, "loss": 0.5}])
    ...     print(pathlib.Path(folder, "run.csv").read_text().strip())
    epoch,loss
    1,0.5
    """

    path: Path

    def __call__(self, history: Sequence[Row]) -> None:
        """Write all rows under a temporary name, then rename."""
        text = io.StringIO()
        names = list(dict.fromkeys(name for row in history for name in row))
        writer = csv.DictWriter(text, names, lineterminator="\n")
        writer.writeheader()
        for row in history:
            writer.writerow({name: _cell(value) for name, value in row.items()})
        with new_file(pathlib.Path(self.path)) as temporary:
            temporary.write_text(text.getvalue())


def _cell(value: object) -> object:
    """A list as numbers with spaces between."""
    return " ".join(map(str, value)) if isinstance(value, list) else value


@dataclass(frozen=True)
class Lines:
    """Print one line an epoch.

    >>> Lines(sys.stdout)([{"epoch": 2, "epochs": 9, "loss": 0.51234, "accuracy": 0.9}])
    epoch 2/9  loss 0.5123  accuracy 0.9
    """

    file: TextIO | None = None

    def __call__(self, history: Sequence[Row]) -> None:
        """Print the last row."""
        row = {
            name: value
            for name, value in history[-1].items()
            if not isinstance(value, list)
        }
        head = f"epoch {row.pop('epoch')}/{row.pop('epochs', '?')}"
        figures = [f"{name} {_figure(value)}" for name, value in row.items()]
        print("  ".join([head, *figures]), file=self.file or sys.stderr, flush=True)


def _figure(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
