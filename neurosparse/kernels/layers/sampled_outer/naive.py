"""The outer product on a support, the law: the dense product, then the entries asked for."""

from neurosparse.kernels.layers.csr_matmul.naive import presynaptic
from neurosparse.typing import Array


def outer(indptr: Array, indices: Array, x: Array, grad: Array, threads: int) -> Array:
    """Compute `dvalues[e] = (Xᵀ G)[pre(e), post(e)]`."""
    dense = x.T @ grad
    return dense[presynaptic(indptr), indices]
