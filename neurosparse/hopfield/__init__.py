"""Modern Hopfield memory that returns sparse results: store vectors, retrieve them from parts or
noise.

>>> import numpy as np
>>> from neurosparse.hopfield import HopfieldMemory
>>> memory = HopfieldMemory(np.eye(4))
>>> memory.retrieve(np.array([0.9, 0.2, 0.1, 0.0]), beta=4.0, alpha=2.0).state
array([1., 0., 0., 0.], dtype=float32)
"""

from neurosparse.hopfield.memory import HopfieldMemory as HopfieldMemory
from neurosparse.hopfield.memory import Retrieval as Retrieval
from neurosparse.hopfield.recall import Exhaust as Exhaust
from neurosparse.hopfield.recall import Fatigue as Fatigue
from neurosparse.hopfield.recall import Recall as Recall
from neurosparse.hopfield.recall import free_recall as free_recall
from neurosparse.hopfield.recall import sequential_recall as sequential_recall
from neurosparse.kernels.entmax.rules import Budget as Budget
from neurosparse.kernels.entmax.rules import Entmax as Entmax
from neurosparse.kernels.entmax.rules import Normmax as Normmax
