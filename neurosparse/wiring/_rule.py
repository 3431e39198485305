"""What all wiring rules share: from rows to a `Connectivity`, and checks of their arguments."""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np

from neurosparse import checks
from neurosparse.available import refuse_beyond_memory
from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument, bad_type, describe
from neurosparse.typing import Int32, Int64, Seed
from neurosparse.wiring import values
from neurosparse.wiring._columns import by_pair

Rows = tuple[Int64, Int32]
LARGEST = 2**31 - 1
key = values.key


class Wiring(Protocol):
    """Whatever can connect two populations: a `WiringRule`, `FromData`, a rule for layers."""

    def build(self, n_pre: int, n_post: int, rng: Seed = None) -> Connectivity:
        """Connect n_pre neurons to n_post neurons."""
        ...


class DelayInSteps:
    """Refuses `delay`, which is a time in ms and belongs to a `Projection`.

    >>> from neurosparse.wiring import OneToOne
    >>> try:
    ...     OneToOne(delay=15)
    ... except TypeError as error:
    ...     print(str(error).partition(";")[0])
    delay: got 15, wants delay_steps, in whole simulation steps
    """

    if (
        not TYPE_CHECKING
    ):  # editors and type checkers are to show the arguments of `__init__`

        def __new__(cls, *args: Any, **options: Any) -> Any:
            if "delay" in options and not hasattr(cls, "delay"):
                expected = "delay_steps, in whole simulation steps"
                remedy = "for ms write Projection(…, delay=1.5)"
                raise bad_type("delay", options["delay"], expected, remedy)
            return super().__new__(cls)


@dataclass(frozen=True, kw_only=True, eq=False)
class WiringRule(DelayInSteps):
    """A rule that says who connects to whom; weights and delays are put on what it drew.

    A rule of one's own is a subclass with one method, `rows`; arguments of its own are fields of a
    dataclass.

    Args:
        weight: one number, an array `[nnz]` in the order of the rows, or a draw such as
            `Normal(1, 0.1)`.
        delay_steps: the same, in whole simulation steps; draws are rounded.

    >>> @dataclass(frozen=True, eq=False)
    ... class NextFew(WiringRule):
    ...     k: int
    ...
    ...     def rows(self, n_pre, n_post, rng):
    ...         indptr = self.k * np.arange(n_pre + 1)
    ...         targets = (np.arange(n_pre)[:, None] + np.arange(self.k)) % n_post
    ...         return indptr, np.sort(targets).ravel().astype(np.int32)
    >>> NextFew(2, weight=0.5).build(3, 3).to_dense().tolist()
    [[0.5, 0.5, 0.0], [0.0, 0.5, 0.5], [0.5, 0.0, 0.5]]
    """

    weight: values.Value = 1.0
    delay_steps: values.Value = 0

    # bytes that `rows` holds for each synapse at its widest
    _drawing: ClassVar[int] = 4

    def __post_init__(self) -> None:
        checks.keep_fields(self)

    def rows(self, n_pre: int, n_post: int, rng: np.random.Generator) -> Rows:
        """Draw (indptr `[n_pre + 1]`, indices `[nnz]`), indices ascending within each row.

        The connectivity takes these arrays over: they are read-only from then on.
        """
        raise NotImplementedError(f"{type(self).__name__} must define rows()")

    def expected_synapses(self, n_pre: int, n_post: int) -> float:
        """How many synapses to expect, so that no work begins that memory cannot hold."""
        return 0.0

    def _weigh(self, n_pre: int, n_post: int, share: float = 1.0) -> None:
        """Refuse what this machine cannot hold: 4 bytes a target, 4 and 2 where values differ."""
        n = share * self.expected_synapses(n_pre, n_post)
        each = 4 + 4 * _differs(self.weight) + 2 * _differs(self.delay_steps)
        n_bytes = max(each, self._drawing) * n + self._of_neurons(n_pre, n_post)
        weigh(type(self).__name__, n, n_pre, n_post, n_bytes)

    def _of_neurons(self, n_pre: int, n_post: int) -> float:
        """Bytes that the neurons alone take: how long each row is, and where it begins."""
        return 16.0 * n_pre

    def build(self, n_pre: int, n_post: int, rng: Seed = None) -> Connectivity:
        """Connect n_pre neurons to n_post neurons; the same seed gives the same bits.

        Raises:
            ValueError: the rule cannot be kept by populations of these sizes.
        """
        check_sizes(n_pre, n_post)
        self._weigh(n_pre, n_post)
        rng = checks.generator(rng)
        indptr, indices = _checked_rows(
            type(self).__name__, self.rows(n_pre, n_post, rng), n_pre
        )
        return self._weighted(indptr, indices, n_post, rng)

    def columns(
        self, n_pre: int, n_post: int, rng: np.random.Generator, low: int, high: int
    ) -> Rows | None:
        """Draw of `rows` what lies onto neurons low..high-1, and no more than that; None for a rule
        that cannot.
        """
        return None

    def build_columns(
        self, n_pre: int, n_post: int, rng: Seed, low: int, high: int
    ) -> Connectivity | None:
        """The synapses onto neurons low..high-1 as `build` gives them among all; None for a rule
        that draws all or nothing, or where each synapse was given a number.

        Raises:
            ValueError: as `build`.
        """
        if not all(map(by_pair, (self.weight, self.delay_steps))):
            return None
        check_sizes(n_pre, n_post)
        self._weigh(n_pre, n_post, (high - low) / max(n_post, 1))
        rng = checks.generator(rng)
        rows = self.columns(n_pre, n_post, rng, low, high)
        return None if rows is None else self._weighted(*rows, n_post, rng)

    def _weighted(
        self, indptr: Int64, indices: Int32, n_post: int, rng: np.random.Generator
    ) -> Connectivity:
        """Put weights and delays on what was drawn."""
        weight = values.weights(self.weight, (indptr, indices), rng)
        delay_steps = values.delay_steps(self.delay_steps, (indptr, indices), rng)
        for drawn in (indptr, indices):
            if isinstance(drawn, np.ndarray) and drawn.base is None:
                drawn.setflags(
                    write=False
                )  # so that no copy of billions of numbers is made
        return Connectivity(indptr, indices, n_post, weight, delay_steps)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        names = [field.name for field in fields(self)]
        return all(
            np.array_equal(getattr(self, name), getattr(other, name)) for name in names
        )

    def __hash__(self) -> int:
        return hash(type(self))


def built(
    rule: Wiring, n_pre: int, n_post: int, rng: Seed = None, name: str = "wiring"
) -> Connectivity:
    """Let a rule, anybody's, connect populations, and look at what it gives.

    Raises:
        TypeError: no `Connectivity`.
        ValueError: one of other sizes.
    """
    connectivity = rule.build(n_pre, n_post, rng)
    kind = type(rule).__name__
    # a SciPy matrix has rows too, but no delays
    if not (hasattr(connectivity, "indptr") and hasattr(connectivity, "delay_steps")):
        received = Said(f"{describe(connectivity)} from {kind}.build")
        remedy = "Connectivity.from_dense, from_scipy and from_edges make one"
        raise bad_type(name, received, f"a Connectivity [{n_pre}, {n_post}]", remedy)
    if tuple(connectivity.shape) != (n_pre, n_post):
        received = Said(f"shape {tuple(connectivity.shape)} from {kind}.build")
        raise bad_argument(name, received, f"a connectivity of shape [{n_pre}, {n_post}]")
    return connectivity


def check_sizes(n_pre: Any, n_post: Any) -> None:
    """Refuse what is no number of neurons.

    >>> check_sizes(10, 0)
    """
    for name, n in (("n_pre", n_pre), ("n_post", n_post)):
        checks.whole_number(name, n)
        if n > LARGEST:
            raise bad_argument(name, n, f"at most {LARGEST} neurons (indices are int32)")


def check_wiring(name: str, wiring: Any) -> None:
    """Refuse what can connect nothing: neither a `Connectivity` nor an object with `build`.

    Raises:
        TypeError: says what would do.
    """
    # a SciPy matrix has rows too, but no delays
    laid_out = hasattr(wiring, "indptr") and hasattr(wiring, "delay_steps")
    if isinstance(wiring, type) or not (laid_out or hasattr(wiring, "build")):
        remedy = "write FromData(...) around a matrix, table, graph or path"
        expected = "a Connectivity or a wiring rule, as Bernoulli(0.1)"
        raise bad_type(name, wiring, expected, remedy)


def weigh(rule: str, n_synapses: float, n_pre: int, n_post: int, n_bytes: float) -> None:
    """Refuse synapses that take more bytes, while they are drawn, than are left."""
    what = f"{n_synapses:.3g} synapses from {n_pre} to {n_post} neurons"
    refuse_beyond_memory(rule, n_bytes, what, "make it sparser or smaller")


def _checked_rows(rule: str, rows: Any, n_pre: int) -> Rows:
    """Refuse what a rule drew if it is not (indptr, indices) of n_pre rows."""
    name = f"{rule}.rows"
    expected = f"(indptr [{n_pre + 1}], indices [nnz])"
    if not isinstance(rows, tuple | list) or len(rows) != 2:
        raise bad_type(name, rows, expected)
    indptr, indices = rows
    if np.shape(indptr) != (n_pre + 1,) or np.ndim(indices) != 1:
        shapes = f"shapes {list(np.shape(indptr))} and {list(np.shape(indices))}"
        raise bad_argument(name, Said(shapes), expected)
    return indptr, indices


def _differs(value: Any) -> bool:
    """Whether each synapse has a value of its own."""
    return callable(value) or np.ndim(value) > 0


def square(rule: str, n_pre: int, n_post: int) -> None:
    """Refuse two sizes where the rule connects a population with itself."""
    if n_pre != n_post:
        remedy = "build(n, n) connects a population with itself"
        raise bad_argument("n_post", n_post, f"n_pre = {n_pre}, as {rule} asks", remedy)


def degree_argument(name: str, k: Any) -> None:
    """Refuse degrees that are negative or not whole."""
    array = np.asarray(k)
    if array.ndim > 1 or array.dtype.kind not in "iu" or np.any(array < 0):
        expected = "a whole number of partners, 0 or more, or one for each neuron"
        raise bad_argument(name, k, expected)


def degrees(name: str, k: Any, n: int, sources: int, repeat: bool) -> Int64:
    """Spread a degree, one number or `[n]`, over n neurons and check that partners suffice."""
    sources = max(sources, 0)
    array = np.asarray(k, np.int64)
    spread = np.broadcast_to(array, (n,)) if array.ndim == 0 else array
    if spread.shape != (n,):
        raise bad_argument(name, k, f"one number or {n}, one for each neuron")
    most = sources
    if repeat and sources:
        most = 2**31
    if spread.max(initial=0) > most:
        received = Said(f"{spread.max()} partners out of {sources}")
        remedy = "multapses=True allows the same partner again"
        raise bad_argument(name, received, f"at most {most}", remedy)
    return np.ascontiguousarray(spread)
