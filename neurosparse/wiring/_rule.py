"""What all wiring rules share: the way from rows to a `Connectivity`, and the checks of their
arguments.
"""

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.wiring import values

Int64 = npt.NDArray[np.int64]
Rows = tuple[Int64, npt.NDArray[np.int32]]
LARGEST = 2**31 - 1
Seed = int | np.random.SeedSequence | np.random.Generator | None


class Wiring(Protocol):
    """Whatever can connect two populations."""

    def build(self, n_pre: int, n_post: int, rng: Seed = None) -> Connectivity:
        """Connect n_pre neurons to n_post neurons."""
        ...


class DelayInSteps:
    """Refuses `delay`, which is a time in ms and belongs to a `Projection`.

    >>> from neurosparse.wiring import OneToOne
    >>> OneToOne(delay=15)
    Traceback (most recent call last):
    TypeError: delay: got 15, wants delay_steps, in whole simulation steps; for ms write Projection(…, delay=1.5)
    """

    if not TYPE_CHECKING:  # editors and type checkers are to show the arguments of `__init__`

        def __new__(cls, *args: Any, **options: Any) -> Any:
            if "delay" in options and not hasattr(cls, "delay"):
                wants = "delay_steps, in whole simulation steps"
                remedy = "for ms write Projection(…, delay=1.5)"
                raise bad_type("delay", options["delay"], wants, remedy)
            return super().__new__(cls)


@dataclass(frozen=True, kw_only=True, eq=False)
class WiringRule(DelayInSteps):
    """A rule that says who connects to whom; weights and delays are put on what it drew.

    Args:
        weight: one number, an array `[nnz]` in the order of the rows, or a draw such as `Normal(1,
            0.1)`.
        delay_steps: the same, in whole simulation steps; draws are rounded.
    """

    weight: values.Value = 1.0
    delay_steps: values.Value = 0

    def rows(self, n_pre: int, n_post: int, rng: np.random.Generator) -> Rows:
        """(indptr `[n_pre + 1]`, indices `[nnz]` ascending in each row) as the rule draws them."""
        raise NotImplementedError(f"{type(self).__name__} must define rows()")

    def build(self, n_pre: int, n_post: int, rng: Seed = None) -> Connectivity:
        """Connect n_pre neurons to n_post neurons; the same seed gives the same bits, threads or
        not.

        Raises:
            ValueError: the rule cannot be kept by populations of these sizes.
        """
        for name, n in (("n_pre", n_pre), ("n_post", n_post)):
            whole_number(name, n)
            if n > LARGEST:
                raise bad_argument(name, n, f"at most {LARGEST} neurons (indices are int32)")
        rng = np.random.default_rng(rng)
        indptr, indices = self.rows(n_pre, n_post, rng)
        weight = values.weights(self.weight, len(indices), rng)
        delay_steps = values.delays(self.delay_steps, len(indices), rng)
        return Connectivity(indptr, indices, n_post, weight, delay_steps)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        names = [field.name for field in fields(self)]
        return all(np.array_equal(getattr(self, name), getattr(other, name)) for name in names)

    def __hash__(self) -> int:
        return hash(type(self))


def key(rng: np.random.Generator) -> npt.NDArray[np.uint32]:
    """Draw the key of one counter-based stream, `[2]`."""
    return rng.integers(0, 2**32, 2, dtype=np.uint32)


def whole_number(name: str, value: Any, least: int = 0) -> None:
    """Refuse what is no whole number of at least `least`."""
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise bad_argument(name, value, f"a whole number, {least} or more")


def probability(name: str, value: Any) -> None:
    """Refuse what is no number from 0 to 1."""
    if not isinstance(value, float | int | np.number) or not 0 <= value <= 1:
        raise bad_argument(name, value, "a probability from 0 to 1")


def square(rule: str, n_pre: int, n_post: int) -> None:
    """Refuse two sizes where the rule connects a population with itself."""
    if n_pre != n_post:
        remedy = "build(n, n) connects a population with itself"
        raise bad_argument("n_post", n_post, f"n_pre = {n_pre}, as {rule} asks", remedy)


def degrees(name: str, k: Any, n: int, sources: int, repeat: bool) -> Int64:
    """Spread a degree, one number or `[n]`, over n neurons and check that there are enough
    partners.
    """
    sources = max(sources, 0)
    spread = (
        np.broadcast_to(np.asarray(k, np.int64), (n,))
        if np.ndim(k) == 0
        else np.asarray(k, np.int64)
    )
    if spread.shape != (n,):
        raise bad_argument(name, k, f"one number or {n}, one for each neuron")
    most = (2**31 if sources else 0) if repeat else sources
    if spread.max(initial=0) > most:
        which = Said(f"{spread.max()} partners out of {sources}")
        raise bad_argument(
            name, which, f"at most {most}", "multapses=True allows the same partner again"
        )
    return np.ascontiguousarray(spread)


def degree_argument(name: str, k: Any) -> None:
    """Refuse degrees that are negative or not whole."""
    array = np.asarray(k)
    if array.ndim > 1 or array.dtype.kind not in "iu" or np.any(array < 0):
        raise bad_argument(name, k, "a whole number of partners, 0 or more, or one for each neuron")
