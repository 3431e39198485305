"""What every test stands on: fixed examples for properties, Triton's interpreter without a GPU, no
window, data.
"""

import ctypes
import os
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest


def gpus() -> int:
    """How many GPUs the driver finds; asked without torch, which few tests need."""
    try:
        driver = ctypes.CDLL("libcuda.so.1")
        count = ctypes.c_int(0)
    except OSError:
        return 0
    return (
        count.value
        if driver.cuInit(0) == 0 and driver.cuDeviceGetCount(ctypes.byref(count)) == 0
        else 0
    )


# read by triton and matplotlib when they are first imported, which no test module does before this
# file
os.environ.setdefault("TRITON_INTERPRET", "0" if gpus() else "1")
os.environ.setdefault("MPLBACKEND", "Agg")

# the same examples on every machine, and no failure because a machine was slow
hypothesis.settings.register_profile(
    "house",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=50,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.register_profile(
    "deep",
    parent=hypothesis.settings.get_profile("house"),
    derandomize=False,
    max_examples=2000,
)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))


@pytest.fixture(params=["naive", "cpu"])
def backend(request: pytest.FixtureRequest) -> str:
    """Each backend that runs on any machine, one after the other."""
    return str(request.param)


@pytest.fixture
def data_folder() -> Callable[[str], Path]:
    """Where a data set that is not shipped lies; the test is skipped, with the reason, where it
    does not.
    """

    def find(name: str) -> Path:
        root = os.environ.get("NEUROSPARSE_DATA")
        if not root:
            pytest.skip(f"{name}: $NEUROSPARSE_DATA is not set")
        folder = Path(root) / name
        if not folder.is_dir():
            pytest.skip(f"{name}: no such folder in $NEUROSPARSE_DATA")
        return folder

    return find


@pytest.fixture
def one_torch_thread():
    """Torch on one thread, for results that must not depend on the machine."""
    torch = pytest.importorskip("torch")
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)
