"""What the process that trials are forked from loads once, so that each of them begins at once.

Importing this runs the kernels on a matrix of one weight: it is for `trial.alone` only. No thread
is started and nothing is differentiated, both of which would be unsafe before a fork.
"""

import numpy as np
import torch

from neurosparse.analysis.comparison import trial as trial
from neurosparse.kernels.layers.csr_matmul import csr_matmul, csr_matmul_backward
from neurosparse.kernels.layers.sampled_outer import sampled_outer

_ONE = np.ones((1, 1), np.float32)
_INDPTR = np.array([0, 1])
_INDICES = np.zeros(1, np.int32)
csr_matmul(_INDPTR, _INDICES, _ONE[0], _ONE, 1, _ONE[0])
csr_matmul_backward(_INDPTR, _INDICES, _ONE[0], _ONE, _ONE)
sampled_outer(_INDPTR, _INDICES, _ONE, _ONE)
# the first step of an optimiser imports much of torch
torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], 0.1, momentum=0.9).step()
