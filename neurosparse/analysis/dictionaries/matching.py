"""Which learned atom stands for which true one, and whether codes name the right ones."""

from typing import Any, NamedTuple

import numpy as np

from neurosparse.checks import truth, whole_number
from neurosparse.errors import Said, bad_argument
from neurosparse.quantities import real_numbers
from neurosparse.sparse_coding import Dictionary, SparseCodes
from neurosparse.typing import Array, Float64, Int64


class AtomMatch(NamedTuple):
    """How learned atoms lie to true ones.

    Attributes:
        recall: mean over true atoms of the cosine of the nearest learned one (MMCS).
        precision: mean over learned atoms of the cosine of the nearest true one.
        mcc: mean cosine of the best one-to-one matching.
        partner: learned atom of each true one in that matching, −1 without, int64 `[true]`.
        cosines: of these pairs, 0 without, `[true]`.
    """

    recall: float
    precision: float
    mcc: float
    partner: Int64
    cosines: Float64


class SupportMatch(NamedTuple):
    """How well codes name the atoms that made the samples.

    Attributes:
        recall: share of the true atoms that are named.
        precision: share of the named atoms that are true.
        exact: share of samples in which the two are the same.
    """

    recall: float
    precision: float
    exact: float


def match_atoms(true: Any, learned: Any, *, signed: bool = False) -> AtomMatch:
    """Match learned atoms with true ones.

    Args:
        true: `Dictionary` or atoms `[n, d]`.
        learned: `Dictionary` or atoms `[m, d]`.
        signed: whether an atom's opposite counts as another atom, as for codes that are never
            negative; otherwise |cos| is compared.

    Raises:
        ValueError: atoms of different widths, or of length 0.

    >>> match = match_atoms(np.eye(2), [[0.8, 0.6], [0.6, 0.8], [1.0, 0.05]])
    >>> round(match.recall, 6), round(match.precision, 6), round(match.mcc, 6)
    (0.899376, 0.866251, 0.899376)
    """
    from scipy.optimize import linear_sum_assignment

    truth("signed", signed)
    rows = _atoms("true", true)
    others = _atoms("learned", learned)
    if rows.shape[1] != others.shape[1]:
        raise bad_argument("learned", others, f"[m, {rows.shape[1]}], as wide as the true")
    cosines = rows @ others.T
    cosines = cosines if signed else np.abs(cosines)
    mine, theirs = linear_sum_assignment(cosines, maximize=True)
    partner = np.full(len(rows), -1, np.int64)
    partner[mine] = theirs
    best = np.zeros(len(rows))
    best[mine] = cosines[mine, theirs]
    nearest = cosines.max(1).mean()
    return AtomMatch(
        float(nearest), float(cosines.max(0).mean()), float(best.mean()), partner, best
    )


def match_supports(true: SparseCodes, codes: SparseCodes, match: AtomMatch) -> SupportMatch:
    """Compare which atoms codes name with those that made the samples.

    Args:
        true: codes that made them, of the true atoms.
        codes: codes of the learned atoms.
        match: of the two dictionaries.

    Raises:
        ValueError: another number of samples, or of true atoms than were matched.

    >>> true = SparseCodes.from_dense([[1.0, 0.0], [1.0, 1.0]])
    >>> codes = SparseCodes.from_dense([[0.0, 2.0], [0.0, 2.0]])
    >>> match_supports(true, codes, match_atoms(np.eye(2), np.eye(2)[::-1]))
    SupportMatch(recall=0.6666666666666666, precision=1.0, exact=0.5)
    """
    if len(true) != len(codes) or true.n != len(match.partner):
        received = Said(f"{len(codes)} samples, {true.n} true atoms")
        expected = f"{len(true)} samples, {len(match.partner)} true atoms as were matched"
        raise bad_argument("codes", received, expected)
    # true atoms in the numbers of the learned; those without a partner behind them
    partner = np.where(match.partner < 0, codes.n + np.arange(true.n), match.partner)
    width = codes.n + true.n
    mine = true.rows * width + partner[true.indices]
    theirs = codes.rows * width + codes.indices
    common = np.intersect1d(mine, theirs) // width
    hits = np.bincount(common, minlength=len(true))
    same = (hits == true.counts) & (hits == codes.counts)
    return SupportMatch(
        len(common) / max(true.nnz, 1),
        len(common) / max(codes.nnz, 1),
        float(same.mean()) if len(true) else 0.0,
    )


def welch_bound(n: int, d: int) -> float:
    """The least coherence that n atoms of width d can have, `√((n − d)/(d (n − 1)))`.

    Source: Welch 1974, doi:10.1109/TIT.1974.1055219.

    >>> round(welch_bound(256, 64), 8)
    0.10846523
    """
    whole_number("n", n, 1)
    whole_number("d", d, 1)
    return float(np.sqrt(max(n - d, 0) / (d * max(n - 1, 1))))


def _atoms(name: str, value: Any) -> Array:
    if isinstance(value, Dictionary):
        return value.atoms.astype(np.float64)
    array = real_numbers(name, value, "atoms [n, d], one a row")
    if array.ndim != 2 or not len(array):
        raise bad_argument(name, array, "atoms [n, d], one a row")
    lengths = np.linalg.norm(array, axis=1, keepdims=True)
    if not np.isfinite(lengths).all() or not lengths.all():
        raise bad_argument(name, Said("atoms of length 0 or NaN"), "atoms with a direction")
    return np.asarray(array / lengths)
