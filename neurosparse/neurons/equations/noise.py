"""White noise in equations: its names, and the parts of an equation that hold it."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import sympy as sp

from neurosparse.errors import Said, bad_argument

_NAME = re.compile(r"xi(_\w+)?")


def noises_among(names: Iterable[str]) -> list[str]:
    """Names that stand for white noise: xi, xi_a, xi_b, ...

    >>> noises_among({"v", "xi", "xi_v", "axis"})
    ['xi', 'xi_v']
    """
    return sorted(name for name in names if _NAME.fullmatch(name))


def split_noise(
    slope: Any, symbols: Mapping[str, Any], where: str
) -> tuple[Any, dict[str, Any]]:
    """Part dx/dt into what is no noise, and the factor of each noise.

    Raises:
        ValueError: noise that is not added, as xi**2 or exp(xi).
    """
    used = {name: s for name, s in symbols.items() if s in slope.free_symbols}
    factors = {name: sp.diff(slope, symbol) for name, symbol in used.items()}
    without = slope.subs(dict.fromkeys(used.values(), 0))
    whole = without + sum(factors[name] * symbol for name, symbol in used.items())
    free = all(not factor.free_symbols & set(used.values()) for factor in factors.values())
    if used and not (free and sp.simplify(sp.expand(slope - whole)) == 0):
        received = Said(f"{', '.join(used)} in a product or function of itself")
        raise bad_argument(where, received, "noise that is added, as sigma * xi")
    return without, {name: factor for name, factor in factors.items() if factor != 0}
