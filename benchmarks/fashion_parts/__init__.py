"""Parts of `benchmarks/fashion.py`."""
