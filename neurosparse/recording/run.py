"""The writing end of a recorded run: one Zarr group that opens again, also after a kill."""

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from neurosparse.errors import Said, bad_argument
from neurosparse.recording.place import FORMAT, FORMAT_VERSION, make_way
from neurosparse.recording.sinks import Arrays, Series
from neurosparse.recording.stored import (
    SPIKES_PER_SHARD,
    ZarrRates,
    ZarrSpikes,
    ZarrStates,
    ZarrWeights,
    read_stream,
)
from neurosparse.recording.unclosed import Pace, flush_unclosed, watch
from neurosparse.store.owner import FolderOwner, lost
from neurosparse.store.zarr_store import (
    check_json,
    check_name,
    create_root,
    library_versions,
    open_root,
)
from neurosparse.typing import Array

if TYPE_CHECKING:
    import zarr

_ID = "run_id"

_S = TypeVar("_S", ZarrSpikes, ZarrStates, ZarrWeights, ZarrRates)


class RunStore:
    """The writing end of a run: makes Zarr sinks, flushes them together, goes on after a kill.

    A run killed at any moment keeps every row of whole shards and of earlier flushes; one left open
    is flushed when its process ends. It is safe against the end of the process; against that of the
    power only what the system had put on the disk. One at a time writes a run: the second is
    refused until the first closes it or ends.

    >>> import tempfile
    >>> from neurosparse.recording import open_run
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = f"{folder}/run.zarr"
    ...     with RunStore.create(path, dt=0.1, seed=1, config={"drive": 2.5}) as run:
    ...         run.spikes("E", n=3).append(np.array([0, 4]), np.array([2, 1]))
    ...     back = open_run(path)
    ...     back.spikes["E"].t, back.seed, back.finished
    (array([0. , 0.4]), 1, True)
    """

    def __init__(self, path: Path, group: "zarr.Group", owner: FolderOwner) -> None:
        self.path = path
        self.group = group
        self._owner = owner
        self.dt = float(str(group.attrs["dt_ms"]))
        self._sinks: dict[str, ZarrSpikes | ZarrStates | ZarrWeights | ZarrRates] = {}
        self._pace = Pace()
        self._was_finished = False
        watch(self)

    @classmethod
    def create(
        cls,
        path: str | Path,
        *,
        dt: float,
        seed: int | Sequence[int] | None,
        config: Mapping[str, Any] | None = None,
        overwrite: bool = False,
    ) -> "RunStore":
        """Begin a run at `path`; `dt` in ms, `config` the resolved configuration (JSON).

        Raises:
            FileExistsError: something is there, unless `overwrite` and it is a run of ours.
            BlockingIOError: another run is being written there.
        """
        path = Path(path)
        if not dt > 0:
            raise bad_argument("dt", dt, "a time step in ms above 0")
        seeds = (
            seed if seed is None or isinstance(seed, int) else [int(part) for part in seed]
        )
        attributes = {
            "format": FORMAT,
            "format_version": FORMAT_VERSION,
            _ID: os.urandom(16).hex(),
            "dt_ms": float(dt),
            "seed": seeds,
            "time_units": "ms",
            "versions": library_versions(),
            "config": check_json(config or {}, "config"),
            "finished": False,
        }
        if path.exists():
            make_way(path, overwrite)
        path.mkdir(parents=True, exist_ok=True)
        owner = FolderOwner(path)
        # another run may have been born there since
        make_way(path, False)
        return cls(path, create_root(path, attributes), owner)

    @classmethod
    def resume(cls, path: str | Path) -> "RunStore":
        """Open a run to write on: make the same sinks again, then `restore` a checkpoint's point.

        Raises:
            FileNotFoundError: nothing is there.
            ValueError: what is there is no run of this format version.
            BlockingIOError: it is still being written.
        """
        path = Path(path)
        group = open_root(path, FORMAT, FORMAT_VERSION, "r+")
        owner = FolderOwner(path)
        for leftover in path.rglob("*.partial"):
            leftover.unlink(missing_ok=True)
        run = cls(path, group, owner)
        run._was_finished = bool(group.attrs.get("finished", False))
        group.update_attributes({"finished": False})
        return run

    def give_up(self) -> None:
        """Leave a resumed run as finished as it was found, when nothing was written on."""
        self.group.update_attributes({"finished": self._was_finished})
        self._owner.release()

    def claim(self) -> None:
        """Make sure that the folder is still there and that nobody else writes in it.

        Raises:
            FileNotFoundError: it was deleted, moved or replaced.
            BlockingIOError: it was closed here, or this is a forked process, and somebody does.
        """
        self._require()
        self._owner.claim()

    @property
    def owned(self) -> bool:
        """Whether it is open, in this process."""
        return self._owner.owned

    def _require(self) -> None:
        if not self._owner.standing or not (self.path / "zarr.json").exists():
            raise lost(self.path)

    def spikes(
        self, name: str, n: int, *, first_step: int = 0, shard: int = SPIKES_PER_SHARD
    ) -> ZarrSpikes:
        """A sink for the spikes of population `name` of `n` neurons."""
        key = self._key("spikes", name)
        sink = ZarrSpikes(
            self._group(key), dt=self.dt, n=n, name=name, first_step=first_step, shard=shard
        )
        return self._add(key, sink)

    def states(
        self, name: str, variable: str, indices: ArrayLike, *, every: int = 1, unit: str = "",
        dtype: str = "float32", first_step: int = 0,
    ) -> ZarrStates:  # fmt: skip
        """A sink for `variable` of the neurons `indices` of a population, every `every` steps."""
        key = self._key("states", name, variable)
        series = Series(name, self.dt, np.size(indices), every, first_step)
        return self._add(
            key,
            ZarrStates(self._group(key), variable, indices, series, unit=unit, dtype=dtype),
        )

    def weights(
        self, name: str, positions: ArrayLike, *, every: int, unit: str = "", first_step: int = 0,
        along: Arrays | None = None,
    ) -> ZarrWeights:  # fmt: skip
        """A sink for the weights at `positions` of a projection; `along` may hold pre and post."""
        key = self._key("weights", name)
        series = Series(name, self.dt, np.size(positions), every, first_step)
        return self._add(
            key, ZarrWeights(self._group(key), positions, series, unit=unit, along=along)
        )

    def synapses(
        self, name: str, variable: str, positions: ArrayLike, *, every: int, unit: str = "",
        first_step: int = 0, along: Arrays | None = None,
    ) -> ZarrWeights:  # fmt: skip
        """A sink for `variable` of the synapses at `positions` of a projection, as of weights."""
        key = self._key("synapses", name, variable)
        series = Series(name, self.dt, np.size(positions), every, first_step)
        about: dict[str, Any] = {"unit": unit, "along": along, "variable": variable}
        return self._add(key, ZarrWeights(self._group(key), positions, series, **about))

    def traces(
        self, name: str, side: str, variable: str, indices: ArrayLike, *, every: int,
        unit: str = "", first_step: int = 0,
    ) -> ZarrStates:  # fmt: skip
        """A sink for a trace of the neurons `indices` on a `side`, pre or post, of a projection."""
        key = self._key("traces", name, side, variable)
        series = Series(name, self.dt, np.size(indices), every, first_step)
        return self._add(
            key, ZarrStates(self._group(key), variable, indices, series, unit=unit)
        )

    def rates(self, name: str, n: int, *, every: int, first_step: int = 0) -> ZarrRates:
        """A sink for the spikes of population `name` of `n` neurons in bins of `every` steps."""
        key = self._key("rates", name)
        return self._add(
            key, ZarrRates(self._group(key), Series(name, self.dt, n, every, first_step))
        )

    def flush(self) -> None:
        """Flush every sink.

        Raises:
            Exception: the first error, after every sink had its turn; the others are noted in it.
        """
        self._require()
        with self._pace.measured():
            self._each("flush")

    def keep_up(self, *, at_most_every: float = 0.0) -> None:
        """Flush, if it is time for that and not more often than said; a kill loses the rest."""
        self._require()
        if self._pace.due(at_most_every):
            self.flush()

    def close(self) -> None:
        """Close every sink and mark the run finished, unless that raises, as `flush` does."""
        self.claim()
        self._each("close")
        for key in self._sinks:
            # files that somebody deleted are missed before the run is called finished
            read_stream(self._group(key), str(self.path / key))
        self.group.update_attributes({"finished": True})
        self._owner.release()

    def state(self) -> dict[str, Array]:
        """What a checkpoint must hold, after a flush: the run's id and a few numbers a sink."""
        parts = {
            f"{key}/{name}": a
            for key, sink in self._sinks.items()
            for name, a in sink.state().items()
        }
        return {_ID: self._id(), **parts}

    def restore(self, state: Arrays) -> None:
        """Bring every sink back to the point of `state`; rows written later are dropped.

        Raises:
            ValueError: the checkpoint is of another run, of other sinks, or later than what is
                stored; nothing is dropped then.
        """
        if _ID not in state or not np.array_equal(state[_ID], self._id()):
            expected = f"a checkpoint of the run at {self.path}"
            remedy = (
                "to branch off, copy that run's folder and give store=RunStore.resume(copy)"
            )
            raise bad_argument("state", Said("that of another run"), expected, remedy)
        parts: dict[str, dict[str, Array]] = {}
        for name, array in state.items():
            if name != _ID:
                key, _, last = name.rpartition("/")
                parts.setdefault(key, {})[last] = array
        if strange := parts.keys() ^ self._sinks.keys():
            sides = f"these are on one side only: {sorted(strange)}"
            expected = f"the sinks that were checkpointed; {sides}"
            raise bad_argument("state", Said(f"that of {len(parts)} sinks"), expected)
        for key, sink in self._sinks.items():
            sink.check(parts[key])
        for key, sink in self._sinks.items():
            sink.restore(parts[key])

    def _id(self) -> Array:
        return np.frombuffer(bytes.fromhex(str(self.group.attrs[_ID])), np.uint8)

    def __del__(self) -> None:
        flush_unclosed(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # after an error what there is gets flushed, and the run is not called finished
        if kind is None:
            self.close()
        else:
            self._each("flush", error)
            self._owner.release()

    def _each(self, verb: str, first: BaseException | None = None) -> None:
        """Call `verb` on every sink, whatever fails; raise the first failure, or leave `first`."""
        under_way = first is not None
        for sink in self._sinks.values():
            try:
                getattr(sink, verb)()
            except Exception as error:
                if first is None:
                    first = error
                else:
                    first.add_note(f"also: {error}")
        if first is not None and not under_way:
            raise first

    def _key(self, kind: str, *names: str) -> str:
        key = "/".join([kind, *(check_name(name, f"a name in {kind}") for name in names)])
        if key in self._sinks:
            raise bad_argument("name", key, "a stream that this run does not record yet")
        return key

    def _group(self, key: str) -> "zarr.Group":
        return self.group.require_group(key)

    def _add(self, key: str, sink: _S) -> _S:
        sink.table.owner = self._owner
        self._sinks[key] = sink
        return sink


def refuse_stored(state: Arrays, *, in_memory: bool) -> None:
    """Refuse a checkpoint of a run that recorded into a store, where memory is recorded into.

    >>> refuse_stored({}, in_memory=True)
    """
    if in_memory and _ID in state:
        stored = Said("a checkpoint that recorded into a store")
        without = "record=[] to go on without what was recorded"
        remedy = f"give store=RunStore.resume(its path), or {without}"
        raise bad_argument("path", stored, "one that recorded into memory", remedy)
