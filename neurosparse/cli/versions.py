"""Which versions a result was made with."""

import platform
from importlib.metadata import PackageNotFoundError, version

from neurosparse import __version__

BASE = ("numpy", "scipy", "numba", "llvmlite", "zarr", "networkx", "matplotlib")
OPTIONAL = ("torch", "triton", "snntorch", "igraph", "pandas", "xarray")
EXTRAS = {
    "torch": ("torch", "snntorch"),
    "gpu": ("torch", "triton"),
    "graph": ("igraph", "powerlaw"),
    "io": ("pandas", "pyarrow", "xarray", "h5py", "nir", "neo", "pynwb"),
    "search": ("optuna",),
    "sweep": ("dask", "distributed", "dask_jobqueue", "submitit"),
    "equations": ("sympy",),
}


def extra_of(module: str | None) -> str | None:
    """The extra that brings an optional module, if any does.

    >>> extra_of("torch.nn"), extra_of("os")
    ('torch', None)
    """
    top = (module or "").partition(".")[0]
    return next((extra for extra, modules in EXTRAS.items() if top in modules), None)


def versions() -> dict[str, str]:
    """Versions of Python, this package and what it stands on; optional ones only where installed.

    >>> list(versions())[:3]
    ['neurosparse', 'python', 'numpy']
    """
    versions = {"neurosparse": __version__, "python": platform.python_version()}
    for name in BASE + OPTIONAL:
        try:
            versions[name] = version(name)
        except PackageNotFoundError:
            continue
    return versions
