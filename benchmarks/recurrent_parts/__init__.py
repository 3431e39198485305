"""Parts of `benchmarks/recurrent.py`."""
