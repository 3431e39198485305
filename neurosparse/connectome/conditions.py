"""From conditions on a table of neurons to a mask: equal, one of, a pattern, a function."""

from collections.abc import Callable, Iterable, Mapping
from fnmatch import translate
from re import compile as pattern
from typing import Any

import numpy as np

from neurosparse.errors import Said, bad_argument, unknown_name
from neurosparse.typing import Array, Bool

MOST_NAMES = 40


def column(table: Mapping[str, Array], name: str) -> Array:
    """Return a column of a table.

    Raises:
        ValueError: there is none of that name; the nearest is shown.

    >>> column({"type": np.array(["KC"])}, "typ")
    Traceback (most recent call last):
    ValueError: column: got 'typ', wants one of type; did you mean 'type'?
    """
    if name not in table:
        raise unknown_name("column", name, table)
    return table[name]


def mask_of(
    table: Mapping[str, Array],
    predicate: Callable[[Mapping[str, Array]], Any] | None,
    conditions: Mapping[str, Any],
) -> Bool:
    """Mark the neurons of which all conditions hold, `[n]`.

    Raises:
        ValueError: an unknown column, a value that no neuron has, or a predicate that gives
            something else than one truth value a neuron.

    >>> table = {"type": np.array(["KC", "MBON", "KCa"]), "x": np.array([1, 2, 3])}
    >>> mask_of(table, None, {"type": "KC*", "x": lambda x: x > 1}).tolist()
    [False, False, True]
    """
    n = len(next(iter(table.values())))
    mask = np.ones(n, np.bool_)
    if predicate is not None:
        mask &= _truths("predicate", predicate(table), n)
    for name, condition in conditions.items():
        values = column(table, name)
        if callable(condition):
            mask &= _truths(name, condition(values), n)
        else:
            mask &= _is_one_of(name, values, condition)
    return mask


def describe(predicate: Callable[..., Any] | None, conditions: Mapping[str, Any]) -> str:
    """Say conditions in words that name a set.

    >>> describe(None, {"type": ["KC", "MBON"], "side": "left"})
    'type KC or MBON, side left'
    """
    words = [] if predicate is None else [_function(predicate)]
    for name, condition in conditions.items():
        if callable(condition):
            words.append(f"{name} {_function(condition)}")
        else:
            words.append(f"{name} {' or '.join(map(str, _listed(condition)))}")
    return ", ".join(words)


def _function(function: Callable[..., Any]) -> str:
    name = getattr(function, "__name__", type(function).__name__)
    return "by a function" if name == "<lambda>" else f"by {name}"


def _listed(condition: Any) -> list[Any]:
    if isinstance(condition, str | bytes) or not isinstance(condition, Iterable):
        return [condition]
    return list(condition)


def _truths(name: str, values: Any, n: int) -> Bool:
    truths = np.asarray(values)
    if truths.dtype != np.bool_ or truths.shape != (n,):
        expected = f"a function that gives True or False for each neuron, bool [{n}]"
        raise bad_argument(name, values, expected)
    return truths


def _is_one_of(name: str, values: Array, condition: Any) -> Bool:
    listed = _listed(condition)
    if not listed:
        raise bad_argument(name, condition, "at least one value")
    mask = np.zeros(len(values), np.bool_)
    for value in listed:
        mask |= _equal(name, values, value)
    return mask


def _equal(name: str, values: Array, value: Any) -> Bool:
    text = values.dtype.kind == "U"
    if text and isinstance(value, str) and "*" in value:
        matches = pattern(translate(value)).match
        kinds = np.unique(values)
        chosen = [kind for kind in kinds.tolist() if matches(kind)]
        same = np.isin(values, chosen)
    elif text != isinstance(value, str):
        expected = "text" if text else f"a number, as the column's {values.dtype}"
        raise bad_argument(name, value, expected)
    else:
        same = np.asarray(values == value)
    if not same.any():
        raise _unknown(name, values, value)
    return same


def _unknown(name: str, values: Array, value: Any) -> ValueError:
    kinds = np.unique(values)
    if values.dtype.kind != "U":
        span = f"{kinds[0]} to {kinds[-1]}" if len(kinds) else "none"
        return bad_argument(name, value, f"a value that a neuron has, from {span}")
    error = unknown_name(name, value, [kind for kind in kinds.tolist() if kind])
    if len(kinds) <= MOST_NAMES:
        return error
    _, mark, nearest = str(error).partition("; did you mean")
    expected = f"one of the {len(kinds)} that neurons have"
    remedy = f"did you mean{nearest}" if mark else f"see connectome.counts({name!r})"
    return bad_argument(name, Said(repr(value)), expected, remedy)
