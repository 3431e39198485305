"""Energy by a model: counts times constants from a table, never a measurement."""

from dataclasses import dataclass
from typing import NamedTuple

from neurosparse.analysis.operations.measures import SynOps
from neurosparse.checks import not_negative, text


class Energy(NamedTuple):
    """Picojoules of one sample, and the model that they come from and are printed with."""

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
        mac: pJ of a multiply-accumulate.
        ac: pJ of an accumulate.
        update: pJ of a membrane update.
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
        text("name", self.name, "what the constants are of")
        text("source", self.source, "where the constants come from")
        for constant in ("mac", "ac", "update"):
            not_negative(constant, getattr(self, constant), "picojoules")

    def __call__(self, operations: SynOps, updates: float = 0.0) -> Energy:
        """Price the operations and membrane updates of one sample."""
        energy = self.mac * operations.effective_macs
        energy += self.ac * operations.effective_acs
        energy += self.update * updates
        return Energy(float(energy), self)

    def __str__(self) -> str:
        costs = f"{self.mac:g} pJ a MAC, {self.ac:g} pJ an AC, {self.update:g} pJ a membrane update"
        return f"{self.name}: {costs}"


# a multiply-accumulate is 3.7 + 0.9 pJ, an addition 0.9 pJ
ENERGY_45NM = EnergyModel(
    "float32 in 45 nm",
    mac=4.6,
    ac=0.9,
    update=0.9,
    source="M. Horowitz, ISSCC 2014, doi:10.1109/ISSCC.2014.6757323; an update as one AC",
)
