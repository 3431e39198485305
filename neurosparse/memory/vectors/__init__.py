"""Modern Hopfield memory that returns sparse results: store vectors, retrieve them from parts or
noise.

>>> import numpy as np
>>> from neurosparse.memory.vectors import HopfieldMemory
>>> memory = HopfieldMemory(np.eye(4))
>>> memory.retrieve(np.array([0.9, 0.2, 0.1, 0.0]), beta=4.0, alpha=2.0).state
array([1., 0., 0., 0.], dtype=float32)
"""

from neurosparse.kernels.memory.entmax.rules import Budget as Budget
from neurosparse.kernels.memory.entmax.rules import Entmax as Entmax
from neurosparse.kernels.memory.entmax.rules import Normmax as Normmax
from neurosparse.memory.vectors.memory import HopfieldMemory as HopfieldMemory
from neurosparse.memory.vectors.memory import Retrieval as Retrieval
from neurosparse.memory.vectors.recall import Exhaust as Exhaust
from neurosparse.memory.vectors.recall import Fatigue as Fatigue
from neurosparse.memory.vectors.recall import Recall as Recall
from neurosparse.memory.vectors.recall import free_recall as free_recall
from neurosparse.memory.vectors.recall import sequential_recall as sequential_recall
