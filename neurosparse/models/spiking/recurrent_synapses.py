"""`RecurrentSynapses`: the trained synapses of a population onto itself, each with its delay."""

from typing import Any

import numpy as np
import torch
from torch import Tensor

from neurosparse.connectivity import Connectivity, Edit
from neurosparse.errors import Said, bad_argument, bad_type
from neurosparse.kernels.layers.recurrent_scan.parts import Synapses, by_delay
from neurosparse.models.layers.initial import Initial
from neurosparse.models.layers.sparse_linear import SparseLinear


class RecurrentSynapses(SparseLinear):
    """A square `SparseLinear` without offset whose synapses have delays in steps; 0 acts in the
    next step.

    It is pruned, rewired, saved and loaded like any sparse layer: a synapse takes its delay along,
    a new one has
    `fresh_delay_steps`. Called on spikes `[..., n]` it gives what they bring, delays left out.

    Args:
        connectivity: rows presynaptic, `[n, n]`; its delays in steps.
        initial: rule of the first weights; None takes over the weights of `connectivity`.
        rng: seed or generator of those.

    Raises:
        ValueError: a connectivity that is not square, or has repeated synapses.
        TypeError: no connectivity at all, such as a matrix.

    >>> RecurrentSynapses(Connectivity.from_edges([0], [1], n_pre=2, n_post=2, delay_steps=3)).delay_steps.tolist()
    [3]
    """

    delay_steps: Tensor
    fresh_delay_steps = 0

    def __init__(
        self, connectivity: Connectivity, *, initial: Initial | None = None, rng: Any = None
    ) -> None:
        if not isinstance(connectivity, Connectivity):
            remedy = "Connectivity.from_dense makes one of a matrix [n_pre, n_post]"
            raise bad_type("connectivity", connectivity, "a Connectivity", remedy)
        if connectivity.n_pre != connectivity.n_post:
            found = Said(f"{connectivity.n_pre} -> {connectivity.n_post} neurons")
            raise bad_argument(
                "connectivity", found, "as many targets as sources: a population onto itself"
            )
        super().__init__(connectivity, bias=False, initial=initial, rng=rng)
        self.register_buffer(
            "delay_steps", torch.from_numpy(connectivity.delay_steps_array().astype(np.int32))
        )
        self._groups: Synapses | None = None

    @property
    def groups(self) -> Synapses:
        """The synapses grouped by delay, as the compiled scan wants them; made anew after an edit."""
        if self._groups is None:
            rows = self.indptr.cpu().numpy(), self.indices.cpu().numpy()
            self._groups = by_delay(*rows, self.delay_steps.cpu().numpy())
        return self._groups

    @property
    def connectivity(self) -> Connectivity:
        """The synapses with copies of their present weights and delays (rows presynaptic)."""
        return super().connectivity.with_delay_steps(self.delay_steps.cpu().numpy().astype(np.uint16))

    def edit(
        self,
        drop: Any = (),
        pre: Any = (),
        post: Any = (),
        optimizer: torch.optim.Optimizer | None = None,
    ) -> Edit:
        """Drop synapses at positions and grow edges `[k]` with `fresh_delay_steps`; see `SparseLinear.edit`."""
        old = self.delay_steps
        edit = super().edit(drop, pre, post, optimizer)
        delays = old.new_full((edit.connectivity.nnz,), self.fresh_delay_steps)
        kept = torch.from_numpy(np.flatnonzero(edit.moved >= 0)).to(old.device)
        delays[torch.from_numpy(np.asarray(edit.moved[edit.moved >= 0])).to(old.device)] = old[kept]
        self.delay_steps, self._groups = delays, None
        return edit

    def _load_from_state_dict(self, state_dict: dict[str, Any], prefix: str, *rest: Any) -> None:
        delays = state_dict.get(prefix + "delay_steps")
        indices = state_dict.get(prefix + "indices")
        if isinstance(delays, Tensor) and isinstance(indices, Tensor):
            if delays.shape != indices.shape or (delays.numel() and int(delays.min()) < 0):
                found = Said(
                    f"shape {list(delays.shape)}, least {int(delays.min()) if delays.numel() else 0}"
                )
                wants = f"[{len(indices)}] of 0 or more, one for each synapse"
                raise bad_argument(prefix + "delay_steps", found, wants)
            self.delay_steps = delays.new_empty(delays.shape)
        super()._load_from_state_dict(state_dict, prefix, *rest)
        self._groups = None

    def __repr__(self) -> str:
        latest = int(self.delay_steps.max()) if self.nnz else 0
        share = f"density {100 * self.density:.3g} %, delays up to {latest} steps"
        return f"RecurrentSynapses({self.n_pre} neurons, {self.nnz:,} synapses, {share})"
