"""A named group of neurons of one model."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from neurosparse.checks import ReadOnly, keep_fields, kept
from neurosparse.errors import Said, bad_argument, bad_type, unknown_name
from neurosparse.neurons import NeuronModel, PoissonSource, SpikeSource, Value
from neurosparse.neurons.accepted import check_state
from neurosparse.neurons.base import ask_about_start, check_length
from neurosparse.neurons.contract import check_contract
from neurosparse.quantities import refuse_units
from neurosparse.typing import Float64

Mode = Literal["auto", "clock", "event"]
LARGEST = 2**31 - 1  # neurons of a population: their numbers are int32


@dataclass(frozen=True, eq=False)
class Population:
    """A named group of `n` neurons of one model.

    Args:
        name: without '/' and leading '.'.
        n: how many neurons.
        model: a neuron model (any `NeuronModel`, yours too) or a source.
        initial: overrides the model's starting state, a number or an array `[n]` by state variable.
        mode: when neurons are advanced: "clock" at every step, "event" only when something can
            happen to them (models that integrate exactly), "auto" lets measured activity decide.
        positions: where they are, `[n, dimensions]`, for wirings that go by distance.

    Raises:
        ValueError: a size, a name, a mode or a state variable that cannot be meant.

    >>> from neurosparse.neurons import LIF
    >>> Population("E", 100, LIF()).n
    100
    """

    name: str
    n: int
    model: NeuronModel | PoissonSource | SpikeSource
    initial: Mapping[str, Value] = field(default_factory=dict)
    mode: Mode = "auto"
    positions: Float64 | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.name, str):
            remedy = "write Population('E', 800, LIF())"
            raise bad_type("Population.name", self.name, "a name", remedy)
        if not self.name or "/" in self.name or self.name.startswith("."):
            raise bad_argument(
                "Population.name", self.name, "a name without '/' or a leading '.'"
            )
        number = isinstance(self.n, int | float | np.number) and not isinstance(
            self.n, bool
        )
        if not number or not (1 <= self.n <= LARGEST and float(self.n).is_integer()):
            expected = f"a whole number of neurons from 1 to {LARGEST}"
            large = number and LARGEST < self.n < np.inf
            received = Said(f"{self.n:g} for {self.name!r}") if large else self.n
            raise bad_argument("Population.n", received, expected)
        # NumPy's whole numbers too, which a GPU kernel does not take
        object.__setattr__(self, "n", int(self.n))
        if self.mode not in ("auto", "clock", "event"):
            raise unknown_name("Population.mode", self.mode, ("auto", "clock", "event"))
        where = f"Population({self.name!r})"
        known_parts = any(
            hasattr(self.model, part) for part in ("receptors", "State", "update")
        )
        if isinstance(self.model, type) or not known_parts:
            raise bad_type(f"{where}.model", self.model, "a neuron model, as LIF()")
        if not isinstance(self.model, PoissonSource | SpikeSource):
            check_contract(f"{where}.model", self.model)
        if not isinstance(self.initial, Mapping):
            raise bad_type(f"{where}.initial", self.initial, "a dict, as {'v': -60.0}")
        keep_fields(self, "model")
        for key, value in self.initial.items():
            refuse_units(f"{where}.initial[{key!r}]", value)
        initial = ReadOnly({key: kept(value) for key, value in self.initial.items()})
        object.__setattr__(self, "initial", initial)
        known = getattr(getattr(self.model, "State", None), "_fields", ())
        for key, value in self.initial.items():
            if key not in known:
                raise unknown_name(f"{where}.initial", key, known)
            check_length(f"{where}.initial[{key!r}]", value, self.n)
            check_state(f"{where}.initial[{key!r}]", key, value, self.model)
            if key == "v":
                ask_about_start(f"{where}.initial['v']", value, self.model)
        if self.positions is not None:
            self._check_positions(f"{where}.positions")

    @classmethod
    def at(
        cls, name: str, positions: ArrayLike, model: Any, **options: Any
    ) -> "Population":
        """A neuron at each of `positions` `[n, dimensions]`; `options` as above.

        >>> from neurosparse.neurons import LIF
        >>> Population.at("E", [[0.0, 0.0], [0.0, 1.5], [2.0, 0.0]], LIF()).n
        3
        """
        refuse_units("positions", positions)
        places = np.asarray(positions)
        if places.ndim != 2:
            actual = Said(f"shape {places.shape}")
            raise bad_argument("positions", actual, "an array [n, dimensions]")
        return cls(name, len(places), model, positions=places, **options)

    def _check_positions(self, where: str) -> None:
        positions = np.asarray(self.positions)
        whole = positions.ndim == 2 and len(positions) == self.n
        if not whole or positions.dtype.kind not in "iuf":
            actual = Said(f"shape {positions.shape} of {positions.dtype}")
            raise bad_argument(where, actual, f"numbers [{self.n}, dimensions]")
        if not np.isfinite(positions).all():
            raise bad_argument(where, positions, "finite coordinates")
