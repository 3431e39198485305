"""A race for the spike: units add up one cycle and compete in the next, the best firing first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from neurosparse.checks import keep_fields, whole_number
from neurosparse.errors import bad_argument
from neurosparse.neurons import Value, check_parameters


class RaceState(NamedTuple):
    """State of a racing unit.

    Attributes:
        score: input of the last cycle.
        heard: input since.
        veto: above 0 once a rival fired.
        clock: step of the cycle.
    """

    score: float
    heard: float
    veto: float
    clock: float


class RaceCoefficients(NamedTuple):
    """What the update needs."""

    period: float
    level: float
    slot: float
    top: float
    rank: float
    least: float


@dataclass(frozen=True, eq=False)
class RaceUnit:
    """A unit that fires at most once a cycle, the earlier the more it heard in the one before.

    At the first step of each cycle score <- heard, heard <- 0. The unit fires at step
    (top - floor(score / resolution)) n_slots + rank of the cycle if score > `least` and no spike
    reached its receptor `veto` before. With inhibition among the units of a cluster, whose ranks
    differ, that is winner-take-all to within `resolution`: the energy limit of one spike a cluster
    and cycle. It is the discrete form of a gamma cycle in which the most excited cell fires first
    and silences its rivals (de Almeida, Idiart & Lisman 2009, doi:10.1523/JNEUROSCI.6044-08.2009).
    Receptors: `heard` (default) adds up until the next cycle, `veto` inhibits.

    Args:
        rank: order among units of one score level, whole numbers below n_slots, `[n]`.
        n_slots: units that race with each other.
        top: the highest level of score / resolution that can win on time.
        resolution: scores that differ by less may tie.
        least: a score must be above it.

    Raises:
        ValueError: ranks that are no whole numbers below n_slots, or sizes below 1.

    >>> RaceUnit(np.arange(4), n_slots=4, top=7).period
    32
    """

    rank: Value
    n_slots: int
    top: int
    resolution: float = 1.0
    least: float = 0.01
    t_ref: float = 0.0

    State: ClassVar[type[RaceState]] = RaceState
    Coefficients: ClassVar[type[RaceCoefficients]] = RaceCoefficients
    receptors: ClassVar[Mapping[str, str]] = {"heard": "heard", "veto": "veto"}

    def __post_init__(self) -> None:
        keep_fields(self)
        check_parameters(self, ("resolution",), ("least", "t_ref"))
        whole_number("RaceUnit.n_slots", self.n_slots, 1)
        whole_number("RaceUnit.top", self.top, 1)
        rank = np.asarray(self.rank)
        if (
            (rank < 0).any()
            or (rank >= self.n_slots).any()
            or (rank != np.floor(rank)).any()
        ):
            raise bad_argument(
                "RaceUnit.rank", rank, f"whole numbers from 0 to {self.n_slots - 1}"
            )

    @property
    def period(self) -> int:
        """Steps of a cycle: a slot for every rank of every level."""
        return (self.top + 1) * self.n_slots

    def coefficients(self, dt: float) -> RaceCoefficients:
        """Collect the numbers of the race; time counts in steps, whatever dt."""
        rank: Any = np.asarray(self.rank, np.float64)
        return RaceCoefficients(
            period=float(self.period),
            level=1 / self.resolution,
            slot=float(self.n_slots),
            top=float(self.top),
            rank=rank,
            least=self.least,
        )

    def initial(self) -> RaceState:
        """Start at the last step of a cycle, so that the first update begins one."""
        return RaceState(0.0, 0.0, 0.0, float(self.period - 1))

    @staticmethod
    def update(s: RaceState, p: RaceCoefficients, since: int) -> tuple[RaceState, bool]:
        """Advance the clock; fire when it has come down to the unit's level and rank."""
        clock = s.clock + 1.0 if s.clock + 1.0 < p.period else 0.0
        new = clock == 0.0
        score = s.heard if new else s.score
        heard = 0.0 if new else s.heard
        veto = 0.0 if new else s.veto
        level = min(np.floor(score * p.level), p.top)
        due = clock == (p.top - level) * p.slot + p.rank
        return RaceState(score, heard, veto, clock), due and score > p.least and veto == 0.0

    @staticmethod
    def reset(s: RaceState, p: RaceCoefficients) -> RaceState:
        """Nothing changes: the unit's turn is over by the clock."""
        return s
