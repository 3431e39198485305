"""Parts of `benchmarks/htm.py`."""
