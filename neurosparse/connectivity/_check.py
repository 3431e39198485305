"""What may stand in a `Connectivity`: each function takes a value and returns its stored form."""

from typing import Any, TypeVar

import numpy as np

from neurosparse import checks
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.kernels.base import csr
from neurosparse.quantities import refuse_units
from neurosparse.typing import Array, Float32, Int32, Int64, Signed, Unsigned

Weight = Float32 | np.float32
Delay = Unsigned | int
LARGEST = 2**31 - 1
RENUMBER = "number ids and names from 0, both columns together: np.unique(ids, return_inverse=True)"
_Array = TypeVar("_Array", bound=Array)


def frozen(array: _Array) -> _Array:
    """Freeze an array of our own, which nobody else holds."""
    array.setflags(write=False)
    return array


def _stored_as(array: Array, dtype: Any) -> Any:
    """Convert to a contiguous array; a new one is frozen, one that lies in the other's memory not.

    `checks.unchangeable` copies the latter where somebody may write to it.
    """
    new = np.ascontiguousarray(array, dtype)
    return new if np.may_share_memory(new, array) else frozen(new)


def size(name: str, n: Any) -> int:
    """Check a number of neurons."""
    if isinstance(n, int | np.integer) and n > LARGEST:
        expected = f"a number of neurons from 0 to {LARGEST} (indices are int32)"
        raise bad_argument(name, n, expected, RENUMBER)
    return checks.whole_number(name, n)


def flat(name: str, values: Any) -> Array:
    """Check that values are a flat array of numbers, `[n]`."""
    refuse_units(name, values)
    array = np.asarray(values)
    if array.ndim != 1:
        expected = "one number a synapse, a flat array [nnz]"
        raise bad_argument(name, values, expected, f"write {name}.ravel()")
    if array.dtype.kind not in "iuf" and array.size:
        raise bad_type(name, values, "numbers")
    return array


def whole(name: str, values: Any) -> Array:
    """Check that values are a flat array of whole numbers, floats that are whole among them."""
    array = np.asarray(values)
    if array.ndim == 1 and array.size and array.dtype.kind in "OSU":
        raise bad_type(name, values, "numbers", RENUMBER)
    array = flat(name, values)
    if array.dtype.kind in "iu":
        return array
    if not array.size:
        return array.astype(np.int64)
    fits = np.abs(array.astype(np.float64)) < 2**63
    bad = np.flatnonzero(~(fits & (array == np.floor(array))))
    if len(bad):
        raise bad_argument(name, _at(array, bad[0]), "whole numbers", "round them first")
    return array.astype(np.int64)


def _at(array: Array, position: Any) -> Said:
    return Said(f"{array[position]} at position {position}")


def indices(name: str, values: Any, n: int) -> Int32:
    """Check neuron numbers against 0..n-1, `[m]` -> int32."""
    array = whole(name, values)
    if array.size and (array.min() < 0 or array.max() >= n):
        bad = np.flatnonzero((array < 0) | (array >= n))
        expected = f"neuron numbers from 0 to {n - 1}" if n else "neuron numbers, 0 or more"
        remedy = "count from 0, or make the population larger"
        raise bad_argument(name, _at(array, bad[0]), expected, remedy)
    stored: Int32 = _stored_as(array, np.int32)
    return stored


def pointers(indptr: Any, nnz: int) -> Int64:
    """Check row pointers `[n_pre + 1]`: from 0, never falling, to nnz."""
    array = whole("indptr", indptr)
    if not len(array):
        raise bad_argument("indptr", indptr, "n_pre + 1 row pointers, the first one 0")
    array = _stored_as(array, np.int64)
    if array[0] != 0 or array[-1] != nnz:
        ends = Said(f"pointers from {array[0]} to {array[-1]}")
        raise bad_argument(
            "indptr", ends, f"pointers from 0 to nnz = {nnz}, the length of indices"
        )
    falling = np.flatnonzero(array[1:] < array[:-1])
    if len(falling):
        fall = Said(f"a fall after position {falling[0]}")
        raise bad_argument("indptr", fall, "pointers that never fall")
    size("n_pre", len(array) - 1)
    return np.asarray(array, np.int64)


def rows(indptr: Int64, columns: Int32, n_post: int) -> None:
    """Check that every row ascends and stays within 0..n_post-1."""
    verdict, at, _ = csr.state(indptr, columns, n_post)
    if verdict == csr.OUTSIDE:
        expected = f"postsynaptic numbers from 0 to {n_post - 1}"
        raise bad_argument(
            "indices", _at(columns, at), expected, "raise n_post or mend them"
        )
    if verdict == csr.UNSORTED:
        received = Said(f"{columns[at]} after {columns[at - 1]} at position {at}")
        remedy = "use Connectivity.from_csr, which sorts"
        raise bad_argument("indices", received, "ascending numbers within each row", remedy)


def weight(values: Any, nnz: int) -> Weight:
    """Check weights: one finite scalar, or finite numbers `[nnz]` -> float32."""
    expected = "a number or an array of nnz numbers"
    if isinstance(values, str | bytes | bool) or values is None:
        raise bad_type("weight", values, expected)
    refuse_units("weight", values)
    array = np.asarray(values) if np.ndim(values) == 0 else flat("weight", values)
    if array.dtype.kind in "bcmMV":
        raise bad_type("weight", values, expected)
    if array.ndim and len(array) != nnz:
        raise bad_argument("weight", values, f"one number or nnz = {nnz} numbers")
    with np.errstate(over="ignore"):
        array = _stored_as(array, np.float32) if array.ndim else array.astype(np.float32)
    # NaN is the least and the largest of its numbers, so two reductions do and no mask of nnz bytes
    if array.size and not np.isfinite([array.min(), array.max()]).all():
        at = int(np.argmin(np.isfinite(array)))
        received = _at(array, at) if array.ndim else Said(f"{values}")
        remedy = "drop or mend those synapses first"
        raise bad_argument("weight", received, "finite numbers within float32", remedy)
    return array if array.ndim else np.float32(array)


def delay_steps(values: Any, nnz: int) -> Delay:
    """Check delays: one whole number of steps, or `[nnz]` of them -> int, uint8 or uint16."""
    expected = "a whole number of steps or an array of nnz of them"
    if isinstance(values, str | bytes | bool) or values is None:
        raise bad_type("delay_steps", values, expected)
    refuse_units("delay_steps", values)
    scalar = np.ndim(values) == 0
    array = np.atleast_1d(np.asarray(values)) if scalar else flat("delay_steps", values)
    if scalar and array.dtype.kind not in "iufO":
        raise bad_type("delay_steps", values, expected)
    if not scalar and len(array) != nnz:
        raise bad_argument(
            "delay_steps", values, f"one number of steps or nnz = {nnz} of them"
        )
    if array.size and not (array.dtype.kind == "u" and array.max() <= 65535):
        _whole_steps(array, scalar)
    if scalar:
        return int(array[0])
    narrow = np.uint8 if not array.size or array.max() <= 255 else np.uint16
    stored: Delay = _stored_as(array, narrow)
    return stored


def _whole_steps(array: Array, scalar: bool) -> None:
    bad = np.flatnonzero(~((array >= 0) & (array <= 65535) & (array == np.floor(array))))
    if len(bad):
        received = Said(f"{array[0]}") if scalar else _at(array, bad[0])
        expected = "whole simulation steps from 0 to 65535"
        raise bad_argument("delay_steps", received, expected, "write round(delay_ms / dt)")


def at_positions(name: str, positions: Any, nnz: int) -> Int64:
    """Check synapse positions: whole numbers in 0..nnz-1, each once, or a mask `[nnz]`."""
    array = np.asarray(positions)
    if array.dtype == np.bool_:
        if array.shape != (nnz,):
            raise bad_argument(name, positions, f"a mask of length nnz = {nnz}")
        return np.flatnonzero(array).astype(np.int64)
    array = whole(name, array)
    bad = np.flatnonzero((array < 0) | (array >= nnz)) if array.size else array
    if len(bad):
        raise bad_argument(
            name, _at(array, bad[0]), f"positions of synapses, 0 to {nnz - 1}"
        )
    once = np.zeros(nnz, np.bool_)
    once[array] = True
    if np.count_nonzero(once) != len(array):
        remedy = f"use np.unique({name})"
        raise bad_argument(name, Said("a position twice"), "each position once", remedy)
    return array.astype(np.int64)


def neurons(name: str, chosen: Any, n: int) -> Int32:
    """Check a choice of neurons without repetition: a slice, a mask `[n]` or their numbers."""
    if chosen is None:
        chosen = slice(None)
    if isinstance(chosen, slice):
        return np.arange(n, dtype=np.int32)[chosen]
    array = np.asarray(chosen)
    if array.dtype == np.bool_:
        if array.shape != (n,):
            raise bad_argument(name, chosen, f"a mask of length {n}")
        return np.flatnonzero(array).astype(np.int32)
    numbers = indices(name, array, n)
    if len(np.unique(numbers)) != len(numbers):
        remedy = f"use np.unique({name})"
        raise bad_argument(name, Said("a neuron twice"), "each neuron at most once", remedy)
    return numbers


def permutation(name: str, order: Any, nnz: int) -> Signed:
    """Check that each of 0..nnz-1 occurs once, `[nnz]`; int32 where that holds it."""
    array = at_positions(name, order, nnz)
    if len(array) != nnz or np.any(np.bincount(array, minlength=nnz) != 1):
        raise bad_argument(name, order, f"each position 0..{nnz - 1} once")
    return array.astype(np.int32) if nnz < 2**31 else array


def order(chosen: str) -> None:
    """Check the name of an order of synapses."""
    if chosen not in ("csr", "caller"):
        expected = "'csr' (as stored) or 'caller' (as the edges were given)"
        raise bad_argument("order", chosen, expected)
