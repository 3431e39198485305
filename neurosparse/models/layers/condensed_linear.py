"""`CondensedLinear`: a sparse layer in which every neuron has the same number of inputs."""

from typing import Any, Self

import numpy as np
import torch
from torch import Tensor, nn

from neurosparse.connectivity import Connectivity
from neurosparse.errors import Said, bad_argument
from neurosparse.kernels.layers.condensed_matmul.autograd import condensed_matmul
from neurosparse.kernels.layers.csr_matmul.autograd import as_input
from neurosparse.models.layers.initial import ActiveFanIn, Initial, first_weights
from neurosparse.models.layers.moments import refuse_old_moments
from neurosparse.models.layers.provenance import OwnSynapses
from neurosparse.models.layers.sparse_linear import SparseLinear
from neurosparse.models.layers.support import (
    refuse_part_of,
    refuse_repeated,
    same_numbers,
)
from neurosparse.typing import Int64, Seed


class CondensedLinear(OwnSynapses):
    """Compute `y[..., j] = bias[j] + Σ_k values[j, k] x[..., indices[j, k]]`.

    Constant fan-in needs no pointers: parameters are `values [out_features, fan_in]` and
    `bias [out_features]`, the support is `indices [out_features, fan_in]` (Lasby et al. 2024, arXiv
    2305.02299, call it condensed).

    Args:
        connectivity: the synapses; each neuron has equally many inputs.
        bias: whether outputs have a trained offset.
        initial: rule of the first weights; None takes over the weights of `connectivity`.
        rng: seed or generator of the weights.

    Raises:
        ValueError: neurons differ in their number of inputs, or have one twice.

    >>> c = Connectivity.from_dense([[1, 0], [0, 2], [3, 4]])
    >>> layer = CondensedLinear(c, initial=None, bias=False)
    >>> layer(torch.tensor([[1.0, 10.0, 100.0]]))
    tensor([[301., 420.]], grad_fn=<CondensedMatmulBackward>)
    >>> layer
    CondensedLinear(3 -> 2, fan-in 2, bias=False)
    """

    indices: Tensor

    def __init__(
        self,
        connectivity: Connectivity,
        *,
        bias: bool = True,
        initial: Initial | None = ActiveFanIn(),  # noqa: B008 - a frozen value
        rng: Seed = None,
    ) -> None:
        super().__init__()
        refuse_repeated(connectivity)
        self.initial = initial
        self.in_features, self.out_features = connectivity.shape
        shape = self.out_features, _common_fan_in(connectivity)
        by_post = connectivity.by_post()
        values = first_weights(initial, connectivity, rng)
        self.values = nn.Parameter(torch.tensor(values[by_post.positions].reshape(shape)))
        self.bias = nn.Parameter(torch.zeros(self.out_features)) if bias else None
        self.register_buffer("indices", torch.tensor(by_post.pre_indices.reshape(shape)))
        self._own()

    @classmethod
    def from_dense(cls, linear: nn.Linear, *, fan_in: int) -> Self:
        """Keep the `fan_in` largest |weight| of each neuron of a dense layer, and its bias.

        >>> dense = nn.Linear(3, 1)
        >>> dense.weight.data = torch.tensor([[0.1, -5.0, 2.0]])
        >>> CondensedLinear.from_dense(dense, fan_in=2).to_dense().weight.tolist()
        [[0.0, -5.0, 2.0]]
        """
        weight = linear.weight.detach().cpu()
        if not 0 <= fan_in <= weight.shape[1]:
            raise bad_argument(
                "fan_in", fan_in, f"0..{weight.shape[1]}, the inputs of the layer"
            )
        best = weight.abs().topk(fan_in, 1).indices
        post = torch.arange(len(weight)).repeat_interleave(fan_in).numpy()
        pre = best.flatten().numpy()
        values = weight.gather(1, best).flatten()
        n_post, n_pre = weight.shape
        synapses = Connectivity.from_edges(
            pre, post, n_pre=n_pre, n_post=n_post, weight=values.float().numpy()
        )
        layer = cls(synapses, bias=linear.bias is not None, initial=None)
        layer = layer.to(linear.weight.device, linear.weight.dtype)
        # a connectivity has float32
        layer.values.data.copy_(linear.weight.detach().gather(1, layer.indices.long()))
        layer._own()
        layer.values.requires_grad_(linear.weight.requires_grad)
        if layer.bias is not None:
            layer.bias.data.copy_(linear.bias.detach())
            layer.bias.requires_grad_(linear.bias.requires_grad)
        return layer

    @classmethod
    def from_sparse(cls, layer: SparseLinear) -> Self:
        """Take over a `SparseLinear` of constant fan-in with its offsets, such as `srigl()` leaves.

        Neurons without inputs, which SRigL ablated, have as many as the others, of weight 0.

        Raises:
            ValueError: neurons with inputs that differ in their number.

        >>> synapses = Connectivity.from_dense([[1, 0, 0], [0, 2, 0], [3, 4, 0]])
        >>> layer = CondensedLinear.from_sparse(SparseLinear(synapses, initial=None))
        >>> layer.values.tolist()
        [[1.0, 3.0], [2.0, 4.0], [0.0, 0.0]]
        """
        by_post = layer.support.by_post()
        degrees = layer.support.in_degree
        active = degrees > 0
        fan_in = _same_for_all(degrees[active])
        shape = layer.out_features, fan_in
        pre = np.tile(np.arange(fan_in), (layer.out_features, 1))
        pre[active] = by_post.pre_indices.reshape(active.sum(), fan_in)
        post = np.repeat(np.arange(layer.out_features), fan_in)
        synapses = Connectivity.from_edges(
            pre.ravel(), post, n_pre=layer.in_features, n_post=layer.out_features
        )
        twin = cls(synapses, bias=layer.bias is not None, initial=None)
        twin = twin.to(layer.values.device, layer.values.dtype)
        places = torch.from_numpy(by_post.positions.astype(np.int64))
        values = layer.values.detach()
        rows = torch.from_numpy(active)
        twin.values.data = values.new_zeros(shape)
        by_neuron = values[places.to(values.device)]
        twin.values.data[rows] = by_neuron.reshape(int(active.sum()), fan_in)
        twin._own()
        twin.values.requires_grad_(layer.values.requires_grad)
        if layer.bias is not None and twin.bias is not None:
            twin.bias.data.copy_(layer.bias.detach())
            twin.bias.requires_grad_(layer.bias.requires_grad)
        return twin.train(layer.training)

    def reset_parameters(self, rng: Seed = None) -> None:
        """Draw weights anew by the rule of the start, as `SparseLinear.reset_parameters` does."""
        self.check_own()
        seed = int(torch.randint(2**62, ())) if rng is None else rng
        synapses = self.connectivity
        weights = first_weights(self.initial or ActiveFanIn(), synapses, seed)
        in_rows = weights[synapses.by_post().positions].reshape(self.values.shape)
        self._provenance.forget()
        with torch.no_grad():
            self.values.copy_(torch.from_numpy(in_rows))
            if self.bias is not None:
                self.bias.zero_()

    def forward(self, x: Tensor) -> Tensor:
        """Compute the output `[..., out_features]` of `x [..., in_features]`."""
        if isinstance(x, Tensor) and x.is_meta and self.values.is_meta:
            # shapes alone, as torch's own layers give them
            return x.new_empty(*x.shape[:-1], self.out_features)
        if as_input(x, self.values).shape[-1:] != (self.in_features,):
            raise bad_argument(
                "x", Said(f"shape {list(x.shape)}"), f"[..., {self.in_features}]"
            )
        self.check_own()
        return condensed_matmul(x, self.values, self.bias, self.indices)

    @property
    def connectivity(self) -> Connectivity:
        """The synapses with a copy of their present weights (rows presynaptic)."""
        self.check_own()
        pre = self.indices.cpu().numpy().ravel()
        weight = self.values.detach().cpu().numpy().ravel()
        post = np.repeat(np.arange(self.out_features), self.indices.shape[1])
        return Connectivity.from_edges(
            pre, post, n_pre=self.in_features, n_post=self.out_features, weight=weight
        )

    def topology_hash(self) -> str:
        """Name the set of synapses in 32 hexadecimal digits."""
        return self.connectivity.topology_hash()

    def to_dense(self) -> nn.Linear:
        """Make the dense layer that computes the same, weight `[out_features, in_features]`."""
        self.check_own()
        linear = nn.Linear(self.in_features, self.out_features, self.bias is not None)
        linear = linear.to(self.values.device, self.values.dtype)
        with torch.no_grad():
            linear.weight.zero_().scatter_(1, self.indices.long(), self.values)
            if self.bias is not None:
                linear.bias.copy_(self.bias)
                linear.bias.requires_grad_(self.bias.requires_grad)
        linear.weight.requires_grad_(self.values.requires_grad)
        return linear.train(self.training)

    def _load_from_state_dict(
        self, state_dict: dict[str, Any], prefix: str, *rest: Any
    ) -> None:
        """Take over a saved support and its weights, once it is known to be one."""
        refuse_part_of([prefix + "indices", prefix + "values"], state_dict)
        self._check_load(state_dict, prefix, rest)
        indices = state_dict.get(prefix + "indices")
        if isinstance(indices, Tensor) and indices.numel():
            low = int(indices.min())
            high = int(indices.max())
            if low < 0 or high >= self.in_features:
                expected = f"0..{self.in_features - 1}"
                raise bad_argument(prefix + "indices", Said(f"{low}..{high}"), expected)
            if indices.shape == self.indices.shape:
                _refuse_twice(prefix + "indices", indices)
            if not self.indices.is_meta and not same_numbers(indices, self.indices):
                if not self._provenance.is_untouched(self):
                    refuse_old_moments(self.values, prefix + "values")
                self._provenance.part(self)
        super()._load_from_state_dict(state_dict, prefix, *rest)
        if indices is not None:
            self._provenance.forget()
            self._provenance.know(self)

    def __repr__(self) -> str:
        sizes = f"{self.in_features} -> {self.out_features}, fan-in {self.indices.shape[1]}"
        return f"CondensedLinear({sizes}, bias={self.bias is not None})"


def _common_fan_in(connectivity: Connectivity) -> int:
    return _same_for_all(connectivity.in_degree)


def _same_for_all(degrees: Int64) -> int:
    if len(degrees) == 0:
        return 0
    if degrees.min() != degrees.max():
        spread = Said(f"neurons with {degrees.min()} to {degrees.max()} inputs")
        remedy = "use SparseLinear, or fixed fan-in"
        raise bad_argument("connectivity", spread, "the same number for all", remedy)
    return int(degrees[0])


def _refuse_twice(name: str, indices: Tensor) -> None:
    """Refuse an input that a neuron has twice: its weights would be added, and saved as one."""
    ordered = indices.sort(-1).values
    again = (ordered[:, 1:] == ordered[:, :-1]).nonzero()
    if len(again):
        row, place = again[0].tolist()
        received = Said(f"input {int(ordered[row, place])} twice in row {row}")
        raise bad_argument(name, received, "every input of a neuron once")
