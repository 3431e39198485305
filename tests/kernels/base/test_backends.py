"""Backends: the file of an operation that computes on one."""

import numpy as np
import pytest

from neurosparse.kernels.base.backends import implementation
from neurosparse.kernels.layers.csr_matmul import csr_matmul
from neurosparse.kernels.memory.entmax import entmax

OPERATION = "neurosparse.kernels.layers.csr_matmul"


def test_the_file_of_a_backend_is_imported():
    files = [implementation(OPERATION, backend).__name__ for backend in ("naive", "cpu")]
    assert files == [f"{OPERATION}.naive", f"{OPERATION}.cpu"]


def test_an_unknown_backend_is_refused_with_those_there_are():
    with pytest.raises(ValueError, match=r"backend: got 'gpu', wants one of cpu, naive"):
        implementation(OPERATION, "gpu")
    with pytest.raises(ValueError, match=r"cpu, gpu, naive; did you mean 'cpu'\?"):
        implementation(OPERATION, "cpus", "gpu")


def test_operations_refuse_it_too():
    no_synapses = np.zeros(4, np.int64), np.zeros(0, np.int32), np.zeros(0)
    with pytest.raises(ValueError, match="wants one of cpu, naive"):
        csr_matmul(*no_synapses, np.ones((2, 3)), 3, backend="tpu")
    with pytest.raises(ValueError, match="wants one of cpu, gpu, naive"):
        entmax(np.ones((2, 3)), backend="tpu")
