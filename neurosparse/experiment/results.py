"""The results of an experiment in one Zarr store, each arm and graph a chunk of its own."""

import pathlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from neurosparse.errors import Said, bad_argument
from neurosparse.experiment.bench import Outcome
from neurosparse.store.zarr_store import (
    Tiling,
    create_array,
    create_root,
    library_versions,
    open_root,
    unborn,
)
from neurosparse.typing import Array, Bool, Float32, Int32, Int64

if TYPE_CHECKING:
    import zarr

FORMAT = "neurosparse-experiment"
VERSION = 1
NAME = "results.zarr"
# what the experiment was run on, beside its results
CONNECTOME = "connectome.zarr"


class Results:
    """Rates `[graphs, arms, trials, readouts]`, and what is complete `[graphs, arms]`.

    Args:
        path: of the store.
        mode: "r" to read, "r+" to go on.

    Raises:
        FileNotFoundError: nothing is there.
        ValueError: it is something else.
    """

    def __init__(self, path: pathlib.Path, mode: str = "r") -> None:
        self.path = path
        self._root: zarr.Group = open_root(path, FORMAT, VERSION, mode)
        self.about: dict[str, Any] = dict(self._root.attrs)

    @classmethod
    def begin(cls, path: pathlib.Path, about: Mapping[str, Any], n: int) -> "Results":
        """Make an empty store for a design, or open that of the same design.

        Raises:
            ValueError: results of another design, or something else, are there.
        """
        if path.exists() and not unborn(path):
            there = cls(path, "r+")
            if there.about.get("fingerprint") != about["fingerprint"]:
                fault = Said(f"{path.parent}, which holds another experiment")
                remedy = "choose another folder, or remove this one"
                raise bad_argument("path", fault, "results of this design", remedy)
            if set(there._root.array_keys()) >= {"done", "counts", "rates"}:
                return there
        shape = tuple(len(about[name]) for name in ("graphs", "arms"))
        head = {"format": FORMAT, "format_version": VERSION, **about}
        root = create_root(path, head | {"versions": library_versions()})
        trials = (int(about["trials"]), len(about["readouts"]))
        names = ("graph", "arm", "trial", "readout")
        _create(root, "rates", np.float32, (*shape, *trials), (1, 1, *trials), names)
        _create(root, "counts", np.uint32, (shape[1], n), (1, n), ("arm", "neuron"))
        _create(root, "done", np.uint8, shape, (1, 1), names[:2])
        return cls(path, "r+")

    def put(self, graph: int, arm: int, outcome: Outcome, spikes: bool) -> None:
        """Keep what an arm gave on a graph; it counts once all of it is there."""
        self._array("rates")[graph, arm] = outcome.rates
        if graph == 0:
            self._array("counts")[arm] = outcome.counts.astype(np.uint32)
        if graph == 0 and spikes:
            for name in ("step", "neuron"):
                values = getattr(outcome, name).astype(np.int32)
                size = (len(values),)
                whole = (max(1, len(values)),)
                key = f"spikes-{name}-{arm}"
                _create(self._root, key, np.int32, size, whole, ("spike",))[...] = values
        self._array("done")[graph, arm] = 1

    def done(self) -> Bool:
        """What is complete, `[graphs, arms]`."""
        return np.asarray(self._array("done")[...]).astype(np.bool_)

    def rates(self) -> Float32:
        """Rates in Hz `[graphs, arms, trials, readouts]`, NaN where they are not there yet."""
        rates = np.asarray(self._array("rates")[...], np.float32)
        rates[~self.done()] = np.nan
        return rates

    def counts(self, arm: int) -> Int64:
        """Spikes of each neuron in an arm on the connectome, all trials together `[n]`."""
        return np.asarray(self._array("counts")[arm], np.int64)

    def spikes(self, arm: int) -> tuple[Int32, Int32] | None:
        """Steps and neurons of the spikes of the first trial, where they were kept."""
        if f"spikes-neuron-{arm}" not in self._root:
            return None
        step, neuron = (self._array(f"spikes-{k}-{arm}") for k in ("step", "neuron"))
        return np.asarray(step[...], np.int32), np.asarray(neuron[...], np.int32)

    def _array(self, name: str) -> Any:
        array: Array = self._root[name]  # type: ignore[assignment]
        return array


def _create(
    root: "zarr.Group",
    name: str,
    kind: type,
    shape: tuple[int, ...],
    chunk: tuple[int, ...],
    dims: tuple[str, ...],
) -> Any:
    return create_array(root, name, np.dtype(kind), shape, Tiling(chunk, chunk), dims)
