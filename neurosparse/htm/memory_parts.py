"""Parameters of a temporal memory, checked as they are given."""

from __future__ import annotations

import warnings
from dataclasses import asdict, dataclass

from neurosparse.errors import bad_argument
from neurosparse.htm._store import settle, whole
from neurosparse.kernels.memory.temporal_memory import Rule


@dataclass(frozen=True)
class SegmentThresholds:
    """Synapses with active sources that make a segment active (connected ones) or matching (any).

    Raises ValueError unless 1 <= matching <= active.
    """

    active: int = 13
    matching: int = 10

    def __post_init__(self) -> None:
        settle(self, "active", "matching")
        if not 1 <= self.matching <= self.active:
            raise bad_argument(
                "thresholds", (self.active, self.matching), "1 <= matching <= active"
            )


@dataclass(frozen=True)
class SynapsePermanence:
    """Permanences of distal synapses: at birth, connected from, and how much they learn.

    `punishment` lowers synapses of segments that predicted in vain; a little above column sparsity
    times `increment` is good.
    Raises ValueError for a permanence outside [0, 1].
    """

    initial: float = 0.21
    connected: float = 0.5
    increment: float = 0.1
    decrement: float = 0.1
    punishment: float = 0.0

    def __post_init__(self) -> None:
        settle(self)
        for name, value in asdict(self).items():
            if not 0 <= value <= 1:
                raise bad_argument(name, value, "a permanence from 0 to 1")


@dataclass(frozen=True)
class Growth:
    """How far segments grow: synapses sought at each learning, and caps.

    Raises ValueError for a number below 1.
    """

    new_synapses: int = 20
    per_segment: int = 255
    per_cell: int = 255

    def __post_init__(self) -> None:
        settle(self, "new_synapses", "per_segment", "per_cell")
        for name, value in asdict(self).items():
            if value < 1:
                raise bad_argument(name, value, "at least 1")


def memory_rule(
    cells_per_column: int,
    thresholds: SegmentThresholds,
    permanence: SynapsePermanence,
    growth: Growth,
    seed: int,
) -> Rule:
    """Collect the numbers for the kernels; warn of a threshold that no grown segment can reach.

    >>> memory_rule(4, SegmentThresholds(), SynapsePermanence(), Growth(), 1).active
    13
    """
    if whole("cells_per_column", cells_per_column) < 1:
        raise bad_argument("cells_per_column", cells_per_column, "at least 1")
    if not (isinstance(seed, int) and 0 <= seed < 2**32):
        raise bad_argument("rng", seed, "a whole number from 0 to 2**32 - 1")
    most = growth.per_segment
    if thresholds.active > most:
        warnings.warn(
            f"threshold {thresholds.active} is above the {most} synapses a segment may have: "
            "no segment can ever become active; lower it or raise growth.per_segment",
            stacklevel=3,
        )
    p = permanence
    return Rule(
        cells_per_column,
        thresholds.active,
        thresholds.matching,
        p.initial,
        p.connected,
        p.increment,
        p.decrement,
        p.punishment,
        growth.new_synapses,
        growth.per_segment,
        growth.per_cell,
        seed,
    )
