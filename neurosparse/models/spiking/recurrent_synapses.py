"""`RecurrentSynapses`: trained synapses of a population onto itself, each with its delay."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from neurosparse.connectivity import Connectivity, Edit
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.kernels.layers.recurrent_scan.parts import Synapses, by_delay
from neurosparse.models.layers.initial import Initial
from neurosparse.models.layers.sparse_linear import SparseLinear
from neurosparse.typing import Seed


class RecurrentSynapses(SparseLinear):
    """A square `SparseLinear` without offset whose synapses have delays.

    Delays are whole steps; 0 acts in the next step. It is pruned, rewired, saved and loaded like
    any sparse layer: a synapse takes its delay along, a new one has `fresh_delay_steps`. Called on
    spikes `[..., n]` it gives what they bring, delays left out.

    Args:
        connectivity: rows presynaptic, `[n, n]`, with its `delay_steps`.
        initial: rule of the first weights; None takes over the weights of `connectivity`.
        rng: seed or generator of those.

    Raises:
        ValueError: a connectivity that is not square, or has repeated synapses.
        TypeError: no connectivity at all, such as a matrix.

    >>> pair = Connectivity.from_edges([0], [1], n_pre=2, n_post=2, delay_steps=3)
    >>> RecurrentSynapses(pair).delay_steps.tolist()
    [3]
    """

    SUPPORT = ("indptr", "indices", "delay_steps")
    delay_steps: Tensor
    fresh_delay_steps = 0

    def __init__(
        self,
        connectivity: Connectivity,
        *,
        initial: Initial | None = None,
        rng: Seed = None,
    ) -> None:
        if not isinstance(connectivity, Connectivity):
            remedy = "Connectivity.from_dense makes one of a matrix [n_pre, n_post]"
            raise bad_type("connectivity", connectivity, "a Connectivity", remedy)
        if connectivity.n_pre != connectivity.n_post:
            sizes = Said(f"{connectivity.n_pre} -> {connectivity.n_post} neurons")
            expected = "as many targets as sources: a population onto itself"
            raise bad_argument("connectivity", sizes, expected)
        super().__init__(connectivity, bias=False, initial=initial, rng=rng)
        delay_steps = connectivity.delay_steps_array().astype(np.int32)
        self.register_buffer("delay_steps", torch.from_numpy(delay_steps))
        self._own()
        self._groups: Synapses | None = None

    @property
    def groups(self) -> Synapses:
        """The synapses grouped by delay, as the compiled scan reads them; new after an edit."""
        if self._groups is None:
            rows = self.indptr.cpu().numpy(), self.indices.cpu().numpy()
            self._groups = by_delay(*rows, self.delay_steps.cpu().numpy())
        return self._groups

    @property
    def connectivity(self) -> Connectivity:
        """The synapses with copies of their present weights and delays (rows presynaptic)."""
        delay_steps = self.delay_steps.cpu().numpy().astype(np.uint16)
        return super().connectivity.with_delay_steps(delay_steps)

    def edit(
        self,
        drop: Any = (),
        pre: Any = (),
        post: Any = (),
        optimizer: torch.optim.Optimizer | None = None,
    ) -> Edit:
        """Drop synapses at positions and grow edges `[k]`, these with `fresh_delay_steps`.

        Everything else is as in `SparseLinear.edit`.
        """
        before = self.delay_steps
        edit = super().edit(drop, pre, post, optimizer)
        kept = torch.from_numpy(np.flatnonzero(edit.moved >= 0)).to(before.device)
        places = torch.from_numpy(np.asarray(edit.moved[edit.moved >= 0])).to(before.device)
        after = before.new_full((edit.connectivity.nnz,), self.fresh_delay_steps)
        after[places] = before[kept]
        self.delay_steps = after
        self._groups = None
        self._provenance.know(self)
        return edit

    def _load_from_state_dict(
        self, state_dict: dict[str, Any], prefix: str, *rest: Any
    ) -> None:
        delay_steps = state_dict.get(prefix + "delay_steps")
        indices = state_dict.get(prefix + "indices")
        if isinstance(delay_steps, Tensor) and isinstance(indices, Tensor):
            least = int(delay_steps.min()) if delay_steps.numel() else 0
            if delay_steps.shape != indices.shape or least < 0:
                saved = Said(f"shape {list(delay_steps.shape)}, least {least}")
                expected = f"[{len(indices)}] of 0 or more, one for each synapse"
                raise bad_argument(prefix + "delay_steps", saved, expected)
            # of the saved size, so that torch copies the numbers in
            self.delay_steps = delay_steps.new_empty(delay_steps.shape)
        super()._load_from_state_dict(state_dict, prefix, *rest)
        self._groups = None

    def __repr__(self) -> str:
        latest = int(self.delay_steps.max()) if self.nnz else 0
        sizes = f"{self.in_features} neurons, {self.nnz:,} synapses"
        density = f"density {100 * self.density:.3g} %"
        return f"RecurrentSynapses({sizes}, {density}, delays up to {latest} steps)"
