"""What is known of a training run after each epoch, and where it goes."""

import csv
import io
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TextIO

import numpy as np
from numpy.typing import NDArray
from torch import nn

from neurosparse.models.layers.mlp import sparse_layers
from neurosparse.store.single import new_file

Row = dict[str, Any]


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
    places = sum(s.n_pre * s.n_post for s in supports)
    nnz = sum(s.nnz for s in supports)
    fan_in = np.concatenate([s.in_degree for s in supports])
    fan_out = np.concatenate([s.out_degree for s in supports])
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


def by_doublings(degrees: NDArray[Any]) -> list[int]:
    """Count neurons of degree 0, 1, 2 to 3, 4 to 7 and so on.

    >>> by_doublings(np.array([0, 1, 2, 3, 4, 4]))
    [1, 1, 2, 2]
    """
    # the exponent of frexp is the number of binary digits
    return [int(n) for n in np.bincount(np.frexp(degrees)[1])]


@dataclass(frozen=True)
class CsvLog:
    """Keep the history as CSV at `path`, whole after every epoch, also over an interruption and resume.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     CsvLog(folder + "/run.csv")([{"epoch": 1, "loss": 0.5}])
    ...     print(Path(folder + "/run.csv").read_text().strip())
    epoch,loss
    1,0.5
    """

    path: str | Path

    def __call__(self, history: Sequence[Row]) -> None:
        """Write all rows under a temporary name, then rename."""
        text = io.StringIO()
        path = Path(self.path)
        names = list(dict.fromkeys(name for row in history for name in row))
        writer = csv.DictWriter(text, names, lineterminator="\n")
        writer.writeheader()
        for row in history:
            writer.writerow(
                {k: " ".join(map(str, v)) if isinstance(v, list) else v for k, v in row.items()}
            )
        with new_file(path) as temporary:
            temporary.write_text(text.getvalue())


@dataclass(frozen=True)
class Lines:
    """Print one line an epoch.

    >>> Lines(sys.stdout)([{"epoch": 2, "epochs": 9, "loss": 0.51234, "accuracy": 0.9}])
    epoch 2/9  loss 0.5123  accuracy 0.9
    """

    file: TextIO | None = None

    def __call__(self, history: Sequence[Row]) -> None:
        """Print the last row."""
        row = {name: value for name, value in history[-1].items() if not isinstance(value, list)}
        head = f"epoch {row.pop('epoch')}/{row.pop('epochs', '?')}"
        figures = [f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}" for k, v in row.items()]
        print("  ".join([head, *figures]), file=self.file or sys.stderr, flush=True)
