"""Parameters of a temporal memory, checked as they are given."""

from __future__ import annotations

import warnings
from dataclasses import asdict, dataclass

from neurosparse import checks
from neurosparse.errors import bad_argument
from neurosparse.htm._settings import settle
from neurosparse.kernels.memory.temporal_memory import Rule


@dataclass(frozen=True)
class SegmentThresholds:
    """How many synapses with active sources make a segment active or matching.

    Args:
        active: connected ones that make it active.
        matching: any that make it matching.

    Raises:
        ValueError: unless 1 <= matching <= active.
    """

    active: int = 13
    matching: int = 10

    def __post_init__(self) -> None:
        settle(self)
        if not 1 <= self.matching <= self.active:
            pair = (self.active, self.matching)
            raise bad_argument("thresholds", pair, "1 <= matching <= active")


@dataclass(frozen=True)
class SynapsePermanence:
    """Permanences of distal synapses: at birth, connected from, and how much they learn.

    Args:
        initial: of a new synapse.
        connected: from where on it counts.
        increment, decrement: for synapses with active and silent sources.
        punishment: lowers synapses of segments that predicted in vain; a little above the share of
            active columns times `increment` is good.

    Raises:
        ValueError: a permanence outside [0, 1].
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
    """How far segments grow.

    Args:
        new_synapses: sought at each learning.
        per_segment: most synapses of a segment.
        per_cell: most segments of a cell.

    Raises:
        ValueError: a number below 1.
    """

    new_synapses: int = 20
    per_segment: int = 255
    per_cell: int = 255

    def __post_init__(self) -> None:
        settle(self)
        for name, value in asdict(self).items():
            checks.whole_number(name, value, 1)


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
    checks.whole_number("cells_per_column", cells_per_column, 1)
    checks.whole_number("seed", seed, 0, 2**32 - 1)
    most = growth.per_segment
    if thresholds.active > most:
        warnings.warn(
            f"threshold {thresholds.active} is above the {most} synapses a segment may have: "
            "no segment can ever become active; lower it or raise growth.per_segment",
            stacklevel=3,
        )
    elif thresholds.matching > min(growth.new_synapses, most):
        warnings.warn(
            f"threshold matching={thresholds.matching} is above the {growth.new_synapses} synapses "
            "of a new segment: no segment can ever match or grow; lower it or raise "
            "growth.new_synapses",
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


def warn_of_few(matching: int, largest: int, codes: int) -> None:
    """Warn that the first codes, of at most `largest` columns, are too small to be predicted."""
    warnings.warn(
        f"threshold matching={matching} is above the {largest} active columns of the largest of "
        f"the first {codes} codes: no segment can ever match them; lower the threshold or use "
        "codes with more active columns",
        stacklevel=4,
    )
