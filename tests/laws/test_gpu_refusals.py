"""What the GPU path says where it cannot run: one error each, with the remedy, and never the CPU in
its place.
"""

import builtins

import numpy as np
import pytest
import torch

pytest.importorskip("triton")

from neurosparse.engine import OnDevice, Simulator
from neurosparse.kernels.base.machine import gpu
from neurosparse.kernels.layers.k_winners import k_winners
from neurosparse.network import Network, Population
from neurosparse.neurons import LIF

SMALL = Network(Population("a", 3, LIF()))


@pytest.fixture
def native(monkeypatch):
    """As if the interpreter were off."""
    monkeypatch.setattr(gpu, "interpreted", lambda: False)
    return monkeypatch


def refuse(reason, kind=RuntimeError):
    def raises(*_, **__):
        raise kind(reason)

    return raises


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        (
            "The NVIDIA driver on your system is too old (found version 11040). "
            "Please update it.\nmore",
            RuntimeError,
        ),
        (
            "Found no NVIDIA driver on your system. Please check that you have an NVIDIA GPU.",
            RuntimeError,
        ),
        ("Torch not compiled with CUDA enabled", AssertionError),
    ],
    ids=["old driver", "no driver", "no CUDA"],
)
def test_why_there_is_no_gpu_is_said_in_the_words_of_torch(native, reason, kind):
    native.setattr(torch.cuda, "init", refuse(reason, kind))
    first, *_ = reason.splitlines()

    def winners():
        k_winners(np.zeros((1, 2), np.float32), 1, backend="gpu")

    for run in (lambda: Simulator(SMALL, backend="gpu"), winners):
        with pytest.raises(RuntimeError, match=r"driver.*use backend='cpu'") as error:
            run()
        assert first in str(error.value)


def test_a_gpu_that_triton_does_not_know_is_named(native):
    native.setattr(torch.cuda, "init", lambda: None)
    native.setattr(torch.cuda, "get_device_capability", lambda: (6, 1))
    native.setattr(torch.cuda, "get_device_name", lambda: "GTX 1080")
    with pytest.raises(
        RuntimeError, match=r"capability 7\.0.*GTX 1080 has 6\.1.*backend='cpu'"
    ):
        gpu.find_device()
    native.setattr(torch.cuda, "get_device_capability", lambda: (9, 0))
    assert gpu.find_device() == "cuda"


@pytest.mark.parametrize("missing", ["torch", "triton"])
def test_what_is_not_installed_is_named_with_the_command(monkeypatch, missing):
    real = builtins.__import__

    def without(name, *rest):
        if name == missing:
            raise ImportError(f"No module named {name}", name=name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(
        ImportError, match=rf"needs {missing}: pip install 'neurosparse\[gpu\]'"
    ):
        gpu.find_device()


def test_a_full_device_says_what_was_asked_what_is_free_and_what_to_lower(monkeypatch):
    monkeypatch.setattr(gpu, "free_memory", lambda device: 1_234)
    with pytest.raises(
        MemoryError, match=r"asked for [\d,]+ bytes and has 1,234 free; use fewer neurons"
    ):
        Simulator(SMALL, backend="gpu")
    monkeypatch.setattr(
        torch, "zeros", refuse("CUDA out of memory", torch.OutOfMemoryError)
    )
    with pytest.raises(
        MemoryError, match=r"asked for 80 bytes and has 1,234 free.*shorter chunks"
    ):
        gpu.blank((2, 5), np.float64, "cpu")


@pytest.mark.parametrize(
    "given",
    [{"chunk": 0}, {"chunk": 10_000}, {"programs": 0}, {"programs": 70_000}],
    ids=str,
)
def test_numbers_out_of_range_are_refused(given):
    (name,) = given
    with pytest.raises(
        ValueError, match=rf"OnDevice.{name}: got \d+, wants a whole number, from 1 to"
    ):
        OnDevice(**given)
