"""`HopfieldStore` for tensors: retrieval that passes gradients to queries and patterns."""

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from neurosparse.checks import whole_number
from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.memory.entmax.autograd import full
from neurosparse.kernels.memory.retrieve.autograd import retrieve
from neurosparse.memory import HopfieldMemory


class HopfieldStore(nn.Module):
    """Store tensors as they are and retrieve them: q <- entmax(β q Xᵀ) X.

    Nothing is projected, nothing trained. Patterns are a buffer `[n, d]`, float32 or float64: they
    move and are saved with the module, and a state dict with more or fewer of them loads. `array`
    is a copy as a `HopfieldMemory`, for support, energy, margin, recall and Zarr files.

    Args:
        patterns: first patterns `[n, d]`.

    Raises:
        ValueError: patterns that are not finite, or zero.

    >>> memory = HopfieldStore(torch.eye(3))
    >>> memory.retrieve(torch.tensor([0.9, 0.2, 0.1]), beta=4.0)
    tensor([1., 0., 0.])
    >>> memory.array.retrieve([0.9, 0.2, 0.1], beta=4.0, ask=["margin"]).margin.round(1)
    array([2.8])
    """

    patterns: Tensor

    def __init__(self, patterns: Tensor) -> None:
        super().__init__()
        self.register_buffer(
            "patterns", _from_array(_array(patterns).patterns).to(patterns.device)
        )

    @property
    def array(self) -> HopfieldMemory:
        """A copy of what is stored, for NumPy."""
        return _array(self.patterns)

    @property
    def stored(self) -> int:
        """Number of patterns."""
        return len(self.patterns)

    def __len__(self) -> int:
        return len(self.patterns)

    def _load_from_state_dict(self, state_dict: Any, prefix: str, *rest: Any) -> None:
        """Take over as many patterns as were saved, of the same width."""
        saved = state_dict.get(f"{prefix}patterns")
        fits = isinstance(saved, Tensor) and saved.ndim == 2
        if fits and saved.shape[1] == self.patterns.shape[1]:
            self.patterns = self.patterns.new_empty(saved.shape)
        super()._load_from_state_dict(state_dict, prefix, *rest)

    def store(self, patterns: Tensor) -> Tensor:
        """Append patterns `[n, d]` or `[d]`; returns their places."""
        places: Tensor = self._change(
            lambda memory: torch.from_numpy(memory.store(_numpy(patterns)))
        )
        return places

    def update(self, indices: Tensor | slice, patterns: Tensor) -> None:
        """Replace the patterns at these places, in a slice, or where a mask is True."""
        self._change(lambda memory: memory.update(_places(indices), _numpy(patterns)))

    def forget(self, indices: Tensor | slice) -> None:
        """Remove those at these places, in a slice or where a mask is True; others move up."""
        self._change(lambda memory: memory.forget(_places(indices)))

    def retrieve(
        self,
        query: Tensor,
        beta: float | Tensor,
        alpha: float | Tensor = 2.0,
        steps: int = 1,
    ) -> Tensor:
        """Apply exactly `steps` updates, with gradients to query, β, α and the patterns.

        Args:
            query: `[..., d]`.
            beta: inverse temperature, above 0.
            alpha: α of the entmax.
            steps: updates, 1 or more.

        Raises:
            ValueError: an empty memory, another width, β, α or steps out of range.
        """
        if len(self) == 0:
            raise bad_argument(
                "memory", Said("no patterns"), "at least one", "store some first"
            )
        if query.shape[-1:] != self.patterns.shape[1:]:
            received = Said(f"shape {list(query.shape)}")
            raise bad_argument("query", received, f"[..., {self.patterns.shape[1]}]")
        whole_number("steps", steps, 1)
        state = query.reshape(-1, query.shape[-1]).to(self.patterns.dtype)
        for _ in range(steps):
            state = retrieve(state, self.patterns, self.patterns, beta, alpha)
        return state.reshape(query.shape)

    def _change(self, edit: Any) -> Any:
        memory = self.array
        result = edit(memory)
        patterns = np.empty((0, self.patterns.shape[1]), memory.dtype)
        if memory.stored:
            patterns = memory.patterns
        self.patterns = _from_array(patterns).to(self.patterns.device)
        return result


def _places(indices: Any) -> Any:
    return _numpy(indices) if isinstance(indices, Tensor) else indices


def _numpy(x: Tensor) -> Any:
    return full(torch.as_tensor(x).detach().cpu()).numpy()


def _from_array(patterns: Any) -> Tensor:
    return torch.from_numpy(np.array(patterns))


def _array(patterns: Tensor) -> HopfieldMemory:
    rows = _numpy(patterns)
    dtype = np.float64 if rows.dtype == np.float64 else np.float32
    memory = HopfieldMemory(dtype=dtype, threads=torch.get_num_threads())
    if len(rows):
        memory.store(rows)
    return memory
