"""The rules by which a memory weighs its patterns: entmax, normmax, a budget of k."""

from neurosparse.kernels.memory.entmax.rules import Budget as Budget
from neurosparse.kernels.memory.entmax.rules import Entmax as Entmax
from neurosparse.kernels.memory.entmax.rules import Normmax as Normmax
from neurosparse.kernels.memory.entmax.rules import Support as Support
