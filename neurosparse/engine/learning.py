"""Plastic projections: traces, the view by postsynaptic neuron, the operation that learns."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.available import refuse_beyond_memory
from neurosparse.engine.fading import HIDDEN, around_now, powers_at, powers_of, span_tables
from neurosparse.engine.parts import in_rows, place_type
from neurosparse.engine.populations import Group
from neurosparse.kernels.base import csr
from neurosparse.plasticity.base import numbers_of, variables_of

# steps; no delay is longer, so whatever is as old carries every spike that is under way
OLD = 65_535
NEVER = -(2**40)  # a step before all others


class Learning:
    """What a plastic projection keeps beside its weights.

    `x` [n_threads, n_x, n_pre] are presynaptic traces, a copy for each thread; `y` [n_y, n_alloc]
    postsynaptic ones. Both are written down anew every `span` steps: between, what stands there is
    multiplied by `fading` [n_x + n_y, span + 1]. `columns`, `of` and `places` list the synapses by
    postsynaptic neuron. A rule with a third factor has an `eligibility` [nnz] and a `modulator`:
    concentration, and the step up to which it was reckoned with. `age` [nnz] is for how many steps
    each synapse had been there at the last edit, in CSR order, empty before any.

    Where delays differ, `late`, `x` holds the traces after the last spike, fired in step `last`
    [n_threads, n_pre], whose low bits are `fired`. For each spike of the last steps `past`
    [n_past, n_x, n_pre] and `gaps` [n_past, n_pre] hold the traces after the spike before it and
    the steps since, those of step s in s % n_past. `powers` is what is left of x after any number
    of steps. `seen` [n_threads, n_x, 2 n_pre] are the traces as of the beginning of the span, after
    the last spike and before it, HIDDEN where that is not enough to look back: times a column of
    `around` they are those of a delay ago. `lags` are the delays by postsynaptic neuron. Synapses
    then stand part by part, with all that is kept of them.

    Synapses that keep more than a weight have it in `own` [n_own, nnz]; where that changes between
    events it holds after step `valid` [nnz].
    """

    def __init__(
        self,
        rule: Any,
        n_pre: int,
        post: Group,
        dt: float,
        longest: int | None = None,
        plain: bool = False,
    ) -> None:
        self.rule = rule
        self.n_post = post.n
        coefficients = numbers_of(rule, "coefficients", dt, rule.Coefficients)
        before = numbers_of(rule, "pre_decay", dt, rule.Pre)
        behind = numbers_of(rule, "post_decay", dt, rule.Post)
        self.coefficients = np.array(coefficients, dtype=np.float32).reshape(-1, 1)
        self.factors = np.array((*before, *behind), dtype=np.float32)
        n_threads = len(post.bounds) - 1
        n_x = len(before)
        self.late = longest is not None
        n_past = 0 if longest is None else longest + 1
        what = f"spikes of {n_pre} neurons for {n_past} steps of delay"
        remedy = "shorten the longest delay, or give each projection one delay"
        needed = 4.0 * n_past * (n_x + 1) * n_pre
        refuse_beyond_memory("delay", needed, what, remedy)
        self.x = np.zeros((n_threads, n_x, n_pre), dtype=np.float32)
        self.last = np.full((n_threads, n_pre if self.late else 0), NEVER, dtype=np.int64)
        self.past = np.zeros((n_past, n_x, n_pre), dtype=np.float32)
        self.gaps = np.zeros((n_past, n_pre), dtype=np.int32)
        self.powers = powers_of(before if self.late else before[:0])
        self.longest = longest or 0
        faded = behind if self.late else np.concatenate([before, behind])
        self.span, self.fading, self.growing = span_tables(faded, 1 if plain else None)
        around = around_now(before[: n_x if self.late else 0], self.longest, self.span)
        self.quick = around is not None and n_x > 0
        self.around = np.zeros((n_x, self.longest + 2 * self.span + 1), dtype=np.float32)
        n_late = n_pre if self.late else 0
        self.seen = np.zeros((n_threads, n_x, 2 * n_late), dtype=np.float32)
        self.fired = np.full((n_threads, n_late), -(2**30), dtype=np.int32)
        if around is None:
            self.seen[:, :1] = HIDDEN
        else:
            self.around[: len(around)] = around
        self.still = np.zeros((n_threads, 8), dtype=np.int64)
        self.lags: NDArray[Any] = np.zeros(0, dtype=np.uint8)
        self.places: NDArray[Any] = np.zeros(0, dtype=np.int32)
        self.y = np.zeros((len(rule.Post._fields), post.n_alloc), dtype=np.float32)
        self.modulator = np.zeros(2)
        self.age = np.zeros(0, dtype=np.uint16)
        self.eligibility: NDArray[np.float32] | None = None
        self.dt = np.array([dt])
        self.names = variables_of(rule) if hasattr(rule, "Synapse") else ()
        self.own = np.zeros((len(self.names), 0), dtype=np.float32)
        self.valid = np.zeros(0, dtype=np.int32)

    @property
    def moves(self) -> bool:
        """Whether weights change between events too."""
        return hasattr(self.rule, "between")

    def variables(
        self, weight: NDArray[np.float32], now: int
    ) -> dict[str, NDArray[np.float32]]:
        """The weight and what else synapses keep at step `now`, by name, as they stand here; what
        moves as copies.
        """
        own = self.own
        if self.moves:
            weight = weight.copy()
            own = own.copy()
            self._bring(weight, own, self.valid.copy(), now)
        each = dict(zip(self.names, own, strict=True))
        if self.eligibility is not None and not self.names:
            each["eligibility"] = self.eligibility
        return {"weight": weight, **each}

    def catch_up(self, weight: NDArray[np.float32], now: int) -> None:
        """Bring weight and all that synapses keep to step `now`, in place."""
        if self.moves:
            self._bring(weight, self.own, self.valid, now)

    def _bring(self, weight: Any, own: Any, valid: Any, now: int) -> None:
        from neurosparse.kernels.spikes.spike_timing.own import bring

        numbers = (now - 1, float(self.dt[0]), self.coefficients)
        bring(self.rule, weight, own, valid, *numbers)

    def _hold(self, own: NDArray[np.float32], valid: NDArray[np.int32]) -> None:
        """Take other arrays of what synapses keep."""
        self.own = own
        self.valid = valid
        if "eligibility" in self.names and getattr(self.rule, "third_factor", False):
            self.eligibility = own[self.names.index("eligibility")]

    def stir(self) -> None:
        """Look at all traces again: they may have been changed from outside."""
        self.still[:] = 0

    def index(
        self,
        indptr: NDArray[np.int64],
        indices: NDArray[Any],
        delay: Any = 0,
        at: NDArray[Any] | None = None,
    ) -> None:
        """List the synapses by postsynaptic neuron, from arrays in CSR order; `at` [nnz] is where
        in that order those stand that stand part by part.
        """
        columns, of, places = csr.transpose(indptr, indices.astype(np.int32), self.n_post)
        self.columns, self.of = columns, of
        kind = place_type(len(places))
        if self.late and at is not None:
            self.lags = delay[places]
            back = np.empty(len(at), dtype=kind)
            back[at] = np.arange(len(at), dtype=kind)
            self.places = back[places]
        else:
            self.places = places.astype(kind)
        waits = getattr(self.rule, "third_factor", False) and not self.names
        if self.names and (self.own.shape[1] != len(places) or not len(places)):
            empty = np.zeros((len(self.names), len(places)), dtype=np.float32)
            self._hold(empty, np.full(self.moves * len(places), -1, np.int32))
        elif self.names and at is not None:
            valid = self.valid[at] if self.moves else self.valid
            self._hold(np.take(self.own, at, axis=1), valid)
        if waits and (self.eligibility is None or self.eligibility.size != len(places)):
            self.eligibility = np.zeros(len(places), dtype=np.float32)
        elif self.eligibility is not None and at is not None and not self.names:
            self.eligibility = self.eligibility[at]

    def ages(self, nnz: int, since: int) -> NDArray[np.uint16]:
        """For how many steps each synapse has been there, `since` steps after the last edit; at
        most 65,535.
        """
        if not self.age.size:
            return np.full(nnz, OLD, dtype=np.uint16)
        return np.minimum(self.age.astype(np.int64) + since, OLD).astype(np.uint16)

    def carry(
        self, edit: Any, since: int, now: int, at: NDArray[Any] | None = None
    ) -> None:
        """Follow an edit of the synapses before step `now`, which stand as `at` says: each keeps
        its eligibility and age, and what else it has; new ones have none. What this leaves is in
        CSR order, to be laid out.
        """
        self.age = edit.carry(self.ages(len(edit.moved), since))
        if self.names:
            rows = np.stack([edit.carry(in_rows(row, at)) for row in self.own])
            valid = self.valid
            valid = edit.carry(in_rows(valid, at), now - 1) if self.moves else valid
            self._hold(rows, valid)
        elif self.eligibility is not None:
            self.eligibility = edit.carry(in_rows(self.eligibility, at))

    def traces(self, now: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Traces before and behind the synapses at step `now`, [n_x, n_pre] and [n_y, n_post]; a
        synapse with a delay sees those before it after that delay.
        """
        y_left = self._left(now, len(self.y))
        y = self.y[:, : self.n_post] * y_left
        if not self.late:
            return self.x[0] * self._left(now, len(self.x[0]), first=0), y
        elapsed = now - 1 - self.last[0]
        return self.x[0] * powers_at(self.powers, elapsed), y

    def put_traces(self, now: int, pre: NDArray[Any], post: NDArray[Any]) -> None:
        """Take traces as `traces` gave them where they are others than those there."""
        before, behind = self.traces(now)
        moved = post != behind
        y = self.y[:, : self.n_post]
        y[moved] = (post / self._left(now, len(self.y)))[moved]
        moved = pre != before
        if not self.late:
            stored = pre / self._left(now, len(pre), first=0)
            self.x[:, moved] = stored[moved]
            return
        for i in np.flatnonzero(moved.any(axis=0)):
            if self.last[0, i] < now - 1:
                # as if a spike had come then
                slot = (now - 1) % len(self.past)
                self.past[slot, :, i] = self.x[0, :, i]
                gap = now - 1 - self.last[0, i]
                self.gaps[slot, i] = min(gap, 2**31 - 1)
                self.last[:, i] = now - 1
                self.fired[:, i] = np.int64(now - 1).astype(np.int32)
            self.x[:, :, i] = pre[:, i]
            self.seen[:, 0, [i, i + self.x.shape[2]]] = HIDDEN

    def _left(self, now: int, n: int, first: int | None = None) -> NDArray[np.float32]:
        """What n traces, those of y or those from `first` on, are multiplied by at step `now`."""
        begin = len(self.fading) - n if first is None else first
        left: NDArray[np.float32] = self.fading[begin : begin + n, [(now - 1) % self.span]]
        return left

    def words(
        self, post: Group, weight: NDArray[np.float32], at: NDArray[Any] | None
    ) -> dict[str, Any]:
        """The words that describe traces, columns and what changes to the operation, by name;
        synapses stand as `at` says.
        """
        age = self.age if at is None or not self.age.size else self.age[at]
        waits = self.eligibility is not None and not self.names
        return {
            "changed": self.eligibility if waits else weight,
            "age": age,
            "n_ages": age.size,
            "coefficients": self.coefficients,
            "n_coefficients": len(self.coefficients),
            "x": self.x,
            "n_x": self.x.shape[-2],
            "y": self.y,
            "n_y": len(self.y),
            "fading": self.fading,
            "growing": self.growing,
            "span": self.span,
            "still": self.still,
            "bounds": post.bounds,
            "columns": self.columns,
            "n_post": self.n_post,
            "of": self.of,
            "places": self.places,
            **post.log.words("post_"),
        }

    def late_words(self) -> dict[str, Any]:
        """The words beside these where delays differ, by name."""
        return {
            "last": self.last,
            "past": self.past,
            "gaps": self.gaps,
            "n_past": len(self.past),
            "longest": self.longest,
            "seen": self.seen,
            "fired": self.fired,
            "around": self.around,
            "quick": int(self.quick),
            "powers": self.powers,
            "n_powers": self.powers.shape[1],
            "lags": self.lags,
            "own": self.own,
            "n_own": len(self.own),
            "valid": self.valid,
            "n_valid": self.valid.size,
            "dt": self.dt,
        }

    @property
    def nbytes(self) -> int:
        """Bytes beside weights and rows."""
        waiting = self.own.nbytes + self.valid.nbytes
        if self.eligibility is not None and not self.names:
            waiting = self.eligibility.nbytes
        views = (self.columns, self.of, self.places, self.lags, self.age)
        states = (self.x, self.seen, self.fired, self.last, self.past, self.gaps, self.y)
        return waiting + sum(a.nbytes for a in (*views, *states))

    def arrays(self, at: NDArray[Any] | None) -> dict[str, NDArray[Any]]:
        """The traces, for a checkpoint; synapses stand as `at` says."""
        arrays: dict[str, NDArray[Any]] = {"x": self.x[0], "y": self.y[:, : self.n_post]}
        arrays["span"] = np.asarray(self.span)
        if self.late:
            arrays |= {"last": self.last[0], "past": self.past, "gaps": self.gaps}
            arrays["seen"] = self.seen[0]
        if self.age.size:
            arrays["age"] = self.age
        if self.eligibility is not None:
            arrays["eligibility"] = in_rows(self.eligibility, at)
            arrays["modulator"] = self.modulator
        if self.names:
            arrays["own"] = np.stack([in_rows(row, at) for row in self.own])
            arrays["valid"] = in_rows(self.valid, at) if self.moves else self.valid
        return arrays

    def put_back(
        self, arrays: dict[str, NDArray[Any]], now: int, at: NDArray[Any] | None
    ) -> None:
        """Take the traces from a checkpoint of step `now`."""
        self.stir()
        self.x[:] = arrays["x"]
        self.age = arrays["age"].copy() if "age" in arrays else self.age[:0]
        self.y[:, : self.n_post] = arrays["y"]
        if self.late:
            self.last[:] = arrays["last"]
            self.past[:] = arrays["past"]
            self.gaps[:] = arrays["gaps"]
            self.seen[:] = arrays["seen"]
            self.fired[:] = self.last.astype(np.int32)
        self._respan(int(arrays["span"]), now)
        if self.names:
            own, valid = arrays["own"].copy(), arrays["valid"].copy()
            if at is not None:
                own = np.take(own, at, axis=1)
                valid = valid[at] if self.moves else valid
            self._hold(own, valid)
        if self.eligibility is not None:
            stored = arrays["eligibility"]
            self.eligibility[:] = stored if at is None else stored[at]
            self.modulator[:] = arrays["modulator"]

    def _respan(self, span: int, now: int) -> None:
        """Write traces down for the span here that were written for another, as on a GPU."""
        if span == self.span:
            return
        elapsed = (now - 1) % span
        left = self.factors[:, None].astype(np.float64) ** elapsed
        n_x = self.x.shape[1]
        if not self.late:
            self.x[:] = self.x * left[:n_x] / self._left(now, n_x, first=0)
        self.y[:] = self.y * left[n_x:] / self._left(now, len(self.y))
