"""What a model and a plasticity rule accept, asked wherever weights or states come from."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from neurosparse.errors import Said, bad_argument


def conductances(model: Any) -> tuple[str, ...]:
    """Receptors of a model that take conductances, which are not negative.

    >>> from neurosparse.neurons import LIF, LIFCond
    >>> conductances(LIFCond()), conductances(LIF())
    (('exc', 'inh'), ())
    """
    return tuple(getattr(model, "conductances", ()))


def check_weights(
    name: str, weight: Any, model: Any, receptor: str | None, rule: Any = None
) -> None:
    """Refuse weights that the model of the target or the rule of the projection does not accept.

    Args:
        name: the argument, as an error is to call it.
        weight: one number, or an array `[nnz]` or `[n]`.
        model: of the target.
        receptor: None is the model's first.
        rule: of a projection that learns.

    Raises:
        ValueError: numbers that are not finite in float32, negative conductances, weights that the
            first spike would throw onto a bound of the rule.

    >>> from neurosparse.neurons import LIFCond
    >>> check_weights("weight", -30.0, LIFCond(), None)
    Traceback (most recent call last):
    ValueError: weight: got -30 at position 0, wants 0 or more: 'exc' of LIFCond takes conductances
    """
    with np.errstate(over="ignore"):
        weights = np.atleast_1d(np.asarray(weight)).astype(np.float32, copy=False).ravel()
    if not weights.size:
        return
    lowest = weights.min()
    highest = weights.max()
    if not (np.isfinite(lowest) and np.isfinite(highest)):
        received = Said(f"{np.ravel(weight)[~np.isfinite(weights)][0]:g}")
        raise bad_argument(name, received, "finite numbers within float32")
    receptor = next(iter(model.receptors), "") if receptor is None else receptor
    if lowest < 0 and receptor in conductances(model):
        kind = type(model).__name__
        expected = f"0 or more: {receptor!r} of {kind} takes conductances"
        raise bad_argument(name, _first(weight, weights < 0), expected)
    low = getattr(rule, "w_min", -np.inf)
    high = getattr(rule, "w_max", np.inf)
    if rule is not None and -np.inf < low < 0 and receptor in conductances(model):
        expected = f"0 or more: {receptor!r} of {type(model).__name__} takes conductances"
        raise bad_argument(f"{type(rule).__name__}.w_min", low, expected)
    if lowest < np.float32(low) or highest > np.float32(high):
        outside = (weights < np.float32(low)) | (weights > np.float32(high))
        kind = type(rule).__name__
        expected = f"weights from {low:g} to {high:g}, the bounds of its {kind}"
        remedy = "begin within them, or give the rule other bounds"
        raise bad_argument(name, _first(weight, outside), expected, remedy)


def _first(weight: Any, wrong: Any) -> Said:
    """The first wrong number and where it stands."""
    at = int(np.flatnonzero(wrong)[0])
    return Said(f"{np.atleast_1d(np.asarray(weight)).ravel()[at]:g} at position {at}")


def check_state(name: str, variable: str, value: Any, model: Any) -> None:
    """Refuse a negative conductance as the state in which a population starts."""
    rows: Iterable[str] = (model.receptors[receptor] for receptor in conductances(model))
    lowest = np.min(value, initial=0.0)
    if variable in rows and lowest < 0:
        raise bad_argument(name, Said(f"{lowest:g}"), "a conductance, 0 or more")
