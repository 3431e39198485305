"""Problems whose codes are known by hand."""

import numpy as np

from neurosparse.sparse_coding import Dictionary

TWO = Dictionary([[1.0, 0.0, 0.0], [0.6, 0.8, 0.0]])
TWO_X = np.array([[1.0, 1.0, 0.5]])


def problem_r() -> tuple[np.ndarray, Dictionary]:
    """A signal of three atoms of 32, in 16 dimensions."""
    columns = np.random.default_rng(0).standard_normal((16, 32))
    atoms = (columns / np.linalg.norm(columns, axis=0)).T
    x = atoms[3] - 2 * atoms[17] + 1.5 * atoms[29]
    return x[None], Dictionary(atoms, renormalise=True)
