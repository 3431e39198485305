"""What is known of a training run after each epoch, and where it goes."""

import csv
import io
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TextIO

import numpy as np
from torch import nn

from neurosparse.models.mlp import sparse_layers

Row = dict[str, Any]


class Callback(Protocol):
    """Called after every epoch with all rows so far, the last one new."""

    def __call__(self, history: Sequence[Row]) -> None: ...


def topology_row(model: nn.Module) -> Row:
    """Synapses, density, and neurons without any, of all sparse layers together.

    >>> from neurosparse.connectivity import Connectivity
    >>> from neurosparse.models.sparse_linear import SparseLinear
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
    }


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
        path, text = Path(self.path), io.StringIO()
        names = list(dict.fromkeys(name for row in history for name in row))
        writer = csv.DictWriter(text, names, lineterminator="\n")
        writer.writeheader()
        writer.writerows(history)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        temporary.write_text(text.getvalue())
        temporary.replace(path)


@dataclass(frozen=True)
class Lines:
    """Print one line an epoch.

    >>> Lines(sys.stdout)([{"epoch": 2, "epochs": 9, "loss": 0.51234, "accuracy": 0.9}])
    epoch 2/9  loss 0.5123  accuracy 0.9
    """

    file: TextIO | None = None

    def __call__(self, history: Sequence[Row]) -> None:
        """Print the last row."""
        row = dict(history[-1])
        head = f"epoch {row.pop('epoch')}/{row.pop('epochs', '?')}"
        figures = [f"{k} {v:.4g}" if isinstance(v, float) else f"{k} {v}" for k, v in row.items()]
        print("  ".join([head, *figures]), file=self.file or sys.stderr, flush=True)
