"""Energy by a model: counts times constants from a table, never a measurement."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from neurosparse.analysis.operations.measures import SynOps
from neurosparse.errors import bad_argument


class Energy(NamedTuple):
    """Picojoules of one sample and the model they come from; printed, it says that it is a
    model.
    """

    picojoules: float
    model: "EnergyModel"

    def __str__(self) -> str:
        return f"{self.picojoules:.4g} pJ by a model, not measured ({self.model})"


@dataclass(frozen=True)
class EnergyModel:
    """Energy = MACs `mac` + ACs `ac` + membrane updates `update`, constants in pJ.

    Memory traffic, which often costs more, is not in it: compare networks by it, not machines.

    Args:
        name: what the constants are of.
        mac, ac, update: pJ of each operation.
        source: where they come from.

    >>> str(EnergyModel("a chip", 4.0, 1.0)(SynOps(2.0, 3.0, 10.0)))
    '11 pJ by a model, not measured (a chip: 4 pJ a MAC, 1 pJ an AC, 0 pJ a membrane update)'
    """

    name: str
    mac: float
    ac: float
    update: float = 0.0
    source: str = ""

    def __post_init__(self) -> None:
        for constant in ("mac", "ac", "update"):
            value = getattr(self, constant)
            if not (np.isfinite(value) and value >= 0):
                raise bad_argument(constant, value, "picojoules, 0 or more")

    def __call__(self, operations: SynOps, updates: float = 0.0) -> Energy:
        """Price the operations of one sample."""
        work = (
            self.mac * operations.effective_macs
            + self.ac * operations.effective_acs
            + self.update * updates
        )
        return Energy(float(work), self)

    def __str__(self) -> str:
        costs = f"{self.mac:g} pJ a MAC, {self.ac:g} pJ an AC, {self.update:g} pJ a membrane update"
        return f"{self.name}: {costs}"


ENERGY_45NM = EnergyModel(
    "float32 in 45 nm",
    4.6,
    0.9,
    0.9,
    "M. Horowitz, ISSCC 2014, doi:10.1109/ISSCC.2014.6757323; an update as one AC",
)
"""Multiply-accumulate 3.7 + 0.9 pJ, addition 0.9 pJ."""
