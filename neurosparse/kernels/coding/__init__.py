"""Kernels of sparse codes: which rows of a dictionary are on, sums of those rows, pursuit."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
