"""What a trainer asks of a rewiring rule."""

from collections.abc import Sequence
from typing import NamedTuple, Protocol, runtime_checkable

from neurosparse.checks import whole_number
from neurosparse.connectivity import Connectivity
from neurosparse.rewiring.layer import Change, LayerSynapses
from neurosparse.typing import Seed


class Sampling(NamedTuple):
    """Which activity a rule wants recorded.

    Args:
        batches: so many of the last ones; 0 for none.
        per_batch: so many samples of each; 0 for all of it.
    """

    batches: int = 0
    per_batch: int = 0


NO_ACTIVITY = Sampling()
LAST_BATCH = Sampling(batches=1)


@runtime_checkable
class RewiringRule(Protocol):
    """Decides which synapses go and come; `BaseRule` answers all but `step`."""

    @property
    def every(self) -> int:
        """Optimiser steps between two updates; 0 is once an epoch."""
        ...

    @property
    def sampling(self) -> Sampling:
        """Which activity the rule wants to see."""
        ...

    @property
    def remember(self) -> bool:
        """Whether the rounds in which each pair was connected are counted for the rule."""
        ...

    @property
    def resizes(self) -> bool:
        """Whether a layer may end with another number of synapses than it has."""
        ...

    def check(self, supports: Sequence[Connectivity]) -> None:
        """Refuse, before training, supports that cannot be rewired so."""
        ...

    def step(
        self, layers: Sequence[LayerSynapses], progress: float, rng: Seed = None
    ) -> list[Change]:
        """Choose what each layer drops and grows at this progress 0..1."""
        ...


class BaseRule:
    """What a rule answers unless it says otherwise: inherit it and write `step`.

    >>> class DropNothing(BaseRule):
    ...     every = 10
    ...
    ...     def step(self, layers, progress, rng=None):
    ...         return [Change([], [], []) for _ in layers]
    >>> isinstance(DropNothing(), RewiringRule), DropNothing().resizes
    (True, False)
    """

    every: int = 0
    sampling: Sampling = NO_ACTIVITY
    remember: bool = False

    # dataclasses that inherit this call it
    def __post_init__(self) -> None:
        whole_number("every", self.every)

    @property
    def resizes(self) -> bool:
        """Whether a layer may end with another number of synapses than it has."""
        return False

    def check(self, supports: Sequence[Connectivity]) -> None:
        """Accept any supports."""
