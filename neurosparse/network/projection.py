"""Synapses from one population to another."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from neurosparse.checks import keep_fields
from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.network.transmission import GapJunction, Graded, check_carrier
from neurosparse.neurons import Value
from neurosparse.neurons.accepted import check_weights
from neurosparse.neurons.base import asks_gradient
from neurosparse.plasticity import Composed, ShortTermRule, SpikeTimingRule
from neurosparse.plasticity.base import check_timing_rule
from neurosparse.plasticity.short_term import check_short_term
from neurosparse.wiring import Between, Wiring
from neurosparse.wiring._rule import check_wiring
from neurosparse.wiring.between import part_of
from neurosparse.wiring.values import Draw


@dataclass(frozen=True, eq=False)
class Projection:
    """Synapses from population `pre` to population `post`.

    Args:
        pre: the name of a population, or a part of one, as "E[:400]".
        post: likewise.
        wiring: a `Connectivity`, or a rule: anything with `build(n_pre, n_post, rng)`.
        weight: replaces the wiring's weights: one number, an array `[nnz]` in CSR order, or a draw.
        delay: replaces its delays, in ms: one number or an array `[nnz]`, multiples of dt, or a
            draw, which is rounded to steps. A delay of 0 acts in the next update.
        receptor: what the synapses act on; None takes the model's first.
        plasticity: changes the weights as spikes arrive; of several rules, which act one after the
            other, `Composed` is made.
        short_term: how much of its weight a synapse delivers, as `TsodyksMarkram(...)`.
        label: a name in the place of 'pre->post'.
        transmits: what the synapses carry in every step in the place of spikes: `Graded(...)` or
            `GapJunction(...)`.

    A draw is `Normal`, `LogNormal` or `Uniform` of `neurosparse.wiring`, or any function of
    (nnz, rng). It draws from the simulation's seed: the same seed, the same numbers.

    Raises:
        ValueError: a negative or infinite weight or delay; `transmits` with plasticity.

    >>> from neurosparse.wiring import Bernoulli, Uniform
    >>> Projection("E", "I", Bernoulli(0.1), weight=0.5, delay=Uniform(1, 5)).name
    'E->I'
    """

    pre: str
    post: str
    wiring: Wiring | Connectivity
    weight: Value | Draw | None = None
    delay: Value | Draw | None = None
    receptor: str | None = None
    plasticity: SpikeTimingRule | Sequence[SpikeTimingRule] | None = None
    label: str | None = None
    short_term: ShortTermRule | None = None
    transmits: Graded | GapJunction | None = None

    def __post_init__(self) -> None:
        for what in ("pre", "post"):
            name = getattr(self, what)
            if not isinstance(name, str):
                remedy = "write the name that Population() was given"
                raise bad_type(
                    f"Projection.{what}", name, "the name of a population", remedy
                )
        if self.label is not None and not isinstance(self.label, str):
            raise bad_type(
                "Projection.label", self.label, "a name, or None for 'pre->post'"
            )
        check_wiring(f"Projection({self.name!r}).wiring", self.wiring)
        self._take_parts()
        keep_fields(self, "wiring")
        where = f"Projection({self.name!r})"
        _check_weight(f"{where}.weight", self.weight)
        _check_delay(f"{where}.delay", self.delay)
        if isinstance(self.plasticity, list | tuple):
            several = len(self.plasticity) > 1
            rules = (
                Composed(*self.plasticity) if several else next(iter(self.plasticity), None)
            )
            object.__setattr__(self, "plasticity", rules)
        rule: Any = self.plasticity
        if rule is not None and (isinstance(rule, type) or not hasattr(rule, "on_pre")):
            raise bad_type(f"{where}.plasticity", rule, "a rule, as PairSTDP(...)")
        if rule is not None:
            check_timing_rule(f"{where}.plasticity", rule)
        if self.short_term is not None:
            check_short_term(f"{where}.short_term", self.short_term)
        if self.transmits is not None:
            check_carrier(f"{where}.transmits", self.transmits)
            self._refuse_rules(where)

    def _refuse_rules(self, where: str) -> None:
        """Refuse a rule of synapses that no spike passes."""
        for name in ("plasticity", "short_term"):
            rule = getattr(self, name)
            if rule is not None:
                actual = Said(f"{type(rule).__name__} beside transmits")
                expected = "None: such rules act as spikes pass"
                remedy = "give a projection without transmits"
                raise bad_argument(f"{where}.{name}", actual, expected, remedy)

    def check_weights(self, name: str, weight: Any, model: Any) -> None:
        """Refuse weights that these synapses onto neurons of `model` do not take."""
        if self.transmits is not None:
            self.transmits.check_weights(name, weight)
        else:
            check_weights(name, weight, model, self.receptor, self.plasticity)

    def _take_parts(self) -> None:
        """Read "E[:400]" as a part of E; the projection keeps its name with the part."""
        pre, rows = part_of(self.pre)
        post, columns = part_of(self.post)
        if (pre, post) == (self.pre, self.post):
            return
        values: dict[str, Any] = {"label": self.name, "pre": pre, "post": post}
        if hasattr(self.wiring, "indptr") or hasattr(self.wiring, "build"):
            values["wiring"] = Between(self.wiring, rows, columns)
        for name, value in values.items():
            object.__setattr__(self, name, value)

    @property
    def moved_ends(self) -> tuple[str, ...]:
        """The populations that its synapses move: both ends of gap junctions."""
        both = isinstance(self.transmits, GapJunction) and self.pre != self.post
        return (self.post, self.pre) if both else (self.post,)

    @property
    def name(self) -> str:
        """The label, or 'pre->post'."""
        return self.label or f"{self.pre}->{self.post}"


def _check_weight(name: str, weight: Any) -> None:
    """Refuse what is neither a draw nor finite numbers."""
    if weight is None or callable(weight):
        return
    _check_numbers(name, weight)
    if not np.isfinite(np.asarray(weight)).all():
        raise bad_argument(name, weight, "finite numbers")


def _check_delay(name: str, delay: Any) -> None:
    """Refuse what is neither a draw nor times in ms."""
    if delay is None or callable(delay):
        return
    _check_numbers(name, delay)
    delays = np.asarray(delay, dtype=np.float64)
    if not np.isfinite(delays).all() or (delays < 0).any():
        raise bad_argument(
            name, Said(f"{delays.min()} ms"), "0 ms or more, a multiple of dt"
        )


def _check_numbers(name: str, value: Any) -> None:
    gradient = asks_gradient(value)
    if gradient or np.asarray(value).dtype.kind not in "iuf":
        remedy = "write .detach() after the tensor" if gradient else ""
        raise bad_type(name, value, "a number, an array [nnz] or a draw", remedy)
