"""`Ranks`: what a simulation asks of the processes that share it, answered by meeting them."""

import contextlib
from typing import Any

import numpy as np

from neurosparse.connectivity import Connectivity, Edit
from neurosparse.distributed import columns, declared, rows
from neurosparse.distributed.links import Link, as_bytes, from_bytes
from neurosparse.distributed.meeting import Meeting, known_to_all
from neurosparse.distributed.partitions import Contiguous, Cuts, Partition, check_cuts
from neurosparse.distributed.windows import WindowRunner
from neurosparse.engine.ranks import Alone, Columns
from neurosparse.engine.slices import slices
from neurosparse.errors import bad_argument
from neurosparse.kernels.spikes.exchange import FLAGS
from neurosparse.typing import Array, Int64

ONE = np.float32(1.0)  # a weight that nobody looks at
# what a checkpoint holds of each synapse of a projection that learns
BY_SYNAPSE = frozenset(("trace_age", "trace_eligibility", "trace_own", "trace_valid"))
NEVER = 2**40  # steps of delay, where no synapse is


class Ranks(Alone):
    """One of the processes that share a network, to be handed to `Simulator(ranks=...)`.

    Args:
        link: how they reach each other.
        partition: who owns what.
    """

    def __init__(self, link: Link, partition: Partition | None = None) -> None:
        self.link = link
        self.rank = link.rank
        self.size = link.size
        self.partition = partition or Contiguous()
        self.meeting = Meeting(link)
        self.cuts: Cuts = {}
        # of each projection, the least delay of synapses here that cross to them, and of all
        self.least: dict[str, tuple[int, int]] = {}
        self.real = np.dtype(np.float64)
        self.seconds = {"computing": 0.0, "exchange": 0.0}
        self.counts = {"windows": 0, "words": 0}
        if self.size > 1:
            self.runner = WindowRunner

    def __repr__(self) -> str:
        return f"{type(self).__name__}(rank {self.rank} of {self.size})"

    def begin(self, network: Any, settings: dict[str, Any]) -> None:
        """Agree on what is simulated, and who owns what.

        Raises:
            RanksError: a rank was given another network, seed, dt or version.
            ValueError: the network has what ranks cannot share.
        """
        if self.size == 1:
            return
        self.real = np.dtype(settings["precision"])
        declared.refuse_unshared(network)
        declared.agree(self.meeting, network, settings)
        self.cuts = check_cuts(self.partition.cuts(network, self.size), network, self.size)

    def together(self, what: str) -> contextlib.AbstractContextManager[None]:
        """Do something that all ranks do: an error of one becomes an error of all."""
        return contextlib.nullcontext() if self.size == 1 else self.meeting.together(what)

    def span(self, population: str, rank: int | None = None) -> tuple[int, int]:
        """The neurons low..high-1 that a rank owns, of a padded population."""
        cuts = self.cuts[population]
        rank = self.rank if rank is None else rank
        return int(cuts[rank]), int(cuts[rank + 1])

    def shares(self, population: str, n: int, threads: int) -> tuple[Int64, Int64]:
        """Where the neurons of each thread here begin, and those of each part of the log."""
        if self.size == 1:
            return super().shares(population, n, threads)
        low, high = self.span(population)
        bounds = low + slices(high - low, threads)
        return bounds, np.concatenate([[0], bounds, [self.cuts[population][-1]]])

    def total(self, values: Any) -> Any:
        """The sum of a number or an array over all ranks."""
        if self.size == 1:
            return values
        array = np.asarray(values)
        parts = self._pool("add up", np.atleast_1d(array))
        return np.sum(parts, axis=0).reshape(array.shape)[()]

    def most(self, number: int) -> int:
        """The greatest of the ranks' numbers."""
        if self.size == 1:
            return number
        return int(self.meeting.numbers("find the greatest", int(number)).max())

    def any(self, flag: bool) -> bool:
        """Whether it holds on any rank."""
        return bool(self.most(int(bool(flag))))

    def neurons(self, population: str, values: Array) -> Array:
        """Values [..., n] of which each rank knows its own, put together."""
        if self.size == 1:
            return values
        low, high = self.span(population)
        if not values.size:
            return values
        return self.joined(values[..., low : min(high, values.shape[-1])])

    def joined(self, values: Array) -> Array:
        """The ranks' values [..., k] side by side, k differing."""
        if self.size == 1:
            return values
        lead = values.shape[:-1]
        parts = self._pool("join", values.reshape(-1))
        rest = max(int(np.prod(lead)), 1)
        shaped = [part.reshape(*lead, part.size // rest) for part in parts]
        return np.concatenate(shaped, axis=-1)

    def _pool(self, what: str, values: Array) -> list[Array]:
        """The flat arrays of all ranks, of one dtype."""
        data = as_bytes(values)
        sizes = self.meeting.numbers(f"{what} {values.dtype}", data.size).tolist()
        return [from_bytes(part, values.dtype) for part in self.link.pool(data, sizes)]

    def synaptic(self, synapses: Any, values: Array) -> Array:
        """Values of the synapses here [nnz], put together in CSR order of all."""
        if self.size == 1:
            return values
        parts = self._pool("merge", values.reshape(-1))
        lead = values.shape[:-1]
        rest = max(int(np.prod(lead)), 1)
        shaped = [part.reshape(*lead, part.size // rest) for part in parts]
        return rows.merged(self._lengths(synapses), shaped)

    def ends(self, synapses: Any, positions: Int64) -> dict[str, Array]:
        """The neurons that some of all synapses join."""
        if self.size == 1:
            return super().ends(synapses, positions)
        whole = self.whole(synapses)
        pre = np.searchsorted(whole.indptr, positions, side="right") - 1
        return {"pre": pre.astype(np.int32), "post": whole.indices[positions]}

    def _lengths(self, synapses: Any) -> Int64:
        """How long each row is on each rank, `[size, n_pre]`."""
        own = np.diff(synapses.indptr).astype(np.int32)
        return np.stack(self._pool("lengths of rows", own)).astype(np.int64)

    def whole(self, synapses: Any) -> Connectivity:
        """All synapses of a projection, as they are now."""
        if self.size == 1:
            return super().whole(synapses)
        own = synapses.connectivity()
        lengths = self._lengths(synapses)

        def all_of(values: Array) -> Array:
            return rows.merged(lengths, self._pool("merge", values))

        if synapses.alike:
            weight: Any = synapses.weight[0]
        else:
            weight = all_of(synapses.weights())
        delay: Any = own.delay_steps
        if synapses.mixed:
            delay = all_of(np.asarray(synapses.delay))
        indptr = rows.pointers(lengths.sum(axis=0))
        return Connectivity._trusted(
            indptr, all_of(own.indices), own.n_post, weight, delay, None
        )

    def of_own(self, projection: Any, n_post: int) -> Any:
        """A projection that draws the synapses onto the neurons here alone, if its rule can."""
        if self.size == 1:
            return projection
        return columns.of_own(projection, n_post, *self.span(projection.post))

    def part(
        self, projection: Any, connectivity: Connectivity, weight: Any, delay: Any
    ) -> Any:
        """The synapses onto the neurons here, of all synapses of a projection."""
        nnz = connectivity.nnz
        indptr: Int64 = connectivity.indptr
        positions: Any = slice(None)
        indices = connectivity.indices
        drawn_here = isinstance(connectivity, columns.Drawn)
        n_all = int(self.total(nnz)) if drawn_here else nnz
        if not drawn_here:
            indptr, positions = rows.columns_of(connectivity, *self.span(projection.post))
        for name, values in (("weight", weight), ("delay", delay)):
            if np.shape(values) not in ((), (1,), (nnz,)):
                expected = f"one number or an array [{nnz}], one for each synapse"
                raise bad_argument(f"{projection.name}.{name}", values, expected)

        parts = (positions, n_all if drawn_here else 0)
        weights = columns.own_values(self, *parts, weight, np.float32)
        delays = columns.own_values(self, *parts, delay, np.uint16)
        part = Columns._trusted(
            indptr, indices[positions], connectivity.n_post, weights, delays
        )
        self._note(projection, part)
        return part

    def _note(self, projection: Any, part: Connectivity) -> None:
        """Remember the least delay of synapses whose source another rank owns, and of all."""
        low, high = np.minimum(self.span(projection.pre), part.n_pre)
        first, last = part.indptr[[low, high]]
        delays = np.broadcast_to(part.delay_steps, part.nnz)
        least = [
            min((int(d.min()) for d in stretches if d.size), default=NEVER)
            for stretches in ((delays[:first], delays[last:]), (delays,))
        ]
        self.least[projection.name] = (least[0], least[1])

    def own(self, synapses: Any, values: Any) -> Any:
        """Those of the synapses here, of values [nnz] of all; one for all stays one."""
        if self.size == 1 or np.ndim(values) == 0:
            return values
        return values[rows.places(self._lengths(synapses), self.rank)]

    def own_edit(self, synapses: Any, edit: Edit) -> Edit:
        """What an edit of all synapses is to those here."""
        if self.size == 1:
            return edit
        projection = synapses.projection
        new = edit.connectivity
        before = rows.places(self._lengths(synapses), self.rank)
        indptr, positions = rows.columns_of(new, *self.span(projection.post))
        weight, delay = new._taken(positions)
        part = Columns._trusted(indptr, new.indices[positions], new.n_post, weight, delay)
        self._note(projection, part)
        moved = edit.moved[before]
        moved = np.where(moved < 0, -1, np.searchsorted(positions, moved))
        here = np.isin(edit.added, positions)
        return Edit(part, moved, np.searchsorted(positions, edit.added[here]))

    def traces(self, synapses: Any, arrays: dict[str, Array]) -> dict[str, Array]:
        """What a projection that learns keeps of neurons and synapses, put together."""
        if self.size == 1:
            return arrays
        projection = synapses.projection
        whole = dict(arrays)
        if "trace_y" in arrays:
            whole["trace_y"] = self.neurons(projection.post, arrays["trace_y"])
        for key in sorted(BY_SYNAPSE):
            # a rank without synapses may know nothing of their ages
            known = self.any(key in arrays)
            if known and self._by_synapse(synapses, key):
                none = np.zeros(0, np.uint16)
                whole[key] = self.synaptic(synapses, arrays.get(key, none))
        return whole

    def _by_synapse(self, synapses: Any, key: str) -> bool:
        """Whether there is one number for each synapse."""
        return key != "trace_valid" or bool(synapses.plastic.moves)

    def own_arrays(self, synapses: Any, arrays: dict[str, Array]) -> dict[str, Array]:
        """Those of the synapses here, of what a checkpoint holds of a projection."""
        if self.size == 1 or not arrays:
            return arrays
        own = dict(arrays)
        if "indptr" in arrays:
            n_post = synapses.n_post
            whole = Connectivity._trusted(
                arrays["indptr"], arrays["indices"], n_post, ONE, arrays["delay"][()], None
            )
            span = self.span(synapses.projection.post)
            own["indptr"], positions = rows.columns_of(whole, *span)
            own["indices"] = arrays["indices"][positions]
            synapses.n_all = whole.nnz
            delay = arrays["delay"]
            synapses.longest = max(synapses.longest, int(delay.max(initial=0)))
            own["delay"] = delay[positions] if delay.ndim else delay
            part = Columns._trusted(
                own["indptr"], own["indices"], n_post, ONE, own["delay"][()], None
            )
            self._note(synapses.projection, part)
        else:
            positions = rows.places(self._lengths(synapses), self.rank)
        if "weight" in arrays:
            each = arrays["weight"].size == synapses.n_all
            each = each and (synapses.n_all > 1 or synapses.plastic is not None)
            own["weight"] = arrays["weight"][positions] if each else arrays["weight"]
            synapses.differs = each
        for key in BY_SYNAPSE.intersection(arrays):
            if self._by_synapse(synapses, key):
                own[key] = arrays[key][..., positions]
        return own

    def rings(self, arrays: dict[str, Array]) -> dict[str, Array]:
        """What waits for neurons in the coming steps, put together."""
        if self.size == 1:
            return arrays
        keys = [key.removesuffix("/steps") for key in arrays if key.endswith("/steps")]
        names = b"\n".join(key.encode() for key in keys)
        parts = self._pool("rings", np.frombuffer(names, np.uint8))
        known = [part.tobytes().decode().split("\n") for part in parts]
        whole: dict[str, Array] = {}
        for key in dict.fromkeys(key for each in known for key in each if key):
            population = key.split("/")[1]
            n = int(self.most(arrays[f"{key}/values"].shape[-1] if key in keys else 0))
            steps = arrays.get(f"{key}/steps", np.zeros(0, np.int64))
            every = np.unique(np.concatenate(self._pool("steps", steps)))
            real = self.real
            values = np.zeros((len(every), n), real)
            values[np.searchsorted(every, steps)] = arrays.get(
                f"{key}/values", np.zeros((0, n), real)
            )
            whole[f"{key}/steps"] = every
            whole[f"{key}/values"] = self.neurons(population, values)
        return whole

    def heed(self, failure: OSError | None, signal: int) -> tuple[OSError | None, int]:
        """What went wrong on any rank, and the signal that asked any to stop, 0 for none."""
        if self.size == 1:
            return failure, signal
        flags = 2 * signal + (failure is not None)
        every = self.meeting.call("go on", flags=flags)[:, FLAGS]
        signal = int(every.max()) // 2
        self.meeting.stopping |= signal > 0
        if (every % 2).any():
            texts = self.meeting.texts("say what went wrong", str(failure or ""))
            rank = next(k for k, text in enumerate(texts) if text)
            failure = failure or OSError(f"rank {rank} of {self.size}: {texts[rank]}")
            known_to_all(failure)
        return failure, signal

    def window(self, plan: Any) -> int:
        """Steps between two exchanges: those in which no spike of another rank acts."""
        least = NEVER
        for name, synapses in plan.synapses.items():
            crossing, every = self.least[name]
            states = (synapses.plastic, synapses.short)
            waits = synapses.ring is not None or synapses.bits is not None
            near = every if waits or states != (None, None) else crossing
            if synapses.plastic is not None and synapses.plastic.late:
                near = 0  # reads spikes in the step in which they are fired
            least = min(least, near)
        return 1 + -self.most(-least)
