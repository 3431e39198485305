"""Where an operation is computed: its folder holds a file a backend."""

from importlib import import_module
from typing import Any

from neurosparse.errors import unknown_name


def implementation(operation: str, backend: str, *others: str) -> Any:
    """Import the file of an operation that computes on a backend.

    Args:
        operation: the folder, as a dotted name.
        backend: "naive" (the law), "cpu", or one of `others`.

    Raises:
        ValueError: any other backend.

    >>> implementation("neurosparse.kernels.layers.csr_matmul", "naive").__name__
    'neurosparse.kernels.layers.csr_matmul.naive'
    """
    known = ("naive", "cpu", *others)
    if backend not in known:
        raise unknown_name("backend", backend, known)
    return import_module(f"{operation}.{backend}")
