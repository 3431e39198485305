"""A dictionary: atoms as rows of length 1, and what solvers need to know of them."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from neurosparse.checks import generator, truth, unchangeable, whole_number
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.kernels.coding.decode_rows import decode_rows
from neurosparse.sparse_coding.codes import SparseCodes
from neurosparse.typing import Array, Seed

# up to here the exact largest eigenvalue takes less than a second
_SMALL = 1024


class Dictionary:
    """Atoms of length 1, one a row; a code's signal is the sum of the rows it names.

    `x̂ = a D`. Immutable; the Gram matrix is computed when it is first asked for.

    Args:
        atoms: float32 or float64 `[n, d]`; other numbers become float64.
        renormalise: whether atoms of another length are scaled to 1, instead of refused.

    Raises:
        ValueError: an atom of length 0 or, unless `renormalise`, of another than 1; NaN; no atom.

    >>> dictionary = Dictionary([[1.0, 0.0, 0.0], [0.6, 0.8, 0.0]])
    >>> dictionary, dictionary.coherence
    (Dictionary(2 atoms of width 3, float64), 0.6)
    >>> dictionary.decode(SparseCodes.from_dense([[1.0, 1.0]])).tolist()
    [[1.6, 0.8, 0.0]]
    """

    def __init__(self, atoms: Any, renormalise: bool = False) -> None:
        truth("renormalise", renormalise)
        self.atoms = unchangeable(_unit_rows(_numbers("atoms", atoms), renormalise))

    @classmethod
    def random(
        cls, n: int, d: int, *, rng: Seed = None, dtype: Any = np.float64
    ) -> Dictionary:
        """Draw n directions of d dimensions, each alike.

        >>> Dictionary.random(3, 2, rng=0).n
        3
        """
        whole_number("n", n, 1)
        whole_number("d", d, 1)
        atoms = generator(rng).standard_normal((n, d)).astype(dtype)
        return cls(atoms, renormalise=True)

    @property
    def n(self) -> int:
        """Number of atoms."""
        return int(self.atoms.shape[0])

    @property
    def d(self) -> int:
        """Width of a signal."""
        return int(self.atoms.shape[1])

    @property
    def dtype(self) -> np.dtype[Any]:
        """Kind of numbers, that of every code."""
        return self.atoms.dtype

    def __len__(self) -> int:
        return self.n

    def __repr__(self) -> str:
        return f"Dictionary({self.n} atoms of width {self.d}, {self.dtype})"

    def __reduce__(self) -> tuple[type[Dictionary], tuple[Array]]:
        return Dictionary, (self.atoms,)

    @cached_property
    def gram(self) -> Array:
        """Products of all pairs of atoms, `G = D Dᵀ` `[n, n]`, computed once."""
        return unchangeable(self.atoms @ self.atoms.T)

    @cached_property
    def coherence(self) -> float:
        """Largest `|G_ij|` of two different atoms; 0 of a single one."""
        off = np.abs(self.gram)
        np.fill_diagonal(off, 0)
        return float(off.max())

    @cached_property
    def lipschitz(self) -> float:
        """Largest eigenvalue of G, by which steps are bounded.

        Exact to rounding where n or d is 1,024 or less; otherwise 30 power iterations times 1.01.
        """
        atoms = self.atoms.astype(np.float64, copy=False)
        if min(self.n, self.d) <= _SMALL:
            small = atoms @ atoms.T if self.n < self.d else atoms.T @ atoms
            return float(np.linalg.eigvalsh(small)[-1])
        vector = np.ones(self.d)
        length = 1.0
        for _ in range(30):
            vector = atoms.T @ (atoms @ (vector / length))
            length = float(np.linalg.norm(vector))
        return 1.01 * length

    def signals(self, x: Any) -> Array:
        """Return signals `[batch, d]` of the atoms' kind, or say what is wrong with them.

        Raises:
            ValueError: another width or number of axes, NaN or infinity.
        """
        array = _numbers("x", x)
        if array.shape[1] != self.d:
            expected = f"[batch, {self.d}], as wide as an atom"
            raise bad_argument("x", array, expected)
        return np.ascontiguousarray(array, self.dtype)

    def drive(self, x: Any) -> Array:
        """Compute `b = x Dᵀ`, `[batch, n]`."""
        return self.signals(x) @ self.atoms.T

    def decode(self, codes: SparseCodes, *, threads: int = 1) -> Array:
        """Compute `x̂ = a D`, `[batch, d]`, from the rows that the codes name.

        Raises:
            ValueError: codes of another number of atoms.
        """
        self.check(codes)
        values = codes.values.astype(self.dtype, copy=False)
        return decode_rows(codes.indptr, codes.indices, values, self.atoms, threads=threads)

    def check(self, codes: SparseCodes, name: str = "codes") -> None:
        """Refuse codes of another dictionary's size."""
        if not isinstance(codes, SparseCodes):
            remedy = "write SparseCodes.from_dense(a)"
            raise bad_type(name, codes, "SparseCodes", remedy)
        if codes.n != self.n:
            remedy = "decode with the dictionary that made them"
            raise bad_argument(name, Said(f"codes of {codes.n} atoms"), f"{self.n}", remedy)


def _numbers(name: str, value: Any) -> Array:
    """Finite numbers of two axes, float32 or float64."""
    try:
        array = np.asarray(value.toarray() if hasattr(value, "toarray") else value)
    except (RuntimeError, TypeError) as error:
        # a tensor with a gradient, on a GPU, or of bfloat16
        remedy = "write x.detach().cpu().float().numpy()"
        raise bad_type(name, Said(type(value).__name__), "numbers", remedy) from error
    if array.dtype.kind not in "biuf":
        raise bad_type(name, value, "numbers")
    if array.ndim != 2:
        remedy = "write x[None] for one" if array.ndim == 1 else ""
        raise bad_argument(name, array, "two axes, one row each", remedy)
    if array.dtype not in (np.float32, np.float64):
        array = array.astype(np.float64)
    finite = np.isfinite(array).all(axis=1)
    if not finite.all():
        place = Said(f"NaN or infinity in row {int(np.argmin(finite))}")
        raise bad_argument(name, place, "finite numbers", "fill it in first")
    return np.ascontiguousarray(array)


def _unit_rows(atoms: Array, renormalise: bool) -> Array:
    """Rows of length 1; each other length is refused or mended."""
    if 0 in atoms.shape:
        raise bad_argument("atoms", atoms, "one atom or more, of width 1 or more")
    with np.errstate(over="ignore"):
        lengths = np.linalg.norm(atoms.astype(np.float64, copy=False), axis=1)
    # squares of the smallest and the largest numbers are 0 and infinity
    odd = ((lengths < 1e-140) | (lengths > 1e140)) & atoms.any(axis=1)
    if renormalise and odd.any():
        atoms = atoms.copy()
        atoms[odd] /= np.abs(atoms[odd]).max(axis=1, keepdims=True)
        lengths = np.linalg.norm(atoms.astype(np.float64, copy=False), axis=1)
    if not lengths.all():
        place = int(np.argmin(lengths))
        received = Said(f"length 0 of atom {place}")
        raise bad_argument("atoms", received, "atoms that have a direction", "leave it out")
    if renormalise:
        return np.asarray(atoms / lengths[:, None], atoms.dtype)
    far = np.abs(lengths - 1) > (1e-4 if atoms.dtype == np.float32 else 1e-8)
    if far.any():
        place = int(np.argmax(far))
        received = Said(f"length {lengths[place]:g} of atom {place}")
        raise bad_argument("atoms", received, "atoms of length 1", "renormalise=True")
    return atoms
