"""Modern Hopfield memory with sparse results: vectors, retrieved from parts or noise.

>>> import numpy as np
>>> from neurosparse.memory import HopfieldMemory
>>> memory = HopfieldMemory(np.eye(4))
>>> memory.retrieve(np.array([0.9, 0.2, 0.1, 0.0]), beta=4.0, alpha=2.0).state
array([1., 0., 0., 0.], dtype=float32)
"""
