"""Errors that a person can mend: which argument, what it got, what it wants, what to do."""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

_LONGEST = 120


def describe(value: object) -> str:
    """Show a value in at most one line; arrays by shape and dtype instead of their numbers.

    >>> import numpy as np
    >>> describe(np.zeros((2, 3)))
    'an array of float64 [2, 3]'
    >>> describe([np.eye(2)])
    '[array([[1., 0.], [0., 1.]])]'
    >>> describe("x" * 500)[-4:]
    "...'"
    """
    shape = getattr(value, "shape", None)
    dtype = getattr(value, "dtype", None)
    if isinstance(shape, tuple) and shape and dtype is not None:
        return f"an array of {dtype} [{', '.join(str(n) for n in shape)}]"
    text = re.sub(r"\n\s*", " ", repr(value))
    return text if len(text) <= _LONGEST else text[: _LONGEST - 4] + "..." + text[-1]


def _message(name: str, received: object, expected: str, remedy: str) -> str:
    end = f"; {remedy}" if remedy else ""
    return f"{name}: got {describe(received)}, wants {expected}{end}"


class Said(str):
    """Words to stand in an error as they are, where a value would be quoted.

    >>> bad_argument("weight", Said("NaN at position 3"), "finite numbers")
    ValueError('weight: got NaN at position 3, wants finite numbers')
    """

    def __repr__(self) -> str:
        return str(self)


def bad_argument(
    name: str, received: object, expected: str, remedy: str = ""
) -> ValueError:
    """Make, for the caller to raise, the error of an argument with a value that cannot be meant.

    Args:
        name: the argument as the caller wrote it.
        received: the offending value, or `Said("words")` about it.
        expected: what would be accepted.
        remedy: how to mend it.

    >>> bad_argument("tau", 0, "a time in ms above 0", "write tau=20.0")
    ValueError('tau: got 0, wants a time in ms above 0; write tau=20.0')
    """
    return ValueError(_message(name, received, expected, remedy))


def bad_type(name: str, received: object, expected: str, remedy: str = "") -> TypeError:
    """Make, for the caller to raise, the error of an argument of a kind that cannot be meant.

    >>> bad_type("rng", "abc", "None, an int or a numpy Generator")
    TypeError("rng: got 'abc', wants None, an int or a numpy Generator")
    """
    return TypeError(_message(name, received, expected, remedy))


def mapping(name: str, value: object, expected: str) -> None:
    """Refuse what has no keys and values.

    >>> mapping("about", [1], "a dictionary by name")
    Traceback (most recent call last):
    TypeError: about: got [1], wants a dictionary by name
    """
    if not isinstance(value, Mapping):
        raise bad_type(name, value, expected)


def unknown_name(name: str, received: str, known: Iterable[str]) -> ValueError:
    """Make the error of a name that is not among the known ones, with the nearest suggested.

    >>> unknown_name("cell", "exitatory", ["excitatory", "relay"])
    ValueError("cell: got 'exitatory', wants one of excitatory, relay; did you mean 'excitatory'?")
    """
    names = sorted(known)
    near = get_close_matches(str(received), names, n=1)
    remedy = f"did you mean {near[0]!r}?" if near else ""
    return bad_argument(
        name, received, f"one of {', '.join(names) or '(there are none)'}", remedy
    )


def missing_extra(package: str, extra: str) -> ImportError:
    """Make the error of an optional package that is not installed, naming the pip command.

    >>> missing_extra("igraph", "graph")
    ImportError("igraph is not installed; run: pip install 'neurosparse[graph]'")
    """
    return ImportError(
        f"{package} is not installed; run: pip install 'neurosparse[{extra}]'"
    )
