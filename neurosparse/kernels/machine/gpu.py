"""Where Triton kernels run, whether what they need fits there, and how arrays get there and back."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.kernels.machine.operation import memoised


def _probe() -> None:
    """A kernel that does nothing."""


@memoised
def interpreted() -> bool:
    """Whether Triton's interpreter runs the kernels; Triton decides that when it is given a function."""
    import triton

    return not isinstance(triton.jit(_probe), triton.JITFunction)


def find_device() -> str:
    """Name torch's device for Triton kernels: "cuda", or "cpu" under Triton's interpreter (TRITON_INTERPRET=1).

    Raises ImportError without torch or triton, RuntimeError without a GPU; never falls back to another backend.
    """
    try:
        import torch
        import triton  # noqa: F401
    except ImportError as error:
        raise ImportError(f"backend 'gpu' needs {error.name}: pip install 'neurosparse[gpu]'") from error
    if interpreted():
        return "cpu"
    if not torch.cuda.is_available():
        why = "torch was built without CUDA" if torch.version.cuda is None else "torch finds no device or driver"
        raise RuntimeError(f"backend: 'gpu' needs a CUDA device, and {why}; use backend='cpu'")
    return "cuda"


def guard_memory(device: str, wanted: int) -> None:
    """Raise MemoryError if the device has not `wanted` bytes free, saying what it has and what to lower."""
    free = free_memory(device)
    if free is not None and wanted > free:
        raise MemoryError(
            f"the network needs {wanted:,} bytes on the GPU, which has {free:,} free; use fewer synapses, one weight "
            "a projection instead of one a synapse, or backend='cpu'"
        )


def free_memory(device: str) -> Any:
    """Bytes free on the device; None for the host, where the interpreter runs."""
    if device != "cuda":
        return None
    import torch

    return torch.cuda.mem_get_info()[0]


def upload(array: NDArray[Any], device: str) -> Any:
    """Copy an array to the device; uint32 goes as int32 of the same bits."""
    import torch

    whole = np.ascontiguousarray(array)
    return torch.from_numpy(whole.view(np.int32) if whole.dtype == np.uint32 else whole.copy()).to(device)


def blank(shape: int | tuple[int, ...], dtype: Any, device: str) -> Any:
    """Make zeros of a NumPy dtype on the device."""
    import torch

    return torch.zeros(shape, dtype=getattr(torch, np.dtype(dtype).name), device=device)


def capture(step: Callable[[], None]) -> Callable[[], None]:
    """Record what `step` launches, which must have run once, as one launch: the host is slower than the kernels."""
    import torch

    graph = torch.cuda.CUDAGraph()
    torch.cuda.synchronize()
    with torch.cuda.graph(graph):
        step()
    replay: Callable[[], None] = graph.replay
    return replay
