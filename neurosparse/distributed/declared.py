"""What is declared on each rank, as a few numbers that ranks can compare."""

import sys
from dataclasses import fields, is_dataclass
from typing import Any
from zlib import crc32

import numpy as np

import neurosparse
from neurosparse.distributed.links import RanksError
from neurosparse.distributed.meeting import Meeting, known_to_all
from neurosparse.errors import Said, bad_argument


def refuse_unshared(network: Any) -> None:
    """Refuse what needs more of other ranks than their spikes.

    Raises:
        ValueError: naming the projection.
    """
    for name, projection in network.projections.items():
        if getattr(projection, "transmits", None) is not None:
            actual = Said(f"several, but {name!r} transmits values in every step")
            raise bad_argument("ranks", actual, "one process for such a network")


def agree(meeting: Meeting, network: Any, settings: dict[str, Any]) -> None:
    """Compare what all ranks declared, and the versions by which they would compute it.

    Raises:
        RanksError: naming the first part that differs, and on which ranks.
    """
    import numba

    by = (neurosparse.__version__, np.__version__, numba.__version__, sys.version)
    versions = dict(zip(("neurosparse", "numpy", "numba", "Python"), by, strict=True))
    parts = [("version of", name, value) for name, value in versions.items()]
    parts += [("setting", name, value) for name, value in settings.items()]
    parts += [("population", *item) for item in network.populations.items()]
    parts += [("projection", *item) for item in network.projections.items()]
    parts += [("stimulus", str(k), s) for k, s in enumerate(network.stimuli)]
    counts = meeting.numbers("compare networks", len(parts))
    if (counts != counts[0]).any():
        raise _differ(f"{counts.tolist()} parts of network and settings are declared")
    for kind, name, value in parts:
        numbers = meeting.numbers("compare parts", crc32(name.encode(), number_of(value)))
        odd = np.flatnonzero(numbers != numbers[0])
        if odd.size:
            raise _differ(f"{kind} {name!r} differs between rank 0 and rank {odd[0]}")


def _differ(words: str) -> BaseException:
    remedy = "every rank must be given the same"
    return known_to_all(
        RanksError(f"ranks were given different networks: {words}; {remedy}")
    )


def number_of(value: Any, so_far: int = 0) -> int:
    """A number that follows from a value and all that it holds; functions count by their names.

    >>> number_of([1.0, "a"]) == number_of([1.0, "a"]) != number_of([2.0, "a"])
    True
    """
    if hasattr(value, "indptr"):
        value = (value.shape, value.nnz, value.indices[:1000], value.weight)
    if is_dataclass(value) and not isinstance(value, type):
        so_far = crc32(type(value).__qualname__.encode(), so_far)
        value = [getattr(value, field.name) for field in fields(value)]
    if isinstance(value, dict):
        value = [part for item in value.items() for part in item]
    if isinstance(value, list | tuple | set | frozenset):
        for part in value:
            so_far = number_of(part, so_far)
        return crc32(str(len(value)).encode(), so_far)
    if isinstance(value, np.ndarray) and value.dtype != object:
        return crc32(
            np.ascontiguousarray(value).data, crc32(str(value.shape).encode(), so_far)
        )
    plain = value is None or isinstance(
        value, str | int | float | complex | bytes | np.generic
    )
    named = getattr(value, "__qualname__", type(value).__qualname__)
    return crc32((repr(value) if plain else named).encode(), so_far)
