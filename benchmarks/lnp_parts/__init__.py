"""Parts of `benchmarks/lnp.py`."""
