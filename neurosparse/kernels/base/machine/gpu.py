"""Where Triton kernels run, whether what they need fits there, and how arrays get there and
back.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from neurosparse.kernels.base.machine.operation import memoised

OLDEST = (7, 0)  # compute capability, what Triton 3 asks for


def _probe() -> None:
    """A kernel that does nothing."""


@memoised
def interpreted() -> bool:
    """Whether Triton's interpreter runs the kernels; Triton decides that when it is given a
    function.
    """
    import triton

    return not isinstance(triton.jit(_probe), triton.JITFunction)


def find_device() -> str:
    """Name torch's device for Triton kernels: "cuda", or "cpu" under Triton's interpreter
    (TRITON_INTERPRET=1).

    It never falls back to another backend.

    Raises:
        ImportError: without torch or triton.
        RuntimeError: without a GPU that both can use, saying why (no device, a driver or a GPU
            that is too old, a torch without CUDA).
    """
    try:
        import torch
        import triton  # noqa: F401
    except ImportError as error:
        raise ImportError(
            f"backend 'gpu' needs {error.name}: pip install 'neurosparse[gpu]'"
        ) from error
    if interpreted():
        return "cpu"
    try:
        # is_available() only says no; this says why
        torch.cuda.init()  # type: ignore[no-untyped-call]
    except (RuntimeError, AssertionError) as error:
        why, *_ = str(error).splitlines() or ["no reason given"]
        raise RuntimeError(
            f"backend: 'gpu' needs a CUDA device, and torch says: {why.rstrip('.')}. "
            "Install or update the driver and a torch with CUDA, or use backend='cpu'"
        ) from error
    major, minor = torch.cuda.get_device_capability()
    if (major, minor) < OLDEST:
        raise RuntimeError(
            f"backend: 'gpu' needs compute capability {OLDEST[0]}.{OLDEST[1]} for Triton's "
            f"kernels, {torch.cuda.get_device_name()} has {major}.{minor}; use a newer GPU or "
            "backend='cpu'"
        )
    return "cuda"


def too_much(needed: int, free: Any) -> MemoryError:
    """Say what was asked of the device's memory, what is free and what to lower."""
    rest = "less" if free is None else f"{free:,}"
    return MemoryError(
        f"the GPU was asked for {needed:,} bytes and has {rest} free; use fewer neurons or "
        "synapses, one weight a projection instead of one a synapse, fewer copies or recorded "
        "states, shorter chunks, or backend='cpu'"
    )


def guard_memory(device: str, needed: int) -> None:
    """Raise MemoryError if the device has not `needed` bytes free, saying what it has and what to
    lower.
    """
    free = free_memory(device)
    if free is not None and needed > free:
        raise too_much(needed, free)


def free_memory(device: str) -> Any:
    """Bytes that can be had on the device; None for the host, where the interpreter runs."""
    if device != "cuda":
        return None
    import torch

    # what torch holds and does not use is as good as free
    return (
        torch.cuda.mem_get_info()[0]
        + torch.cuda.memory_reserved()
        - torch.cuda.memory_allocated()
    )


def upload(array: NDArray[Any], device: str) -> Any:
    """Copy an array to the device; uint32 goes as int32 of the same bits. Raises MemoryError as
    `blank` does.
    """
    import torch

    whole = np.ascontiguousarray(array)
    host = torch.from_numpy(
        whole.view(np.int32) if whole.dtype == np.uint32 else whole.copy()
    )
    return _placed(lambda: host.to(device), whole.nbytes, device)


def blank(shape: int | tuple[int, ...], dtype: Any, device: str) -> Any:
    """Make zeros of a NumPy dtype on the device. Raises MemoryError, with the bytes asked and free,
    if it is full.
    """
    import torch

    kind = np.dtype(dtype)
    size = math.prod(shape if isinstance(shape, tuple) else (shape,)) * kind.itemsize
    return _placed(
        lambda: torch.zeros(shape, dtype=getattr(torch, kind.name), device=device),
        size,
        device,
    )


def _placed(make: Callable[[], Any], size: int, device: str) -> Any:
    import torch

    try:
        return make()
    except torch.OutOfMemoryError as error:
        raise too_much(size, free_memory(device)) from error


def capture(step: Callable[[], None]) -> Callable[[], None]:
    """Record what `step` launches, which must have run once, as one launch: the host is slower than
    the kernels.
    """
    import torch

    graph = torch.cuda.CUDAGraph()
    torch.cuda.synchronize()
    with torch.cuda.graph(graph):
        step()
    replay: Callable[[], None] = graph.replay
    return replay
