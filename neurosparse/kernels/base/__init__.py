"""What every family of kernels stands on: the program machine, random words, rows, vector code."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
