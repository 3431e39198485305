"""Arrays on the device."""

import numpy as np
import torch

from neurosparse.kernels.base.machine.gpu import find_device


def up(array, dtype=None):
    return torch.from_numpy(np.array(array, dtype=dtype)).to(find_device())
